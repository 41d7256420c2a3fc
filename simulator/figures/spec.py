"""One chart of the card for several runs as plain data: what to draw, in display units, with no drawing library."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.card import Chart, Outcome
from simulator.figures.palette import BASELINE_COLOUR, DASHES, SERIES_COLOURS
from simulator.trajectory import Trajectory

Role = Literal["baseline", "current", "saved"]
_SIGNIFICANT = 6
_ORDER: dict[Role, int] = {"baseline": 0, "saved": 1, "current": 2}
_POLICY = {"en": "policy starts", "zh": "政策开始"}
_TIME_UNITS = {
    "year": ("Year", "年份"), "quarter": ("Quarter", "季度"), "month": ("Month", "月"), "week": ("Week", "周"),
    "day": ("Day", "天"), "hour": ("Hour", "小时"), "": ("Time", "时间"),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One run on a chart: a trajectory, the name users see, and its part in the comparison."""

    label: str
    trajectory: Trajectory
    role: Role = "current"


@dataclass(frozen=True)
class Series:
    """One line, or one share of a stack: a band, of the baseline only its dashed upper border.

    grid      index into `ChartSpec.grids` of its times
    values    display units, shape of that grid
    entries   keys of the legend entries it belongs to; it is shown while all of them are switched on
    """

    variable: str
    name: str
    run: str
    role: Role
    colour: str
    dash: str
    width: float
    grid: int
    values: list[float]
    entries: list[str]
    stacked: bool = False


@dataclass(frozen=True)
class Band:
    """A filled band between `low` and `high` (display units, shape of the grid), drawn under the lines of `run`."""

    run: str
    colour: str
    opacity: float
    grid: int
    low: list[float]
    high: list[float]
    entries: list[str]


@dataclass(frozen=True)
class Entry:
    """One entry of the legend: a variable (told by colour) or a run (told by dash, or by colour too)."""

    key: str
    label: str
    colour: str
    dash: str
    width: float


@dataclass(frozen=True)
class ChartSpec:
    """A chart ready to draw. `limits` None fits the value axis to what is shown; `marks` are (time, words)."""

    key: str
    title: str
    unit: str
    decimals: int
    time_label: str
    time_range: tuple[float, float]
    limits: tuple[float, float] | None
    grids: list[list[float]]
    series: list[Series]
    entries: list[Entry]
    marks: list[tuple[float, str]] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)

    def to_data(self) -> dict[str, Any]:
        """Return the spec as JSON-ready dicts, lists, strings and numbers."""
        return asdict(self)


def chart_spec(
    runs: Sequence[Run],
    chart: Chart,
    outcomes: Mapping[str, Outcome],
    language: str = "en",
    *,
    fixed: bool = True,
    stacked: bool | None = None,
    policy_start: float | None = None,
    panels: bool = False,
) -> ChartSpec:
    """Return the drawing of `chart` for `runs`.

    runs          at most one baseline and one current run, any number of saved ones
    chart         its variables; one that a run did not save is left out
    outcomes      by key: label, units, display factor, decimals, range; a variable without one is drawn as saved
    fixed         value axis = the outcomes' declared ranges; else, and where an outcome's `axis` is "fit", fitted to
                  the data
    stacked       draw an area chart as stacked shares (default: as the card says); lines otherwise
    panels        stack saved runs too, for a drawing that gives each stack a place of its own; left out otherwise
    policy_start  time of the mark, in the model's time unit; drawn only inside the runs' time

    Colour tells variables apart, or runs where there is one variable; dashes always tell runs apart, so that no chart
    needs colour to be read. Baseline is dashed everywhere.
    """
    area = chart.kind == "area" and stacked is not False
    single = len(chart.variables) == 1
    styles = _run_styles(runs, single)
    grids: list[list[float]] = []
    series: list[Series] = []
    for run in sorted(runs, key=lambda r: _ORDER[r.role]):
        if area and run.role == "saved" and not panels:
            continue
        grid = _grid(grids, run.trajectory.times)
        for i, key in enumerate(chart.variables):
            if key not in run.trajectory:
                continue
            values = run.trajectory[key] * _factor(outcomes, key)
            style = styles[_identity(run)]
            colour = style.colour if single else SERIES_COLOURS[i % len(SERIES_COLOURS)]
            entries = [_identity(run)] + ([] if single else [f"variable:{key}"])
            series.append(
                Series(
                    key,
                    _name(outcomes, key, run, language),
                    run.label,
                    run.role,
                    colour,
                    style.dash,
                    style.width,
                    grid,
                    rounded(values),
                    entries,
                    area,
                )
            )
    legend = (
        []
        if single
        else [
            Entry(
                f"variable:{key}",
                _name(outcomes, key, runs[0], language),
                SERIES_COLOURS[i % len(SERIES_COLOURS)],
                "solid",
                3.0,
            )
            for i, key in enumerate(chart.variables)
            if any(s.variable == key for s in series)
        ]
    )
    named = [run for run in runs if not (area and run.role == "saved")]  # a stack has its run's name above it
    legend += [styles[_identity(run)] for run in named if any(_identity(run) in s.entries for s in series)]
    limits = _limits(chart, outcomes, area) if fixed else None
    every = [run.trajectory.times for run in runs]
    first = min((float(t[0]) for t in every), default=0.0)
    last = max((float(t[-1]) for t in every), default=1.0)
    return ChartSpec(
        key=chart.key,
        title=chart.label.in_language(language),
        unit=_unit(chart, outcomes, language, runs),
        decimals=max((outcomes[k].decimals for k in chart.variables if k in outcomes), default=3),
        time_label=time_label(runs[0].trajectory.time_units if runs else "", language),
        time_range=(first, last),
        limits=limits,
        grids=grids,
        series=series,
        entries=legend,
        marks=marks_of(policy_start, first, last, language),
    )


