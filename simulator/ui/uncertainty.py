"""The view Uncertainty: chosen runs in the same futures, as bands, and how often one beats another."""

from collections.abc import Sequence

import streamlit as st

from simulator.batch import UncertaintyBands
from simulator.card import Outcome
from simulator.figures import Futures, band_spec
from simulator.ui.chart_view import show_chart
from simulator.ui.duels import show_duels
from simulator.ui.futures import Choice, choose_drawn, choose_runs, show_futures
from simulator.ui.futures_tables import PERCENTILES, bands_table
from simulator.ui.names import name_of
from simulator.ui.results import choose_outcome, twin_part
from simulator.ui.session import Page, plain

PLACE = "uncertainty"
CROWDED = 2
"""Above so many runs only the middle half is drawn as a band; the table keeps the rest."""


def show_uncertainty(page: Page) -> None:
    """Draw the view; the futures are computed off this script, and drawn as they come."""
    st.caption(page.say("uncertainty_intro"))
    with_assumptions = any(not a.case_data for a in page.card.assumptions)
    if not with_assumptions and not page.card.drivers:
        st.info(page.say("nothing_uncertain"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="futures_bar"):
        outcome = choose_outcome(page, "uncertain_outcome")
        drivers = choose_drawn(page, PLACE)
        runs = choose_runs(page, PLACE)
    if not runs:
        st.info(page.say("futures_none"))
    elif not with_assumptions and not drivers:
        st.info(page.say("nothing_uncertain"))
    else:
        show_futures(page, runs, outcome, drivers, lambda found: _draw(page, found, runs, outcome))


def _draw(page: Page, found: UncertaintyBands, runs: Sequence[Choice], outcome: Outcome) -> None:
    drawn = runs[: len(found.policies)]
    bands = [found.band(outcome.key, policy, PERCENTILES).values for policy in found.policies]
    crowded = len(runs) > CROWDED
    shown = [values[1:-1] if crowded else values for values in bands]
    spec = band_spec(
        [Futures(run.label, run.role, values) for run, values in zip(drawn, shown, strict=True)],
        found.times, outcome, page.language, time_units=page.model.spec.time.units,
        policy_start=page.base.policy_start,
    )
    show_chart(
        spec, key="bands", language=page.language, identity=page.state.scenario.case, year=page.state.settings.year,
        height=430,
    )
    st.caption(page.say("bands_key_many" if crowded else "bands_key", runs=found.runs - found.failed,
                        inputs=found.inputs))
    show_notes(page, found)
    with twin_part(page, "bands") as twin:
        if twin.open:
            table = bands_table(page.time_name, found.times, [run.label for run in drawn], bands, outcome)
            st.dataframe(table, hide_index=True, height=260)
            st.download_button(
                page.say("download_csv"), table.to_csv(index=False), f"bands_{outcome.key}.csv", "text/csv",
                key="bands_csv", on_click="ignore",
            )
    show_duels(page, found, runs, outcome, PLACE)


def show_notes(page: Page, found: UncertaintyBands) -> None:
    """Say what was left out of the futures, if anything was."""
    if found.failed:
        st.caption(page.say("bands_failed", failed=found.failed))
    if found.left_out:
        names = ", ".join(name_of(page, key) for key in found.left_out)
        st.caption(page.say("futures_left_out", names=plain(names)))
