"""What differs between two scenarios, in the words of the page: one row per setting."""

from collections.abc import Mapping, Sequence

import streamlit as st

from simulator.scenario import Knots, LeverSetting, Scenario, differences
from simulator.ui.edit import DEFAULT_RAMP
from simulator.ui.session import Page, plain
from simulator.ui.wording import level_word, levels_of, number, time_units, year_text

_KINDS = {"levers": "kind_lever", "drivers": "kind_driver", "assumptions": "kind_assumption", "initial": "kind_initial"}


def show_changes(page: Page) -> None:
    """Draw the list of what differs from the baseline."""
    st.subheader(page.say("changes"), anchor=False)
    rows = change_rows(page, page.baseline, page.state.scenario, page.say("baseline"))
    if rows:
        words_table(rows)
    else:
        st.caption(page.say("no_changes"))


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
    if setting.ramp != DEFAULT_RAMP:
        unit = time_units(page.model.spec.time.units, setting.ramp, page.language)
        words += page.say("setting_over", ramp=number(setting.ramp), unit=unit)
    return words + (page.say("setting_until", end=year_text(setting.end)) if setting.end is not None else "")


def words_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Draw rows of words as a table whose cells break into lines; the texts are shown, never interpreted."""
    st.table([{plain(k): plain(v) for k, v in row.items()} for row in rows], hide_index=True, border="horizontal")
