"""Futures of a few runs on common draws as a chart: nested percentile bands and medians, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.card import Outcome
from simulator.figures.palette import BASELINE_COLOUR, CURRENT_COLOUR, DASHES, SERIES_COLOURS
from simulator.figures.spec import Band, ChartSpec, Entry, Role, Series, marks_of, rounded, time_label

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Futures:
    """One run in many futures: `percentiles` has the shape (n_percentiles, n_times), ascending, an odd number."""

    label: str
    role: Role
    percentiles: Floats


def band_spec(
    futures: Sequence[Futures],
    times: Floats,
    outcome: Outcome,
    language: str = "en",
    *,
    time_units: str = "",
    policy_start: float | None = None,
) -> ChartSpec:
    """Return the drawing of one outcome, in display units: the middle percentile a line, the others bands around it.

    Colour and dash tell runs apart as on every chart: the baseline grey and dashed, the current run blue and solid and
    on top, saved ones each with their own.
    """
    grid = rounded(times)
    series, bands, entries = [], [], []
    saved = 0
    for item in sorted(futures, key=lambda f: ("baseline", "saved", "current").index(f.role)):
        key = f"run:{item.role}:{item.label}"
        current = item.role == "current"
        colour = CURRENT_COLOUR if current else BASELINE_COLOUR
        dash, width = ("solid", 2.8) if current else ("dash", 2.0)
        if item.role == "saved":
            saved += 1
            colour = SERIES_COLOURS[saved % len(SERIES_COLOURS)]
            dash = DASHES[1 + (saved - 1) % (len(DASHES) - 1)]
        values = item.percentiles * outcome.display
        middle = len(values) // 2
        name = outcome.label.in_language(language)
        for i in range(middle):
            low, high = rounded(values[i]), rounded(values[-1 - i])
            bands.append(Band(item.label, colour, 0.14 + 0.12 * i, 0, low, high, [key]))
        series.append(
            Series(outcome.key, name, item.label, item.role, colour, dash, width, 0, rounded(values[middle]), [key])
        )
        entries.append(Entry(key, item.label, colour, dash, width))
    return ChartSpec(
        key=f"bands_{outcome.key}",
        title=outcome.label.in_language(language),
        unit=outcome.units.in_language(language),
        decimals=outcome.decimals,
        time_label=time_label(time_units, language),
        time_range=(float(times[0]), float(times[-1])),
        limits=None,
        grids=[grid],
        series=series,
        entries=entries,
        marks=marks_of(policy_start, float(times[0]), float(times[-1]), language),
        bands=bands,
    )
