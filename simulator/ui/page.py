"""The page as a whole: opens the model, restores or starts the session's state, and lays out the views."""

import os
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from simulator.errors import GumsimError
from simulator.runner import Model
from simulator.scenario import Case, Scenario
from simulator.ui import cases
from simulator.ui.changes import show_changes
from simulator.ui.compare import show_compare
from simulator.ui.data import show_data
from simulator.ui.evidence import show_evidence
from simulator.ui.explain import show_explain
from simulator.ui.levers import show_levers
from simulator.ui.preview import show_preview
from simulator.ui.results import show_charts, show_controls, show_headline, show_strip
from simulator.ui.runs import Runs, open_model, trajectory_of
from simulator.ui.saved import show_saved
from simulator.ui.session import Page, act, plain, store, stored_state, take_message
from simulator.ui.share import decode
from simulator.ui.state import PageState, Position, ViewSettings
from simulator.ui.strings import LANGUAGES, say
from simulator.ui.timing import show_timing
from simulator.ui.topline import show_brand, show_picks
from simulator.ui.tour import show_tour
from simulator.ui.uncertainty import show_uncertainty
from simulator.ui.validation import show_validation

DEFAULT_MODEL = "gum"
_ICON = Path(__file__).resolve().parent / "component" / "icon.svg"


def chosen_model(arguments: Sequence[str]) -> str:
    """Return the model to open: ``--model FILE`` after ``--``, else the variable GUMSIM_MODEL, else the flagship."""
    parser = ArgumentParser(add_help=False)
    parser.add_argument("--model", default=os.environ.get("GUMSIM_MODEL") or DEFAULT_MODEL)
    return str(parser.parse_known_args(list(arguments))[0].model)


def show_page(arguments: Sequence[str]) -> None:
    """Draw the page for one run of a session; every deliberate error becomes one clear line."""
    st.set_page_config(page_title=say("page_title", _language()), layout="wide", page_icon=str(_ICON))
    try:
        model = open_model(chosen_model(arguments))
        state = stored_state()
        if state is None:
            state = start(model)
            store(state)
        show_brand(cases.page_of(model, state))
        _body(model)
    except GumsimError as error:
        st.error(say("cannot_open", _language(), reason=plain(str(error))))


def start(model: Model) -> PageState:
    """Return a new session's state: the link's scenario if the address carries one, else the first case's baseline."""
    language = _language()
    settings = ViewSettings(language=language, charts=cases.default_charts(model.card))
    position = Position(next(iter(cases.catalogue(model).starts.values())).baseline)
    link = st.query_params.get("s")
    if link:
        try:
            position = decode(link, model, cases.catalogue(model))
        except GumsimError as error:
            st.warning(say("share_bad", language, reason=plain(str(error))))
    state = PageState(position, settings=settings)
    return state.view(year=cases.page_of(model, state).years[1])


def _language() -> str:
    state = stored_state()
    if state is not None:
        return state.settings.language
    asked = st.query_params.get("lang") or (st.context.locale or "en")[:2].lower()
    return asked if asked in LANGUAGES else "en"


@st.fragment
def _body(model: Model) -> None:
    """Draw all that a lever can change; a moved lever runs only this."""
    state = stored_state()
    if state is None:
        return
    try:
        _views(model, state)
    except GumsimError as error:
        st.error(plain(str(error)))


def _views(model: Model, state: PageState) -> None:
    page = cases.page_of(model, state)
    _show_picks(page)
    message = take_message()
    if message:
        st.warning(plain(message))
    view = state.settings.view
    if view == "evidence":
        show_evidence(page)
        return
    if view == "validation":
        show_validation(page)
        return
    runs = _runs_or_error(page)
    if view == "explain" and runs is not None:
        show_controls(page, runs, charts=False)
        show_explain(page)
    elif view == "uncertainty" and runs is not None:
        show_controls(page, runs, charts=False)
        show_uncertainty(page)
    elif view == "timing" and runs is not None:
        show_timing(page)
    elif view == "explore":
        _explore(page, runs)
    elif runs is not None and view == "compare":
        show_headline(page, runs)
        show_controls(page, runs, charts=False)
        show_compare(page, runs)
        show_saved(page)
    elif runs is not None:
        show_data(page, runs)


def _explore(page: Page, runs: Runs | None) -> None:
    """Levers beside results, then what was saved and changed; results are drawn first, so that they arrive first."""
    show_tour(page)
    if runs is not None:
        with st.container(key="headline"):
            show_headline(page, runs)
    levers, results = st.columns([3, 8], gap="medium")
    if runs is not None:
        with results, st.container(key="results"):
            show_controls(page, runs)
            show_charts(page, runs)
            show_strip(page, runs)
    with levers, st.container(key="levers"):
        sliders = show_levers(page)
    if runs is not None:
        show_preview(page, runs, sliders)
    left, right = st.columns(2, gap="large")
    with left:
        show_saved(page)
    with right:
        show_changes(page)
    if runs is not None:
        _show_notes(page, runs)


def _runs_or_error(page: Page) -> Runs | None:
    """Return the runs of the page, or draw why there are none."""
    try:
        return _runs(page)
    except GumsimError as error:
        st.error(page.say("error", reason=plain(str(error))))
        st.caption(page.say("error_hint"))
        return None


def _runs(page: Page) -> Runs:
    saved = tuple((s, trajectory_of(page.model, s.position.scenario)) for s in page.state.saved if s.shown)
    return Runs(trajectory_of(page.model, page.baseline), trajectory_of(page.model, page.state.scenario), saved)


def _show_notes(page: Page, runs: Runs) -> None:
    if runs.current.warnings:
        with st.expander(page.say("warnings"), key="part_warnings"):
            for warning in runs.current.warnings:
                st.write(plain(warning))
    with st.expander(page.say("case_about"), key="part_about"):
        about = page.start.case.description
        st.write(plain(about.in_language(page.language)) if about else page.say("no_documentation"))
    with st.expander(page.say("limits"), key="part_limits"):
        st.write(page.say("limits_text"))


def _show_picks(page: Page) -> None:
    model = page.model
    shipped = cases.catalogue(model)
    presets = shipped.presets.get(page.state.scenario.case, {})

    def choose_case(name: str) -> None:
        act(lambda s: _at_case(model, s, Position(shipped.start(name).baseline)))

    def choose_preset(name: str) -> None:
        scenario = presets.get(name, page.baseline)
        act(lambda s: s.do(Position(scenario, name)))

    show_picks(
        page,
        choose_case,
        choose_preset,
        {name: title(start.case, page.language) for name, start in shipped.starts.items()},
        _preset_labels(page, presets) if presets else {},
    )


def _preset_labels(page: Page, presets: Mapping[str, Scenario]) -> dict[str, str]:
    """Return the menu of policy packages.

    An entry's label must not change while it is on the page: the browser hands the label back, not the name.
    """
    labels = {"": page.say("no_policy")}
    return labels | {name: title(scenario, page.language) for name, scenario in presets.items()}


def title(item: Case | Scenario, language: str) -> str:
    """Return the title of a case or scenario, or its name."""
    return item.title.in_language(language) if item.title else item.name


def _at_case(model: Model, state: PageState, position: Position) -> PageState:
    moved = state.do(position)
    return moved.view(year=cases.page_of(model, moved).years[1])
