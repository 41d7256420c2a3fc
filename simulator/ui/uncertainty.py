"""The view Uncertainty: baseline and scenario in the same futures, as bands, and how often one beats the other."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
import streamlit as st

from simulator.batch import UncertaintyBands, uncertainty_bands
from simulator.card import Outcome
from simulator.figures import Futures, band_spec
from simulator.scenario import Scenario
from simulator.ui.background import Report, Work
from simulator.ui.chart_view import show_chart
from simulator.ui.job_view import show_job
from simulator.ui.results import choose_outcome, headlines
from simulator.ui.session import Page, plain
from simulator.ui.wording import year_text

PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)
DRAFT, FINAL = 50, 500


@dataclass(frozen=True)
class Beats:
    """In how many of `futures` the scenario is better, equal to the baseline, and worse, at one time."""

    better: int
    equal: int
    worse: int

    @property
    def futures(self) -> int:
        """All of them."""
        return self.better + self.equal + self.worse


def show_uncertainty(page: Page) -> None:
    """Draw the view; the futures are computed off this script, and drawn as they come."""
    st.caption(page.say("uncertainty_intro"))
    if not any(not a.case_data for a in page.card.assumptions):
        st.info(page.say("nothing_uncertain"))
        return
    outcome = choose_outcome(page, "uncertain_outcome")
    scenarios = _scenarios(page)
    keys = tuple(dict.fromkeys([*(o.key for o in headlines(page)), outcome.key]))  # one job serves all headlines
    key = job_key(page, scenarios, keys)
    show_job(
        page, "futures", key, lambda: futures_work(page, scenarios, keys), lambda found: _draw(page, found, outcome)
    )


def _scenarios(page: Page) -> tuple[Scenario, ...]:
    same = page.state.scenario == page.baseline
    return (page.baseline,) if same else (page.baseline, page.state.scenario)


def job_key(page: Page, scenarios: tuple[Scenario, ...], outcomes: tuple[str, ...]) -> str:
    """Return what tells one piece of work from another: model, scenarios, outcomes."""
    texts = [page.model.spec.sha256, str(page.model.path), *(s.model_dump_json() for s in scenarios), *outcomes]
    return "futures:" + blake2b("|".join(texts).encode(), digest_size=16).hexdigest()


def futures_work(page: Page, scenarios: tuple[Scenario, ...], outcomes: tuple[str, ...]) -> Work:
    """Return the work: a draft of 50 futures, then 500, each handed on as it comes."""

    def work(report: Report) -> UncertaintyBands:
        draft = uncertainty_bands(page.model, scenarios, runs=DRAFT, outcomes=outcomes)
        if not report(draft, DRAFT / FINAL):
            return draft
        return uncertainty_bands(
            page.model, scenarios, runs=FINAL, outcomes=outcomes,
            progress=lambda found: report(found, found.runs / found.wanted),
        )

    return work


def _draw(page: Page, found: UncertaintyBands, outcome: Outcome) -> None:
    labels = [page.say("baseline"), page.say("current")][: len(found.policies)]
    if len(found.policies) == 2:
        _sentence(page, found, outcome)
    bands = [found.band(outcome.key, policy, PERCENTILES).values for policy in found.policies]
    futures = [
        Futures(label, "current" if i else "baseline", values)
        for i, (label, values) in enumerate(zip(labels, bands, strict=True))
    ]
    spec = band_spec(
        futures, found.times, outcome, page.language, time_units=page.model.spec.time.units,
        policy_start=page.base.policy_start,
    )
    show_chart(
        spec, key="bands", language=page.language, identity=page.state.scenario.case, year=page.state.settings.year,
        height=430,
    )
    st.caption(page.say("bands_key", runs=found.runs - found.failed, inputs=found.inputs))
    if found.failed:
        st.caption(page.say("bands_failed", failed=found.failed))
    with st.expander(page.say("table_twin", chart=plain(spec.title)), key="twin_bands", on_change="rerun") as twin:
        if twin.open:
            st.dataframe(bands_table(page.time_name, found.times, labels, bands, outcome), hide_index=True, height=260)


def _sentence(page: Page, found: UncertaintyBands, outcome: Outcome) -> None:
    year = page.state.settings.year
    count = beats(found, outcome, year)
    words = "higher_in" if outcome.better == "depends" else "beats_in"
    text = page.say(words, year=year_text(year), count=count.better, futures=count.futures)
    if count.equal:
        text += " " + page.say("equal_in", count=count.equal)
    st.markdown(text)


def beats(found: UncertaintyBands, outcome: Outcome, time: float) -> Beats:
    """Return in how many futures the second policy is better than the first at `time` (the nearest saved one).

    Better is higher unless the outcome says lower; equal is within a millionth of the values' span.
    """
    moment = int(np.argmin(np.abs(found.times - time)))
    before, after = (found.futures[policy, outcome.key][:, moment] for policy in found.policies[:2])
    gain = (before - after) if outcome.better == "lower" else (after - before)
    still = np.abs(gain) <= 1e-6 * max(float(np.ptp(np.concatenate([before, after]))), 1e-12)
    return Beats(int(np.sum((gain > 0) & ~still)), int(np.sum(still)), int(np.sum((gain < 0) & ~still)))


def bands_table(
    time_name: str, times: "np.ndarray[tuple[int], np.dtype[np.float64]]", labels: list[str],
    bands: list["np.ndarray[tuple[int, int], np.dtype[np.float64]]"], outcome: Outcome,
) -> "pd.DataFrame":
    """Return the bands as a table in display units: one row per time, one column per run and percentile."""
    columns: dict[str, object] = {time_name: times}
    for label, values in zip(labels, bands, strict=True):
        for percentile, line in zip(PERCENTILES, values, strict=True):
            columns[f"{label} {percentile:g} %"] = np.round(line * outcome.display, outcome.decimals + 2)
    return pd.DataFrame(columns)
