"""What is read off a batch as a Plotly figure: regret, ranks, sensitivity over time, discovered boxes, modes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.figures.bands import batch_layout
from simulator.figures.palette import BASELINE_COLOUR, DASHES, MARK_COLOUR, SERIES_COLOURS, translucent

if TYPE_CHECKING:
    import plotly.graph_objects as go

Floats = NDArray[np.float64]


def regret_chart(policies: Sequence[str], measures: Mapping[str, Sequence[float]], *, title: str, unit: str
                 ) -> "go.Figure":
    """Return one group of bars per policy: each measure of regret (name -> value per policy)."""
    import plotly.graph_objects as go

    data = [
        {"type": "bar", "name": name, "x": list(policies), "y": list(values),
         "marker": {"color": SERIES_COLOURS[i % len(SERIES_COLOURS)]}}
        for i, (name, values) in enumerate(measures.items())
    ]
    return go.Figure({"data": data, "layout": {**batch_layout(title, "", unit), "barmode": "group"}})


def ranking_chart(policies: Sequence[str], ranks: Floats, *, title: str) -> "go.Figure":
    """Return stacked bars: the share of futures in which each policy takes each rank; `ranks` as of `Ranking`."""
    import plotly.graph_objects as go

    order = np.argsort(ranks @ np.arange(ranks.shape[1]), kind="stable")
    data = [
        {"type": "bar", "orientation": "h", "name": f"rank {place + 1}", "y": [policies[i] for i in order],
         "x": ranks[order, place].tolist(), "marker": {"color": SERIES_COLOURS[place % len(SERIES_COLOURS)]}}
        for place in range(ranks.shape[1])
    ]
    layout = batch_layout(title, "share of futures", "")
    layout["xaxis"] |= {"tickformat": ".0%", "range": [0, 1]}
    layout["yaxis"] |= {"autorange": "reversed"}
    return go.Figure({"data": data, "layout": {**layout, "barmode": "stack"}})


def sensitivity_chart(
    labels: Sequence[str], times: Floats, values: Floats, *, title: str, measure: str, time_label: str = "Year",
    noise: float = 0.0,
) -> "go.Figure":
    """Return one line per input over time; `values` has the shape (n_inputs, n_times). `noise` is drawn as a level."""
    import plotly.graph_objects as go

    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "name": label, "x": times.tolist(), "y": line.tolist(),
         "line": {"color": SERIES_COLOURS[i % len(SERIES_COLOURS)], "width": 2.2,
                  "dash": DASHES[i // len(SERIES_COLOURS) % len(DASHES)]}}
        for i, (label, line) in enumerate(zip(labels, values, strict=True))
    ]
    if noise:
        data.append({"type": "scatter", "mode": "lines", "name": "an input without influence", "x": times.tolist(),
                     "y": [noise] * len(times), "line": {"color": BASELINE_COLOUR, "dash": "dot", "width": 1.4}})
    return go.Figure({"data": data, "layout": {**batch_layout(title, time_label, measure), "hovermode": "x unified"}})


def discovery_chart(
    keys: Sequence[str], inputs: Floats, interest: NDArray[np.bool_],
    limits: Mapping[str, tuple[float | None, float | None]], *, title: str,
) -> "go.Figure":
    """Return the futures over the box's first two inputs, those of interest marked, with the box drawn in."""
    import plotly.graph_objects as go

    names = [*limits, *(key for key in keys if key not in limits)][:2]
    x = inputs[:, list(keys).index(names[0])]
    y = inputs[:, list(keys).index(names[1])] if len(names) > 1 else np.zeros(len(x))
    data = [
        {"type": "scattergl", "mode": "markers", "name": name, "x": x[kind].tolist(), "y": y[kind].tolist(),
         "marker": {"color": colour, "size": 5, "symbol": symbol, "opacity": 0.65}}
        for name, kind, colour, symbol in (("other futures", ~interest, BASELINE_COLOUR, "circle-open"),
                                           ("futures of interest", interest, SERIES_COLOURS[1], "diamond"))
    ]
    layout = batch_layout(title, names[0], names[1] if len(names) > 1 else "")
    spans = [_span(limits.get(name, (None, None)), values) for name, values in zip(names, (x, y), strict=False)]
    spans += [(float(y.min()), float(y.max()))] * (2 - len(spans))
    layout["shapes"] = [{"type": "rect", "x0": spans[0][0], "x1": spans[0][1], "y0": spans[1][0], "y1": spans[1][1],
                         "line": {"color": MARK_COLOUR, "width": 2}, "fillcolor": translucent(SERIES_COLOURS[1], 0.08)}]
    return go.Figure({"data": data, "layout": layout})


def _span(limit: tuple[float | None, float | None], values: Floats) -> tuple[float, float]:
    low, high = limit
    return float(values.min()) if low is None else low, float(values.max()) if high is None else high


def modes_chart(
    modes: Sequence[tuple[str, Floats, Floats, Floats]], times: Floats, *, title: str, unit: str,
    time_label: str = "Year",
) -> "go.Figure":
    """Return one band and line per behaviour mode: (name with its share, low, typical, high)."""
    from simulator.figures.bands import band_chart

    series = {name: np.array([low, typical, high]) for name, low, typical, high in modes}
    return band_chart(series, (10, 50, 90), times, title=title, unit=unit, time_label=time_label)
