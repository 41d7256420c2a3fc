"""One chart of the card drawn for several runs, as a Plotly figure in plain data or as a `plotly` Figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.card import Chart, Outcome
from simulator.figures.palette import (
    BASELINE_COLOUR,
    CURRENT_COLOUR,
    DASHES,
    FONT,
    GRID_COLOUR,
    MARK_COLOUR,
    SERIES_COLOURS,
    translucent,
)
from simulator.trajectory import Trajectory

if TYPE_CHECKING:
    import plotly.graph_objects as go

Role = Literal["baseline", "current", "saved"]
_WORDS = {
    "en": {"time": "Year", "policy": "policy starts"},
    "zh": {"time": "年份", "policy": "政策开始"},
}
_SIGNIFICANT = 6


@dataclass(frozen=True)
class Run:
    """One line of a chart: a trajectory, the name users see, and its part in the comparison."""

    label: str
    trajectory: Trajectory
    role: Role = "current"


@dataclass(frozen=True)
class _Series:
    variable: int
    run: int
    label: str
    role: Role
    times: list[float]
    values: list[float]
    hover: str


def line_chart(
    runs: Sequence[Run | Trajectory],
    chart: Chart,
    outcomes: Mapping[str, Outcome],
    language: str = "en",
    *,
    baseline: Trajectory | None = None,
    **options: Any,
) -> "go.Figure":
    """Return the chart as a `plotly` Figure; `options` are those of `chart_spec`."""
    import plotly.graph_objects as go

    every = [run if isinstance(run, Run) else Run(run.scenario, run) for run in runs]
    if baseline is not None:
        every.insert(0, Run(baseline.scenario, baseline, "baseline"))
    return go.Figure(chart_spec(every, chart, outcomes, language, **options))


def chart_spec(
    runs: Sequence[Run],
    chart: Chart,
    outcomes: Mapping[str, Outcome],
    language: str = "en",
    *,
    fixed: bool = True,
    policy_start: float | None = None,
    height: int = 320,
    identity: str = "",
) -> dict[str, Any]:
    """Return ``{"data": [...], "layout": {...}}``, ready for Plotly.

    runs          baseline, current and saved runs, in drawing order; baseline is drawn dashed grey, current thick
    chart         variables to draw; one that a run did not save is left out
    outcomes      by key: label, units, display factor, decimals, range; a variable without one is drawn as saved
    fixed         y axis = the outcomes' declared range (in display units), else fitted to the data
    policy_start  time of the dotted mark, in the model's time unit; None draws none
    height        pixels
    identity      what zoom and legend choices belong to; they survive a redraw as long as it stays the same
    """
    words = _WORDS["zh" if language == "zh" else "en"]
    stacked = chart.kind == "area"
    every = [_series(run, i, key, j, chart, outcomes, language) for i, run in enumerate(runs)
             for j, key in enumerate(chart.variables) if key in run.trajectory]
    if stacked:
        data = _area_traces(every)
    else:
        single = len(chart.variables) == 1
        data = [_line_trace(s, runs, single) for s in sorted(every, key=lambda s: _ORDER[s.role])]
    axis = {
        "title": {"text": _unit(chart, outcomes, language, runs), "standoff": 4, "font": {"size": 12}},
        "gridcolor": GRID_COLOUR, "zeroline": False, "automargin": True, "ticks": "", "nticks": 7, "fixedrange": False,
    }
    limits = _limits(chart, outcomes) if fixed else None
    if limits:
        axis |= {"range": limits, "autorange": False}
    else:
        axis |= {"autorange": True}
    layout: dict[str, Any] = {
        "height": height, "margin": {"l": 8, "r": 12, "t": 10, "b": 8}, "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13}, "hovermode": "x unified",
        "hoverlabel": {"font": {"size": 12}, "namelength": 40},
        "xaxis": {"title": {"text": words["time"], "standoff": 4, "font": {"size": 12}}, "automargin": True,
                  "gridcolor": "rgba(0,0,0,0)", "zeroline": False, "showline": True, "linecolor": GRID_COLOUR,
                  "hoverformat": ".2~f", "tickformat": "d", **_time_axis(runs)},
        "yaxis": axis,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom",
                   "font": {"size": 12}, "bgcolor": "rgba(0,0,0,0)"},
        "showlegend": len(data) > 1,
        "uirevision": f"{identity}|{chart.key}|{'fixed' if limits else 'fitted'}",
        "datarevision": 0,
    }
    if policy_start is not None:
        layout |= _policy_mark(policy_start, words["policy"])
    return {"data": data, "layout": layout}


_ORDER: dict[Role, int] = {"baseline": 0, "saved": 1, "current": 2}


def _rounded(values: NDArray[np.float64]) -> list[float]:
    """Six significant digits: beyond what a screen shows, and half the bytes to send."""
    return [float(f"{value:.{_SIGNIFICANT}g}") for value in values]


def _series(run: Run, position: int, key: str, variable: int, chart: Chart, outcomes: Mapping[str, Outcome],
            language: str) -> _Series:
    outcome = outcomes.get(key)
    trajectory = run.trajectory
    name = outcome.label.in_language(language) if outcome else trajectory.column(key).title
    label = run.label if len(chart.variables) == 1 else name
    factor = outcome.display if outcome else 1.0
    units = outcome.units.in_language(language) if outcome else trajectory.column(key).units
    decimals = outcome.decimals if outcome else 3
    shown = label if len(chart.variables) == 1 or run.role == "current" else f"{name} ({run.label})"
    return _Series(variable, position, shown, run.role, _rounded(trajectory.times), _rounded(trajectory[key] * factor),
                   f"%{{y:,.{decimals}f}} {units}")


def _line_trace(series: _Series, runs: Sequence[Run], single: bool) -> dict[str, Any]:
    """Colour tells variables apart, or runs where there is one variable; dashes always tell runs apart."""
    saved = [i for i, run in enumerate(runs) if run.role == "saved"]
    order = saved.index(series.run) + 1 if series.role == "saved" else 0
    colour = SERIES_COLOURS[(order if single else series.variable) % len(SERIES_COLOURS)]
    line: dict[str, Any] = {"color": colour, "width": 2.0, "dash": DASHES[order % len(DASHES)]}
    if series.role == "baseline":
        line = {"color": BASELINE_COLOUR if single else translucent(colour, 0.55), "width": 1.6, "dash": "5px 4px"}
    elif series.role == "current":
        line["width"] = 3.0
    several = not single and series.role != "current"
    return {"type": "scatter", "mode": "lines", "x": series.times, "y": series.values, "name": series.label,
            "line": line, "hovertemplate": series.hover, "meta": series.role, "showlegend": not several,
            "hoverinfo": "skip" if several and series.role == "saved" else "all"}


def _area_traces(every: Sequence[_Series]) -> list[dict[str, Any]]:
    """Stack the current run; the baseline's boundaries lie over it as dashed grey lines."""
    data: list[dict[str, Any]] = []
    for series in (s for s in every if s.role == "current"):
        colour = SERIES_COLOURS[series.variable % len(SERIES_COLOURS)]
        data.append({"type": "scatter", "mode": "lines", "x": series.times, "y": series.values, "name": series.label,
                     "stackgroup": "current", "line": {"color": colour, "width": 1}, "meta": "current",
                     "fillcolor": translucent(colour, 0.55), "hovertemplate": series.hover})
    total: NDArray[np.float64] | None = None
    base = [s for s in every if s.role == "baseline"]
    for i, series in enumerate(base):
        values = np.asarray(series.values)
        total = values if total is None else total + values
        if i == len(base) - 1:
            break
        data.append({"type": "scatter", "mode": "lines", "x": series.times, "y": _rounded(total), "meta": "baseline",
                     "name": series.label, "showlegend": False, "hoverinfo": "skip",
                     "line": {"color": "rgba(70,76,86,0.9)", "width": 1.4, "dash": "5px 4px"}})
    return data


