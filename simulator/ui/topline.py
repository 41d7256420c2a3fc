"""The top of the page: what it is, language and view, cluster and policy package, undo, reset, share."""

from collections.abc import Callable
from html import escape

import streamlit as st

from simulator.ui import edit
from simulator.ui.session import Page, act, mirror, widget
from simulator.ui.share import encode
from simulator.ui.state import VIEWS, PageState, Position
from simulator.ui.strings import LANGUAGES
from simulator.ui.style import CSS


def show_brand(page: Page) -> None:
    """Draw title, view and language; these change what the whole page shows."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="topline"):
        title = escape(page.card.title.in_language(page.language))
        summary = escape(page.card.summary.in_language(page.language))
        # With the header, not alone: HTML of styles only goes where the next toast replaces it.
        st.html(f'<header class="gs-brand"><h1>{title}</h1><p>{summary}</p></header>{CSS}', width=900)
        st.segmented_control(
            page.say("language"),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            required=True,
            key=mirror("language", page.language),
            label_visibility="collapsed",
            on_change=lambda: act(lambda s: s.view(language=str(widget("language")))),
        )
    st.segmented_control(
        page.say("view"),
        VIEWS,
        format_func=lambda v: page.say(f"view_{v}"),
        required=True,
        wrap=True,
        key=mirror("view", page.state.settings.view),
        label_visibility="collapsed",
        on_change=lambda: act(lambda s: s.view(view=str(widget("view")))),
    )


def show_picks(
    page: Page,
    choose_case: Callable[[str], None],
    choose_preset: Callable[[str], None],
    cases: dict[str, str],
    presets: dict[str, str],
) -> None:
    """Draw the pickers (`cases` and `presets` map names to labels) and the buttons that step through the history."""
    state = page.state
    with st.container(horizontal=True, vertical_alignment="bottom", key="picks"):
        if len(cases) > 1:
            st.selectbox(
                page.say("case"),
                list(cases),
                format_func=lambda n: cases.get(n, n),
                help=page.say("case_help"),
                key=mirror(f"case:{page.language}", page.state.scenario.case),
                on_change=lambda: choose_case(str(widget(f"case:{page.language}"))),
                width=250,
            )
        if presets:
            st.selectbox(
                page.say("preset"),
                list(presets),
                help=page.say("preset_help"),
                width=330,
                format_func=lambda n: presets.get(n, n),
                key=mirror(f"preset:{page.language}", state.present.preset if state.present.preset in presets else ""),
                on_change=lambda: choose_preset(str(widget(f"preset:{page.language}"))),
            )
        st.button(
            page.say("undo"),
            key="undo",
            icon=":material/undo:",
            disabled=not state.past,
            on_click=lambda: act(PageState.undo),
        )
        st.button(
            page.say("redo"),
            key="redo",
            icon=":material/redo:",
            disabled=not state.future,
            on_click=lambda: act(PageState.redo),
        )
        st.button(
            page.say("replay"),
            key="replay",
            icon=":material/replay:",
            help=page.say("replay_help"),
            disabled=not (state.past or state.future),
            on_click=lambda: act(PageState.replay),
        )
        _reset(page)
        _share(page)


def _reset(page: Page) -> None:
    with st.popover(page.say("reset"), icon=":material/restart_alt:", help=page.say("reset_help"), key="reset_menu"):
        entries: list[tuple[str, str, Callable[[PageState], PageState]]] = [
            ("reset_policies", page.say("reset_policies"), lambda s: s.change(edit.reset_policies)),
            ("reset_drivers", page.say("reset_drivers"), lambda s: s.change(edit.reset_drivers)),
            ("reset_assumptions", page.say("reset_assumptions"), lambda s: s.change(edit.reset_assumptions)),
            ("reset_everything", page.say("reset_everything"), lambda s: s.do(Position(page.baseline))),
        ]
        for key, label, update in entries:
            st.button(label, key=key, type="tertiary", on_click=act, args=(update,))


def _share(page: Page) -> None:
    with st.popover(
        page.say("share"), icon=":material/link:", help=page.say("share_help"), key="share_menu", on_change="rerun"
    ) as menu:
        if menu.open:
            st.write(page.say("share_intro"))
            address = (st.context.url or "").partition("?")[0]
            st.code(f"{address}?lang={page.language}&s={encode(page.state.present)}", language=None, wrap_lines=True)
