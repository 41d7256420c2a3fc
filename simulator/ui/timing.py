"""The view Timing: strength by start of one lever or of two together, what each gains, and when it is too late."""

from collections.abc import Sequence
from hashlib import blake2b
from html import escape
from math import isinf

import numpy as np
import streamlit as st

from simulator.card import Lever, Outcome
from simulator.scenario import Scenario
from simulator.ui import edit
from simulator.ui.background import Report, Work
from simulator.ui.job_view import show_job
from simulator.ui.results import choose_outcome
from simulator.ui.session import Page, act, mirror, plain, widget
from simulator.ui.style import SHADES
from simulator.ui.timing_grid import WORTH, Floats, TimingGrid, best_cell, last_useful_start, timing_grid, wanted
from simulator.ui.wording import change_unit, level_word, levels_of, number, sentences, signed, year_text


def show_timing(page: Page) -> None:
    """Draw the view; its runs are made off this script, and drawn start by start."""
    st.caption(page.say("timing_intro"))
    if not page.card.levers:
        st.info(page.say("no_levers"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="timing_bar"):
        levers = _choose_levers(page)
        outcome = choose_outcome(page, "timing_outcome")
        kept = str(st.session_state.get("timing_beside_kept", "alone"))
        st.segmented_control(
            page.say("timing_works"),
            ["alone", "beside"],
            required=True,
            format_func=lambda b: page.say(f"timing_{b}"),
            key=mirror("timing_beside", kept),
            on_change=lambda: st.session_state.update(timing_beside_kept=str(widget("timing_beside"))),
        )
    scenario = page.baseline if kept == "alone" else page.state.scenario
    outcomes = tuple(o.key for o in page.card.outcomes if o.key in page.model.spec.variables)
    names = [lever.key for lever in levers]
    texts = [page.model.spec.sha256, str(page.model.path), *names, scenario.model_dump_json(), *outcomes]
    key = "timing:" + blake2b("|".join(texts).encode(), digest_size=16).hexdigest()
    if len(levers) > 1:
        st.caption(page.say("timing_pair"))
    show_job(
        page, "timing", key, lambda: _work(page, scenario, levers, outcomes), lambda g: _draw(page, g, levers, outcome)
    )


def _choose_levers(page: Page) -> tuple[Lever, ...]:
    """Let the user choose a lever and, if wanted, a second one that moves with it."""
    levers = {lever.key: lever for lever in page.card.levers}
    touched = next((key for key in page.state.scenario.levers if key in levers), next(iter(levers)))
    kept = str(st.session_state.get("timing_lever_kept", touched))
    menu = f"timing_lever:{page.language}"
    st.selectbox(
        page.say("kind_lever"),
        list(levers),
        format_func=lambda k: levers[k].label.in_language(page.language),
        width=280,
        key=mirror(menu, kept if kept in levers else touched),
        on_change=lambda: st.session_state.update(timing_lever_kept=str(widget(menu))),
    )
    first = levers.get(kept, levers[touched])
    others = ["", *(key for key in levers if key != first.key)]
    second = str(st.session_state.get("timing_second_kept", ""))
    second = second if second in others else ""
    menu_second = f"timing_second:{page.language}"
    if len(levers) > 1:
        st.selectbox(
            page.say("timing_second"),
            others,
            format_func=lambda k: levers[k].label.in_language(page.language) if k in levers else page.say("timing_one"),
            width=280,
            key=mirror(menu_second, second),
            on_change=lambda: st.session_state.update(timing_second_kept=str(widget(menu_second) or "")),
        )
    return (first, levers[second]) if second else (first,)


def _work(page: Page, scenario: Scenario, levers: Sequence[Lever], outcomes: tuple[str, ...]) -> Work:
    def work(report: Report) -> TimingGrid:
        return timing_grid(page.model, page.start.case, page.base, scenario, levers, outcomes, report)

    return work


def _draw(page: Page, grid: TimingGrid, levers: Sequence[Lever], outcome: Outcome) -> None:
    gains = grid.gains(outcome)
    best = best_cell(gains, outcome)
    st.markdown(_verdict(page, grid, gains, best, outcome))
    if best is not None and len(levers) > 1:
        st.markdown(alone_words(page, grid, best, levers, outcome))
    st.html(heat_map(page, grid, gains, best, levers, outcome))
    if best is None:
        return
    values, start = grid.strengths[best[0]], float(grid.starts[best[1]])
    named = [_strength(page, lever, float(value)) for lever, value in zip(levers, values, strict=True)]
    if len(levers) > 1:
        named = [f"{v.label.in_language(page.language)}: {words}" for v, words in zip(levers, named, strict=True)]
    words = page.say("timing_use", value=plain("; ".join(named)), start=year_text(start))
    if st.button(words, key="timing_use", icon=":material/tune:"):
        act(lambda s: s.change(lambda c: _set(page, c, levers, values, start)))
        st.rerun()


def _set(page: Page, scenario: Scenario, levers: Sequence[Lever], values: Floats, start: float) -> Scenario:
    for lever, value in zip(levers, values, strict=True):
        scenario = edit.set_lever(page.base, scenario, lever, value=float(value), start=start)
    return scenario


def alone_words(
    page: Page, grid: TimingGrid, best: tuple[int, int], levers: Sequence[Lever], outcome: Outcome
) -> str:
    """Return what each of the levers adds alone at the best start and strength, and whether two do more than their sum.

    Nothing while those runs are not made.
    """
    alone = grid.gains_alone(outcome)[:, best[0], best[1]]
    if not np.isfinite(alone).all():
        return ""
    surplus = round(float(grid.gains(outcome)[best] - alone.sum()), outcome.decimals)
    word = "timing_sum" if surplus == 0 else "timing_more" if (surplus > 0) == (grid.gains(outcome)[best] > 0) else (
        "timing_less")
    parts = [
        page.say("timing_part", lever=lever.label.in_language(page.language),
                 gain=signed(float(gain), outcome.decimals))
        for lever, gain in zip(levers, alone, strict=True)
    ]
    return page.say("timing_alone_each", parts=plain("; ".join(parts)), verdict=page.say(word))


def _verdict(
    page: Page, grid: TimingGrid, gains: Floats,
    best: tuple[int, int] | None, outcome: Outcome,
) -> str:
    last = last_useful_start(grid.starts, gains, outcome)
    name = plain(outcome.label.in_language(page.language))
    if best is None or last is None:
        return page.say("timing_never", outcome=name)
    gain = f"{signed(float(gains[best]), outcome.decimals)} {change_unit(outcome, page.language)}"
    words = page.say("timing_best", gain=plain(gain), start=year_text(float(grid.starts[best[1]])), outcome=name)
    if isinf(last):
        then = page.say("timing_open", start=year_text(float(grid.starts[-1])), worth=round(100 * WORTH))
    else:
        then = page.say("timing_late", year=year_text(round(last, 1)), worth=round(100 * WORTH))
    return sentences(page.language, words, then)


def heat_map(
    page: Page, grid: TimingGrid, gains: Floats,
    best: tuple[int, int] | None, levers: Sequence[Lever], outcome: Outcome,
) -> str:
    """Return the map as an HTML table: every cell a number, its shade the share of the largest change."""
    largest = float(np.nanmax(np.abs(gains))) if np.isfinite(gains).any() else 0.0
    good = wanted(gains, outcome)
    threshold = WORTH * float(good[best]) if best else np.inf
    head = "".join(f'<th scope="col">{year_text(float(t))}</th>' for t in grid.starts)
    rows = ""
    for i in reversed(range(len(grid.strengths))):
        cells = ""
        for j in range(len(grid.starts)):
            cells += _cell(gains[i, j], good[i, j], largest, threshold, (i, j) == best, outcome)
        rows += f'<tr><th scope="row">{escape(_row_name(page, levers, grid.strengths[i]))}</th>{cells}</tr>'
    unit, label = change_unit(outcome, page.language), outcome.label.in_language(page.language)
    caption = page.say("timing_caption", outcome=label, year=year_text(grid.stop), unit=unit)
    key = page.say("timing_key", worth=round(100 * WORTH))
    return (
        f'<div class="gs-wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="gs-heat"><caption>{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(page.say("timing_axes"))}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="gs-key">{escape(key)}</p>'
    )


def _cell(gain: float, good: float, largest: float, threshold: float, best: bool, outcome: Outcome) -> str:
    if not np.isfinite(gain):
        return "<td>…</td>"
    shade = min(SHADES, round(SHADES * abs(gain) / largest)) if largest else 0
    side = "changed" if outcome.better == "depends" else "better" if good > 0 else "worse"
    side = side if round(abs(gain), outcome.decimals) else "none"
    late = " gs-late" if good < threshold else ""
    star = "★ " if best else ""
    return f'<td class="gs-h-{side} gs-h{shade}{late}">{star}{signed(float(gain), outcome.decimals)}</td>'


def _row_name(page: Page, levers: Sequence[Lever], values: Floats) -> str:
    """Return the strengths of a row; once where all levers share words and number."""
    texts = [_strength(page, lever, float(value)) for lever, value in zip(levers, values, strict=True)]
    return " + ".join(dict.fromkeys(texts))


def _strength(page: Page, lever: Lever, value: float) -> str:
    word = level_word(value, levels_of(lever, page.card), page.language)
    return f"{word} · {number(value)}" if word else number(value)
