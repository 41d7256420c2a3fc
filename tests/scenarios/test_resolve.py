"""A scenario on a case becomes an experiment: who wins, which defaults, which clock."""

from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.experiment import Experiment
from simulator.runner import Model, changed, experiment_of, load_model
from simulator.scenario import Knots, LeverSetting, Scenario, load_case, load_scenario
from simulator.schedule import Schedule


@pytest.fixture
def model(tank: Path) -> Model:
    return load_model("tank.mdl")


@pytest.fixture
def scenario(tank: Path) -> Scenario:
    return load_scenario("open_tap.yaml")


def resolved(model: Model, scenario: Scenario, **fields: Any) -> Experiment:
    return experiment_of(model, scenario.changed(**fields))


def test_the_files_of_the_example(model: Model, scenario: Scenario):
    found = resolved(model, scenario)
    assert (found.time.start, found.time.stop, found.time.step, found.time.every) == (2000, 2020, 0.125, 0.5)
    assert found.initial == {"water": 30}
    assert found.parameters["leak"] == Schedule.constant(0.2)
    assert found.parameters["pressure"] == Schedule(((2000, 10), (2010, 20)))
    assert found.parameters["tap"].knots == (
        (2002, 20), (2004, 40), (2005, 40), (2007, 80), (2012, 80), (2014, 40)
    )
    assert found.parameters["valve"].at(2005) == 0
    assert found.parameters["valve"].at(2006) == 10
    assert (found.solver.method, found.solver.rtol) == ("LSODA", 1e-6)


def test_a_case_alone_is_its_own_baseline(model: Model):
    base = load_scenario("house.yaml")
    assert (base.name, base.levers, base.title.zh if base.title else "") == ("house", {}, "房子")
    assert experiment_of(model, base).parameters["tap"] == load_case(Path("house.yaml")).levers["tap"].schedule()


def test_without_a_case_the_file_gives_clock_and_values(model: Model):
    found = experiment_of(model, Scenario(name="bare"))
    assert (found.time.start, found.time.stop) == (0, 30)
    assert (found.parameters, found.initial) == ({}, {})


def test_a_lever_without_history_starts_from_the_files_value(model: Model):
    found = experiment_of(model, Scenario(name="x", levers={"tap": {"value": 50, "start": 10, "ramp": 4}}))
    assert found.parameters["tap"].at(10) == 20
    assert found.parameters["tap"].at(12) == 35


def test_policy_starts_with_the_run_where_no_case_says_otherwise(model: Model):
    found = experiment_of(model, Scenario(name="x", levers={"tap": 50}, time={"start": 3}))
    assert (found.parameters["tap"].at(3), found.parameters["tap"].at(4)) == (20, 50)


def test_knots_replace_the_history(model: Model, scenario: Scenario):
    found = resolved(model, scenario, levers={"tap": {"knots": [[2000, 5], [2001, 7]]}})
    assert found.parameters["tap"] == Schedule(((2000, 5), (2001, 7)))


def test_scenario_wins_over_case_over_file(model: Model, scenario: Scenario):
    found = resolved(model, scenario, drivers={"pressure": 3}, assumptions={"leak": 0.4, "area": 5},
                     initial={"water": 1}, time={"stop": 2010, "every": 0.25})
    assert found.parameters["pressure"] == Schedule.constant(3)
    assert found.parameters["leak"] == Schedule.constant(0.4)
    assert found.parameters["area"] == Schedule.constant(5)
    assert found.initial == {"water": 1}
    assert (found.time.start, found.time.stop, found.time.every) == (2000, 2010, 0.25)


def test_interventions(model: Model, scenario: Scenario):
    found = resolved(model, scenario, clamp={"level": {"knots": [[2000, 1], [2010, 2]]}},
                     freeze=["water -> outflow", "tap->inflow"],
                     impulse=[{"stock": "water", "time": 2003, "amount": -2}])
    assert found.clamp == {"level": Schedule(((2000, 1), (2010, 2)))}
    assert found.freeze == (("water", "outflow"), ("tap", "inflow"))
    assert (found.impulses[0].stock, found.impulses[0].time, found.impulses[0].amount) == ("water", 2003, -2)


def test_a_clamp_replaces_what_the_case_sets(model: Model, scenario: Scenario):
    found = experiment_of(model, load_scenario("house.yaml").changed(clamp={"water": 3, "tap": 5}))
    assert found.clamp == {"water": Schedule.constant(3), "tap": Schedule.constant(5)}
    assert "water" not in found.initial
    assert "tap" not in found.parameters


@pytest.mark.parametrize(("fields", "fits"), [
    ({"oil_share": 0.4, "water_share": 0.6}, True),
    ({"oil_share": 0.4, "water_share": 0.6 + 1e-9}, True),
    ({"oil_share": 0.3}, True),
    ({"oil_share": 0.4, "water_share": 0.7}, False),
    ({"water_share": 0.8}, False),
])
def test_conserved_groups_add_up(model: Model, scenario: Scenario, fields: dict[str, float], fits: bool):
    if fits:
        resolved(model, scenario, initial=fields)
    else:
        with pytest.raises(InputError, match="add up to 1"):
            resolved(model, scenario, initial=fields)


@pytest.mark.parametrize("name", ["rk4", "RK4", "Euler", "lsoda", "dop853", "BDF"])
def test_methods_in_any_case_of_letters(model: Model, scenario: Scenario, name: str):
    assert resolved(model, scenario, solver={"method": name}).solver.method.lower() == name.lower()


def test_changes_lie_over_the_scenarios_own(scenario: Scenario):
    found = changed(scenario, levers={"valve": 5}, freeze="water -> outflow", method="rk4", stop=2010)
    assert found.levers == {"tap": scenario.levers["tap"], "valve": LeverSetting(value=5)}
    assert (found.freeze, found.solver.method, found.time.stop) == (("water -> outflow",), "rk4", 2010)
    assert scenario.freeze == ()
    assert scenario.time.stop is None


@pytest.mark.parametrize("path", [Schedule(((0, 1), (2, 3))), [(0, 1), (2, 3)], {"knots": [(0, 1), (2, 3)]},
                                  Knots(knots=((0, 1), (2, 3)))])
def test_paths_in_every_form(scenario: Scenario, path: Any):
    assert changed(scenario, clamp={"level": path}).clamp["level"] == Knots(knots=((0, 1), (2, 3)))


@pytest.mark.parametrize(("fields", "said"), [
    ({"lever": {}}, "no field 'lever'; did you mean 'levers'"),
    ({"levers": {"tap": "x"}}, "levers.tap.value: must be a number, not 'x'"),
    ({"levers": {"tap": {"value": 1, "ramp": -1}}}, "levers.tap.ramp: must be greater than or equal to 0, not -1"),
    ({"levers": 3}, "levers: must be a"),
    ({"name": "a\nb"}, "name: must be one line"),
    ({"name": ""}, "name"),
    ({"time": {"every": 0}}, "time.every"),
    ({"drivers": {"pressure": True}}, "drivers.pressure: must be a number, not true"),
])
def test_changed_refuses(scenario: Scenario, fields: dict[str, Any], said: str):
    with pytest.raises(InputError) as caught:
        scenario.changed(**fields)
    assert said in str(caught.value)


def test_none_gives_a_field_its_default_back(scenario: Scenario):
    assert scenario.changed(levers=None).levers == {}
