"""The bar that keeps scenarios under names of the reader's own."""

import streamlit as st

from simulator.errors import InputError
from simulator.ui.session import Page, act, mirror, notify, plain, store, stored_state, widget
from simulator.ui.state import MAX_SAVED


def show_saved(page: Page) -> None:
    """Draw the bar that saves, shows, opens and removes named scenarios."""
    st.subheader(page.say("saved"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="save_bar"):
        st.text_input(page.say("save_name"), key="save_name", max_chars=60, width=260)
        st.button(
            page.say("save"), key="save", icon=":material/bookmark_add:", type="primary", on_click=_save, args=(page,)
        )
        if page.state.saved:
            names = [saved.name for saved in page.state.saved]
            st.pills(
                page.say("saved_shown"),
                names,
                selection_mode="multi",
                format_func=plain,
                key=mirror("saved_shown", [s.name for s in page.state.saved if s.shown]),
                on_change=lambda: act(lambda s: s.show(tuple(st.session_state["saved_shown"]))),
            )
            _manage(page, names)
    if not page.state.saved:
        st.caption(page.say("save_hint"))


def _save(page: Page) -> None:
    state = stored_state()
    name = " ".join(str(widget("save_name") or "").split())
    if state is None:
        return
    if not name:
        notify(page.say("name_empty"))
    elif any(saved.name == name for saved in state.saved):
        notify(page.say("name_taken", name=name))
    elif len(state.saved) >= MAX_SAVED:
        notify(page.say("saved_full", limit=MAX_SAVED))
    else:
        try:
            store(state.save(name))
        except InputError as error:
            notify(str(error))
            return
        st.session_state["save_name"] = ""
        st.toast(page.say("saved_done", name=plain(name)))


def _manage(page: Page, names: list[str]) -> None:
    with st.popover(f"{page.say('open_saved')} / {page.say('remove_saved')}", key="manage_saved"):
        for i, saved in enumerate(page.state.saved):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.write(plain(saved.name))
                st.button(
                    page.say("open_saved"),
                    key=f"open_{i}",
                    on_click=act,
                    args=(lambda s, position=saved.position: s.do(position),),
                )
                st.button(
                    page.say("remove_saved"),
                    key=f"remove_{i}",
                    on_click=act,
                    args=(lambda s, name=names[i]: s.remove(name),),
                )
