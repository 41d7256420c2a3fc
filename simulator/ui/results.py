"""The right-hand side of Explore: headline cards, the two charts, small multiples, table twins."""

from html import escape
from typing import Any, Literal

import streamlit as st

from simulator.card import Chart, Outcome
from simulator.figures import ChartSpec, chart_spec, spark_svg
from simulator.ui.chart_view import show_chart
from simulator.ui.names import headlines, name_of
from simulator.ui.preview import stamp
from simulator.ui.runs import Runs
from simulator.ui.session import Page, act, mirror, widget
from simulator.ui.svg import as_image
from simulator.ui.tables import chart_table, value_at
from simulator.ui.wording import Headline, headline, number, year_text

Side = Literal[0, 1]


def show_headline(page: Page, runs: Runs) -> None:
    """Draw one card per headline outcome: value in the year shown, and the change against the baseline in words."""
    year = page.state.settings.year
    cards = []
    for outcome in headlines(page):
        value, before = value_at(runs.current, outcome.key, year), value_at(runs.baseline, outcome.key, year)
        cards.append(_card(page, headline(outcome, value, before, page.language)))
    label = escape(page.say("headline"))
    st.html(f'<section class="gs-cards" tabindex="0" aria-label="{label}">{"".join(cards)}</section>')


def _card(page: Page, card: Headline) -> str:
    if card.verdict == "same":
        change = page.say("same")
    else:
        change = f"{card.change} · {page.say(card.verdict)}"
    return (
        f'<div class="gs-card" data-key="{escape(card.key)}" title="{escape(card.help)}"><h4>{escape(card.label)}</h4>'
        f'<p class="gs-value">{escape(card.value)}<small>{escape(card.unit)}</small></p>'
        f'<p class="gs-change gs-{card.verdict}">{escape(change)}</p></div>'
    )


def choose_outcome(page: Page, name: str) -> Outcome:
    """Let the user choose an outcome of the card; `name` tells the views apart, each remembers its own."""
    known = {o.key: o for o in page.card.outcomes if o.key in page.model.spec.variables}
    kept = str(st.session_state.get(f"{name}_kept", headlines(page)[0].key))
    chosen = known.get(kept, headlines(page)[0])
    menu = f"{name}:{page.language}"
    st.selectbox(
        page.say("outcome"),
        list(known),
        format_func=lambda k: known[k].label.in_language(page.language),
        width=300,
        key=mirror(menu, chosen.key),
        on_change=lambda: st.session_state.update({f"{name}_kept": str(widget(menu))}),
    )
    return chosen


def show_controls(page: Page, runs: Runs, *, charts: bool = True) -> None:
    """Draw the choice of the year shown and, with `charts`, how the two charts are drawn."""
    settings = page.state.settings
    first, last = round(float(runs.current.times[0])), round(float(runs.current.times[-1]))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="chart_controls"):
        if last > first:
            year = min(max(round(settings.year), first), last)
            st.slider(
                page.say("year_shown", time=page.time_name),
                first,
                last,
                key=mirror("year", year),
                width=260,
                on_change=lambda: act(lambda s: s.view(year=float(str(widget("year"))))),
            )
        if not charts:
            return
        st.toggle(
            page.say("fixed_axes"),
            key=mirror("fixed", settings.fixed),
            help=page.say("fixed_axes_help"),
            on_change=lambda: act(lambda s: s.view(fixed=bool(widget("fixed")))),
        )
        if any(page.charts[key].kind == "area" for key in settings.charts):
            st.toggle(
                page.say("stack_shares"),
                key=mirror("stacked", settings.stacked),
                help=page.say("stack_help"),
                on_change=lambda: act(lambda s: s.view(stacked=bool(widget("stacked")))),
            )


def show_charts(page: Page, runs: Runs) -> None:
    """Draw the two charts chosen from the menu, side by side, each with its table twin."""
    columns = st.columns(2, gap="medium")
    for side, column in enumerate(columns):
        with column:
            chart = _choose(page, side)
            spec = draw_spec(page, runs, chart, panels=True)
            show_chart(
                spec,
                key=f"chart_{side}",
                language=page.language,
                identity=page.state.scenario.case,
                year=page.state.settings.year,
                heading=False,
                stamp=stamp(page.state.scenario),
            )
            table_twin(page, spec, str(side), "right_chart" if side else "left_chart")


