"""What the browser is handed to draw charts while a slider is dragged: complete, small, and true to the scenario."""

import json

import pytest

from simulator.compile import compile_model
from simulator.compile.javascript import javascript
from simulator.runner import Model, experiment_of, run
from simulator.scenario import LeverSetting
from simulator.schedule import Schedule
from simulator.simulate import simulate
from simulator.ui import cases, edit
from simulator.ui.catalogue import Catalogue
from simulator.ui.preview import Slider, plan, stamp
from simulator.ui.runs import Runs, shown_keys
from simulator.ui.session import Page, css_class
from simulator.ui.state import PageState, Position, ViewSettings

HISTORY = "wenzhou_lighters"


@pytest.fixture
def page(model: Model, catalogue: Catalogue) -> Page:
    settings = ViewSettings(charts=cases.default_charts(model.card))
    return cases.page_of(model, PageState(Position(catalogue.start(HISTORY).baseline), settings=settings))


def planned(page: Page, *sliders: Slider) -> dict:
    model = page.model
    program = javascript(compile_model(model.spec), shown_keys(model))
    experiment = experiment_of(model, page.state.scenario)
    trajectory = simulate(model.spec, experiment, save=shown_keys(model))
    return plan(page, program, [0.0] * len(program.inputs), experiment, Runs(trajectory, trajectory, ()), sliders)


def test_a_plan_is_small_plain_data_with_the_servers_values(page: Page) -> None:
    found = planned(page)
    assert json.loads(json.dumps(found)) == found
    assert found["stamp"] == stamp(page.state.scenario)
    trajectory = run(page.model, page.state.scenario)
    charted = {k for key in page.state.settings.charts for k in page.charts[key].variables}
    assert set(found["outputs"]) == charted | {card["key"] for card in found["cards"]}
    assert [card["key"] for card in found["cards"]] == [o.key for o in page.card.outcomes if o.headline]
    for key, output in found["outputs"].items():
        values = trajectory[key]
        assert output["server"] == pytest.approx([values[i] for i in output["places"]], rel=1e-4)
        assert output["places"][0] == 0
        assert output["places"][-1] == len(values) - 1
    assert found["times"][0] == trajectory.times[0]
    assert found["times"][0] + found["times"][1] * (found["times"][2] - 1) == trajectory.times[-1]


def test_a_dragged_levers_path_is_the_one_the_server_would_run(page: Page) -> None:
    moving = [lever for lever in page.card.levers if not page.base.path(lever).is_constant]
    assert moving
    for lever in [*moving, page.card.levers[0]]:
        scenario = page.state.scenario.changed(
            levers={lever.key: LeverSetting(value=30, start=2010, ramp=4, end=2018)}
        )
        for before in (page.state.scenario, scenario):
            low, high = edit.lever_ends(page.base, before, lever)
            assert [t for t, _ in low.knots] == [t for t, _ in high.knots]
            for part in (0.0, 0.35, 1.0):
                value = lever.range[0] + part * (lever.range[1] - lever.range[0])
                knots = zip(low.knots, high.knots, strict=True)
                between = Schedule(tuple((t, a + part * (b - a)) for (t, a), (_, b) in knots))
                moved = edit.set_lever(page.base, before, lever, value=value)
                path = edit.lever_path(page.base, moved, lever)
                for time in (1985, 2005.5, 2009, 2009.4, 2010.2, 2012, 2014, 2017.9, 2020, 2024.6):
                    assert between.at(time) == pytest.approx(path.at(time), abs=1e-9)


def test_sliders_of_positions_and_of_values(page: Page) -> None:
    lever, driver = page.card.levers[0], page.card.drivers[0]
    options = edit.options(lever, 33.3)
    by_position = Slider("lever:a b", lever, 33.3, options, lambda: (Schedule.constant(0), Schedule.constant(1)))
    found = planned(page, by_position, Slider("input:x", driver, 1.0))["sliders"]
    inputs = compile_model(page.model.spec).inputs
    assert [inputs[slider["input"]] for slider in found] == [lever.key, driver.key]
    assert options[found[0]["at"]] == 33.3
    assert found[0]["css"] == "st-key-lever-a-b"
    assert found[0]["paths"] == [[[0.0, 0.0]], [[0.0, 1.0]]]
    assert found[1]["at"] == 1.0
    assert "options" not in found[1]


def test_sliders_that_cannot_be_told_apart_are_left_out(page: Page) -> None:
    first, second = page.card.drivers[:2]
    assert css_class("input:价格") == css_class("input:成本")
    twins = (Slider("input:价格", first, 1.0), Slider("input:成本", second, 1.0))
    assert planned(page, *twins)["sliders"] == []
