"""The view Uncertainty: common draws, bands in display units, honest counts, and work that does not hold the page."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.batch import UncertaintyBands, uncertainty_bands
from simulator.card import Outcome
from simulator.figures import Futures, band_spec
from simulator.runner import Model
from simulator.ui import uncertainty
from simulator.ui.background import board
from simulator.ui.catalogue import Catalogue
from simulator.ui.uncertainty import PERCENTILES, bands_table, beats
from tests.app.reading import chart, show, state

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def few_futures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "DRAFT", 4)
    monkeypatch.setattr(uncertainty, "FINAL", 12)
    board.clear()


def settled(page: AppTest) -> AppTest:
    """Wait for the page's jobs and draw once more."""
    for job in list(board()._jobs.values()):
        assert job.finished.wait(60)
        assert not job.error
    page.run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def test_bands_of_baseline_and_scenario_are_those_of_the_batch(open_page: OpenPage, model: Model) -> None:
    page = open_page()
    page.select_slider[0].set_value(80.0).run()
    show(page, "uncertainty")
    settled(page)
    spec = chart(page, "bands")["spec"]
    key = spec["series"][0]["variable"]
    case = state(page).scenario.case
    outcome = next(o for o in model.card.outcomes if o.key == key)
    from simulator.ui.catalogue import read_catalogue

    pair = [read_catalogue(model).start(case).baseline, state(page).scenario]
    headlines = [o.key for o in model.card.outcomes if o.headline]
    expected = uncertainty_bands(model, pair, runs=12, outcomes=headlines)
    for series, policy in zip(spec["series"], expected.policies, strict=True):
        values = expected.band(key, policy, PERCENTILES).values * outcome.display
        assert series["values"] == pytest.approx(list(values[2]), rel=1e-4)
    assert len(spec["bands"]) == 4
    assert any(f"of {expected.runs}" in m.value for m in page.markdown)


def test_the_baseline_alone_is_drawn_alone(open_page: OpenPage) -> None:
    page = settled(show(open_page(), "uncertainty"))
    spec = chart(page, "bands")["spec"]
    assert [s["role"] for s in spec["series"]] == ["baseline"]
    assert not any("futures." in m.value for m in page.markdown)


def test_the_first_paint_does_not_wait_and_cancel_keeps_what_there_is(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    hold, real = Event(), uncertainty.uncertainty_bands

    def slow(*arguments: object, runs: int, **options: object) -> UncertaintyBands:
        if runs == 12:
            assert hold.wait(60)
        return real(*arguments, runs=runs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(uncertainty, "uncertainty_bands", slow)
    page = show(open_page(), "uncertainty")
    assert not page.exception
    job = next(iter(board()._jobs.values()))
    assert not job.finished.is_set()
    page.button(key="futures_cancel").click().run()
    assert job.stopped
    hold.set()
    settled(page)
    assert page.button(key="futures_again")
    assert chart(page, "bands")["spec"]["series"]
    page.button(key="futures_again").click().run()
    settled(page)
    assert next(iter(board()._jobs.values())).done


def test_cancelling_in_one_session_leaves_the_other_its_work(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    hold, real = Event(), uncertainty.uncertainty_bands

    def slow(*arguments: object, runs: int, **options: object) -> UncertaintyBands:
        if runs == 12:
            assert hold.wait(60)
        return real(*arguments, runs=runs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(uncertainty, "uncertainty_bands", slow)
    first, second = show(open_page(), "uncertainty"), show(open_page(), "uncertainty")
    (job,) = board()._jobs.values()
    assert len(job.owners) == 2
    first.button(key="futures_cancel").click().run()
    assert not job.stopped
    first.run()
    assert first.button(key="futures_again"), "who cancelled is not drawn in again by the next run of the script"
    assert second.run().button(key="futures_cancel")
    hold.set()
    settled(second)
    assert job.done
    assert not any(b.key == "futures_again" for b in second.button)
    third = settled(show(open_page(), "uncertainty"))
    assert len(board()._jobs) == 1
    assert chart(third, "bands")["spec"]["series"]


def test_a_session_that_goes_on_to_other_futures_leaves_the_old_ones(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    hold, real = Event(), uncertainty.uncertainty_bands

    def slow(*arguments: object, **options: object) -> UncertaintyBands:
        assert hold.wait(60)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(uncertainty, "uncertainty_bands", slow)
    page = show(open_page(), "uncertainty")
    (old,) = board()._jobs.values()
    page.selectbox(key="preset:en").set_value(page.selectbox(key="preset:en").options[1]).run()
    hold.set()
    assert old.finished.wait(60)
    assert old.stopped
    assert len(board()._jobs) == 2
    settled_jobs = list(board()._jobs.values())
    assert settled_jobs[1].finished.wait(60)
    assert settled_jobs[1].done


def test_another_outcome_of_the_headlines_needs_no_new_futures(open_page: OpenPage, model: Model) -> None:
    page = settled(show(open_page(), "uncertainty"))
    other = [o.key for o in model.card.outcomes if o.headline][2]
    page.selectbox(key="uncertain_outcome:en").set_value(other).run()
    assert len(board()._jobs) == 1
    assert chart(page, "bands")["spec"]["series"][0]["variable"] == other


def test_a_model_without_assumptions_says_so(open_page: OpenPage) -> None:
    page = show(open_page("s_curve"), "uncertainty")
    assert not page.exception
    assert len(page.info) == 1
    assert not board()._jobs


@pytest.mark.parametrize(("better", "counts"), [("higher", (2, 1, 1)), ("lower", (1, 1, 2))])
def test_beats_counts_every_future_once(model: Model, better: str, counts: tuple[int, int, int]) -> None:
    outcome = model.card.outcomes[0].model_copy(update={"better": better})
    futures = {
        ("a", outcome.key): np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]),
        ("b", outcome.key): np.array([[9.0, 2.0], [9.0, 3.0], [9.0, 1.0], [9.0, 0.5]]),
    }
    found = UncertaintyBands(np.array([2000.0, 2010.0]), ("a", "b"), (outcome.key,), futures, 4, 4, 1)
    counted = beats(found, outcome, 2011.0)
    assert (counted.better, counted.equal, counted.worse) == counts
    assert counted.futures == 4


def test_band_chart_and_table_hold_the_same_numbers(catalogue: Catalogue, model: Model) -> None:
    outcome: Outcome = model.card.outcomes[0]
    times, values = np.array([2000.0, 2001.0]), np.arange(10.0).reshape(5, 2) / 10
    spec = band_spec([Futures("Now", "current", values)], times, outcome, policy_start=2000.5)
    assert spec.marks[0][0] == 2000.5
    assert spec.series[0].values == pytest.approx(list(values[2] * outcome.display))
    assert [b.low for b in spec.bands] == [pytest.approx(list(values[i] * outcome.display)) for i in (0, 1)]
    assert [b.high for b in spec.bands] == [pytest.approx(list(values[i] * outcome.display)) for i in (4, 3)]
    table = bands_table("Year", times, ["Now"], [values], outcome)
    assert list(table["Now 50 %"]) == pytest.approx(spec.series[0].values)
    assert table.shape == (2, 6)