def draw_spec(page: Page, runs: Runs, chart: Chart, *, panels: bool = False) -> ChartSpec:
    """Return what to draw for `chart` under the session's view settings; `panels` as for `chart_spec`."""
    settings = page.state.settings
    return chart_spec(
        runs.drawn(page),
        chart,
        page.outcomes,
        page.language,
        fixed=settings.fixed,
        stacked=settings.stacked,
        policy_start=page.base.policy_start,
        panels=panels,
    )


def _choose(page: Page, side: int) -> Chart:
    """Let the user choose a chart; the themes are part of each entry, so that typing one finds its charts."""
    themes = list(page.card.themes)
    ordered = sorted(page.charts.values(), key=lambda c: themes.index(c.theme) if c.theme in themes else len(themes))

    def name(key: str) -> str:
        chart = page.charts[key]
        theme = page.card.themes[chart.theme].in_language(page.language) if chart.theme in page.card.themes else ""
        label = chart.label.in_language(page.language)
        return f"{theme} · {label}" if theme else label

    def chosen() -> None:
        if widget(f"menu_{side}:{page.language}") not in page.charts:
            return
        charts = list(page.state.settings.charts)
        charts[side] = str(widget(f"menu_{side}:{page.language}"))
        act(lambda s: s.view(charts=(charts[0], charts[1])))

    key = page.state.settings.charts[side]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"choice_{side}"):
        st.selectbox(
            page.say("right_chart" if side else "left_chart"),
            [chart.key for chart in ordered],
            format_func=name,
            key=mirror(f"menu_{side}:{page.language}", key),
            on_change=chosen,
            label_visibility="collapsed",
        )
        _why(page, page.charts[key], side)
    return page.charts[key]


def _why(page: Page, chart: Chart, side: int) -> None:
    """Draw the way from a chart to the explanation of one of its variables."""
    keys = [key for key in chart.variables if key in page.model.spec.variables]
    key = f"why_{side}:{chart.key}:{page.language}"
    chosen = st.menu_button(
        page.say("why"),
        keys,
        key=key,
        type="tertiary",
        icon=":material/account_tree:",
        help=page.say("why_help"),
        format_func=lambda k: name_of(page, k),
    )
    if chosen:
        act(lambda s: s.explain(str(chosen), fresh=True).view(view="explain"))
        st.rerun()


def twin_part(page: Page, place: str, chart: str = "this_chart") -> Any:
    """Return the part under a chart that opens to its numbers; `place` tells twins of one page apart.

    Its label (`chart` is a text of the page) names the place, not what is drawn: with another label Streamlit would
    put a new part there, closed, whenever another chart is chosen.
    """
    return st.expander(page.say("table_twin", chart=page.say(chart)), key=f"twin_{place}", on_change="rerun")


def table_twin(page: Page, spec: ChartSpec, place: str, chart: str = "this_chart") -> None:
    """Draw the chart's numbers as a table in the part that opens (see `twin_part`)."""
    with twin_part(page, place, chart) as twin:
        if twin.open:
            st.dataframe(
                chart_table(spec),
                hide_index=True,
                height=260,
                column_config={spec.time_label: st.column_config.NumberColumn(format="%.2f")},
            )


def show_strip(page: Page, runs: Runs) -> None:
    """Draw every headline outcome as a small multiple: current thick, baseline dashed, saved thin."""
    drawn = runs.drawn(page)
    first, last = float(runs.current.times[0]), float(runs.current.times[-1])
    cells = []
    for outcome in headlines(page):
        label, unit = outcome.label.in_language(page.language), outcome.units.in_language(page.language)
        start, stop = (
            number(value_at(runs.current, outcome.key, t) * outcome.display, outcome.decimals) for t in (first, last)
        )
        spoken = f"{label}: {start} → {stop} {unit}, {year_text(first)}–{year_text(last)}"
        cells.append(
            f'<div class="gs-spark"><h4>{escape(label)}</h4>{as_image(spark_svg(drawn, outcome.key, spoken), spoken)}'
            f"<p>{escape(f'{start} → {stop} {unit}')}</p></div>"
        )
    st.html(f'<section class="gs-strip" aria-label="{escape(page.say("more_outcomes"))}">{"".join(cells)}</section>')
