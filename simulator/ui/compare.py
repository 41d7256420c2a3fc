"""Saving scenarios under names, and the view Compare: outcomes side by side, what differs, and by how much."""

from dataclasses import replace

import numpy as np
import streamlit as st

from simulator.card import Chart
from simulator.errors import InputError
from simulator.figures import Run, chart_spec
from simulator.scenario import Knots, LeverSetting, Scenario, differences
from simulator.trajectory import Trajectory
from simulator.ui.chart_view import show_chart
from simulator.ui.duels import show_duels
from simulator.ui.edit import DEFAULT_RAMP
from simulator.ui.futures import choose_drawn, choose_runs, show_futures
from simulator.ui.names import headlines
from simulator.ui.results import choose_outcome
from simulator.ui.runs import Runs
from simulator.ui.session import Page, act, mirror, notify, plain, store, stored_state, widget
from simulator.ui.state import MAX_SAVED
from simulator.ui.tables import outcome_rows
from simulator.ui.wording import level_word, levels_of, number, year_text


def show_saved(page: Page) -> None:
    """Draw the bar that saves, shows, opens and removes named scenarios."""
    st.subheader(page.say("saved"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="save_bar"):
        st.text_input(page.say("save_name"), key="save_name", max_chars=60, width=260)
        st.button(
            page.say("save"), key="save", icon=":material/bookmark_add:", type="primary", on_click=_save, args=(page,)
        )
        if page.state.saved:
            names = [saved.name for saved in page.state.saved]
            st.pills(
                page.say("saved_shown"),
                names,
                selection_mode="multi",
                format_func=plain,
                key=mirror("saved_shown", [s.name for s in page.state.saved if s.shown]),
                on_change=lambda: act(lambda s: s.show(tuple(st.session_state["saved_shown"]))),
            )
            _manage(page, names)
    if not page.state.saved:
        st.caption(page.say("save_hint"))


def _save(page: Page) -> None:
    state = stored_state()
    name = " ".join(str(widget("save_name") or "").split())
    if state is None:
        return
    if not name:
        notify(page.say("name_empty"))
    elif any(saved.name == name for saved in state.saved):
        notify(page.say("name_taken", name=name))
    elif len(state.saved) >= MAX_SAVED:
        notify(page.say("saved_full", limit=MAX_SAVED))
    else:
        try:
            store(state.save(name))
        except InputError as error:
            notify(str(error))
            return
        st.session_state["save_name"] = ""
        st.toast(page.say("saved_done", name=plain(name)))


def _manage(page: Page, names: list[str]) -> None:
    with st.popover(f"{page.say('open_saved')} / {page.say('remove_saved')}", key="manage_saved"):
        for i, saved in enumerate(page.state.saved):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.write(plain(saved.name))
                st.button(
                    page.say("open_saved"),
                    key=f"open_{i}",
                    on_click=act,
                    args=(lambda s, position=saved.position: s.do(position),),
                )
                st.button(
                    page.say("remove_saved"),
                    key=f"remove_{i}",
                    on_click=act,
                    args=(lambda s, name=names[i]: s.remove(name),),
                )


def show_changes(page: Page) -> None:
    """Draw the list of what differs from the baseline."""
    st.subheader(page.say("changes"), anchor=False)
    rows = change_rows(page, page.baseline, page.state.scenario, page.say("baseline"))
    if rows:
        st.dataframe(rows, hide_index=True, height="content", key="changes")
    else:
        st.caption(page.say("no_changes"))


_KINDS = {"levers": "kind_lever", "drivers": "kind_driver", "assumptions": "kind_assumption", "initial": "kind_initial"}


def change_rows(page: Page, before: Scenario, after: Scenario, before_name: str) -> list[dict[str, str]]:
    """Return one row per setting that differs: what it is, and its value in each of the two scenarios."""
    inputs = page.card.inputs()
    rows = []
    for row in differences(before, after):
        named = inputs.get(row.key)
        label = named.label.in_language(page.language) if named else " ".join((row.what, row.key)).strip()
        texts = [_setting_text(page, side, row.what, row.key, text) for side, text in ((before, row.a), (after, row.b))]
        kind = page.say(_KINDS.get(row.what, "kind_other"))
        rows.append(
            {
                page.say("setting"): label,
                page.say("kind"): kind,
                before_name: texts[0],
                page.say("current"): texts[1],
            }
        )
    return rows


def _setting_text(page: Page, scenario: Scenario, what: str, key: str, text: str) -> str:
    """Return a setting in the page's language and level words; `text` is how it reads where there are none."""
    if what not in ("levers", "drivers", "assumptions"):
        return text or "–"
    setting = getattr(scenario, what).get(key)
    if setting is None:
        return page.say("as_case")
    if isinstance(setting, Knots):
        return page.say("own_path")
    if not isinstance(setting, LeverSetting):
        return number(setting)
    lever = next((lever for lever in page.card.levers if lever.key == key), None)
    word = level_word(setting.value, levels_of(lever, page.card), page.language) if lever else ""
    value = f"{word} · {number(setting.value)}" if word else number(setting.value)
    start = page.base.policy_start if setting.start is None else setting.start
    words = page.say("setting_from", value=value, start=year_text(start))
    words += page.say("setting_over", ramp=number(setting.ramp)) if setting.ramp != DEFAULT_RAMP else ""
    return words + (page.say("setting_until", end=year_text(setting.end)) if setting.end is not None else "")


def show_compare(page: Page, runs: Runs) -> None:
    """Draw the view: outcome table, what differs between two scenarios, the difference charts, and over futures."""
    drawn = runs.drawn(page)
    year = page.state.settings.year
    st.subheader(page.say("outcomes_in", time=page.time_name, year=year_text(year)), anchor=False)
    st.caption(page.say("outcomes_help"))
    names = {"outcome": page.say("outcome"), "unit": page.say("unit")}
    st.dataframe(
        outcome_rows(headlines(page), drawn, year, page.language, names),
        hide_index=True,
        height="content",
        key="outcome_table",
    )
    _differences(page)
    columns = st.columns(2, gap="medium")
    others = [run for run in drawn if run.role != "baseline"]
    for side, column in enumerate(columns):
        chart = page.charts[page.state.settings.charts[side]]
        shifted = [Run(r.label, difference(r.trajectory, runs.baseline), r.role) for r in others]
        title = page.say("difference_chart", chart=chart.label.in_language(page.language))
        with column:
            spec = chart_spec(
                shifted, _lines(chart), page.outcomes, page.language, fixed=False, policy_start=page.base.policy_start
            )
            show_chart(
                replace(spec, title=title),
                key=f"difference_{side}",
                language=page.language,
                identity=page.state.scenario.case,
                year=year,
            )
    _over_futures(page)


def _over_futures(page: Page) -> None:
    """Draw who beats whom in the same futures; they are computed only once somebody asks."""
    if not page.card.assumptions and not page.card.drivers:
        return
    with st.expander(page.say("compare_futures"), key="compare_futures", on_change="rerun") as part:
        if not part.open:
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="compare_futures_bar"):
            outcome = choose_outcome(page, "uncertain_outcome")
            drivers = choose_drawn(page, "compare")
            runs = choose_runs(page, "compare")
        if len(runs) < 2:
            st.info(page.say("futures_two"))
            return
        show_futures(
            page, runs, outcome, drivers, lambda found: show_duels(page, found, runs, outcome, "compare")
        )


