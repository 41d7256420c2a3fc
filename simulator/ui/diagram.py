"""The causal-loop drawing of the view Explain: a variable between causes and effects, its loops, and tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from simulator.compile import causes, uses
from simulator.figures.loop_svg import SIGNS, Arm, Node, Sign, neighbours_narrow, neighbours_wide, ring
from simulator.model import Variable
from simulator.runner import experiment_of
from simulator.trajectory import Trajectory
from simulator.ui.component_files import component_file
from simulator.ui.constants import is_constant
from simulator.ui.influence import LONGEST, Loop, loops_through, measure, moving_links, pairs_of
from simulator.ui.names import links_of, name_of
from simulator.ui.results import twin_part
from simulator.ui.session import Page, act, plain, widget
from simulator.ui.structure import at_start_only
from simulator.ui.wording import year_text

MOST_ARMS, MOST_RINGS = 9, 6
_WORDS: dict[Sign, str] = {"+": "sign_more", "-": "sign_less", "0": "sign_none", "?": "sign_both"}
_KINDS = {"R": "loop_r", "B": "loop_b", "0": "loop_idle", "?": "loop_unclear"}


@dataclass(frozen=True)
class Surroundings:
    """What is around a variable at a time: neighbours in the order they are drawn, signs of links, named loops."""

    causes: tuple[str, ...]
    effects: tuple[str, ...]
    signs: dict[tuple[str, str], Sign]
    loops: tuple[tuple[str, Loop], ...]


def show_diagram(page: Page, variable: Variable, run: Trajectory, weight: Callable[[str], float]) -> None:
    """Draw the variable's surroundings at the year shown, by `run`; `weight` tells which neighbours come first."""
    if variable.kind == "lookup":
        return
    found = surroundings(page, variable, run, weight)
    year, name = year_text(page.state.settings.year), name_of(page, variable.key)
    st.subheader(page.say("diagram", year=year), anchor=False)
    st.caption(page.say("diagram_help"))
    if found.causes or found.effects:
        _component()(
            key="neighbours", data={"markup": _neighbours(page, variable, found)},
            on_pressed_change=lambda: _pressed("neighbours"),
        )
        hidden = max(0, len(found.causes) - MOST_ARMS) + max(0, len(found.effects) - MOST_ARMS)
        if hidden:
            st.caption(page.say("diagram_more", count=hidden))
    _show_start(page, variable.key)
    working = [(mark, loop) for mark, loop in found.loops if loop.kind in "RB"]
    st.markdown(f"**{page.say('loops_title', name=plain(name))}**")
    if not found.loops:
        st.caption(page.say("loops_none", longest=LONGEST))
    if working:
        rings = "".join(_ring(page, mark, loop) for mark, loop in working[:MOST_RINGS])
        _component()(key="rings", data={"markup": f'<div class="rings">{rings}</div>'})
    rest = len(found.loops) - min(len(working), MOST_RINGS)
    if rest:
        st.caption(page.say("loops_more", count=rest, longest=LONGEST))
    with twin_part(page, "diagram", "this_drawing") as twin:
        if twin.open:
            st.dataframe(link_rows(page, variable.key, found), hide_index=True, height="content", key="links")
            if found.loops:
                st.dataframe(loop_rows(page, found), hide_index=True, height="content", key="loops")


def _show_start(page: Page, key: str) -> None:
    """Name the links to initial values: they act once, so that they have no sign at the year shown and no loop."""
    spec, chosen = page.model.spec, {item.key for item in (*page.card.levers, *page.card.drivers)}
    before, after = at_start_only(spec, links_of(page), key)
    before = tuple(k for k in before if k in chosen or not is_constant(spec[k]))
    for text, keys in (("diagram_start_causes", before), ("diagram_start_uses", after)):
        if keys:
            st.caption(page.say(text, names=plain("; ".join(name_of(page, k) for k in keys))))


