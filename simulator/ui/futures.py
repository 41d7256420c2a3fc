"""Which runs meet which futures: the choice of scenarios and draws, and the work that makes them off the script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import streamlit as st

from simulator.batch import UncertaintyBands, uncertainty_bands
from simulator.card import Outcome
from simulator.figures.spec import Role
from simulator.scenario import Scenario
from simulator.ui.background import Report, Work
from simulator.ui.job_view import show_job
from simulator.ui.names import headlines
from simulator.ui.session import Page, mirror, plain, widget

DRAFT, FINAL = 50, 500
DRAFTED = 2
"""Runs in the first draft; the others come with the rest, so that many of them do not keep anybody waiting."""

_DRAWN = ("assumptions", "both")


@dataclass(frozen=True)
class Choice:
    """One run that can be sent through the futures; `label` is what users call it, unlike any other's."""

    key: str
    label: str
    role: Role
    scenario: Scenario


def choices(page: Page) -> tuple[Choice, ...]:
    """Return the baseline, this scenario if it differs, and the saved scenarios of the same cluster."""
    found = [Choice("baseline", page.say("baseline"), "baseline", page.baseline)]
    if page.state.scenario != page.baseline:
        found.append(Choice("current", page.say("current"), "current", page.state.scenario))
    for saved in page.state.saved:
        if saved.position.scenario.case == page.state.scenario.case:
            label = saved.name
            while any(label == other.label for other in found):
                label += " *"
            found.append(Choice(f"saved:{saved.name}", label, "saved", saved.position.scenario))
    return tuple(found)


def choose_runs(page: Page, place: str) -> tuple[Choice, ...]:
    """Let the user choose runs; both views that ask (`place`) share the choice.

    At first these are the baseline, this scenario, and the saved ones on the charts.
    """
    known = {choice.key: choice for choice in choices(page)}
    off = {f"saved:{saved.name}" for saved in page.state.saved if not saved.shown}
    unwanted = set(st.session_state.get("futures_unwanted", off))
    st.pills(
        page.say("futures_runs"),
        list(known),
        selection_mode="multi",
        format_func=lambda k: plain(known[k].label) if k in known else k,
        key=mirror(f"futures_runs:{place}:{page.language}", [key for key in known if key not in unwanted]),
        on_change=lambda: _chosen(f"futures_runs:{place}:{page.language}", list(known), off),
    )
    left = [saved.name for saved in page.state.saved if f"saved:{saved.name}" not in known]
    if left:
        st.caption(page.say("futures_other_case", names=plain(", ".join(left))))
    return tuple(choice for key, choice in known.items() if key not in unwanted)


def _chosen(key: str, known: list[str], off: set[str]) -> None:
    chosen = widget(key)
    kept = set(chosen) if isinstance(chosen, list) else set()
    before = set(st.session_state.get("futures_unwanted", off)) - set(known)
    st.session_state["futures_unwanted"] = sorted(before | (set(known) - kept))


def choose_drawn(page: Page, place: str) -> bool:
    """Let the user choose what is drawn; return whether outside drivers are drawn too."""
    if not page.card.drivers:
        return False
    kept = str(st.session_state.get("futures_drawn_kept", "assumptions"))
    key = f"futures_drawn:{place}"
    st.segmented_control(
        page.say("futures_drawn"),
        list(_DRAWN),
        required=True,
        format_func=lambda b: page.say(f"futures_{b}"),
        help=page.say("futures_drawn_help"),
        key=mirror(key, kept),
        on_change=lambda: st.session_state.update(futures_drawn_kept=str(widget(key))),
    )
    return kept == "both"


def show_futures(
    page: Page, runs: Sequence[Choice], outcome: Outcome, drivers: bool, draw: Callable[[UncertaintyBands], None]
) -> None:
    """Run `runs` through the futures off this script and draw what there is as it comes."""
    outcomes = tuple(dict.fromkeys([*(o.key for o in headlines(page)), outcome.key]))  # one job serves all headlines
    scenarios = tuple(run.scenario for run in runs)
    texts = [page.model.spec.sha256, str(page.model.path), *(s.model_dump_json() for s in scenarios), *outcomes]
    key = "futures:" + blake2b("|".join([*texts, str(drivers)]).encode(), digest_size=16).hexdigest()
    show_job(page, "futures", key, lambda: futures_work(page, scenarios, outcomes, drivers), draw)


def futures_work(page: Page, scenarios: tuple[Scenario, ...], outcomes: tuple[str, ...], drivers: bool) -> Work:
    """Return the work: a draft of 50 futures of the first runs, then 500 of all, each handed on as it comes."""
    drawn = "all" if drivers else "none"

    def work(report: Report) -> UncertaintyBands:
        draft = uncertainty_bands(page.model, scenarios[:DRAFTED], runs=DRAFT, outcomes=outcomes, drivers=drawn)
        share = DRAFT / FINAL
        best = [draft]
        if not report(draft, share):
            return draft

        def progress(found: UncertaintyBands) -> bool:
            best.append(found)
            return report(found, max(share, found.runs / found.wanted))

        return uncertainty_bands(
            page.model, scenarios, runs=FINAL, outcomes=outcomes, drivers=drawn, progress=progress,
            tick=lambda part: report(best[-1], max(share, part)),
        )

    return work
