"""The left-hand side of Explore: levers in groups, outside drivers, assumptions; each mirrors the scenario."""

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from time import monotonic
from typing import Any

import streamlit as st

from simulator.card import Assumption, Driver, Input, Lever
from simulator.figures import path_svg
from simulator.scenario import Scenario
from simulator.schedule import Schedule
from simulator.ui import edit
from simulator.ui.names import sector_of
from simulator.ui.preview import Slider
from simulator.ui.session import Page, act, css_class, mirror, plain, widget
from simulator.ui.svg import as_image
from simulator.ui.templates import TEMPLATES, apply_template
from simulator.ui.wording import level_intervals, level_word, levels_of, number, unit_text, year_text

Setter = Callable[[edit.Base, Scenario, Input, float], Scenario]


def show_levers(page: Page) -> list[Slider]:
    """Draw the panel: the levers by who acts, then what the cluster does not choose, each in a part that opens.

    Returns the sliders that are on the page.
    """
    drawn: list[Slider] = []
    counts: dict[str, int] = {}
    st.subheader(page.say("levers"), anchor=False)
    for position, group in enumerate(page.card.groups):
        levers = [lever for lever in page.card.levers if lever.group == group.key]
        changed = [lever.key for lever in levers if lever.key in page.state.scenario.levers]
        counts[f"group_{group.key}"] = len(changed)
        with _part(f"group_{group.key}", group.label.in_language(page.language), position == 0) as part:
            if part.open:
                st.caption(plain(group.help.in_language(page.language)))
                drawn += [_lever(page, lever) for lever in levers]
                if changed:
                    _reset_part(
                        page, f"reset_{group.key}", page.say("reset_group"), partial(edit.reset_levers, keys=changed)
                    )
    if not (page.card.drivers or page.card.assumptions):
        _show_counts(page, counts)
        return drawn
    st.subheader(page.say("outside"), anchor=False)
    scenario = page.state.scenario
    if page.card.drivers:
        counts["drivers"] = len(scenario.drivers)
        with _part("drivers", page.say("drivers"), False) as part:
            if part.open:
                drawn += _show_drivers(page)
                if scenario.drivers:
                    _reset_part(page, "reset_part_drivers", page.say("reset_drivers"), edit.reset_drivers)
    if page.card.assumptions:
        counts["assumptions"] = len(scenario.assumptions)
        with _part("assumptions", page.say("assumptions"), False) as part:
            if part.open:
                drawn += _show_assumptions(page)
                if scenario.assumptions:
                    _reset_part(page, "reset_part_assumptions", page.say("reset_assumptions"), edit.reset_assumptions)
    _show_counts(page, counts)
    return drawn


def _part(key: str, label: str, first: bool) -> Any:
    """Return a part of the panel.

    Its label must not change while it is on the page: Streamlit would put a new part in its place, and the slider that
    the keyboard is on would lose the keys that follow.
    """
    return st.expander(plain(label), expanded=first, key=f"part_{key}", on_change="rerun")


def _show_counts(page: Page, counts: Mapping[str, int]) -> None:
    """Count beside the label of each part the settings changed in it, so that none is out of sight."""
    rules = (
        f".{css_class(f'part_{key}')} summary p {{ font-weight: 650; }} "
        f".{css_class(f'part_{key}')} summary p::after {{ content: ' · {page.say('changed_count', count=count)}'; }}"
        for key, count in counts.items()
        if count
    )
    st.html(f"<style>{' '.join(rules)}</style>")


def _reset_part(page: Page, key: str, label: str, update: Callable[[Scenario], Scenario]) -> None:
    st.button(
        label, key=key, icon=":material/restart_alt:", type="tertiary", on_click=act, args=(lambda s: s.change(update),)
    )


def _move(item: Input, update: Callable[[Scenario], Scenario]) -> None:
    """Change the scenario by moving `item`; a quick run of such moves is one step of undo."""
    act(lambda s: s.change(update, moving=item.key, when=monotonic()))


