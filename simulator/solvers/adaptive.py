"""SciPy's adaptive methods, run segment by segment between the break points of the right-hand side."""

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import SimulationError

Floats = NDArray[np.float64]

MAX_EVALUATIONS = 400_000
"""Most evaluations of one run: a model that needs more is too stiff for the method or chatters around a switch."""


@dataclass(frozen=True)
class Segment:
    """A stretch of time on which the right-hand side is smooth; of no length if it only carries jumps.

    rhs    (t, y of shape (n_stocks,)) -> list of net flows
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
    segments: Sequence[Segment],
    state: Floats,
    saved: Floats,
    *,
    method: str,
    rtol: float,
    atol: Floats,
    names: Sequence[str],
) -> Solution:
    """Integrate through `segments` (each starts where the last one stops) and return the states at `saved` times.

    `saved` is ascending, from the first segment's start to at most the last one's stop; a state saved at a break
    point is the one after its jump. `names` are the stocks' names for messages. Raises `SimulationError` naming the
    time and stock at which the method gave up.
    """
    states = np.empty((len(saved), len(state)))
    evaluations = 0
    for number, segment in enumerate(segments):
        state = state.copy()
        for stock, amount in segment.jumps:
            state[stock] += amount
        last = number == len(segments) - 1
        first = int(np.searchsorted(saved, segment.start, side="left"))
        after = int(np.searchsorted(saved, segment.stop, side="right" if last else "left"))
        if segment.start == segment.stop or not len(state):
            states[first:after] = state
            continue
        wanted = saved[first:after]
        times = wanted if len(wanted) and wanted[-1] == segment.stop else np.append(wanted, segment.stop)
        guarded = _Guarded(segment.rhs, names, MAX_EVALUATIONS - evaluations, method)
        found = _solve(guarded, segment, state, times, method, rtol, atol)
        evaluations += guarded.count
        states[first:after] = found[: after - first]
        state = found[-1]
    return Solution(states, evaluations)


class _Guarded:
    """A right-hand side that stops at a value that is not finite (SciPy's methods would shrink the step for ever)."""

    def __init__(self, rhs: Callable[[float, Floats], Any], names: Sequence[str], most: int, method: str) -> None:
        self.rhs, self.names, self.most, self.method = rhs, names, most, method
        self.count = 0

    def __call__(self, t: float, y: Floats) -> Any:
        self.count += 1
        flows = self.rhs(t, y)
        if not isfinite(sum(flows)):
            bad = next((i for i, flow in enumerate(flows) if not isfinite(flow)), 0)
            raise SimulationError(
                f"the net flow of '{self.names[bad]}' is not a finite number at time {t:g} (stock {y[bad]:g}); "
                "check the values of its inputs"
            )
        if self.count > self.most:
            raise SimulationError(
                f"{self.method} needs over {MAX_EVALUATIONS:,} evaluations (now at time {t:g}): the model is too stiff "
                "for it (use LSODA or BDF) or switches without end (use rk4 or euler)"
            )
        return flows


def _solve(
    rhs: _Guarded, segment: Segment, state: Floats, times: Floats, method: str, rtol: float, atol: Floats
) -> Floats:
    """Return the states at `times` (the last one is the segment's end), shape (n_times, n_stocks)."""
    states, reached, message = (_lsoda if method == "LSODA" else _solve_ivp)(
        rhs, segment, state, times, method, rtol, atol
    )
    if message:
        raise SimulationError(
            f"{method} stopped after time {reached:g} ({message.strip().rstrip('.')}); "
            "try another method, a larger rtol, or check the values"
        )
    return states


_Solved = tuple[Floats, float, str]


def _solve_ivp(
    rhs: _Guarded, segment: Segment, state: Floats, times: Floats, method: str, rtol: float, atol: Floats
) -> _Solved:
    """Return (states, time reached, what went wrong or "")."""
    from scipy.integrate import solve_ivp

    with np.errstate(all="ignore"):  # Radau divides by an error of nothing
        found = solve_ivp(rhs, (segment.start, segment.stop), state, method=method, t_eval=times, rtol=rtol, atol=atol)
    reached = float(found.t[-1]) if len(found.t) else segment.start
    failed = found.status != 0 or found.y.shape[1] < len(times)
    return found.y.T, reached, str(found.message) if failed else ""


def _lsoda(
    rhs: _Guarded, segment: Segment, state: Floats, times: Floats, method: str, rtol: float, atol: Floats
) -> _Solved:
    """Return (states, time reached, what went wrong or ""); the same LSODA as under `solve_ivp`, stepped in C.

    `solve_ivp` steps and interpolates it in Python, which makes runs a third slower. ODEPACK may keep its state in
    global memory (it did in Fortran), so one thread at a time may use it.
    """
    from scipy.integrate import odeint

    asked = times if times[0] == segment.start else np.concatenate([[segment.start], times])
    with _ONE_LSODA, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings repeat the message
        found, report = odeint(
            rhs, state, asked, tfirst=True, rtol=rtol, atol=atol, tcrit=[segment.stop], mxstep=MAX_EVALUATIONS,
            full_output=True,
        )  # fmt: skip
    message = "" if report["message"] == "Integration successful." else str(report["message"])
    reached = float(np.max(report["tcur"], initial=segment.start))
    return found[len(asked) - len(times) :], reached, message


_ONE_LSODA = threading.RLock()
