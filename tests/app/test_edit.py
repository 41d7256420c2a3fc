"""Changes to a scenario: levers with schedules, drivers, assumptions, and the ways back."""

import pytest

from simulator.errors import InputError
from simulator.runner import Model, experiment_of
from simulator.scenario import LeverSetting
from simulator.ui import edit
from simulator.ui.catalogue import Catalogue, Start


@pytest.fixture
def start(catalogue: Catalogue) -> Start:
    return catalogue.start("wenzhou_lighters")


def lever(model: Model, key: str):
    return next(item for item in model.card.levers if item.key == key)


def test_a_lever_moved_and_moved_back_is_untouched(model: Model, start: Start) -> None:
    item = lever(model, "channel_investment")
    before = edit.lever_view(start.base, start.baseline, item)
    assert before.changed is False
    assert start.base.path(item).is_constant, "this test needs a lever without a history"
    changed = edit.set_lever(start.base, start.baseline, item, value=60)
    assert changed.levers["channel_investment"] == LeverSetting(value=60)
    assert edit.set_lever(start.base, changed, item, value=before.value) == start.baseline


def test_start_ramp_and_end_reach_the_engine_as_previewed(model: Model, start: Start) -> None:
    item = lever(model, "channel_investment")
    scenario = start.baseline
    for change in ({"value": 60}, {"start": 2010}, {"ramp": 4}, {"end": 2018}):
        scenario = edit.set_lever(start.base, scenario, item, **change)
    path = experiment_of(model, scenario).parameters["channel_investment"]
    assert path == edit.lever_path(start.base, scenario, item)
    assert [path.at(t) for t in (2009, 2012, 2014, 2017, 2020, 2024)] == [0, 30, 60, 60, 30, 0]
    view = edit.lever_view(start.base, scenario, item)
    assert (view.value, view.start, view.ramp, view.end, view.changed) == (60, 2010, 4, 2018, True)


def test_what_cannot_be_is_refused(model: Model, start: Start) -> None:
    item = lever(model, "channel_investment")
    for change, words in (
        ({"value": 101}, "0 to 100"),
        ({"ramp": -1}, "0 years"),
        ({"value": None}, "needs a value"),
        ({"start": 2010, "end": 2010}, "fully up"),
    ):
        with pytest.raises(InputError, match=words):
            edit.set_lever(start.base, start.baseline, item, **change)


def test_a_lever_with_a_history_shows_its_value_at_policy_start(model: Model, catalogue: Catalogue) -> None:
    found = [
        (s, item) for s in catalogue.starts.values() for item in model.card.levers if not s.base.path(item).is_constant
    ]
    assert found, "no case has a policy history"
    for start, item in found:
        view = edit.lever_view(start.base, start.baseline, item)
        assert view.value == start.base.path(item).at(start.base.policy_start)
        assert view.changed is False
        later = {v for t, v in start.base.path(item).knots if t >= start.base.policy_start} - {view.value}
        held = edit.set_lever(start.base, start.baseline, item, value=view.value)
        assert (item.key in held.levers) is bool(later), "holding it is a change only if its history goes on moving"


def test_slider_options_hold_the_range_and_an_exact_value(model: Model) -> None:
    item = model.card.levers[0]
    options = edit.options(item, 33.3)
    assert options[0] == item.range[0]
    assert options[-1] == item.range[1]
    assert 33.3 in options
    assert options == sorted(options)


def test_drivers_and_assumptions_and_every_reset(model: Model, start: Start) -> None:
    driver, assumption = model.card.drivers[0], model.card.assumptions[0]
    item = lever(model, "channel_investment")
    scenario = edit.set_lever(start.base, start.baseline, item, value=20)
    scenario = edit.set_driver(start.base, scenario, driver, driver.range[1])
    scenario = edit.set_assumption(start.base, scenario, assumption, assumption.range[1])
    assert edit.input_shown(start.base, scenario, driver) == driver.range[1]
    assert edit.input_shown(start.base, scenario, assumption) == assumption.range[1]
    assert edit.reset_policies(scenario).levers == {}
    assert edit.reset_drivers(scenario).drivers == {}
    assert edit.reset_assumptions(scenario).assumptions == {}
    assert edit.reset_levers(scenario, ["channel_investment"]).levers == {}
    both = edit.reset_input(edit.reset_input(scenario, driver.key), assumption.key)
    assert edit.reset_policies(both) == start.baseline
    with pytest.raises(InputError, match="takes a value"):
        edit.set_driver(start.base, scenario, driver, driver.range[1] + 1)