def _lever(page: Page, lever: Lever) -> Slider:
    view = edit.lever_view(page.base, page.state.scenario, lever)
    levels = levels_of(lever, page.card)
    label = plain(lever.label.in_language(page.language))
    key = f"lever:{lever.key}"
    options = edit.options(lever, view.value)

    def moved() -> None:
        value = float(str(widget(key)))
        if edit.differs(lever, value, view.value):
            _move(lever, lambda c: edit.set_lever(page.base, c, lever, value=value))

    with st.container(key=f"row_{lever.key}"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            st.select_slider(
                f"{label} ●" if view.changed else label,
                options,
                key=mirror(key, view.value),
                on_change=moved,
                format_func=lambda v: f"{level_word(v, levels, page.language)} · {number(v)}",
            )
            _details(page, lever, view, label)
    return Slider(key, lever, view.value, options, partial(edit.lever_ends, page.base, page.state.scenario, lever))


def _details(page: Page, lever: Lever, view: edit.LeverView, label: str) -> None:
    with st.popover(
        "",
        icon=":material/tune:",
        help=page.say("details", name=label),
        type="tertiary",
        key=f"details_{lever.key}",
        on_change="rerun",
    ) as panel:
        if not panel.open:
            return
        st.markdown(f"**{label}**")
        st.write(plain(lever.help.in_language(page.language)))
        _schedule(page, lever, view)
        _facts(page, lever, view)
        st.button(
            page.say("reset_lever"),
            key=f"reset_{lever.key}",
            icon=":material/restart_alt:",
            disabled=not view.changed,
            on_click=act,
            args=(lambda s: s.change(lambda c: edit.reset_levers(c, [lever.key])),),
        )


def _schedule(page: Page, lever: Lever, view: edit.LeverView) -> None:
    """Exact value, start, ramp and end of a lever, with its path over time as a preview."""
    low, high = lever.range
    first, last = page.years
    fields: list[tuple[str, str, float | None, float, float, float]] = [
        ("value", page.say("exact", units=_unit(page, lever)), view.value, low, high, lever.step),
        ("start", page.say("start"), view.start, first, last, 0.5),
        ("ramp", page.say("ramp", time=page.time_name), view.ramp, 0.0, last - first, 0.5),
        ("end", page.say("end"), view.end, first, last, 0.5),
    ]
    columns = [*st.columns(2), *st.columns(2)]
    for column, (name, label, value, least, most, step) in zip(columns, fields, strict=True):
        key = f"{name}:{lever.key}"
        with column:
            st.number_input(
                label,
                least,
                most,
                step=step,
                format="%.6g",
                on_change=_setter(page, lever, name, key, value),
                key=mirror(key, None if value is None else float(value)),
                value=None,
            )
    _templates(page, lever)
    _path(page, lever, edit.lever_path(page.base, page.state.scenario, lever))
    if not page.base.path(lever).is_constant:
        st.caption(page.say("history"))


def _templates(page: Page, lever: Lever) -> None:
    """Draw the ready-made paths; the preview below follows at once."""
    with st.container(horizontal=True, gap="xsmall", key=f"templates_{lever.key}"):
        for name in TEMPLATES:
            st.button(
                page.say(f"template_{name}"),
                key=f"template_{name}:{lever.key}",
                help=page.say(f"template_{name}_help"),
                on_click=act,
                args=(
                    lambda s, n=name: s.change(lambda c: apply_template(page.base, c, lever, n, page.years[1])),
                ),
            )


def _path(page: Page, item: Input, path: Schedule) -> None:
    """Draw an input's path over the case's time, on the scale of its range."""
    (first, last), (low, high) = page.years, item.range
    words = page.say("path_over_time")
    span = f"{year_text(first)} – {year_text(last)} · {number(low)} – {number(high)} {escape(_unit(page, item))}"
    picture = as_image(path_svg(path, first, last, low, high, words), words)
    st.html(f'<div class="gs-path">{picture}<p class="gs-key">{span}</p></div>')


def _setter(page: Page, lever: Lever, name: str, key: str, shown: float | None) -> Callable[[], None]:
    def changed() -> None:
        given = widget(key)
        value = None if given is None else float(str(given))
        if (value is None and name != "end") or value == shown:
            return
        if name == "value" and value is not None and shown is not None and not edit.differs(lever, value, shown):
            return
        act(lambda s: s.change(lambda c: edit.set_lever(page.base, c, lever, **{name: value})))

    return changed


def _facts(page: Page, lever: Lever, view: edit.LeverView) -> None:
    intervals = level_intervals(levels_of(lever, page.card), lever.range[0], page.language)
    rows = "".join(f"<span>{escape(word)}</span><span>{escape(interval)}</span>" for word, interval in intervals)
    st.markdown(f"**{page.say('levels')}**")
    st.html(f'<div class="gs-words">{rows}</div>')
    st.markdown(f"**{page.say('costs')}**")
    if lever.cost:
        share = (view.value - lever.neutral) / ((lever.range[1] - lever.neutral) or 1.0)
        st.write(
            page.say("cost_full", cost=number(lever.cost))
            + "; "
            + page.say("cost_now", cost=number(max(0.0, share) * lever.cost))
        )
    else:
        st.write(page.say("cost_none"))
    _sources(page, lever)


def _sources(page: Page, item: Input) -> None:
    st.markdown(f"**{page.say('sources')}**")
    st.caption(plain("; ".join(item.sources)))


def _show_drivers(page: Page) -> list[Slider]:
    drawn = []
    st.caption(page.say("drivers_help"))
    for driver in page.card.drivers:
        changed = driver.key in page.state.scenario.drivers
        note = "" if changed or page.base.path(driver).is_constant else page.say("follows_history")
        drawn.append(_plain_input(page, driver, changed, edit.set_driver, note))
    return drawn


def _show_assumptions(page: Page) -> list[Slider]:
    drawn = []
    st.caption(page.say("assumptions_help"))
    sectors = list(dict.fromkeys(a.sector for a in page.card.assumptions))
    chosen = (
        sectors[0]
        if len(sectors) == 1
        else st.selectbox(
            page.say("sector"),
            sectors,
            key=f"assumption_sector:{page.language}",
            format_func=lambda s: sector_of(page, s),
        )
    )
    for assumption in page.card.assumptions:
        if assumption.sector == chosen:
            changed_here = assumption.key in page.state.scenario.assumptions
            drawn.append(_plain_input(page, assumption, changed_here, edit.set_assumption, ""))
    return drawn


def _plain_input(page: Page, item: Driver | Assumption, changed: bool, setter: Setter, note: str) -> Slider:
    shown = edit.input_shown(page.base, page.state.scenario, item)
    label = plain(item.label.in_language(page.language))
    key = f"input:{item.key}"
    low, high = item.range
    standing = min(high, max(low, float(shown)))

    def moved() -> None:
        value = float(str(widget(key)))
        if edit.differs(item, value, shown):
            _move(item, lambda c: setter(page.base, c, item, value))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"row_{item.key}"):
        words = f"{label} ●" if changed else label
        st.slider(
            words + (f" · {note}" if note else ""),
            float(low),
            float(high),
            step=_step(item),
            format="%.4g",
            key=mirror(key, standing),
            on_change=moved,
        )
        with st.popover(
            "",
            icon=":material/tune:",
            help=page.say("details", name=label),
            type="tertiary",
            key=f"details_{item.key}",
            on_change="rerun",
        ) as panel:
            if panel.open:
                _input_details(page, item, shown, changed, setter)
    return Slider(key, item, standing)


