"""A scenario survives its way through values, YAML and files; differences say what was set otherwise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.library import cases, scenarios
from simulator.scenario import (
    Difference,
    Scenario,
    differences,
    load_scenario,
    scenario_from_dict,
    scenario_from_yaml,
    scenario_to_dict,
    scenario_to_yaml,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text(min_size=1, max_size=20)
KNOTS = st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=4).map(lambda k: {"knots": sorted(k)})
SETTINGS = st.fixed_dictionaries({"value": FINITE}, optional={
    "start": FINITE, "ramp": st.floats(0, 100), "end": FINITE})
NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
TEXTS = st.fixed_dictionaries({"en": st.text(max_size=40), "zh": st.text(max_size=40)})
SCENARIOS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "title": TEXTS, "description": TEXTS, "case": st.text(max_size=20), "model": st.text(max_size=20),
        "levers": st.dictionaries(KEYS, SETTINGS | KNOTS | FINITE, max_size=3),
        "drivers": st.dictionaries(KEYS, FINITE | KNOTS, max_size=3),
        "assumptions": st.dictionaries(KEYS, FINITE | KNOTS, max_size=3),
        "initial": st.dictionaries(KEYS, FINITE, max_size=3),
        "clamp": st.dictionaries(KEYS, FINITE | KNOTS, max_size=3),
        "freeze": st.lists(KEYS, max_size=3),
        "impulse": st.lists(st.fixed_dictionaries({"stock": KEYS, "time": FINITE, "amount": FINITE}), max_size=2),
        "time": st.fixed_dictionaries({}, optional={"start": FINITE, "every": st.floats(1e-6, 10)}),
        "solver": st.fixed_dictionaries({}, optional={"method": st.sampled_from(["rk4", "BDF"]),
                                                      "rtol": st.floats(1e-12, 1e-2)}),
        "sources": st.lists(st.text(max_size=20), max_size=2),
    },
).map(Scenario.model_validate)


@given(SCENARIOS)
def test_values_and_text_read_back_equal(scenario: Scenario):
    assert scenario_from_dict(scenario_to_dict(scenario)) == scenario
    assert scenario_from_yaml(scenario_to_yaml(scenario)) == scenario


@given(SCENARIOS)
def test_a_scenario_does_not_differ_from_itself(scenario: Scenario):
    assert differences(scenario, scenario_from_yaml(scenario_to_yaml(scenario))) == []


@pytest.mark.parametrize("name", [*scenarios(), *cases()])
def test_every_built_in_scenario_reads_back_equal(name: str):
    scenario = load_scenario(name)
    assert scenario_from_yaml(scenario_to_yaml(scenario)) == scenario
    assert scenario.name == name


def test_a_written_scenario_is_a_file_to_run(tank: Path):
    scenario = load_scenario("open_tap.yaml").changed(name="again")
    (tank / "again.yaml").write_text(scenario_to_yaml(scenario), encoding="utf-8")
    assert load_scenario("again.yaml") == scenario


def test_only_what_was_set_is_written():
    assert scenario_to_dict(Scenario(name="x", levers={"a": 1})) == {
        "format": "gumsim-scenario/1", "name": "x", "levers": {"a": {"value": 1.0}}
    }


def test_wrong_values_name_their_place():
    with pytest.raises(InputError, match=r"link:1: levers\.a: must be a number, not 'x'"):
        scenario_from_dict({"name": "x", "levers": {"a": "x"}}, name="link")


def test_differences_name_field_key_and_both_sides():
    a = Scenario(name="a", case="x", levers={"tap": 60, "valve": 5}, freeze=("a -> b",))
    b = Scenario(name="b", case="y", levers={"tap": {"value": 60, "start": 2009, "end": 2030}, "valve": 5},
                 drivers={"rain": {"knots": [[0, 1], [5, 2]]}}, solver={"method": "rk4"}, initial={"s": 0.25},
                 impulse=({"stock": "s", "time": 3, "amount": -1},))
    assert differences(a, b) == [
        Difference("case", "", "x", "y"),
        Difference("levers", "tap", "60 over 1", "60 from 2009 over 1 until 2030"),
        Difference("drivers", "rain", "", "0: 1, 5: 2"),
        Difference("initial", "s", "", "0.25"),
        Difference("freeze", "a -> b", "frozen", ""),
        Difference("impulse", "s", "", "-1 at 3"),
        Difference("solver", "method", "", "rk4"),
    ]


def test_names_and_texts_are_no_difference():
    assert differences(Scenario(name="a"), Scenario(name="b", sources=("x",))) == []
