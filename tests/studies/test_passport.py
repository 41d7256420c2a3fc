"""The passport: each test can fail, the report says what it found, and the command's exit code follows."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.cli import main
from simulator.errors import InputError
from simulator.expressions import Call, Number, Reference
from simulator.runner import Model, load_model
from simulator.studies.claims import load_claims
from simulator.studies.passport import CHECKS, Context, as_data, markdown, passport, reality
from simulator.studies.passport.behaviour import LOOPS, anomaly
from simulator.studies.passport.draws import one_at_a_time, triangular
from simulator.studies.passport.extremes import extremes
from simulator.studies.passport.history import theil
from simulator.studies.passport.rows import uncertain
from simulator.studies.passport.structure import parameters, structure, units
from simulator.studies.passport.surprises import load_surprises, still_seen

FAST = ("structure", "units", "integration", "engines", "equilibrium", "reproduction", "surprise")


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


def changed(model: Model, key: str, **fields: object) -> Model:
    variable = replace(model.spec[key], **fields)  # type: ignore[arg-type]
    return replace(model, spec=replace(model.spec, variables={**model.spec.variables, key: variable}))


def test_the_flagship_passes_the_fast_tests(gum: Model) -> None:
    found = passport(gum, quick=True, only=FAST)
    assert [row.key for row in found.rows if row.passed is False] == []
    assert found.passed


def test_extremes_find_nothing_unsound_inside_the_ranges(gum: Model) -> None:
    row = extremes(Context(gum, quick=True))
    assert row.passed, row.summary


def test_a_wrong_unit_fails_the_units_test(gum: Model) -> None:
    assert units(Context(gum)).passed
    assert units(Context(changed(gum, "firm_entry", units="firm"))).passed is False


def test_a_leak_in_the_ladder_fails_the_structure_test(gum: Model) -> None:
    flow = gum.spec["oem_output_share"].equation
    leaking = changed(gum, "oem_output_share", equation=Call("add", (flow, Number(0.001))))
    assert structure(Context(leaking)).passed is False


def test_an_ungraded_constant_fails_the_parameter_test(gum: Model) -> None:
    assert parameters(Context(gum, quick=True)).passed
    assert parameters(Context(changed(gum, "assist_gain", documentation="a number"), quick=True)).passed is False


def test_a_flow_that_forgets_its_stock_fails_the_extremes(gum: Model) -> None:
    drained = changed(gum, "dominant_decline", equation=Reference("frontier_growth"))
    assert extremes(Context(drained, quick=True)).passed is False


def test_every_loop_can_be_cut_and_matters(gum: Model) -> None:
    row = anomaly(Context(gum))
    assert len(row.tables[0].rows) == len(LOOPS)
    for cells in row.tables[0].rows:
        assert any(float(cell.replace(",", "")) != 0.0 for cell in cells[3:]), cells[0]


def test_theil_shares_add_up_and_name_the_kind_of_error() -> None:
    observed = np.array([1.0, 2.0, 3.0, 4.0])
    assert theil(observed, observed) == (0.0, 0.0, 0.0, 0.0)
    u, bias, variation, covariation = theil(observed + 1.0, observed)
    assert u == pytest.approx(1 / np.sqrt(7.5))
    assert (bias, variation, covariation) == pytest.approx((1.0, 0.0, 0.0))
    _, bias, variation, covariation = theil(2.5 + 3 * (observed - 2.5), observed)
    assert (bias, variation, covariation) == pytest.approx((0.0, 1.0, 0.0))
    _, bias, variation, covariation = theil(observed[::-1], observed)
    assert (bias, variation, covariation) == pytest.approx((0.0, 0.0, 1.0))


def test_draws_stay_in_range_and_repeat(gum: Model) -> None:
    context = Context(gum)
    values = triangular(context, context.default, 50)
    assert set(values) == set(uncertain(gum, context.default))
    for key, (low, _, high) in uncertain(gum, context.default).items():
        assert low <= values[key].min() <= values[key].max() <= high
    np.testing.assert_array_equal(triangular(context, context.default, 50)["assist_gain"], values["assist_gain"])


def test_one_at_a_time_equals_single_runs(gum: Model) -> None:
    from simulator.experiment import SolverSettings
    from simulator.schedule import Schedule
    from simulator.studies.passport.draws import STEP

    context = Context(gum)
    effects = one_at_a_time(context)
    low, _, _ = uncertain(gum, context.default)["product_rate"]
    base = replace(context.default, solver=SolverSettings("rk4"),
                   time=replace(context.default.time, stop=20.0, step=STEP, every=1.0))
    other = replace(base, parameters={**base.parameters, "product_rate": Schedule.constant(low)})
    outcomes = [o for o in gum.card.outcomes if o.headline]
    expected = sum(
        abs(context.run(other, [o.key])[o.key][-1] - context.run(base, [o.key])[o.key][-1]) / (o.range[1] - o.range[0])
        for o in outcomes
    )
    assert effects["product_rate"][0] == pytest.approx(expected, rel=1e-6)


def test_surprises_are_judged_by_their_direction(gum: Model) -> None:
    entry = load_surprises()[0]
    opposite = entry.model_copy(update={"direction": "below" if entry.direction == "above" else "above"})
    assert still_seen(Context(gum), entry)[1]
    assert not still_seen(Context(gum), opposite)[1]


def test_report_names_every_row_and_its_numbers(gum: Model) -> None:
    found = passport(gum, quick=True, only=("units", "surprise"))
    page, data = markdown(found), as_data(found)
    for row in found.rows:
        assert row.title in page
        assert row.summary in page
    assert [row["key"] for row in data["rows"]] == ["units", "surprise"]
    assert "Limits of use" in page


def test_groups_of_claims_have_their_titles_beside_their_keys(gum: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    real, groups = reality.study, load_claims()[0].groups

    def two(*arguments: Any, **options: Any) -> Any:
        return real(*arguments, **(options | {"draws": 1, "only": ["A07", "B01"]}))

    monkeypatch.setattr(reality, "study", two)
    found = passport(gum, quick=True, only=("claims",))
    table = found.rows[0].tables[0]
    assert [row[0] for row in table.rows] == ["A_system", "B_pairs"], "the key stays"
    assert [row[0] for row in table.rows_zh] == [groups["A_system"].zh, groups["B_pairs"].zh]
    written = as_data(found)["rows"][0]["tables"]
    assert written[0]["labels"] == {key: groups[key].en for key in ("A_system", "B_pairs")}
    assert "labels" not in written[1]
    assert "| A. The system as a whole (A_system) | 1 | 1 |" in markdown(found)


def test_unknown_test_is_refused_with_a_near_match(gum: Model) -> None:
    with pytest.raises(InputError, match="did you mean 'units'"):
        passport(gum, only=("unit",))


def test_command_writes_page_and_data_and_its_exit_code_follows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, data = tmp_path / "p.md", tmp_path / "p.json"
    assert main(["validate", "--only", "units,structure", "--write", str(page), "--json", str(data)]) == 0
    assert "2 tests, 0 failed" in capsys.readouterr().out
    assert json.loads(data.read_text(encoding="utf-8"))["passed"] is True
    assert page.read_text(encoding="utf-8").startswith("# Passport of the model `gum`")
    assert main(["validate", "--only", "unit"]) == 2
    assert next(iter(CHECKS)) == "boundary"
