"""The first visit: an invitation and five steps, each marking the part of the page it speaks of."""

from html import escape

import streamlit as st

from simulator.ui.session import Page

STEPS = ("picks", "levers", "results", "save_bar", "view")
"""Keys of the parts of the page, in the order of the tour."""
_KEY, _CLOSED = "page_tour", -1


def show_tour(page: Page) -> None:
    """Draw the tour's bar until the reader closes it; remembered for the session."""
    step = int(st.session_state.get(_KEY, 0))
    if not 0 <= step <= len(STEPS):
        return
    words = page.say("tour_invite") if step == 0 else page.say(f"tour_{STEPS[step - 1]}")
    place = f"<b>{step} / {len(STEPS)}</b> " if step else ""
    mark = ""
    if step:
        mark = f"<style>.st-key-{STEPS[step - 1]} {{ outline: 3px solid #E69F00; outline-offset: 4px; "
        mark += "border-radius: 6px; }</style>"
    with st.container(horizontal=True, vertical_alignment="center", key="tour"):
        st.html(f'<p class="gs-tour" role="status">{place}{escape(words)}</p>{mark}')
        if step > 1:
            _button(page, "tour_back", step - 1)
        _button(page, "tour_start" if step == 0 else "tour_next" if step < len(STEPS) else "tour_done", step + 1)
        if step < len(STEPS):
            _button(page, "tour_close", _CLOSED)


def _button(page: Page, word: str, step: int) -> None:
    st.button(
        page.say(word),
        key=word,
        type="primary" if word in ("tour_start", "tour_next", "tour_done") else "tertiary",
        on_click=lambda: st.session_state.update({_KEY: step}),
    )