def marks_of(policy_start: float | None, first: float, last: float, language: str) -> list[tuple[float, str]]:
    """Return the mark of the policy's start, if it lies inside the runs' time."""
    if policy_start is None or not first < policy_start < last:
        return []
    return [(policy_start, _POLICY["zh" if language == "zh" else "en"])]


def time_label(units: str, language: str) -> str:
    """Return the time axis's name for a model's time unit: 'Year' or '年份' for years; an unknown unit as it is."""
    known = _TIME_UNITS.get(units.strip().lower().removesuffix("s"))
    return known[language == "zh"] if known else units


def _run_styles(runs: Sequence[Run], single: bool) -> dict[str, Entry]:
    """Return colour, dash and width of each run by identity: current thick and solid, baseline grey and dashed."""
    styles: dict[str, Entry] = {}
    saved = 0
    for run in runs:
        key = _identity(run)
        if run.role == "baseline":
            styles[key] = Entry(key, run.label, BASELINE_COLOUR, "dash", 1.8)
        elif run.role == "current":
            styles[key] = Entry(key, run.label, SERIES_COLOURS[0] if single else "", "solid", 3.2)
        else:
            saved += 1
            colour = SERIES_COLOURS[saved % len(SERIES_COLOURS)] if single else ""
            styles[key] = Entry(key, run.label, colour, DASHES[1 + (saved - 1) % (len(DASHES) - 1)], 1.8)
    return styles


def _identity(run: Run) -> str:
    return f"run:{run.role}:{run.label}"


def _grid(grids: list[list[float]], times: NDArray[np.float64]) -> int:
    found = rounded(times)
    if found not in grids:
        grids.append(found)
    return grids.index(found)


def rounded(values: NDArray[np.float64]) -> list[float]:
    """Six significant digits: beyond what a screen shows, and half the bytes to send."""
    return [float(f"{value:.{_SIGNIFICANT}g}") for value in values]


def _factor(outcomes: Mapping[str, Outcome], key: str) -> float:
    return outcomes[key].display if key in outcomes else 1.0


def _name(outcomes: Mapping[str, Outcome], key: str, run: Run, language: str) -> str:
    if key in outcomes:
        return outcomes[key].label.in_language(language)
    return run.trajectory.column(key).title if key in run.trajectory else key


def _unit(chart: Chart, outcomes: Mapping[str, Outcome], language: str, runs: Sequence[Run]) -> str:
    units: dict[str, None] = {}
    for key in chart.variables:
        if key in outcomes:
            units[outcomes[key].units.in_language(language)] = None
        elif runs and key in runs[0].trajectory:
            units[runs[0].trajectory.column(key).units] = None
    return " / ".join(units)


def _limits(chart: Chart, outcomes: Mapping[str, Outcome], area: bool) -> tuple[float, float] | None:
    known = [outcomes[key] for key in chart.variables if key in outcomes]
    if not known or any(outcome.axis == "fit" for outcome in known):
        return None
    low = min(outcome.range[0] * outcome.display for outcome in known)
    high = max(outcome.range[1] * outcome.display for outcome in known)
    return (0.0 if area else low), high
