"""Ranges of the drawn assumptions made wider or narrower: the draws, their limits, the command and its page."""

import json

import numpy as np
import pytest

from simulator.card import Assumption, Text
from simulator.errors import InputError
from simulator.runner import load_model
from simulator.studies.claims import as_data, load_claims, markdown, study
from simulator.studies.claims.__main__ import main
from simulator.studies.claims.draws import Draws, draw, inverse
from simulator.studies.claims.evaluate import Evidence, RunResult, judge
from simulator.studies.claims.language import parse_check
from simulator.studies.claims.ranges import parts_of_a_whole, widened
from tests.studies.test_claims_runs import CARD, MODEL, claim_file

WORD = Text(en="a", zh="a")
ENDS = np.array([0.0, 1.0])


def assumption(low: float, mode: float, high: float, units: str = "1/Year", **more) -> Assumption:
    return Assumption(
        key="a", label=WORD, help=WORD, range=(low, high), neutral=mode, units=units, sources=("s",), **more
    )


@pytest.fixture(scope="module")
def model():
    return load_model("gum")


@pytest.fixture(scope="module")
def claims():
    return load_claims()


def test_factor_1_draws_the_same_bits(model, claims):
    before = draw(model.card, 20, 7, claims[0].not_drawn)
    same = draw(model.card, 20, 7, claims[0].not_drawn, widen=1.0, whole=parts_of_a_whole(model.spec))
    at = {"marketing_barrier": 0.65, "absorption_gain": 2.2}
    found, plain = same.values(at, ("optimism",)), before.values(at, ("optimism",))
    assert found.keys() == plain.keys()
    for key, values in found.items():
        item, point = before.assumptions[key], at.get(key, before.assumptions[key].neutral)
        low, high = min(item.range[0], point), max(item.range[1], point)
        assert values.tolist() == plain[key].tolist()
        assert values[1:].tolist() == inverse(item.distribution, before.levels[key], low, point, high).tolist()


@pytest.mark.parametrize(
    ("item", "factor", "expected"),
    [
        (assumption(4, 5, 7), 2, (3, 9)),
        (assumption(4, 5, 7), 0.5, (4.5, 6)),
        (assumption(-0.1, 0, 0.2), 3, (-0.3, 0.6)),
        (assumption(0, 1, 2), 2, (0, 3)),  # from 0 on, as before
        (assumption(1, 2, 3), 5, (0.02, 7)),  # 1 % of the mode
        (assumption(0.001, 1, 2), 5, (0.001, 6)),  # the range goes lower than that by itself
        (assumption(0.2, 0.5, 0.9, "Dmnl"), 2, (0.005, 1)),
        (assumption(0, 0.5, 1, "Dmnl"), 5, (0, 1)),
        (assumption(0.5, 1, 1.2, "Dmnl"), 2, (0.01, 1.4)),
        (assumption(0.2, 0.5, 0.9), 2, (0.005, 1.3)),  # a rate may pass 1
    ],
)
def test_half_widths_inside_limits(item, factor, expected):
    assert widened(item, item.neutral, factor) == pytest.approx(expected)


def test_widths_are_around_the_value_of_the_case():
    item = assumption(0.4, 0.5, 0.6, "Dmnl")
    assert widened(item, 0.45, 2) == pytest.approx((0.35, 0.75))
    assert widened(item, 0.7, 2) == pytest.approx((0.1, 0.7))
    assert widened(item, 1.2, 2) == (0.012, 1.2)
    assert widened(item, 0.0, 2) == (0.0, 1.0)


def test_draws_reach_the_widened_ends():
    sample = Draws(2, {"a": assumption(4, 5, 7), "b": assumption(4, 5, 7)}, {"a": ENDS, "b": ENDS}, 2.0, {"b"})
    assert sample.values({}, ())["a"].tolist() == [5, 3, 9]
    assert sample.values({}, ())["b"].tolist() == [5, 4, 7]  # part of a whole
    narrow = Draws(2, sample.assumptions, sample.levels, 0.5, {"b"})
    assert narrow.values({}, ())["b"].tolist() == [5, 4.5, 6]


def test_weights_that_leave_a_remainder_are_found(model):
    found = parts_of_a_whole(model.spec)
    assert {"material_cost_share", "labour_cost_share", "dealing_cost_share", "base_autonomy"} <= found
    assert {"capability_weight_in_bargaining", "place_weight_in_difference", "low_end_weight_in_risk"} <= found
    assert not {"tacit_weight_in_sharing", "sme_weight_in_rnd", "openness_weight_in_effort"} & found


