"""Long work on the page: started once, drawn as it comes, with progress, cancel and a way to go on."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from simulator.ui.background import Work, board
from simulator.ui.session import Page, plain

POLL_SECONDS = 0.4


def show_job(page: Page, name: str, key: str, make: Callable[[], Work], draw: Callable[[Any], None]) -> None:
    """Start the work of `key` unless it is there, and draw its result, intermediate ones too.

    `name` tells the views' buttons apart. The script does not wait: a small part of the page looks for news by itself
    until the work has ended.
    """
    job = board().find(key) or board().start(key, make())
    running = not job.finished.is_set()
    st.fragment(_live, run_every=POLL_SECONDS if running else None)(page, name, key, make, draw, running)


def _live(
    page: Page, name: str, key: str, make: Callable[[], Work], draw: Callable[[Any], None], polled: bool
) -> None:
    job = board().find(key)
    if job is None:
        return
    ended = job.finished.is_set()
    if ended and job.error:
        st.error(page.say("error", reason=plain(job.error)))
    elif ended and job.stopped:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(page.say("stopped"))
            if st.button(page.say("go_on"), key=f"{name}_again"):
                board().start(key, make())
                st.rerun()
    elif not ended:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{name}_progress"):
            st.progress(min(1.0, job.share), text=page.say("computing", done=round(100 * job.share)))
            st.button(page.say("cancel"), key=f"{name}_cancel", on_click=job.cancel)
    if job.result is not None:
        draw(job.result)
    if ended and polled:
        st.rerun()  # drawn once more, without the clock that looked for news
