"""The baselines of the cases beside the dated figures of the evidence: one table, made again by one command.

``python -m simulator.studies.case_figures`` prints it as Markdown; ``--write FILE`` writes it.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Literal

from simulator.card import Card
from simulator.errors import InputError
from simulator.files import read_text
from simulator.indicators import value_at
from simulator.library import data_folder
from simulator.runner import Model, load_model, run
from simulator.studies.page_command import page_command
from simulator.trajectory import Trajectory

Comparator = Literal["=", "~", ">", "<"]
_COLUMNS = ["case", "variable", "since", "time", "comparator", "value", "evidence", "fitted", "note"]
COMPARED_AT = 2008.0
COMPARED = (
    "chain_position", "made_to_order_share", "obm_output_share", "rnd_share_of_sales", "value_capture_rate",
    "lock_in_risk", "mean_capability", "buyer_dependence", "bargaining_power", "sme_firms",
)


@dataclass(frozen=True)
class Figure:
    """One dated figure of the evidence about one case.

    value       in the model variable's unit; with `since`, the percent change from `since` to `time`
    comparator  "=" and "~" a value, ">" and "<" a bound
    evidence    ids of the evidence table
    fitted      True if the case's assumptions were set with a view to it
    """

    case: str
    variable: str
    time: float
    comparator: Comparator
    value: float
    evidence: tuple[str, ...]
    fitted: bool
    since: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A figure beside the model's value."""

    figure: Figure
    simulated: float

    @property
    def error(self) -> float | None:
        """Simulated minus observed, in percent of the observed; None for bounds, changes and an observed 0."""
        figure = self.figure
        if figure.since is not None or figure.value == 0 or figure.comparator in "<>":
            return None
        return 100 * (self.simulated - figure.value) / abs(figure.value)

    @property
    def holds(self) -> bool | None:
        """For a bound: does the model keep it? None for values."""
        if self.figure.comparator == ">":
            return self.simulated > self.figure.value
        return self.simulated < self.figure.value if self.figure.comparator == "<" else None


def load_figures(path: Path | None = None) -> list[Figure]:
    """Return the figures of a CSV file (default: the built-in one). Raises `InputError` naming file and line."""
    path = path or data_folder() / "scenarios" / "cases" / "figures.csv"
    reader = csv.DictReader(StringIO(read_text(path)))
    if reader.fieldnames != _COLUMNS:
        raise InputError(f"{path}:1: columns must be {', '.join(_COLUMNS)}")
    return [_figure(row, f"{path}:{reader.line_num}") for row in reader]


def _figure(row: dict[str, str], where: str) -> Figure:
    comparator = row["comparator"]
    if comparator not in ("=", "~", ">", "<"):
        raise InputError(f"{where}: comparator: must be one of = ~ > <, not '{comparator}'")
    try:
        since = float(row["since"]) if row["since"] else None
        time, value = float(row["time"]), float(row["value"])
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    return Figure(
        case=row["case"], variable=row["variable"], since=since, time=time, comparator=comparator,  # type: ignore[arg-type]
        value=value, evidence=tuple(row["evidence"].split(";")), fitted=row["fitted"] == "yes", note=row["note"],
    )


def compare(trajectory: Trajectory, figure: Figure) -> Comparison:
    """Return the figure beside the run's value (or percent change)."""
    value = value_at(trajectory, figure.variable, figure.time)
    if figure.since is not None:
        value = 100 * (value / value_at(trajectory, figure.variable, figure.since) - 1)
    return Comparison(figure, value)


def baselines(model: Model, cases: Iterable[str]) -> dict[str, Trajectory]:
    """Return each case's baseline run with every variable."""
    return {case: run(model, case, save="all") for case in cases}


def markdown(model: Model, runs: dict[str, Trajectory], figures: Sequence[Figure]) -> str:
    """Return the page: how the cases differ, then every figure beside the model's value."""
    lines = [
        "# The cases beside their evidence", "",
        "Made by `python -m simulator.studies.case_figures --write docs/cases.md`; do not edit by hand. Ids are those "
        "of the evidence table. A figure marked *fitted* was in view when the case's assumptions were set (least "
        "squares with priors); the others were not, and test the model.", "",
        f"## How the baselines differ in {COMPARED_AT:.0f}", "",
        "| | " + " | ".join(_title(model.card, case) for case in runs) + " |",
        "|---|" + "---:|" * len(runs),
    ]
    for key in COMPARED:
        values = " | ".join(_number(value_at(trajectory, key, COMPARED_AT)) for trajectory in runs.values())
        lines.append(f"| {model.spec[key].title} ({model.spec[key].units}) | {values} |")
    for case, trajectory in runs.items():
        lines += [
            "", f"## {_title(model.card, case)}", "",
            "| variable | when | evidence | model | difference | used | source |", "|---|---|---:|---:|---:|---|---|",
        ]
        lines += [_row(model, compare(trajectory, figure)) for figure in figures if figure.case == case]
    missed = [c for case, t in runs.items() for f in figures if f.case == case and (c := compare(t, f)).holds is False]
    far = [c for case, t in runs.items() for f in figures
           if f.case == case and (e := (c := compare(t, f)).error) is not None and abs(e) > FAR]
    lines += ["", "## What is not matched", ""]
    lines += [f"- {_name(model, c)}: evidence {c.figure.comparator} {_number(c.figure.value)}, model "
              f"{_number(c.simulated)} ({', '.join(c.figure.evidence)})" for c in (*missed, *far)]
    return "\n".join(lines) + "\n"


FAR = 15.0
"""Percent of difference from which a figure counts as not matched."""


def _name(model: Model, comparison: Comparison) -> str:
    figure = comparison.figure
    when = f"{figure.time:g}" if figure.since is None else f"{figure.since:g} to {figure.time:g}"
    return f"{figure.case}, {model.spec[figure.variable].title}, {when}"


def _row(model: Model, comparison: Comparison) -> str:
    figure, variable = comparison.figure, model.spec[comparison.figure.variable]
    change = figure.since is not None
    when = f"{figure.since:g} to {figure.time:g}" if change else f"{figure.time:g}"
    units = "percent change" if change else variable.units
    if comparison.holds is not None:
        difference = "holds" if comparison.holds else "does not hold"
    elif comparison.error is not None:
        difference = f"{comparison.error:+.0f} %"
    else:
        difference = f"{comparison.simulated - figure.value:+.3g}"
    note = f" ({figure.note})" if figure.note else ""
    sign = {"=": "", "~": "about ", ">": "over ", "<": "under "}[figure.comparator]
    return (
        f"| {variable.title} ({units}){note} | {when} | {sign}{_number(figure.value)} "
        f"| {_number(comparison.simulated)} | {difference} | {'fitted' if figure.fitted else 'held out'} "
        f"| {', '.join(figure.evidence)} |"
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _title(card: Card, case: str) -> str:
    from simulator.scenario import load_case

    title = load_case(case).title
    return title.en if title else case


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the table; return 0, or 2 after one line on stderr for bad input."""
    return page_command("simulator.studies.case_figures", __doc__, _page, arguments)


def _page(options: argparse.Namespace) -> str:
    figures = load_figures()
    model = load_model("gum")
    return markdown(model, baselines(model, dict.fromkeys(f.case for f in figures)), figures)


if __name__ == "__main__":
    sys.exit(main())
