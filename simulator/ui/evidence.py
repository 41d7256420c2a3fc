"""The view Model & evidence: every variable with equation, units, documentation, causes, uses and its path."""

from html import escape

import streamlit as st

from simulator.figures import Run, spark_svg
from simulator.model import ModelSpec, Variable
from simulator.ui.explain import show_constants
from simulator.ui.names import links_of, sector_of, title_of
from simulator.ui.runs import trajectory_of
from simulator.ui.session import Page, act, mirror, plain, widget
from simulator.ui.structure import Links, search, sectors
from simulator.ui.svg import as_image
from simulator.ui.wording import number, unit_text

_CHOSEN = "evidence_variable"


def show_evidence(page: Page) -> None:
    """Draw the view: a searchable list by sector on the left, one variable in full on the right."""
    spec = page.model.spec
    st.caption(
        page.say(
            "evidence_intro",
            variables=len(spec.variables),
            sectors=len(sectors(spec)),
            stocks=len(spec.of_kind("stock")),
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        found = _filter(page, spec)
        if not found:
            st.info(page.say("no_match", text=str(widget("evidence_search"))))
            return
        chosen = str(st.session_state.get(_CHOSEN, ""))
        if chosen not in spec.variables:
            chosen = found[0].key
        _listing(page, found, chosen)
    with right:
        _variable(page, spec[chosen], links_of(page))
    st.subheader(page.say("limits"))
    st.write(page.say("limits_text"))


def _filter(page: Page, spec: ModelSpec) -> tuple[Variable, ...]:
    text = st.text_input(page.say("search"), key="evidence_search")
    names = list(sectors(spec))
    sector = st.selectbox(
        page.say("sector"),
        ["*", *names],
        key="evidence_sector",
        format_func=lambda s: page.say("all_sectors") if s == "*" else sector_of(page, s),
    )
    return tuple(v for v in search(spec, text) if sector in ("*", v.sector))


def _listing(page: Page, found: tuple[Variable, ...], chosen: str) -> None:
    rows = [
        {
            page.say("variable"): title_of(page, v),
            page.say("kind"): page.say(f"kind_{v.kind}"),
            page.say("unit"): unit_text(v.units, page.language) or "–",
        }
        for v in found
    ]

    def picked() -> None:
        event = st.session_state["evidence_list"]
        selected = event["selection"]["rows"]
        if selected and selected[0] < len(found):
            st.session_state[_CHOSEN] = found[selected[0]].key

    st.dataframe(rows, key="evidence_list", hide_index=True, height=420, on_select=picked, selection_mode="single-row")
    keys = [v.key for v in found]
    titles = {v.key: title_of(page, v) for v in page.model.spec.variables.values()}
    if chosen not in keys:
        keys.insert(0, chosen)
    st.selectbox(
        page.say("variable"),
        keys,
        key=mirror("evidence_pick", chosen),
        format_func=lambda k: titles[k],
        on_change=lambda: st.session_state.update({_CHOSEN: str(widget("evidence_pick"))}),
    )


def _variable(page: Page, variable: Variable, structure: Links) -> None:
    title, sector = title_of(page, variable), sector_of(page, variable.sector)
    st.subheader(plain(title), anchor=False)
    place = page.say("in_file", line=variable.line, file=plain(page.model.path.name))
    kind = page.say(f"kind_{variable.kind}")
    unit = plain(unit_text(variable.units, page.language))
    st.caption(" · ".join(part for part in (kind, unit, f"`{variable.key}`", plain(sector), place) if part))
    st.code(variable.text or variable.title, language=None, wrap_lines=True)
    st.markdown(f"**{page.say('documentation')}**")
    st.text(variable.documentation or page.say("no_documentation"))
    if st.button(
        page.say("explain_this"),
        key="explain_this",
        icon=":material/account_tree:",
        on_click=act,
        args=(lambda s: s.explain(variable.key, fresh=True).view(view="explain"),),
    ):
        st.rerun()  # the view menu stands outside the fragment
    _path(page, variable)
    _neighbours(page, "causes", structure.causes[variable.key])
    show_constants(page, structure.causes[variable.key])
    _neighbours(page, "uses", structure.uses[variable.key])


def _path(page: Page, variable: Variable) -> None:
    if variable.kind in ("constant", "lookup"):
        return
    current = trajectory_of(page.model, page.state.scenario, every_variable=True)
    base = trajectory_of(page.model, page.baseline, every_variable=True)
    if variable.key in current:
        runs = [Run(page.say("baseline"), base, "baseline"), Run(page.say("current"), current, "current")]
        low, high = float(current[variable.key].min()), float(current[variable.key].max())
        picture = as_image(spark_svg(runs, variable.key, variable.title), variable.title)
        span = escape(f"{number(low)} – {number(high)} {unit_text(variable.units, page.language)}".strip())
        st.html(f'<div class="gs-spark" style="max-width:24rem">{picture}<p>{span}</p></div>')


def _neighbours(page: Page, heading: str, keys: tuple[str, ...]) -> None:
    st.markdown(f"**{page.say(heading)}**")
    if not keys:
        st.caption(page.say("nothing"))
        return
    titles = page.model.spec.variables

    def go() -> None:
        chosen = widget(f"evidence_{heading}")
        if chosen:
            st.session_state[_CHOSEN] = str(chosen)

    st.pills(
        page.say(heading),
        keys,
        key=mirror(f"evidence_{heading}", None),
        format_func=lambda k: plain(title_of(page, titles[k])),
        on_change=go,
        label_visibility="collapsed",
    )
