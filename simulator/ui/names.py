"""How the page names what the model file holds, and what its equations say, kept once per model."""

from dataclasses import replace

import streamlit as st

from simulator.card import Outcome
from simulator.model import ModelSpec, Variable
from simulator.typeset import equation
from simulator.ui.session import Page
from simulator.ui.structure import Links, links


def title_of(page: Page, variable: Variable) -> str:
    """Return a variable's title in the page's language; the model file's where the card has no Chinese one."""
    return page.card.titles.get(variable.key, variable.title) if page.language == "zh" else variable.title


def name_of(page: Page, key: str) -> str:
    """Return what users call a variable: the outcome's or the input's label if the card has one, else its title."""
    known = page.outcomes.get(key) or page.card.inputs().get(key)
    return known.label.in_language(page.language) if known else title_of(page, page.model.spec[key])


def headlines(page: Page) -> list[Outcome]:
    """Return the outcomes the card calls headline, or its first six if it names none."""
    chosen = [outcome for outcome in page.card.outcomes if outcome.headline]
    return chosen or list(page.card.outcomes[:6])


def sector_of(page: Page, sector: str) -> str:
    """Return a sector's name in the page's language."""
    return (page.card.sectors.get(sector, sector) if page.language == "zh" else sector) or "–"


def links_of(page: Page) -> Links:
    """Return causes and uses of every variable of the page's model."""
    return _links(page.model.spec.sha256, page.model.spec)


@st.cache_resource(max_entries=8, show_spinner=False)
def _links(sha256: str, _spec: ModelSpec) -> Links:
    return links(_spec)


def equation_of(page: Page, key: str) -> str:
    """Return a variable's equation as LaTeX that can break into lines, with titles in the page's language."""
    spec = page.model.spec
    named = {k: replace(v, title=title_of(page, v)) for k, v in spec.variables.items()}
    return equation(replace(spec, variables=named), key, breakable=True)
