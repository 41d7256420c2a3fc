"""Python, command line and scenario files are three ways to the same numbers; no run leaves a trace in the next."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simulator as sim
from simulator.runner import sort_settings
from tests.conftest import TANK, Result

ROOT = Path(__file__).resolve().parent.parent
Cli = Callable[..., Result]


def numbers(text: str) -> np.ndarray:
    return np.array([[float(cell) for cell in row[2:]] for row in list(csv.reader(io.StringIO(text)))[1:]])


def test_python_and_command_line_give_identical_numbers(tank: Path, gumsim: Cli):
    model = sim.load_model("tank.mdl")
    setting = {"value": 30, "start": 2006, "ramp": 3, "end": 2015}
    run = sim.run(
        model, sim.load_scenario("open_tap.yaml"), levers={"valve": setting},
        drivers={"pressure": [(2000, 10), (2010, 30)]}, assumptions={"leak": 0.15, "area": 3}, initial={"water": 12.5},
        clamp={"inflow": 2.5}, freeze=["water -> level"], start=2001, stop=2019, every=0.25, rtol=1e-9, save="all",
    )
    result = gumsim(
        "run", "open_tap.yaml", "--set", "valve=30@2006:3@2015", "--set", "pressure=2000:10,2010:30", "--set",
        "leak=0.15", "--set", "area=3", "--initial", "water=12.5", "--clamp", "inflow=2.5", "--freeze",
        "water -> level", "--start", 2001, "--stop", 2019, "--every", 0.25, "--rtol", 1e-9, "--all", "--out", "-",
    )
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0] == "scenario,time," + ",".join(run.keys)
    assert np.array_equal(numbers(result.out), run.values)


def test_a_flagship_scenario_is_the_same_on_every_way(tmp_path: Path, gumsim: Cli):
    model = sim.load_model("gum")
    run = sim.run(model, "wenzhou_lighters")
    target = tmp_path / "w.csv"
    assert gumsim("run", "wenzhou_lighters", "--out", target).code == 0
    assert np.array_equal(numbers(target.read_text(encoding="utf-8")), run.values)
    direct = sim.run(model, sim.load_scenario(sim.scenarios()["wenzhou_lighters"]))
    assert np.array_equal(direct.values, run.values)


def test_the_default_saves_stocks_and_outcomes(tank: Path):
    model = sim.load_model("tank.mdl")
    assert sim.run(model, "open_tap.yaml").keys == ("water", "oil_share", "water_share", "level")
    assert sim.run(model, "open_tap.yaml", save=["inflow"]).keys == ("inflow",)
    assert {"inflow", "outflow", "level", "water"} <= set(sim.run(model, "open_tap.yaml", save="all").keys)
    with pytest.raises(sim.InputError, match="'stocks'"):
        sim.run(model, "open_tap.yaml", save="stocks")


def printed(code: str) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout.splitlines()


CHANGES = st.fixed_dictionaries({}, optional={
    "levers": st.dictionaries(st.sampled_from(["tap", "valve"]), st.integers(0, 100), max_size=2),
    "drivers": st.just({"pressure": 33}),
    "assumptions": st.dictionaries(st.sampled_from(["leak", "turning"]), st.floats(0, 0.5), max_size=2),
    "initial": st.just({"oil_share": 0.4, "water_share": 0.6}),
    "clamp": st.sampled_from([{"water": 5}, {"level": 1}, {"inflow": [(2000, 1), (2010, 3)]}]),
    "freeze": st.just(["water -> outflow"]),
    "method": st.sampled_from(["rk4", "euler", "RK45", "Radau"]),
    "stop": st.sampled_from([2005, 2030]),
})


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_runs_do_not_depend_on_their_order(tank: Path, changes: list[dict], random):  # type: ignore[no-untyped-def]
    model, scenario = sim.load_model("tank.mdl"), sim.load_scenario("open_tap.yaml")
    before = sim.scenario_to_yaml(scenario)
    base = sim.run(model, scenario)
    alone = [sim.run(sim.load_model("tank.mdl"), scenario, **change) for change in changes]
    order = list(range(len(changes)))
    random.shuffle(order)
    for i in order:
        assert np.array_equal(sim.run(model, scenario, **changes[i]).values, alone[i].values)
    assert np.array_equal(sim.run(model, scenario).values, base.values)
    assert sim.scenario_to_yaml(scenario) == before


def test_a_result_cannot_be_changed(tank: Path):
    run = sim.run(sim.load_model("tank.mdl"), "open_tap.yaml")
    with pytest.raises(ValueError, match="read-only"):
        run["water"][0] = 1


def test_settings_are_sorted_by_what_they_are(tank: Path):
    model = sim.load_model("tank.mdl")
    found = sort_settings(model, {"tap": 1, "pressure": 2, "leak": 3, "area": 4})
    assert found == {"levers": {"tap": 1}, "drivers": {"pressure": 2}, "assumptions": {"leak": 3, "area": 4}}


def test_a_model_without_a_card_runs(tank: Path, gumsim: Cli):
    (tank / "tank.yaml").unlink()
    model = sim.load_model("tank.mdl")
    assert {lever.key for lever in model.card.levers} == {"tap", "valve", "pressure", "leak", "area", "turning"}
    assert {o.key: o.range for o in model.card.outcomes}["water"] == (0, 100)
    bounded = {lever.key: lever.bounded for lever in model.card.levers}
    assert (bounded["tap"], bounded["area"]) == (True, False)
    assert sim.run(model, sim.Scenario(name="x", levers={"area": 1e6})).keys[0] == "water"
    result = gumsim("run", "--model", "tank.mdl")
    assert result.code == 0
    assert "Water" in result.out


def test_a_model_that_depends_on_its_step_runs_as_its_file_asks(tank: Path):
    (tank / "stepper.mdl").write_text(TANK.replace("Inflow = Tap*Pressure/100", "Inflow = Tap*Pressure*TIME STEP"))
    model = sim.load_model("stepper.mdl")
    run = sim.run(model, sim.Scenario(name="x"))
    assert run.provenance["solver"] == {"method": "euler"}
    assert "own method euler and step 0.125" in run.warnings[0]
    forced = sim.run(model, sim.Scenario(name="x"), method="LSODA")
    assert "the file asks for euler, not LSODA" in forced.warnings[0]


def test_importing_the_package_loads_nothing_heavy():
    heavy = ("numpy", "scipy", "pandas", "pydantic", "yaml")
    code = f"import simulator, sys; print([m for m in {heavy} if m in sys.modules])"
    assert printed(code) == ["[]"]


def test_running_loads_no_page_and_no_charts(tank: Path):
    code = ("from simulator.cli import main; import sys; main(['run', 'open_tap.yaml']); "
            "print([m for m in ('streamlit', 'plotly') if m in sys.modules])")
    assert printed(code)[-1] == "[]"


def test_every_public_name_is_there():
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no_such_name"):
        sim.no_such_name  # noqa: B018
