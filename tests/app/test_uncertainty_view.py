"""The view Uncertainty: common draws, bands in display units, honest counts, and work that does not hold the page."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.batch import UncertaintyBands, uncertainty_bands
from simulator.card import Outcome
from simulator.figures import Futures, band_spec
from simulator.runner import Model
from simulator.ui import futures
from simulator.ui.background import board
from simulator.ui.catalogue import Catalogue
from simulator.ui.futures_tables import PERCENTILES, bands_table, duel, losses, regrets, scores_of
from tests.app.reading import chart, show, state

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def few_futures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(futures, "DRAFT", 4)
    monkeypatch.setattr(futures, "FINAL", 12)
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

    hold, real = Event(), futures.uncertainty_bands

    def slow(*arguments: object, runs: int, **options: object) -> UncertaintyBands:
        if runs == 12:
            assert hold.wait(60)
        return real(*arguments, runs=runs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(futures, "uncertainty_bands", slow)
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

    hold, real = Event(), futures.uncertainty_bands

    def slow(*arguments: object, runs: int, **options: object) -> UncertaintyBands:
        if runs == 12:
            assert hold.wait(60)
        return real(*arguments, runs=runs, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(futures, "uncertainty_bands", slow)
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

    hold, real = Event(), futures.uncertainty_bands

    def slow(*arguments: object, **options: object) -> UncertaintyBands:
        assert hold.wait(60)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(futures, "uncertainty_bands", slow)
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
    values = {
        ("a", outcome.key): np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]),
        ("b", outcome.key): np.array([[9.0, 2.0], [9.0, 3.0], [9.0, 1.0], [9.0, 0.5]]),
    }
    found = UncertaintyBands(np.array([2000.0, 2010.0]), ("a", "b"), (outcome.key,), values, 4, 4, 1)
    counted = duel(scores_of(found, outcome, 2011.0), 1, 0)
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


def with_saved(page: AppTest) -> AppTest:
    """Save a moved lever under a name, then move another one."""
    page.select_slider[0].set_value(80.0).run()
    page.text_input(key="save_name").set_value("First").run()
    page.button(key="save").click().run()
    page.select_slider[1].set_value(80.0).run()
    return page


def html(page: AppTest, part: str) -> list[str]:
    return [h.proto.body for h in page.get("html") if part in h.proto.body]


def test_saved_scenarios_meet_the_same_futures_and_every_pair_is_counted(open_page: OpenPage, model: Model) -> None:
    from simulator.ui.catalogue import read_catalogue

    page = settled(show(with_saved(open_page()), "uncertainty"))
    spec = chart(page, "bands")["spec"]
    assert [s["role"] for s in spec["series"]] == ["baseline", "saved", "current"]
    assert len({s["colour"] for s in spec["series"]}) == len({s["dash"] for s in spec["series"]}) == 3
    assert len(spec["bands"]) == 3, "one band each where there are many runs"
    key = spec["series"][0]["variable"]
    outcome = next(o for o in model.card.outcomes if o.key == key)
    here = state(page)
    scenarios = [
        read_catalogue(model).start(here.scenario.case).baseline, here.scenario, here.saved[0].position.scenario,
    ]
    headlines = [o.key for o in model.card.outcomes if o.headline]
    expected = uncertainty_bands(model, scenarios, runs=12, outcomes=headlines)
    sign = -1 if outcome.better == "lower" else 1
    last = [sign * expected.futures[name, key][:, -1] for name in expected.policies]
    (matrix,) = html(page, "gs-duels")
    import re

    cells = [int(n) for n in re.findall(r'<td class="gs-h-[^>]+>(\d+)</td>', matrix)]
    assert cells == [int(np.sum(last[i] > last[j])) for i in range(3) for j in range(3) if i != j]
    regret_table = next(d.value for d in page.dataframe if "Mean" in d.value.columns)
    best = np.max(last, axis=0)
    means = {n: float(np.mean(best - v)) * outcome.display for n, v in zip(
        ("Baseline", "This scenario", "First"), last, strict=True)}
    for name, mean in means.items():
        shown = float(regret_table.loc[regret_table["Run"] == name, "Mean"].iloc[0])
        assert shown == pytest.approx(mean, abs=10.0 ** -(outcome.decimals + 1))


def test_runs_and_draws_can_be_chosen_and_the_choice_holds_in_both_views(open_page: OpenPage) -> None:
    page = settled(show(with_saved(open_page()), "uncertainty"))
    page.button_group(key="futures_runs:uncertainty:en").set_value(["baseline", "saved:First"]).run()
    page = settled(page)
    assert [s["role"] for s in chart(page, "bands")["spec"]["series"]] == ["baseline", "saved"]
    assert any("“First” beats “Baseline”" in m.value for m in page.markdown)
    before = chart(page, "bands")["spec"]["bands"]
    page.button_group(key="futures_drawn:uncertainty").set_value("both").run()
    page = settled(page)
    assert chart(page, "bands")["spec"]["bands"] != before
    show(page, "compare")
    assert not any("beats" in m.value for m in page.markdown), "not computed before it is asked for"
    page.session_state["compare_futures"] = True
    page = settled(page.run())
    assert page.button_group(key="futures_runs:compare:en").value == ["baseline", "saved:First"]
    assert page.button_group(key="futures_drawn:compare").value == "both"
    assert any("“First” beats “Baseline”" in m.value for m in page.markdown)


def test_a_run_of_another_cluster_stays_outside_and_none_is_asked_for(open_page: OpenPage) -> None:
    page = with_saved(open_page())
    page.selectbox(key="case:en").select_index(1).run()
    page = settled(show(page, "uncertainty"))
    assert [s["role"] for s in chart(page, "bands")["spec"]["series"]] == ["baseline"]
    assert any("another cluster" in c.value and "First" in c.value for c in page.caption)
    page.button_group(key="futures_runs:uncertainty:en").set_value([]).run()
    assert any("at least one" in i.value for i in page.info)


def test_what_a_run_sets_itself_is_not_drawn_and_said(model: Model, catalogue: Catalogue) -> None:
    base = next(iter(catalogue.starts.values())).baseline
    key = next(a.key for a in model.card.assumptions if not a.case_data and not a.key.startswith("reference_"))
    drawn = uncertainty_bands(model, [base], runs=4, outcomes=[model.card.outcomes[0].key])
    assert key in drawn.draws
    value = float(np.mean(drawn.draws[key]))
    own = base.changed(assumptions={key: value})
    found = uncertainty_bands(model, [base, own], runs=4, outcomes=[model.card.outcomes[0].key])
    assert found.left_out == (key,)
    assert key not in found.draws


def test_where_it_loses_names_the_input_that_decides_and_nothing_by_chance(model: Model) -> None:
    outcome = model.card.outcomes[0].model_copy(update={"better": "higher"})
    random = np.random.default_rng(0)
    draws = {f"k{i}": random.uniform(0, 1, 300) for i in range(40)}
    gain = np.where(draws["k7"] < 0.3, -1.0, 1.0)

    def found(gains: np.ndarray) -> UncertaintyBands:
        futures = {("a", outcome.key): np.zeros((300, 1)), ("b", outcome.key): gains[:, None]}
        return UncertaintyBands(np.array([2000.0]), ("a", "b"), (outcome.key,), futures, 300, 300, 40, 0, draws)

    decided = found(gain)
    shifts = losses(decided, duel(scores_of(decided, outcome, 2000.0), 1, 0))
    assert [s.key for s in shifts] == ["k7"]
    assert shifts[0].distance == pytest.approx(1.0)
    assert shifts[0].losing < 0.3 < shifts[0].winning
    by_chance = found(np.where(random.uniform(0, 1, 300) < 0.3, -1.0, 1.0))
    assert losses(by_chance, duel(scores_of(by_chance, outcome, 2000.0), 1, 0)) == ()
    always = found(-np.ones(300))
    assert losses(always, duel(scores_of(always, outcome, 2000.0), 1, 0)) == ()


def test_regret_counts_near_equals_as_equal() -> None:
    scores = np.array([[1.0, 2.0, 3.0], [1.0 + 1e-12, 1.0, 3.5]])
    rows = {row.policy: row for row in regrets(scores, ["a", "b"])}
    assert rows["a"].mean == pytest.approx(0.5 / 3)
    assert rows["b"].mean == pytest.approx(1 / 3)
    assert rows["a"].best == rows["b"].best == 0.5
