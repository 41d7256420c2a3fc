"""The bridge to Streamlit's session: the page's state lives there, and callbacks replace it as a whole."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from simulator.card import Card, Chart, Outcome
from simulator.errors import GumsimError
from simulator.figures import time_label
from simulator.runner import Model
from simulator.scenario import Scenario
from simulator.ui.catalogue import Start
from simulator.ui.edit import Base
from simulator.ui.state import PageState
from simulator.ui.strings import say

_STATE, _MESSAGE = "page_state", "page_message"


@dataclass(frozen=True)
class Page:
    """What every part of the page gets: the model, the state of this session, and the case it starts from."""

    model: Model
    state: PageState
    start: Start

    @property
    def card(self) -> Card:
        """The model's card."""
        return self.model.card

    @property
    def baseline(self) -> Scenario:
        """The case with nothing changed."""
        return self.start.baseline

    @property
    def base(self) -> Base:
        """What the case gives for every lever, driver and assumption."""
        return self.start.base

    @property
    def years(self) -> tuple[float, float]:
        """First and last time of the case's runs, in the model's time unit."""
        return self.start.experiment.time.start, self.start.experiment.time.stop

    @property
    def time_name(self) -> str:
        """What the model's time unit is called: 'Year' or '年份' for years."""
        return time_label(self.model.spec.time.units, self.language)

    @property
    def language(self) -> str:
        """'en' or 'zh'."""
        return self.state.settings.language

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """The card's outcomes by key."""
        return {outcome.key: outcome for outcome in self.card.outcomes}

    @cached_property
    def charts(self) -> dict[str, Chart]:
        """The card's charts by key."""
        return {chart.key: chart for chart in self.card.charts}

    def say(self, key: str, **values: object) -> str:
        """Return a text of the page in the session's language."""
        return say(key, self.language, **values)


def plain(text: str) -> str:
    """Return `text` with Markdown's marks escaped: words from files and users are shown, never interpreted."""
    return re.sub(r"([\\`*_\[\]<$~]|:(?=\S)|^[#>+-](?=\s))", r"\\\1", text)


def css_class(key: str) -> str:
    """Return the class under which Streamlit shows the widget or container `key`: letters, digits, ``_`` and ``-``."""
    return "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())


def stored_state() -> PageState | None:
    """Return this session's state, or None on its first run."""
    state = st.session_state.get(_STATE)
    return state if isinstance(state, PageState) else None


def store(state: PageState) -> None:
    """Make `state` the session's."""
    st.session_state[_STATE] = state


def act(update: Callable[[PageState], PageState]) -> None:
    """Replace the session's state by ``update(state)``; a `GumsimError` leaves it and becomes a message."""
    state = stored_state()
    if state is None:
        return
    try:
        store(update(state))
    except GumsimError as error:
        notify(str(error))


def notify(message: str) -> None:
    """Show `message` once, on the next run."""
    st.session_state[_MESSAGE] = message


def take_message() -> str:
    """Return the waiting message and forget it; '' if there is none."""
    return str(st.session_state.pop(_MESSAGE, ""))


def mirror(key: str, value: object) -> str:
    """Make the widget `key` show `value` and return the key; the state is the truth, the widget its mirror."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def widget(key: str) -> object:
    """Return what the user has set in the widget `key`."""
    return st.session_state.get(key)
