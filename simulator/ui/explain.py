"""The view Explain: why a variable runs as it does - its path, its equation, its causes and what it acts on."""

from html import escape

import numpy as np
import streamlit as st

from simulator.card import Chart, Text
from simulator.figures import Run, chart_spec, spark_svg
from simulator.model import Variable
from simulator.trajectory import Trajectory
from simulator.ui.chart_view import show_chart
from simulator.ui.constants import constant_rows, is_constant
from simulator.ui.diagram import show_diagram
from simulator.ui.names import equation_of, headlines, links_of, name_of, sector_of, title_of
from simulator.ui.results import table_twin
from simulator.ui.runs import trajectory_of
from simulator.ui.session import Page, act, mirror, plain, widget
from simulator.ui.svg import as_image
from simulator.ui.tables import value_at
from simulator.ui.wording import number, signed, unit_text, year_text


def explained(page: Page) -> tuple[str, ...]:
    """Return the trail of explained variables, the last one shown; the first headline outcome if there is none."""
    known = tuple(key for key in page.state.settings.trail if key in page.model.spec.variables)
    return known or (headlines(page)[0].key,)


def show_explain(page: Page) -> None:
    """Draw the view for the last variable of the trail."""
    trail = explained(page)
    variable = page.model.spec[trail[-1]]
    current = trajectory_of(page.model, page.state.scenario, every_variable=True)
    base = trajectory_of(page.model, page.baseline, every_variable=True)
    runs = [Run(page.say("baseline"), base, "baseline"), Run(page.say("current"), current, "current")]
    st.caption(page.say("explain_intro"))
    _choose(page, trail)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _chart(page, variable, runs)
    with right:
        show_facts(page, variable)
        st.markdown(f"**{page.say('equation')}**")
        show_equation(page, variable)
    structure = links_of(page)
    causes, uses = structure.causes[variable.key], structure.uses[variable.key]
    moving = [key for key in causes if not is_constant(page.model.spec[key])]
    show_diagram(page, variable, current, lambda key: moved(base, current, key))
    st.subheader(page.say("causes"), anchor=False)
    st.caption(page.say("causes_help"))
    _multiples(page, runs, moving, "cause")
    show_constants(page, causes)
    st.subheader(page.say("uses"), anchor=False)
    _multiples(page, runs, [key for key in uses if not is_constant(page.model.spec[key])], "use")


def show_facts(page: Page, variable: Variable) -> None:
    """Draw a variable's name, place, documentation and sources."""
    st.subheader(plain(name_of(page, variable.key)), anchor=False)
    place = page.say("in_file", line=variable.line, file=plain(page.model.path.name))
    kind, sector = page.say(f"kind_{variable.kind}"), plain(sector_of(page, variable.sector))
    unit = plain(unit_text(variable.units, page.language))
    st.caption(" · ".join(part for part in (kind, unit, f"`{variable.key}`", sector, place) if part))
    st.markdown(f"**{page.say('documentation')}**")
    st.text(variable.documentation or page.say("no_documentation"))
    item = page.card.inputs().get(variable.key)
    if item is not None and item.sources:
        st.markdown(f"**{page.say('sources')}**")
        st.caption(plain("; ".join(item.sources)))


def show_equation(page: Page, variable: Variable) -> None:
    """Draw a variable's equation as mathematics; a table as the file writes it."""
    with st.container(key="equation"):
        if variable.kind == "lookup":
            st.code(variable.text, language=None, wrap_lines=True)
        else:
            # inline, not st.latex: only inline mathematics breaks at the end of a line (and a dollar would end it)
            text = equation_of(page, variable.key).replace(r"\$", "")
            st.markdown(rf"$\displaystyle {text}$")


def show_constants(page: Page, keys: tuple[str, ...]) -> None:
    """Draw the table of the constants among `keys`; nothing if there are none."""
    rows = constant_rows(page, keys, page.state.settings.year)
    if rows:
        st.markdown(f"**{page.say('constants')}**")
        st.dataframe(rows, hide_index=True, height="content", key="constants")


