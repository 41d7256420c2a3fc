"""Long work on the page: started once, drawn as it comes, with progress, cancel and a way to go on."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import streamlit as st

from simulator.ui.background import Job, Work, board
from simulator.ui.session import Page, plain

POLL_SECONDS = 0.4
_OWNER = "job_owner"


def show_job(page: Page, name: str, key: str, make: Callable[[], Work], draw: Callable[[Any], None]) -> None:
    """Start the work of `key` unless it is there, and draw its result, intermediate ones too.

    `name` tells the views' buttons apart; a session waits for one job of each name, and leaves the one before. The
    script does not wait: a small part of the page looks for news by itself until the work has ended.
    """
    before = st.session_state.get(f"{name}_key")
    if before != key:
        if before is not None:
            board().leave(str(before), _owner())
        st.session_state[f"{name}_key"], st.session_state[f"{name}_left"] = key, False
    job = board().find(key)
    if job is None or not (job.error or _left(name)):
        job = board().start(key, make(), _owner())
    waiting = _waiting(name, job)
    st.fragment(_live, run_every=POLL_SECONDS if waiting else None)(page, name, key, make, draw, waiting)


def _owner() -> str:
    """Return what tells this session from others that wait for the same work."""
    return str(st.session_state.setdefault(_OWNER, token_hex(8)))


def _left(name: str) -> bool:
    return bool(st.session_state.get(f"{name}_left"))


def _waiting(name: str, job: Job) -> bool:
    return not job.finished.is_set() and not _left(name)


def _leave(name: str, key: str) -> None:
    st.session_state[f"{name}_left"] = True
    board().leave(key, _owner())


def _live(
    page: Page, name: str, key: str, make: Callable[[], Work], draw: Callable[[Any], None], polled: bool
) -> None:
    job = board().find(key)
    if job is None:
        return
    waiting = _waiting(name, job)
    if job.error:
        st.error(page.say("error", reason=plain(job.error)))
    elif waiting:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{name}_progress"):
            st.progress(min(1.0, job.share), text=page.say("computing", done=round(100 * job.share)))
            st.button(page.say("cancel"), key=f"{name}_cancel", on_click=_leave, args=(name, key))
    elif not job.done:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(page.say("stopped"))
            if st.button(page.say("go_on"), key=f"{name}_again"):
                st.session_state[f"{name}_left"] = False
                board().start(key, make(), _owner())
                st.rerun()
    if job.result is not None:
        draw(job.result)
    if polled and not waiting:
        st.rerun()  # drawn once more, without the clock that looked for news
