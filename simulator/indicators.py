"""Trajectories -> outcome measures: values at chosen times, changes against a baseline, elasticities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from simulator.errors import InputError
from simulator.trajectory import Trajectory


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome at one time in one run: its value, the baseline's, and the change (None for the baseline itself)."""

    key: str
    title: str
    units: str
    time: float
    scenario: str
    value: float
    baseline: float | None = None

    @property
    def change(self) -> float | None:
        """Value minus baseline, in the outcome's unit."""
        return None if self.baseline is None else self.value - self.baseline

    @property
    def change_share(self) -> float | None:
        """Change as a fraction of the baseline's size; None where that is 0."""
        change = self.change
        return None if change is None or not self.baseline else change / abs(self.baseline)


@dataclass(frozen=True)
class Elasticity:
    """Percent change of one variable per percent of another: the slope of log(y) on log(x) by least squares."""

    slope: float
    standard_error: float
    r_squared: float
    points: int


def value_at(trajectory: Trajectory, key: str, time: float) -> float:
    """Return a variable at `time`, linear between saved times. Raises `InputError` for a time outside the run."""
    first, last = float(trajectory.times[0]), float(trajectory.times[-1])
    if not first <= time <= last:
        raise InputError(f"time {time:g} lies outside the run '{trajectory.scenario}' ({first:g} to {last:g})")
    return float(np.interp(time, trajectory.times, trajectory[key]))


def outcome_table(
    runs: Sequence[Trajectory], keys: Iterable[str], times: Sequence[float], *, baseline: Trajectory | None = None
) -> list[OutcomeRow]:
    """Return one row per outcome, time and run, in that order; `baseline` (default: the first run) is compared with.

    Raises `InputError` for a time outside a run or a variable it did not save.
    """
    reference = baseline or runs[0]
    rows = []
    for key in keys:
        column = reference.column(key)
        for time in times:
            base = value_at(reference, key, time)
            rows += [
                OutcomeRow(key, column.title, column.units, time, run.scenario, value_at(run, key, time),
                           None if run is reference else base)
                for run in runs
            ]
    return rows


def elasticity(
    trajectory: Trajectory, value: str, volume: str, *, start: float | None = None, stop: float | None = None
) -> Elasticity:
    """Return the elasticity of `value` to `volume` over the saved times from `start` to `stop`.

    Raises `InputError` if fewer than three points remain, a value is not above 0, or the volume never changes.
    """
    times = trajectory.times
    inside = (times >= (times[0] if start is None else start)) & (times <= (times[-1] if stop is None else stop))
    y, x = trajectory[value][inside].tolist(), trajectory[volume][inside].tolist()
    if len(x) < 3:
        raise InputError(f"elasticity of '{value}' to '{volume}' needs at least 3 saved times, not {len(x)}")
    if min(*x, *y) <= 0:
        raise InputError(f"elasticity of '{value}' to '{volume}' needs values above 0")
    return _least_squares([log(v) for v in x], [log(v) for v in y], f"'{volume}' does not change over these times")


def _least_squares(x: Sequence[float], y: Sequence[float], no_spread: str) -> Elasticity:
    count = len(x)
    mean_x, mean_y = sum(x) / count, sum(y) / count
    spread = sum((a - mean_x) ** 2 for a in x)
    if spread <= 1e-18 * count:
        raise InputError(no_spread)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    rest = sum((b - mean_y - slope * (a - mean_x)) ** 2 for a, b in zip(x, y, strict=True))
    total = sum((b - mean_y) ** 2 for b in y)
    return Elasticity(slope, sqrt(rest / (count - 2) / spread), 1.0 - rest / total if total else 1.0, count)
