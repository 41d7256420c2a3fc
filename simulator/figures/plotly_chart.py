"""A `ChartSpec` as a Plotly figure, for notebooks and reports; the page draws the same spec itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.card import Chart, Outcome
from simulator.figures.palette import CURRENT_COLOUR, FONT, GRID_COLOUR, MARK_COLOUR, translucent
from simulator.figures.spec import ChartSpec, Run, Series, chart_spec
from simulator.trajectory import Trajectory

if TYPE_CHECKING:
    import plotly.graph_objects as go


def line_chart(
    runs: Sequence[Run | Trajectory],
    chart: Chart,
    outcomes: Mapping[str, Outcome],
    language: str = "en",
    *,
    baseline: Trajectory | None = None,
    height: int = 340,
    **options: Any,
) -> "go.Figure":
    """Return the chart as a Plotly Figure, `height` pixels high; `options` are those of `chart_spec`.

    A plain `Trajectory` counts as a current run under its scenario's name; `baseline` is drawn dashed.
    """
    import plotly.graph_objects as go

    every = [run if isinstance(run, Run) else Run(run.scenario, run) for run in runs]
    if baseline is not None:
        every.insert(0, Run(baseline.scenario, baseline, "baseline"))
    spec = chart_spec(every, chart, outcomes, language, **options)
    return go.Figure({"data": [_trace(s, spec) for s in spec.series], "layout": _layout(spec, height)})


def _trace(series: Series, spec: ChartSpec) -> dict[str, Any]:
    single = len({s.variable for s in spec.series}) == 1
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": spec.grids[series.grid],
        "y": series.values,
        "name": series.run if single else f"{series.name} ({series.run})",
        "meta": series.role,
        "line": {"color": series.colour or CURRENT_COLOUR, "dash": series.dash, "width": series.width},
        "hovertemplate": f"%{{y:,.{spec.decimals}f}} {spec.unit}",
    }
    if series.stacked and series.role == "current":
        trace |= {
            "stackgroup": "current",
            "fillcolor": translucent(series.colour, 0.55),
            "line": {"color": series.colour, "width": 1},
        }
    elif series.stacked:
        trace |= {"stackgroup": series.role, "fillcolor": "rgba(0,0,0,0)", "showlegend": False}
    return trace


def _layout(spec: ChartSpec, height: int) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "title": {"text": spec.title, "font": {"size": 15}},
        "height": height,
        "hovermode": "x unified",
        "margin": {"l": 8, "r": 12, "t": 44, "b": 8},
        "font": {"family": FONT, "size": 13},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {
            "title": {"text": spec.time_label},
            "range": list(spec.time_range),
            "automargin": True,
            "tickformat": "d",
            "showline": True,
            "linecolor": GRID_COLOUR,
            "gridcolor": "rgba(0,0,0,0)",
        },
        "yaxis": {"title": {"text": spec.unit}, "gridcolor": GRID_COLOUR, "zeroline": False, "automargin": True},
        "legend": {"orientation": "h", "y": -0.25},
        "uirevision": spec.key,
    }
    if spec.limits:
        layout["yaxis"] |= {"range": list(spec.limits)}
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": t,
            "x1": t,
            "y0": 0,
            "y1": 1,
            "line": {"color": MARK_COLOUR, "width": 1.2, "dash": "dot"},
            "layer": "below",
        }
        for t, _ in spec.marks
    ]
    layout["annotations"] = [
        {
            "xref": "x",
            "yref": "paper",
            "x": t,
            "y": 0.995,
            "text": words,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "top",
            "font": {"size": 11, "color": MARK_COLOUR},
        }
        for t, words in spec.marks
    ]
    return layout