def surroundings(
    page: Page, variable: Variable, run: Trajectory, weight: Callable[[str], float]
) -> Surroundings:
    """Return causes (constants only if somebody chooses them: levers, drivers), effects, signs and loops."""
    spec, key, time = page.model.spec, variable.key, page.state.settings.year
    inputs = {item.key: item for item in (*page.card.levers, *page.card.drivers)}
    before = [k for k in causes(spec)[key] if k in inputs or not is_constant(spec[k])]
    after = list(uses(spec)[key])
    graph = moving_links(spec)
    rings = loops_through(graph, key) if key in graph else []
    experiment = experiment_of(page.model, page.state.scenario, page.start.case)
    values = {c.key: float(np.interp(time, run.times, run[c.key])) for c in run.columns}
    spans = {c.key: float(np.ptp(run[c.key])) for c in run.columns}
    spans |= {k: item.range[1] - item.range[0] for k, item in page.card.inputs().items()}
    signs = measure(spec, experiment, pairs_of(key, before, after, rings), values, spans, time)
    on_loops = {k for loop in rings for k in loop}

    def first(k: str) -> tuple[bool, bool, float]:
        return k not in on_loops, k not in run, -weight(k) if k in run else 0.0

    loops = [Loop(k, tuple(signs[a, b] for a, b in zip(k, (*k[1:], k[0]), strict=True))) for k in rings]
    return Surroundings(tuple(sorted(before, key=first)), tuple(sorted(after, key=first)), signs, _named(loops))


def _named(loops: Sequence[Loop]) -> tuple[tuple[str, Loop], ...]:
    """Return the loops with their marks, R1, R2, B1 and so on; those that do not work at the time have none."""
    count = {"R": 0, "B": 0}
    found = []
    for loop in loops:
        mark = "–"
        if loop.kind in count:
            count[loop.kind] += 1
            mark = f"{loop.kind}{count[loop.kind]}"
        found.append((mark, loop))
    return tuple(found)


def link_rows(page: Page, key: str, found: Surroundings) -> list[dict[str, str]]:
    """Return one row per link into and out of the variable: cause, effect, sign in a word."""
    pairs = [(cause, key) for cause in found.causes] + [(key, effect) for effect in found.effects]
    return [
        {
            page.say("cause"): name_of(page, cause),
            page.say("effect"): name_of(page, effect),
            page.say("sign"): f"{SIGNS[found.signs[cause, effect]]}  {_word(page, found.signs[cause, effect])}",
        }
        for cause, effect in pairs
    ]


def loop_rows(page: Page, found: Surroundings) -> list[dict[str, str | int]]:
    """Return one row per loop: its mark, kind, number of links, and its way round with signs."""
    return [
        {
            page.say("loop"): mark,
            page.say("kind"): page.say(_KINDS[loop.kind]),
            page.say("links_count"): len(loop.keys),
            page.say("loop_path"): _way(page, loop),
        }
        for mark, loop in found.loops
    ]


def _way(page: Page, loop: Loop) -> str:
    steps = [f"{name_of(page, key)} {SIGNS[sign]}→ " for key, sign in zip(loop.keys, loop.signs, strict=True)]
    return "".join(steps) + name_of(page, loop.keys[0])


def _word(page: Page, sign: Sign) -> str:
    return page.say(_WORDS[sign])


def _neighbours(page: Page, variable: Variable, found: Surroundings) -> str:
    focus = _node(page, variable.key)

    def arms(keys: Sequence[str], into: bool) -> list[Arm]:
        chosen = []
        for key in keys[:MOST_ARMS]:
            sign = found.signs[(key, variable.key) if into else (variable.key, key)]
            ends = (name_of(page, key), focus.name) if into else (focus.name, name_of(page, key))
            spoken = page.say("link_spoken", cause=ends[0], effect=ends[1], sign=_word(page, sign))
            chosen.append(Arm(_node(page, key, f"{name_of(page, key)}. {spoken}"), sign))
        return chosen

    label = page.say("diagram_label", name=focus.name, causes=len(found.causes), effects=len(found.effects))
    parts = focus, arms(found.causes, True), arms(found.effects, False), label
    return neighbours_wide(*parts) + neighbours_narrow(*parts)


def _ring(page: Page, mark: str, loop: Loop) -> str:
    drawing = ring([_node(page, key) for key in loop.keys], loop.signs, mark, f"{mark}: {_way(page, loop)}")
    return f"<figure><figcaption><b>{mark}</b> {escape(page.say(_KINDS[loop.kind]))}</figcaption>{drawing}</figure>"


def _node(page: Page, key: str, spoken: str = "") -> Node:
    return Node(key, name_of(page, key), page.model.spec[key].kind == "stock", spoken)


def _pressed(place: str) -> None:
    state = widget(place)
    key = getattr(state, "pressed", None)
    if isinstance(key, str):
        act(lambda s: s.explain(key))


def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "gumsim_diagram", html='<div class="diagram"></div>', css=component_file("diagram.css"),
        js=component_file("diagram.js"),
    )