def _input_details(page: Page, item: Driver | Assumption, shown: float, changed: bool, setter: Setter) -> None:
    low, high = item.range
    st.markdown(f"**{plain(item.label.in_language(page.language))}** ({plain(_unit(page, item))})")
    st.write(plain(item.help.in_language(page.language)))
    _exact(page, item, shown, setter)
    if isinstance(item, Assumption):
        st.write(
            f"{page.say('range')}: {number(low)} – {number(high)} · {page.say('distribution')}: "
            f"{page.say(f'distribution_{item.distribution}')} · {page.say(f'grade_{item.grade}')}"
        )
        if item.reason:
            st.caption(plain(item.reason))
    else:
        _path(page, item, edit.input_path(page.base, page.state.scenario, item))
    _sources(page, item)
    st.button(
        page.say("reset_lever"),
        key=f"reset_{item.key}",
        disabled=not changed,
        on_click=act,
        args=(lambda s: s.change(lambda c: edit.reset_input(c, item.key)),),
    )


def _exact(page: Page, item: Input, shown: float, setter: Setter) -> None:
    key = f"value:{item.key}"

    def typed() -> None:
        given = widget(key)
        if given is not None and edit.differs(item, float(str(given)), shown):
            _move(item, lambda c: setter(page.base, c, item, float(str(given))))

    st.number_input(
        page.say("exact", units=_unit(page, item)),
        float(item.range[0]),
        float(item.range[1]),
        format="%.6g",
        key=mirror(key, float(shown)),
        on_change=typed,
        step=_step(item),
    )


def _step(item: Input) -> float:
    """Return the card's step, or a hundredth of the range where the card's is too coarse for it."""
    low, high = item.range
    return item.step if item.step <= (high - low) / 10 else (high - low) / 100


def _unit(page: Page, item: Input) -> str:
    return unit_text(item.units, page.language) or "–"