def _unit(chart: Chart, outcomes: Mapping[str, Outcome], language: str, runs: Sequence[Run]) -> str:
    units: dict[str, None] = {}
    for key in chart.variables:
        if key in outcomes:
            units[outcomes[key].units.in_language(language)] = None
        elif runs and key in runs[0].trajectory:
            units[runs[0].trajectory.column(key).units] = None
    return " / ".join(units)


def _limits(chart: Chart, outcomes: Mapping[str, Outcome]) -> list[float] | None:
    known = [outcomes[key] for key in chart.variables if key in outcomes]
    if not known:
        return None
    low = min(outcome.range[0] * outcome.display for outcome in known)
    high = max(outcome.range[1] * outcome.display for outcome in known)
    return [low, high + 0.015 * (high - low)]


def _time_axis(runs: Sequence[Run]) -> dict[str, Any]:
    if not runs:
        return {}
    return {"range": [min(float(run.trajectory.times[0]) for run in runs),
                      max(float(run.trajectory.times[-1]) for run in runs)]}


def _policy_mark(time: float, words: str) -> dict[str, Any]:
    return {
        "shapes": [{"type": "line", "xref": "x", "yref": "paper", "x0": time, "x1": time, "y0": 0, "y1": 1,
                    "line": {"color": MARK_COLOUR, "width": 1.2, "dash": "dot"}, "layer": "below"}],
        "annotations": [{"xref": "x", "yref": "paper", "x": time, "y": 0.995, "text": words, "showarrow": False,
                         "xanchor": "left", "yanchor": "top", "xshift": 4, "font": {"size": 11, "color": MARK_COLOUR}}],
    }


__all__ = ["CURRENT_COLOUR", "Run", "chart_spec", "line_chart"]