def _choose(page: Page, trail: tuple[str, ...]) -> None:
    """Draw the menu of every variable and, if the reader has clicked on, the way back."""
    spec = page.model.spec
    first = [outcome.key for outcome in page.card.outcomes if outcome.key in spec.variables]
    keys = list(dict.fromkeys([*first, *(v.key for v in spec.variables.values())]))
    names = {key: _menu_name(page, key) for key in keys}
    menu = f"explain_pick:{page.language}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="explain_bar"):
        st.selectbox(
            page.say("explain_pick"),
            keys,
            key=mirror(menu, trail[-1]),
            format_func=lambda k: names[k],
            on_change=lambda: act(lambda s: s.explain(str(widget(menu)), fresh=True)),
            width=420,
        )
        for position, key in enumerate(trail[:-1]):
            st.button(
                f"← {plain(name_of(page, key))}",
                key=f"trail_{position}",
                type="tertiary",
                on_click=act,
                args=(lambda s, k=key: s.explain(k),),
            )


def _menu_name(page: Page, key: str) -> str:
    name, title = name_of(page, key), title_of(page, page.model.spec[key])
    return name if name.casefold() == title.casefold() else f"{name} · {title}"


def _chart(page: Page, variable: Variable, runs: list[Run]) -> None:
    if variable.key not in runs[0].trajectory:
        st.info(page.say("no_path"))
        return
    title = name_of(page, variable.key)
    chart = Chart(
        key=f"explain_{variable.key}", label=Text(en=title, zh=title), theme="", variables=(variable.key,),
        help=Text(en="", zh=""),
    )
    spec = chart_spec(
        runs, chart, page.outcomes, page.language, fixed=False, policy_start=page.base.policy_start
    )
    show_chart(
        spec, key="explain_chart", language=page.language, identity=page.state.scenario.case,
        year=page.state.settings.year,
    )
    table_twin(page, spec, "explain")


def _multiples(page: Page, runs: list[Run], keys: list[str], kind: str) -> None:
    """Draw variables as small multiples, those that differ most from the baseline first; each leads to its own."""
    if not keys:
        st.caption(page.say("nothing"))
        return
    base, current = runs[0].trajectory, runs[1].trajectory
    ordered = sorted((k for k in keys if k in base), key=lambda k: -moved(base, current, k))
    with st.container(horizontal=True, key=f"multiples_{kind}"):
        for key in ordered:
            with st.container(width=168, key=f"{kind}_cell_{key}", gap="xsmall"):
                st.html(_cell(page, runs, key))
                st.button(
                    plain(name_of(page, key)),
                    key=f"{kind}_{key}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    on_click=act,
                    args=(lambda s, k=key: s.explain(k),),
                )


def moved(base: Trajectory, current: Trajectory, key: str) -> float:
    """Return how far a variable's two paths are apart at most, as a share of the span of both (0..1)."""
    both = np.concatenate([base[key], current[key]])
    span = float(np.ptp(both))
    before = np.interp(current.times, base.times, base[key])
    return float(np.max(np.abs(current[key] - before))) / span if span > 0 else 0.0


def _cell(page: Page, runs: list[Run], key: str) -> str:
    outcome, year = page.outcomes.get(key), page.state.settings.year
    factor = outcome.display if outcome else 1.0
    unit = outcome.units.in_language(page.language) if outcome else unit_text(page.model.spec[key].units, page.language)
    now, before = (value_at(run.trajectory, key, year) * factor for run in (runs[1], runs[0]))
    decimals = outcome.decimals if outcome else None
    texts = number(now, decimals), number(before, decimals)
    change = page.say("same") if texts[0] == texts[1] else signed(now - before, max(map(_places, texts)))
    words = f"{year_text(year)}: {texts[0]} {unit} ({change})".replace("  ", " ")
    name = name_of(page, key)
    picture = as_image(spark_svg(runs, key, name), f"{name}. {words}")
    return f'<div class="gs-spark">{picture}<p>{escape(words)}</p></div>'


def _places(text: str) -> int:
    return len(text.partition(".")[2])
