"""Small multiples: one outcome as an SVG drawing of a few hundred bytes, current against baseline."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from simulator.figures.palette import BASELINE_COLOUR, CURRENT_COLOUR, DASHES, SERIES_COLOURS
from simulator.figures.spec import Run
from simulator.schedule import Schedule

WIDTH, HEIGHT, PAD = 160.0, 46.0, 3.0


def spark_svg(runs: list[Run], key: str, title: str) -> str:
    """Return an SVG of variable `key` for all runs that saved it, on one scale fitted to them.

    Baseline dashed grey, saved thin in their colours, current thick and drawn last. `title` is read out by screen
    readers. Returns an SVG with no line if no run saved the variable.
    """
    drawn = [run for run in runs if key in run.trajectory]
    lines: list[str] = []
    if drawn:
        low = min(float(np.min(run.trajectory[key])) for run in drawn)
        high = max(float(np.max(run.trajectory[key])) for run in drawn)
        margin = 0.06 * (high - low) or max(abs(high) * 0.05, 1e-9)
        first = min(float(run.trajectory.times[0]) for run in drawn)
        last = max(float(run.trajectory.times[-1]) for run in drawn)
        saved = 0
        for run in sorted(drawn, key=lambda r: ("baseline", "saved", "current").index(r.role)):
            path = _path(run.trajectory.times, run.trajectory[key], first, last, low - margin, high + margin)
            if run.role == "saved":
                saved += 1
            lines.append(_line(path, run.role, saved))
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title, quote=True)}">{"".join(lines)}</svg>'
    )


def _line(path: str, role: str, saved: int) -> str:
    colour, width, dash = CURRENT_COLOUR, 2.4, ""
    if role == "baseline":
        colour, width, dash = BASELINE_COLOUR, 1.4, ' stroke-dasharray="4 3"'
    elif role == "saved":
        colour, width = SERIES_COLOURS[saved % len(SERIES_COLOURS)], 1.3
        dash = "" if DASHES[saved % len(DASHES)] == "solid" else ' stroke-dasharray="5 2"'
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dash} '
        'vector-effect="non-scaling-stroke" stroke-linejoin="round"/>'
    )


def _path(
    times: NDArray[np.float64], values: NDArray[np.float64], first: float, last: float, low: float, high: float
) -> str:
    stride = max(1, len(times) // 60)
    chosen = np.unique(np.append(np.arange(0, len(times), stride), len(times) - 1))
    across = PAD + (times[chosen] - first) / ((last - first) or 1.0) * (WIDTH - 2 * PAD)
    down = HEIGHT - PAD - (values[chosen] - low) / (high - low) * (HEIGHT - 2 * PAD)
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))


def path_svg(schedule: Schedule, first: float, last: float, low: float, high: float, title: str) -> str:
    """Return an SVG of an input's path from time `first` to `last` on the scale `low`..`high`, ends labelled by year.

    Jumps are drawn upright; `title` is read out by screen readers.
    """
    times = [first, *(t for t in schedule.break_points if first < t < last), last]
    points: list[tuple[float, float]] = []
    for time in times:
        before, after = schedule.at(time, before=True), schedule.at(time)
        points += [(time, before), (time, after)] if before != after and time > first else [(time, after)]
    across = [PAD + (t - first) / ((last - first) or 1.0) * (WIDTH - 2 * PAD) for t, _ in points]
    down = [HEIGHT - PAD - (v - low) / ((high - low) or 1.0) * (HEIGHT - 2 * PAD) for _, v in points]
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    floor = HEIGHT - PAD
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title, quote=True)}">'
        f'<path d="{path}L{across[-1]:.1f},{floor:g}L{across[0]:.1f},{floor:g}Z" fill="{CURRENT_COLOUR}" '
        f'fill-opacity="0.15"/>'
        f'<path d="{path}" fill="none" stroke="{CURRENT_COLOUR}" stroke-width="2" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
