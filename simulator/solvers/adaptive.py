"""SciPy's adaptive methods, run segment by segment between the break points of the right-hand side."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import SimulationError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """A stretch of time on which the right-hand side is smooth.

    rhs    (t, y of shape (n_stocks,)) -> net flows
    jumps  (stock index, amount) added to the state at `start`
    """

    start: float
    stop: float
    rhs: Callable[[float, Floats], Any]
    jumps: Sequence[tuple[int, float]] = ()


@dataclass(frozen=True)
class Solution:
    """States at the saved times, shape (n_times, n_stocks), and how many evaluations they took."""

    states: Floats
    evaluations: int


def integrate_segments(
    segments: Sequence[Segment], state: Floats, saved: Floats, *, method: str, rtol: float, atol: Floats
) -> Solution:
    """Integrate through `segments` (each starts where the last one stops) and return the states at `saved` times.

    `saved` is ascending, from the first segment's start to at most the last one's stop; a state saved at a break
    point is the one after its jump. Raises `SimulationError` naming the time at which the method gave up.
    """
    from scipy.integrate import solve_ivp

    states = np.empty((len(saved), len(state)))
    evaluations = 0
    for number, segment in enumerate(segments):
        state = state.copy()
        for stock, amount in segment.jumps:
            state[stock] += amount
        last = number == len(segments) - 1
        first = int(np.searchsorted(saved, segment.start, side="left"))
        after = int(np.searchsorted(saved, segment.stop, side="right" if last else "left"))
        if not len(state):
            continue
        wanted = saved[first:after]
        times = wanted if len(wanted) and wanted[-1] == segment.stop else np.append(wanted, segment.stop)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = solve_ivp(
                segment.rhs, (segment.start, segment.stop), state, method=method, t_eval=times, rtol=rtol, atol=atol
            )
        evaluations += int(found.nfev)
        if found.status != 0 or found.y.shape[1] < len(times):
            reached = float(found.t[-1]) if len(found.t) else segment.start
            raise SimulationError(f"{method} stopped after time {reached:g}: {str(found.message).strip().rstrip('.')}")
        states[first:after] = found.y[:, : after - first].T
        state = found.y[:, -1]
    return Solution(states, evaluations)
