"""Many futures as a Plotly figure: percentile bands, gains of one policy over another, shares over time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.palette import DASHES, FONT, GRID_COLOUR, SERIES_COLOURS, translucent

if TYPE_CHECKING:
    import plotly.graph_objects as go

Floats = NDArray[np.float64]


def batch_layout(title: str, x: str, y: str, height: int = 420) -> dict[str, Any]:
    """Return the layout that all figures of a batch share."""
    return {
        "title": {"text": title, "font": {"size": 15}}, "height": height, "font": {"family": FONT, "size": 13},
        "margin": {"l": 8, "r": 12, "t": 48, "b": 8}, "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"title": {"text": x}, "automargin": True, "showline": True, "linecolor": GRID_COLOUR,
                  "gridcolor": "rgba(0,0,0,0)"},
        "yaxis": {"title": {"text": y}, "automargin": True, "gridcolor": GRID_COLOUR, "zeroline": False},
        "legend": {"orientation": "h", "y": -0.25},
    }


def band_chart(
    series: Mapping[str, Floats], percentiles: Sequence[float], times: Floats, *, title: str, unit: str,
    time_label: str = "Year", height: int = 420,
) -> "go.Figure":
    """Return nested bands with the median drawn as a line, one colour and dash per policy.

    `series` maps a policy to its percentiles, shape (n_percentiles, n_times), in the order of `percentiles` (0..100,
    ascending; the first is paired with the last, and so on; a middle one is the line).
    """
    import plotly.graph_objects as go

    data: list[dict[str, Any]] = []
    for number, (name, values) in enumerate(series.items()):
        colour, dash = SERIES_COLOURS[number % len(SERIES_COLOURS)], DASHES[number % len(DASHES)]
        for i in range(len(percentiles) // 2):
            low, high = values[i], values[-1 - i]
            words = f"{percentiles[i]:g} to {percentiles[-1 - i]:g}%"
            data.append({
                "type": "scatter", "x": [*times.tolist(), *times[::-1].tolist()],
                "y": [*high.tolist(), *low[::-1].tolist()], "fill": "toself", "mode": "lines", "line": {"width": 0},
                "fillcolor": translucent(colour, 0.13 + 0.1 * i), "name": f"{name}: {words}", "legendgroup": name,
                "showlegend": False, "hoverinfo": "skip",
            })
        if len(percentiles) % 2:
            data.append({
                "type": "scatter", "x": times.tolist(), "y": values[len(percentiles) // 2].tolist(), "mode": "lines",
                "name": name, "legendgroup": name, "line": {"color": colour, "dash": dash, "width": 2.4},
                "hovertemplate": f"%{{y:.4g}} {unit}",
            })
    layout = batch_layout(title, time_label, unit, height)
    return go.Figure({"data": data, "layout": {**layout, "hovermode": "x unified"}})


def gains_chart(
    gains: Floats, times: Floats, over_time: Floats, *, a: str, b: str, title: str, unit: str, time_label: str = "Year"
) -> "go.Figure":
    """Return two panels: how gains of `a` over `b` spread, and the share of futures that `a` wins over time."""
    from plotly.subplots import make_subplots

    figure = make_subplots(cols=2, subplot_titles=(f"gain of {a} over {b}", f"share of futures in which {a} is better"))
    edges = np.histogram_bin_edges(gains, bins=min(60, max(10, len(gains) // 30)))
    counts, _ = np.histogram(gains, edges)
    middle = (edges[:-1] + edges[1:]) / 2
    colours = [SERIES_COLOURS[1] if m < 0 else SERIES_COLOURS[0] for m in middle]
    figure.add_bar(x=middle.tolist(), y=(counts / len(gains)).tolist(), marker_color=colours, showlegend=False,
                   row=1, col=1)
    figure.add_scatter(x=times.tolist(), y=over_time.tolist(), mode="lines", showlegend=False,
                       line={"color": SERIES_COLOURS[0], "width": 2.4}, row=1, col=2)
    figure.add_hline(y=0.5, line={"color": GRID_COLOUR, "dash": "dot"}, row=1, col=2)
    figure.update_layout(**{k: v for k, v in batch_layout(title, unit, "share of futures").items()})
    figure.update_xaxes(title_text=time_label, row=1, col=2)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", row=1, col=2)
    figure.update_yaxes(tickformat=".0%", row=1, col=1)
    return figure
