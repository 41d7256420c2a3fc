"""What can be taken along: files equal the page's numbers, and the printed commands give them again."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import simulator
from simulator.cli import main
from simulator.figures import Run, chart_spec
from simulator.runner import Model, run
from simulator.scenario import Scenario, scenario_to_yaml
from simulator.ui.catalogue import Catalogue
from simulator.ui.compare import difference
from simulator.ui.data import _distinct, zip_bytes
from simulator.ui.snippets import command_line, file_name, python_code
from simulator.ui.tables import chart_table, outcome_rows, value_at

RICH = {
    "levers": {"own_brand_effort": {"value": 40, "start": 2010, "ramp": 2, "end": 2020}, "certification": 20},
    "drivers": {"exchange_rate_index": 1.1},
    "initial": {"trust": 0.4},
    "clamp": {"regional_brand": {"knots": [[1990, 0.2], [2020, 0.4]]}},
    "freeze": ["trust -> tacit_sharing"],
    "time": {"stop": 2026, "every": 0.5},
    "solver": {"method": "rk4"},
}


@pytest.fixture(params=["baseline", "package", "rich"])
def scenario(request: pytest.FixtureRequest, catalogue: Catalogue) -> Scenario:
    baseline = catalogue.start("wenzhou_lighters").baseline
    package = catalogue.presets["wenzhou_lighters"]["wenzhou_brand_first"]
    return {"baseline": lambda: baseline, "package": lambda: package, "rich": lambda: baseline.changed(**RICH)}[
        request.param
    ]()


def test_the_python_code_gives_the_pages_number(
    scenario: Scenario, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    code = python_code(model, scenario, "value_capture_rate")
    names: dict[str, object] = {}
    exec(compile(code, "snippet", "exec"), names)
    assert float(capsys.readouterr().out) == run(model, scenario)["value_capture_rate"][-1]
    assert names["sim"] is simulator


def test_the_command_gives_the_pages_numbers(
    scenario: Scenario, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"{file_name(scenario)}.yaml").write_text(scenario_to_yaml(scenario), encoding="utf-8")
    program, *arguments = command_line(model, scenario).split()
    assert program == "gumsim"
    assert main(arguments) == 0
    with Path(f"{file_name(scenario)}.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    expected = run(model, scenario)
    for key in ("time", "value_capture_rate", "trust"):
        values = expected.times if key == "time" else expected[key]
        assert [float(row[key]) for row in rows] == list(values)


def test_the_zip_holds_the_numbers_and_the_settings_of_every_run(model: Model, catalogue: Catalogue) -> None:
    baseline = catalogue.start("ningbo_apparel").baseline
    changed = baseline.changed(name="mine", levers={"own_brand_effort": 55})
    runs = [run(model, baseline), run(model, changed)]
    with zipfile.ZipFile(io.BytesIO(zip_bytes(runs, "both"))) as archive:
        assert sorted(archive.namelist()) == ["both.csv", "both.meta.json"]
        rows = list(csv.DictReader(io.StringIO(archive.read("both.csv").decode("utf-8-sig"))))
        text = archive.read("both.meta.json").decode()
    assert {row["scenario"] for row in rows} == {"ningbo_apparel", "mine"}
    mine = [float(row["value_capture_rate"]) for row in rows if row["scenario"] == "mine"]
    assert mine == list(runs[1]["value_capture_rate"])
    assert "own_brand_effort" in text
    assert json.loads(text)


def test_runs_of_one_name_are_numbered(model: Model, catalogue: Catalogue) -> None:
    one = run(model, catalogue.start("ningbo_apparel").baseline)
    assert [r.scenario for r in _distinct([one, one])] == ["ningbo_apparel", "ningbo_apparel (2)"]


def test_file_names_are_plain() -> None:
    assert file_name(Scenario(name="../a b/中文?")) == "a_b_中文"
    assert file_name(Scenario(name="???")) == "scenario"


@pytest.fixture
def drawn(model: Model, catalogue: Catalogue) -> list[Run]:
    baseline = catalogue.start("ningbo_apparel").baseline
    changed = baseline.changed(levers={"own_brand_effort": 80}, time={"every": 0.5})
    return [Run("Baseline", run(model, baseline), "baseline"), Run("Now", run(model, changed), "current")]


def test_the_table_twin_has_every_number_of_the_chart(model: Model, drawn: list[Run]) -> None:
    outcomes = {o.key: o for o in model.card.outcomes}
    for chart in model.card.charts:
        spec = chart_spec([Run(r.label, r.trajectory, r.role) for r in drawn], chart, outcomes, stacked=False)
        table = chart_table(spec)
        assert len(table.columns) == 1 + len(spec.series)
        for position, series in enumerate(spec.series):
            column = table.iloc[:, 1 + position].dropna()
            assert list(column) == series.values


def test_outcome_rows_show_value_and_change(model: Model, drawn: list[Run]) -> None:
    outcome = next(o for o in model.card.outcomes if o.headline)
    names = {"outcome": "Outcome", "unit": "Unit"}
    row = outcome_rows([outcome], drawn, 2025, "en", names)[0]
    assert row["Unit"] == outcome.units.en
    assert "(" not in row["Baseline"]
    now, before = (value_at(r.trajectory, outcome.key, 2025) * outcome.display for r in (drawn[1], drawn[0]))
    assert row["Now"].startswith(f"{now:,.{outcome.decimals}f}")
    assert f"{abs(now - before):,.{outcome.decimals}f}" in row["Now"]
    assert np.isnan(value_at(drawn[0].trajectory, outcome.key, 1800))
    assert np.isnan(value_at(drawn[0].trajectory, "no_such_variable", 2000))


def test_difference_is_zero_against_itself_and_meets_other_clocks(drawn: list[Run]) -> None:
    base, other = drawn[0].trajectory, drawn[1].trajectory
    assert np.all(difference(base, base).values == 0)
    shifted = difference(other, base)
    assert shifted.times.shape == other.times.shape
    index = list(base.times).index(2020.0)
    expected = other["value_capture_rate"][list(other.times).index(2020.0)] - base["value_capture_rate"][index]
    assert shifted["value_capture_rate"][list(other.times).index(2020.0)] == pytest.approx(expected)
