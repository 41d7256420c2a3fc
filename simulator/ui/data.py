"""The view Data & code: downloads with the settings inside, the numbers as a table, and commands that repeat them."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from json import dumps
from zipfile import ZIP_DEFLATED, ZipFile

import streamlit as st

from simulator.export import csv_text, meta
from simulator.scenario import scenario_to_yaml
from simulator.trajectory import Trajectory
from simulator.ui.report import report_html
from simulator.ui.runs import Runs, trajectory_of
from simulator.ui.session import Page
from simulator.ui.snippets import command_line, file_name, python_code


def show_data(page: Page, runs: Runs) -> None:
    """Draw the view."""
    st.caption(page.say("data_intro"))
    scope = st.segmented_control(
        page.say("data_scope"),
        ["outcomes", "all"],
        default="outcomes",
        required=True,
        format_func=lambda s: page.say(f"scope_{s}"),
        key="data_scope",
    )
    chosen = collected(page, runs, every_variable=scope == "all")
    st.subheader(page.say("downloads"), anchor=False)
    name = file_name(page.state.scenario)
    with st.container(horizontal=True):
        st.download_button(
            page.say("download_zip"),
            lambda: zip_bytes(chosen, name),
            f"{name}.zip",
            "application/zip",
            key="download_zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            type="primary",
        )
        st.download_button(
            page.say("download_csv"),
            lambda: csv_text(chosen),
            f"{name}.csv",
            "text/csv",
            key="download_csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            page.say("download_meta"),
            lambda: meta_text(chosen),
            f"{name}.meta.json",
            "application/json",
            key="download_meta",
            icon=":material/data_object:",
            on_click="ignore",
        )
        st.download_button(
            page.say("download_yaml"),
            scenario_to_yaml(page.state.scenario),
            f"{name}.yaml",
            "application/yaml",
            key="download_yaml",
            icon=":material/description:",
            on_click="ignore",
        )
        st.download_button(
            page.say("download_report"),
            lambda: report_html(page, runs, page.say("report_title", name=_report_name(page))),
            f"{name}.html",
            "text/html",
            key="download_report",
            icon=":material/print:",
            on_click="ignore",
        )
    st.subheader(page.say("reproduce"), anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{page.say('in_python')}**")
        st.code(python_code(page.model, page.state.scenario, headline_key(page)), language=None, wrap_lines=True)
    with right:
        st.markdown(f"**{page.say('in_shell')}**")
        st.code(command_line(page.model, page.state.scenario), language=None, wrap_lines=True)
        st.caption(page.say("shell_note"))
    st.subheader(page.say("data_table"), anchor=False)
    st.dataframe(runs.current.to_dataframe(), hide_index=True, height=320, key="data_table")


def _report_name(page: Page) -> str:
    """Return the title of the policy package the scenario was started from, else the scenario's name."""
    known = page.state.scenario.title
    return known.in_language(page.language) if known else page.state.scenario.name


def collected(page: Page, runs: Runs, *, every_variable: bool = False) -> list[Trajectory]:
    """Return baseline, shown saved scenarios and current run under the names a file should carry."""
    if every_variable:
        current = trajectory_of(page.model, page.state.scenario, every_variable=True)
        baseline = trajectory_of(page.model, page.baseline, every_variable=True)
        saved = [(s, trajectory_of(page.model, s.position.scenario, every_variable=True)) for s, _ in runs.saved]
    else:
        current, baseline, saved = runs.current, runs.baseline, list(runs.saved)
    name = page.state.scenario.name
    named = [replace(current, scenario=name), *(replace(t, scenario=s.name) for s, t in saved)]
    if page.state.scenario != page.baseline:
        named.insert(0, replace(baseline, scenario=page.baseline.name))
    return _distinct(named)


def _distinct(runs: Sequence[Trajectory]) -> list[Trajectory]:
    """Give a second run of the same name a number, so that rows of the file can be told apart."""
    seen: dict[str, int] = {}
    result = []
    for run in runs:
        seen[run.scenario] = seen.get(run.scenario, 0) + 1
        count = seen[run.scenario]
        result.append(run if count == 1 else replace(run, scenario=f"{run.scenario} ({count})"))
    return result


def headline_key(page: Page) -> str:
    """Return the outcome that the code example prints."""
    return next((o.key for o in page.card.outcomes if o.headline), page.card.outcomes[0].key)


def meta_text(trajectories: Sequence[Trajectory]) -> str:
    """Return the meta file's text: units, settings and solver of every run."""
    return dumps(meta(trajectories), ensure_ascii=False, indent=2) + "\n"


def zip_bytes(trajectories: Sequence[Trajectory], name: str) -> bytes:
    """Return a zip file with NAME.csv and NAME.meta.json."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.csv", csv_text(trajectories))
        archive.writestr(f"{name}.meta.json", meta_text(trajectories))
    return buffer.getvalue()
