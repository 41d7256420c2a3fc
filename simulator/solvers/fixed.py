"""Euler and fourth-order Runge-Kutta on a fixed grid, for one run (floats) or a batch (arrays of shape (n_runs,))."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

State = list[Any]
Derivative = Callable[[float, float, bool, State], State]
Remember = Callable[[float, State], Callable[[State], None]]


@dataclass(frozen=True)
class StepProblem:
    """What a fixed-step method needs.

    derivative   (stage time, step's start, at the step's end?, state) -> net flows; clock functions hold the value
                 of the step's start through all stages, as Vensim has it
    times        grid t0 + k*dt, ascending
    step         dt
    saved        index into `times` of each saved state, ascending
    jumps        index into `times` -> (stock index, amount) added to the state before that time is saved
    floors       indices of stocks that are set to zero when a step takes them below
    remember     called with time and state at a step's start; what it returns changes the state at the step's end
    """

    derivative: Derivative
    times: Sequence[float]
    step: float
    saved: Sequence[int]
    jumps: Mapping[int, Sequence[tuple[int, Any]]] = field(default_factory=dict)
    floors: Sequence[int] = ()
    remember: Remember | None = None


def euler_step(derivative: Derivative, time: float, step: float, state: State) -> State:
    """Return the state one Euler step later."""
    return [y + step * flow for y, flow in zip(state, derivative(time, time, False, state), strict=True)]


def rk4_step(derivative: Derivative, time: float, step: float, state: State) -> State:
    """Return the state one classical Runge-Kutta step later (Hairer, Norsett, Wanner 1993, table II.1.2)."""
    half = step / 2
    k1 = derivative(time, time, False, state)
    k2 = derivative(time + half, time, False, [y + half * k for y, k in zip(state, k1, strict=True)])
    k3 = derivative(time + half, time, False, [y + half * k for y, k in zip(state, k2, strict=True)])
    k4 = derivative(time + step, time, True, [y + step * k for y, k in zip(state, k3, strict=True)])
    sixth = step / 6
    return [
        y + sixth * (a + 2.0 * (b + c) + d) for y, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
    ]


FIXED_METHODS: dict[str, Callable[[Derivative, float, float, State], State]] = {"euler": euler_step, "rk4": rk4_step}


def integrate_steps(problem: StepProblem, method: str, state: State) -> list[State]:
    """Return the state at each saved time; `state` holds one float or array of shape (n_runs,) per stock."""
    advance = FIXED_METHODS[method]
    found: list[State] = []
    wanted = iter(problem.saved)
    following = next(wanted, -1)
    for index, time in enumerate(problem.times):
        for stock, amount in problem.jumps.get(index, ()):
            state = [*state[:stock], state[stock] + amount, *state[stock + 1 :]]
        if index == following:
            found.append(state)
            following = next(wanted, -1)
            if following < 0:
                break
        recall = problem.remember(time, state) if problem.remember else None
        state = advance(problem.derivative, time, problem.step, state)
        if recall:
            recall(state)
        for stock in problem.floors:
            state[stock] = state[stock] * (state[stock] > 0)
    return found