def _lines(chart: Chart) -> Chart:
    return chart.model_copy(update={"kind": "line"})


def _differences(page: Page) -> None:
    st.subheader(page.say("compare_with"), anchor=False)
    options = {"": page.say("baseline")} | {saved.name: saved.name for saved in page.state.saved}
    chosen = str(
        st.selectbox(
            page.say("compare_with"),
            list(options),
            key="compare_with",
            label_visibility="collapsed",
            format_func=lambda n: options.get(n, n),
        )
        or ""
    )
    other = next((s.position.scenario for s in page.state.saved if s.name == chosen), page.baseline)
    rows = change_rows(page, other, page.state.scenario, options.get(chosen, chosen))
    if rows:
        st.dataframe(rows, hide_index=True, height="content", key="differences")
    else:
        st.caption(page.say("no_changes") if not chosen else page.say("same_settings"))


def difference(trajectory: Trajectory, baseline: Trajectory) -> Trajectory:
    """Return `trajectory` minus `baseline` at the trajectory's times, for the variables both saved."""
    kept = [i for i, column in enumerate(trajectory.columns) if column.key in baseline]
    columns = tuple(trajectory.columns[i] for i in kept)
    before = [np.interp(trajectory.times, baseline.times, baseline[column.key]) for column in columns]
    values = trajectory.values[:, kept] - np.stack(before, axis=1)
    return replace(trajectory, values=values, columns=columns, times=trajectory.times.copy())
