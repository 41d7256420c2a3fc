"""The catalogue kept for all sessions, and the page that follows from a state."""

import streamlit as st

from simulator.card import Card
from simulator.runner import Model
from simulator.ui.catalogue import Catalogue, read_catalogue
from simulator.ui.session import Page
from simulator.ui.state import PageState


def catalogue(model: Model) -> Catalogue:
    """Return the cases and policy packages of a model, read once per model file."""
    return _catalogue(f"{model.spec.sha256}|{model.path}", model)


@st.cache_resource(max_entries=8, show_spinner=False)
def _catalogue(key: str, _model: Model) -> Catalogue:
    return read_catalogue(_model)


def page_of(model: Model, state: PageState) -> Page:
    """Return the page of `state`. Raises `InputError` if its case does not belong to the model."""
    return Page(model, state, catalogue(model).start(state.scenario.case))


def default_charts(card: Card) -> tuple[str, str]:
    """Return the charts shown first: the card's first two (the same twice if it has one)."""
    keys = [chart.key for chart in card.charts]
    return keys[0], keys[min(1, len(keys) - 1)]
