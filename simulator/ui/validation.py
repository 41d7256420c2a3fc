"""The view Validation: the model's passport - which tests of the field were run on it and how they came out."""

from html import escape

import pandas as pd
import streamlit as st

from simulator.ui.passport_file import CheckRow, CheckTable, PassportFile, passport_path, read_passport
from simulator.ui.session import Page, plain

SHORT = 60
"""Characters: tables with longer texts break them into lines."""

MOST_ROWS = 12

_WORDS = {True: "test_pass", False: "test_fail", None: "test_reported"}
_SYMBOLS = {True: "✓", False: "✗", None: "–"}
_CLASSES = {True: "better", False: "worse", None: "changed"}


def show_validation(page: Page) -> None:
    """Draw the view: result of every test in a list, then each with rule, numbers, tables and notes, then limits."""
    path = passport_path(page.model)
    found = read_passport(path)
    st.caption(page.say("validation_intro"))
    if found is None:
        st.info(page.say("passport_missing", file=plain(f"models/{path.name}")))
        return
    if found.sha256 != page.model.spec.sha256:
        st.warning(page.say("passport_other", file=plain(page.model.path.name)), icon=":material/warning:")
    if found.quick:
        st.caption(page.say("passport_quick"))
    if page.language == "zh" and any(row.zh is None for row in found.rows):
        st.caption(page.say("passport_english", file=plain(f"models/{path.name}")))
    st.html(_summary(page, found))
    for row in found.rows:
        _show(page, row)
    limits = found.limits_zh if page.language == "zh" and found.limits_zh else found.limits
    if limits:
        st.subheader(page.say("limits"), anchor=False)
        st.write("\n".join(f"- {plain(text)}" for text in limits))


def counts(found: PassportFile) -> dict[bool | None, int]:
    """Return how many tests passed, failed and only report."""
    return {kind: sum(row.passed is kind for row in found.rows) for kind in (True, False, None)}


def _summary(page: Page, found: PassportFile) -> str:
    cards = ""
    for kind, count in counts(found).items():
        look = _CLASSES[kind] if count else "same"
        cards += (
            f'<div class="gs-card"><h4>{escape(page.say(_WORDS[kind]))}</h4>'
            f'<p class="gs-value gs-{look}">{_SYMBOLS[kind]} {count}</p></div>'
        )
    words = escape(page.say("passport_of", model=found.model, code=found.sha256[:12]))
    return f'<section class="gs-cards gs-tests" aria-label="{words}">{cards}</section><p class="gs-key">{words}</p>'


def _show(page: Page, row: CheckRow) -> None:
    """Draw one test; what failed stands open, the rest opens on demand."""
    texts = row.texts(page.language)
    result = f"{_SYMBOLS[row.passed]} {page.say(_WORDS[row.passed])}"
    with st.expander(
        f"**{result}** · {plain(texts.title)}", expanded=row.passed is False, key=f"test_{row.key}", on_change="rerun"
    ) as part:
        if not part.open:
            return
        st.markdown(f"**{page.say('test_numbers')}** {plain(texts.summary)}")
        st.markdown(f"**{page.say('test_rule')}** {plain(texts.rule)}")
        if texts.notes:
            st.write("\n".join(f"- {plain(note)}" for note in texts.notes))
        for table in row.tables:
            _show_table(_frame(table.in_language(page.language)))


def _show_table(frame: "pd.DataFrame") -> None:
    """Draw a table of a test: a long one as a grid that the keyboard can scroll, a short one with its lines broken."""
    if len(frame) > MOST_ROWS:
        st.dataframe(frame, hide_index=True, height=420)
    elif frame.map(len).to_numpy().max(initial=0) <= SHORT:
        st.dataframe(frame, hide_index=True, height="content")
    else:
        st.table(frame.map(plain).rename(columns=plain), hide_index=True, border="horizontal")


def _frame(table: CheckTable) -> "pd.DataFrame":
    width = len(table.columns)
    names = [f"{name}{' ' * list(table.columns[:i]).count(name)}" for i, name in enumerate(table.columns)]
    rows = [[*row[:width], *[""] * (width - len(row))] for row in table.rows]
    return pd.DataFrame(rows, columns=names)
