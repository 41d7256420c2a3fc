"""The view Compare: differences from the baseline, outcomes side by side, which settings differ, over futures."""

from dataclasses import replace

import numpy as np
import streamlit as st

from simulator.card import Chart
from simulator.figures import Run, chart_spec
from simulator.trajectory import Trajectory
from simulator.ui.changes import change_rows, words_table
from simulator.ui.chart_view import show_chart
from simulator.ui.duels import show_duels
from simulator.ui.futures import choose_drawn, choose_runs, show_futures
from simulator.ui.names import headlines
from simulator.ui.results import choose_outcome
from simulator.ui.runs import Runs
from simulator.ui.session import Page
from simulator.ui.tables import outcome_rows
from simulator.ui.wording import year_text


def show_compare(page: Page, runs: Runs) -> None:
    """Draw the view: the difference charts, outcome table, what differs between two scenarios, and over futures."""
    _difference_charts(page, runs)
    year = page.state.settings.year
    st.subheader(page.say("outcomes_in", year=year_text(year)), anchor=False)
    st.caption(page.say("outcomes_help"))
    names = {"outcome": page.say("outcome"), "unit": page.say("unit")}
    st.dataframe(
        outcome_rows(headlines(page), runs.drawn(page), year, page.language, names),
        hide_index=True,
        height="content",
        key="outcome_table",
    )
    _differences(page)
    _over_futures(page)


def _difference_charts(page: Page, runs: Runs) -> None:
    """Draw the two charts of Explore as differences from the baseline."""
    drawn, columns = runs.drawn(page), st.columns(2, gap="medium")
    others = [run for run in drawn if run.role != "baseline"]
    for side, column in enumerate(columns):
        chart = page.charts[page.state.settings.charts[side]]
        shifted = [Run(r.label, difference(r.trajectory, runs.baseline), r.role) for r in others]
        title = page.say("difference_chart", chart=chart.label.in_language(page.language))
        with column:
            spec = chart_spec(
                shifted, _lines(chart), page.outcomes, page.language, fixed=False, policy_start=page.base.policy_start
            )
            unit = page.say("points") if spec.unit == "%" else spec.unit
            show_chart(
                replace(spec, title=title, unit=unit),
                key=f"difference_{side}",
                language=page.language,
                identity=page.state.scenario.case,
                year=page.state.settings.year,
            )


def _over_futures(page: Page) -> None:
    """Draw who beats whom in the same futures; they are computed only once somebody asks."""
    if not page.card.assumptions and not page.card.drivers:
        return
    with st.expander(page.say("compare_futures"), key="compare_futures", on_change="rerun") as part:
        if not part.open:
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="compare_futures_bar"):
            outcome = choose_outcome(page, "uncertain_outcome")
            drivers = choose_drawn(page, "compare")
            runs = choose_runs(page, "compare")
        if len(runs) < 2:
            st.info(page.say("futures_two"))
            return
        show_futures(
            page, runs, outcome, drivers, lambda found: show_duels(page, found, runs, outcome, "compare")
        )


def _lines(chart: Chart) -> Chart:
    return chart.model_copy(update={"kind": "line"})


def _differences(page: Page) -> None:
    st.subheader(page.say("compare_with"), anchor=False)
    options = {"": page.say("baseline")} | {saved.name: saved.name for saved in page.state.saved}
    chosen = str(
        st.selectbox(
            page.say("compare_with"),
            list(options),
            key="compare_with",
            label_visibility="collapsed",
            format_func=lambda n: options.get(n, n),
        )
        or ""
    )
    other = next((s.position.scenario for s in page.state.saved if s.name == chosen), page.baseline)
    rows = change_rows(page, other, page.state.scenario, options.get(chosen, chosen))
    if rows:
        words_table(rows)
    else:
        st.caption(page.say("no_changes") if not chosen else page.say("same_settings"))


def difference(trajectory: Trajectory, baseline: Trajectory) -> Trajectory:
    """Return `trajectory` minus `baseline` at the trajectory's times, for the variables both saved."""
    kept = [i for i, column in enumerate(trajectory.columns) if column.key in baseline]
    columns = tuple(trajectory.columns[i] for i in kept)
    before = [np.interp(trajectory.times, baseline.times, baseline[column.key]) for column in columns]
    values = trajectory.values[:, kept] - np.stack(before, axis=1)
    return replace(trajectory, values=values, columns=columns, times=trajectory.times.copy())
