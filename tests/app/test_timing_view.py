"""The view Timing: every cell is a run, the best and the last useful start are read off honestly."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.runner import Model, run
from simulator.ui.background import board
from simulator.ui.catalogue import Catalogue
from simulator.ui.edit import set_lever
from simulator.ui.timing_grid import (
    STARTS,
    STRENGTHS,
    TimingGrid,
    best_cell,
    last_useful_start,
    start_times,
    strengths_of,
    timing_grid,
)
from tests.app.reading import show, state

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def no_old_jobs() -> None:
    board.clear()


def settled(page: AppTest) -> AppTest:
    for job in list(board()._jobs.values()):
        assert job.finished.wait(120)
        assert not job.error
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def heat(page: AppTest) -> str:
    return next(h.proto.body for h in page.get("html") if 'class="gs-heat"' in h.proto.body)


def test_every_cell_is_the_run_with_that_start_and_strength(model: Model, catalogue: Catalogue) -> None:
    start = catalogue.start("ningbo_apparel")
    lever, outcome = model.card.levers[0], model.card.outcomes[0]
    seen: list[float] = []

    def progress(grid: object, share: float) -> bool:
        seen.append(share)
        return True

    grid = timing_grid(model, start.case, start.base, start.baseline, [lever], (outcome.key,), progress)
    assert grid.values.shape == (STRENGTHS, len(grid.starts), 1)
    assert np.isfinite(grid.values).all()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    i, j = 3, 2
    changed = set_lever(
        start.base, start.baseline, lever, value=float(grid.strengths[i, 0]), start=float(grid.starts[j])
    )
    assert grid.values[i, j, 0] == run(model, changed)[outcome.key][-1]
    assert grid.reference[0] == run(model, start.baseline)[outcome.key][-1]
    assert len(grid.gains_alone(outcome)) == 0
    assert grid.gains(outcome)[i, j] == (grid.values[i, j, 0] - grid.reference[0]) * outcome.display


def test_it_stops_when_asked_and_keeps_what_was_run(model: Model, catalogue: Catalogue) -> None:
    start = catalogue.start("ningbo_apparel")
    lever, key = model.card.levers[0], model.card.outcomes[0].key
    grid = timing_grid(model, start.case, start.base, start.baseline, [lever], (key,), lambda g, share: False)
    assert np.isfinite(grid.values[:, 0]).all()
    assert np.isnan(grid.values[:, 1:]).all()


def test_starts_lie_between_policy_start_and_end_and_strengths_reach_the_end_of_the_range(model: Model) -> None:
    times = start_times(2009, 2030)
    assert times[0] == 2009
    assert times[-1] < 2030
    assert len(times) == STARTS
    assert all(t == round(t) for t in times)
    assert start_times(0.0, 3.5).tolist() == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5, 3])
    lever = model.card.levers[0]
    found = strengths_of(lever)
    assert found[-1] == lever.range[1]
    assert lever.neutral not in found


@pytest.mark.parametrize(
    ("gains", "better", "last", "best"),
    [
        ([[4.0, 2.0, 0.0]], "higher", 2018.0, (0, 0)),  # 10 % of 4 is 0.4: at 2010 + (2 - 0.4) / 2 * 10
        ([[-4.0, -2.0, 0.0]], "lower", 2018.0, (0, 0)),
        ([[4.0, 2.0, 1.0]], "higher", math.inf, (0, 0)),
        ([[-4.0, -2.0, -1.0]], "higher", None, None),
        ([[0.0, 0.0, 0.0]], "higher", None, None),
        ([[-4.0, 2.0, 0.0]], "depends", 2018.0, (0, 0)),
        ([[1.0, 0.5, 0.0], [10.0, 0.5, 0.0]], "higher", 2000 + 10 * 9 / 9.5, (1, 0)),
        ([[0.0, 5.0, 0.0]], "higher", 2019.0, (0, 1)),
        ([[4.0, 2.0, math.nan]], "higher", 2010.0, (0, 0)),
    ],
)
def test_best_cell_and_last_useful_start(
    model: Model, gains: list[list[float]], better: str, last: float | None, best: tuple[int, int] | None
) -> None:
    outcome = model.card.outcomes[0].model_copy(update={"better": better, "decimals": 1})
    values = np.array(gains)
    assert best_cell(values, outcome) == best
    found = last_useful_start(np.array([2000.0, 2010.0, 2020.0]), values, outcome)
    assert found == (last if last is None else pytest.approx(last))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_map_stands_with_a_number_in_every_cell(open_page: OpenPage, language: str) -> None:
    page = settled(show(open_page(lang=language), "timing"))
    body = heat(page)
    assert body.count("<td") == STRENGTHS * STARTS
    assert "…" not in body
    assert body.count("★ ") <= 2, "one in the map, one in its key"


def test_the_best_cell_is_set_by_a_press_and_undone(open_page: OpenPage, model: Model) -> None:
    page = show(open_page(), "timing")
    helpful = None
    for lever in model.card.levers:
        page.selectbox(key="timing_lever:en").set_value(lever.key).run()
        settled(page)
        if any(b.key == "timing_use" for b in page.button):
            helpful = lever
            break
    assert helpful is not None
    page.button(key="timing_use").click().run()
    assert set(state(page).scenario.levers) == {helpful.key}
    page.button(key="undo").click().run()
    assert state(page).scenario.levers == {}


def test_beside_the_scenario_the_rest_of_it_stays(open_page: OpenPage, model: Model) -> None:
    page = open_page()
    first, second = (s.key.removeprefix("lever:") for s in page.select_slider[:2])
    page.select_slider[1].set_value(80.0).run()
    show(page, "timing")
    page.selectbox(key="timing_lever:en").set_value(first).run()
    alone = heat(settled(page))
    page.button_group(key="timing_beside").set_value("beside").run()
    beside = heat(settled(page))
    assert alone != beside
    assert second in state(page).scenario.levers


def test_a_teaching_model_has_a_map_too(open_page: OpenPage) -> None:
    page = settled(show(open_page("s_curve"), "timing"))
    assert heat(page).count("<td") > 10


def test_a_pair_starts_together_and_each_goes_the_same_share_of_its_way(model: Model, catalogue: Catalogue) -> None:
    start = catalogue.start("ningbo_apparel")
    one, two = model.card.levers[0], model.card.levers[5]
    outcome = model.card.outcomes[0]
    shares: list[float] = []

    def progress(grid: object, share: float) -> bool:
        shares.append(share)
        return True

    grid = timing_grid(model, start.case, start.base, start.baseline, [one, two], (outcome.key,), progress)
    assert shares[-1] == 1.0
    assert len(shares) == 3 * len(grid.starts)
    for n, lever in enumerate((one, two)):
        way = (grid.strengths[:, n] - lever.neutral) / (lever.range[1] - lever.neutral)
        assert way == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    i, j = 1, 3
    both = start.baseline
    for n, lever in enumerate((one, two)):
        changes = {"value": float(grid.strengths[i, n]), "start": float(grid.starts[j])}
        alone = set_lever(start.base, start.baseline, lever, **changes)
        assert grid.parts[n, i, j, 0] == run(model, alone)[outcome.key][-1]
        both = set_lever(start.base, both, lever, **changes)
    assert grid.values[i, j, 0] == run(model, both)[outcome.key][-1]
    assert grid.reference[0] == run(model, start.baseline)[outcome.key][-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_levers_are_set_by_one_press_and_undone_by_one(
    open_page: OpenPage, model: Model, language: str
) -> None:
    page = show(open_page(lang=language), "timing")
    one, two = model.card.levers[0].key, model.card.levers[5].key
    page.selectbox(key=f"timing_lever:{language}").set_value(one).run()
    page.selectbox(key=f"timing_second:{language}").set_value(two).run()
    page = settled(page)
    assert heat(page).count("<td") == STRENGTHS * STARTS
    page.button(key="timing_use").click().run()
    assert set(state(page).scenario.levers) == {one, two}
    assert len({setting.start for setting in state(page).scenario.levers.values()}) == 1
    page.button(key="undo").click().run()
    assert state(page).scenario.levers == {}
    page.selectbox(key=f"timing_lever:{language}").set_value(two).run()
    assert page.selectbox(key=f"timing_second:{language}").value == "", "a lever is no company for itself"


@pytest.mark.parametrize(
    ("together", "better", "word"),
    [(5.0, "higher", "more"), (2.0, "higher", "less"), (3.02, "higher", "as much"), (-5.0, "lower", "more")],
)
def test_more_or_less_than_the_sum_of_both_is_said(
    model: Model, together: float, better: str, word: str
) -> None:
    from types import SimpleNamespace

    from simulator.ui.strings import say
    from simulator.ui.timing import alone_words

    outcome = model.card.outcomes[0].model_copy(update={"better": better, "decimals": 1, "display": 1.0})
    sign = np.sign(together)
    grid = TimingGrid(
        np.array([2010.0]), np.array([[50.0, 50.0]]), (outcome.key,), np.array([[[together]]]), np.zeros(1), 2030.0,
        np.array([[[[sign * 1.0]]], [[[sign * 2.0]]]]),
    )
    page = SimpleNamespace(language="en", say=lambda key, **values: say(key, "en", **values))
    words = alone_words(page, grid, (0, 0), model.card.levers[:2], outcome)  # type: ignore[arg-type]
    assert word in words
    pending = TimingGrid(
        grid.starts, grid.strengths, grid.outcomes, grid.values, grid.reference, 2030.0, grid.parts * np.nan
    )
    assert alone_words(page, pending, (0, 0), model.card.levers[:2], outcome) == ""  # type: ignore[arg-type]
