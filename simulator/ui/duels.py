"""Runs against each other in the same futures: counts, where one loses and what differs there, regret."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from simulator.batch import UncertaintyBands
from simulator.card import Outcome
from simulator.ui.futures import Choice
from simulator.ui.futures_tables import Duel, Floats, duel, losses, regrets, scores_of
from simulator.ui.names import name_of
from simulator.ui.session import Page, plain
from simulator.ui.style import SHADES
from simulator.ui.wording import change_unit, number, sentences, signed, unit_text, year_text


def show_duels(page: Page, found: UncertaintyBands, runs: Sequence[Choice], outcome: Outcome, place: str) -> None:
    """Draw who beats whom at the time shown; `place` tells the views that do so apart.

    `found` may hold only the first of `runs` as yet. Nothing is drawn for a single run.
    """
    drawn = runs[: len(found.policies)]
    if len(drawn) < 2:
        return
    scores = scores_of(found, outcome, page.state.settings.year)
    a, b = _default_pair(drawn)
    if len(drawn) > 2:
        st.html(matrix_html(page, scores, drawn, outcome))
        a, b = _choose_pair(page, drawn, (a, b), place)
    _show_pair(page, found, duel(scores, a, b), (drawn[a].label, drawn[b].label), outcome, place)
    _show_regret(page, scores, drawn, outcome, place)


def _default_pair(runs: Sequence[Choice]) -> tuple[int, int]:
    """Return this scenario (else the last run) against the baseline (else the first other run)."""
    roles = [run.role for run in runs]
    a = roles.index("current") if "current" in roles else len(runs) - 1
    b = roles.index("baseline") if "baseline" in roles else int(a == 0)
    return a, b


def _choose_pair(page: Page, runs: Sequence[Choice], pair: tuple[int, int], place: str) -> tuple[int, int]:
    labels = [run.label for run in runs]
    chosen = []
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"pair_{place}"):
        for side, (words, position) in enumerate(zip(("pair_a", "pair_b"), pair, strict=True)):
            options = list(range(len(labels)))
            value = st.selectbox(
                page.say(words), options, index=position, width=280, key=f"pair_{side}:{place}:{page.language}",
                format_func=lambda i: labels[i] if i < len(labels) else "",
            )
            chosen.append(int(value))
    return chosen[0], chosen[1]


def _show_pair(
    page: Page, found: UncertaintyBands, fight: Duel, names: tuple[str, str], outcome: Outcome, place: str
) -> None:
    if names[0] == names[1]:
        st.caption(page.say("pair_same"))
        return
    st.markdown(pair_words(page, fight, names, outcome))
    if not fight.worse or outcome.better == "depends":
        return
    shifts = losses(found, fight)
    if not shifts:
        st.caption(page.say("duel_no_reason" if fight.better + fight.equal else "duel_always", count=fight.worse))
        return
    st.markdown(page.say("duel_loses", count=fight.worse, a=plain(names[0])))
    rows = [
        {
            page.say("drawn_input"): name_of(page, shift.key),
            page.say("where_loses"): number(shift.losing),
            page.say("where_not"): number(shift.winning),
            page.say("unit"): unit_text(page.model.spec[shift.key].units, page.language) or "–",
            page.say("shift"): round(shift.distance, 2),
        }
        for shift in shifts
    ]
    st.dataframe(rows, hide_index=True, height="content", key=f"losses_{place}")


def pair_words(page: Page, fight: Duel, names: tuple[str, str], outcome: Outcome) -> str:
    """Return how the first of `names` does against the second at the time shown."""
    year = year_text(page.state.settings.year)
    a, b = (plain(name) for name in names)
    words = "higher_in" if outcome.better == "depends" else "beats_in"
    parts = [page.say(words, year=year, a=a, b=b, count=fight.better, futures=fight.futures)]
    if fight.equal:
        parts.append(page.say("equal_in", count=fight.equal))
    if outcome.better != "depends":
        low, middle, high = (signed(float(v), outcome.decimals) for v in np.percentile(fight.gains, (5, 50, 95)))
        unit = plain(change_unit(outcome, page.language))
        parts.append(page.say("duel_gain", low=low, middle=middle, high=high, unit=unit))
    return sentences(page.language, *parts)


def matrix_html(page: Page, scores: Floats, runs: Sequence[Choice], outcome: Outcome) -> str:
    """Return the counts of every pair as an HTML table: the row's run against the column's, shaded by its share."""
    futures = scores.shape[1]
    head = "".join(f'<th scope="col">{escape(run.label)}</th>' for run in runs)
    rows = ""
    for i, run in enumerate(runs):
        cells = "".join('<td aria-label="–">–</td>' if i == j else _cell(duel(scores, i, j)) for j in range(len(runs)))
        rows += f'<tr><th scope="row">{escape(run.label)}</th>{cells}</tr>'
    key = "matrix_higher" if outcome.better == "depends" else "matrix_caption"
    caption = page.say(
        key, outcome=outcome.label.in_language(page.language), year=year_text(page.state.settings.year),
        futures=futures,
    )
    return (
        f'<div class="gs-wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="gs-heat gs-duels"><caption>{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(page.say("matrix_corner"))}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(fight: Duel) -> str:
    """Return one cell: blue where the row's run wins more often than it loses, orange where less."""
    lead = (fight.better - fight.worse) / fight.futures
    side = "better" if lead >= 0 else "worse"
    return f'<td class="gs-h-{side} gs-h{round(SHADES * abs(lead))}">{fight.better}</td>'


def _show_regret(page: Page, scores: Floats, runs: Sequence[Choice], outcome: Outcome, place: str) -> None:
    if outcome.better == "depends":
        st.caption(page.say("regret_none"))
        return
    unit = change_unit(outcome, page.language)
    year = year_text(page.state.settings.year)
    st.markdown(f"**{page.say('regret_title', year=year, unit=plain(unit))}**")
    futures = scores.shape[1]
    rows = [
        {
            page.say("run"): row.policy,
            page.say("regret_mean"): row.mean,
            page.say("regret_median"): row.median,
            page.say("regret_ninetieth"): row.ninetieth,
            page.say("regret_largest"): row.largest,
            page.say("regret_best", futures=futures): round(row.best * futures),
        }
        for row in regrets(scores, [run.label for run in runs])
    ]
    digits = st.column_config.NumberColumn(format=f"%.{outcome.decimals}f")
    amounts = ("regret_mean", "regret_median", "regret_ninetieth", "regret_largest")
    st.dataframe(
        rows, hide_index=True, height="content", key=f"regret_{place}",
        column_config={page.say(word): digits for word in amounts},
    )
    st.caption(page.say("regret_help"))
