"""The step grid of fixed-step methods: start + k*dt, never a running sum."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError
from simulator.time_grid import TimeGrid

GRID_TOLERANCE = 1e-6
"""Times nearer to each other than this share of a step are the same."""


def step_grid(time: TimeGrid) -> NDArray[np.float64]:
    """Return the times start + k*step up to stop, shape (n_steps + 1,)."""
    count = int(np.floor((time.stop - time.start) / time.step + 1e-9))
    return np.asarray(time.start + np.arange(count + 1) * time.step, dtype=np.float64)


def saved_positions(time: TimeGrid, count: int) -> list[int]:
    """Return the index on the step grid of the first `count` saved times.

    Raises `InputError` if the saving interval is no multiple of the step.
    """
    ratio = time.every / time.step
    if round(ratio) < 1 or abs(ratio - round(ratio)) > GRID_TOLERANCE * max(1.0, ratio):
        raise InputError(
            f"time every ({time.every:g}) must be a multiple of step ({time.step:g}) with a fixed-step method; "
            "change one of them or use an adaptive method such as LSODA"
        )
    return [k * round(ratio) for k in range(count)]


def snap(grid: NDArray[np.float64], knots: Iterable[float], step: float) -> list[float]:
    """Return the grid as floats, a time within rounding of a knot replaced by the knot."""
    times: list[float] = grid.tolist()
    for knot in set(knots):
        index = round((knot - times[0]) / step)
        if 0 <= index < len(times) and abs(times[index] - knot) <= GRID_TOLERANCE * step:
            times[index] = knot
    return times


def jump_index(time: float, times: Sequence[float], step: float) -> int:
    """Return the index of the first grid time at or after `time` (-1 if it lies before the grid)."""
    if time < times[0] - GRID_TOLERANCE * step:
        return -1
    return int(np.ceil((time - times[0]) / step - GRID_TOLERANCE))