def test_no_widened_draw_of_the_flagship_leaves_its_limits(model, claims):
    whole = parts_of_a_whole(model.spec)
    sample = draw(model.card, 50, 7, claims[0].not_drawn, widen=5, whole=whole)
    values = sample.values({}, ())
    for key, item in sample.assumptions.items():
        low, high = item.range
        assert values[key].min() > 0 or low <= 0, key
        assert values[key].min() >= 0 or low < 0, key
        assert values[key].max() <= 1 or high > 1 or item.units != "Dmnl", key
    for names in (
        ["material_cost_share", "labour_cost_share", "dealing_cost_share"],
        ["freedom_weight_in_bargaining", "channel_weight_in_bargaining", "capability_weight_in_bargaining"],
        ["base_autonomy", "innovation_weight_in_autonomy"],
    ):
        assert sum(values[name] for name in names).max() <= 1


@pytest.mark.parametrize("factor", [0, 0.09, 5.1, -1, float("nan"), float("inf")])
def test_a_factor_outside_its_limits_is_refused(model, factor):
    with pytest.raises(InputError, match=r"from 0\.1 to 5"):
        draw(model.card, 2, 1, widen=factor)


def evidence(level: list[list[float]], pull: list[list[float]]) -> Evidence:
    run = RunResult(np.array([0.0, 1.0, 2.0]), {"level": np.array(level), "pull": np.array(pull)})
    return Evidence({"base": run}, {"base": 2.0}, frozenset())


NAN = float("nan")


@pytest.mark.parametrize(
    "check",
    [
        "first(base.level, 9) > 2",
        "base.level@2 > 0",
        "maxima(base.level, 0, 2) < 1",
        "peak_time(base.level, 0, 2) < 5",
        "recovery(base.level, 0, 0.5) < 1",
        "half_time(base.level, base.pull) >= 0",
        "above(base.level@2, 0) > 0",
        "rank_correlation(base.level@2, 2, 1, 1, 2, 3) > -2",
    ],
)
def test_what_a_broken_run_lacks_does_not_hold(check):
    found = judge(parse_check(check), evidence([[1, 2, 3], [1, NAN, NAN]], [[0, 0, 0], [0, 0, 0]]))
    assert found.holds.tolist() == [True, False]


def test_what_was_reached_before_a_run_broke_off_holds():
    found = judge(parse_check("first(base.level, 2) <= 1"), evidence([[1, 2, 3], [1, 2, NAN]], [[0] * 3] * 2))
    assert found.holds.tolist() == [True, True]


def test_a_correlation_across_draws_leaves_broken_runs_out():
    level = [[1, 1, 1], [1, 1, 1], [2, 2, 2], [1, NAN, NAN], [3, 3, 3]]
    found = judge(parse_check("across_draws(base.level@2, base.pull@2) > 0.9"), evidence(level, level))
    assert found.holds.tolist() == [True, True, True, False, True]
    broken = judge(parse_check("spread(base.level@2) > 0"), evidence([[NAN] * 3] * 3, [[0] * 3] * 3))
    assert not broken.holds.any()


def test_a_draw_whose_run_breaks_off_does_not_stop_the_study(tmp_path):
    (tmp_path / "tiny.mdl").write_text(MODEL.replace("= Loss*Level", "= SQRT(0.3 - Loss)*Level"), encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(CARD, encoding="utf-8")
    file, origin = claim_file(tmp_path, "    checks: [base.level@10 > 0]\n")
    breaking = load_model(tmp_path / "tiny.mdl")
    plain, wide = (
        study(breaking, file, origin, draws=100, default_case="none", widen=factor).results[0] for factor in (1, 2)
    )
    assert plain.point is wide.point is True
    assert plain.share == pytest.approx(1 - 0.1**2 / (0.35 * 0.3), abs=0.011)  # loss over 0.3 has no root
    assert wide.share == pytest.approx(1 - 0.4**2 / (0.699 * 0.6), abs=0.011)


def test_page_and_data_show_the_factor_unless_it_is_1(model, claims):
    file, origin = claims
    plain = study(model, file, origin, draws=2, only=("A07",))
    wide = study(model, file, origin, draws=2, only=("A07",), widen=2)
    assert "widen" not in as_data(plain)
    assert as_data(wide)["widen"] == 2
    assert "--widen" not in markdown(plain, file.groups)
    page = markdown(wide, file.groups).splitlines()
    assert page[0] == "# Claims of the sources as experiments, ranges widened by 2"
    assert "--widen 2" in page[2]
    narrow = study(model, file, origin, draws=0, only=("A07",), widen=0.5)
    assert markdown(narrow, file.groups).startswith("# Claims of the sources as experiments, ranges narrowed by 0.5\n")


def test_command(tmp_path, capsys):
    data = tmp_path / "claims.json"
    assert main(["--only", "A07", "--draws", "3", "--widen", "1.5", "--json", str(data)]) == 0
    assert "3 draws, seed 20081, ranges widened by 1.5;" in capsys.readouterr().out
    assert json.loads(data.read_text(encoding="utf-8"))["widen"] == 1.5
    for wrong in ("7", "0", "-1", "nan", "twice", ""):
        assert main([f"--widen={wrong}"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert all(word in error for word in ("error: ", "--widen", "from 0.1 to 5", f"'{wrong}'", "such as"))
