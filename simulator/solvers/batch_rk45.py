"""Dormand and Prince's method of order 5(4) for many runs at once, in place and without BLAS.

All runs of a batch share their steps; a step is taken if every run's own error is within its tolerance. Coefficients
and continuous extension are those of `scipy.integrate.RK45`, whose matrix products would spread over threads.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.errors import SimulationError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Fill = Callable[[float, Floats, Floats], None]

MAX_EVALUATIONS = 100_000
_SMALLEST = 1e-12
"""A step shorter than this share of the time's size gives up the runs that ask for it."""


@dataclass
class BatchState:
    """Where a batch stands: state of shape (n_stocks, n_runs), which runs have failed, next step, evaluations."""

    state: Floats
    failed: Flags
    step: float = 0.0
    evaluations: int = 0


def integrate_batch(
    rhs: Fill, batch: BatchState, start: float, stop: float, saved: Floats, *, rtol: float, atol: Floats
) -> list[Floats]:
    """Take `batch` from `start` to `stop` and return its states at the `saved` times in between, in order.

    ``rhs(t, y, out)`` puts the net flows, shape (n_stocks, n_runs), into `out`; `atol` has the state's shape. A run
    whose flows stop being finite, or that asks for ever shorter steps, is marked in ``batch.failed`` and stands
    still. Raises `SimulationError` if the batch needs too many evaluations.
    """
    from scipy.integrate import RK45

    stages = np.empty((7, *batch.state.shape))
    trial, scratch = np.empty_like(batch.state), np.empty_like(batch.state)
    found: list[Floats] = []
    wanted = saved.tolist()

    def flows(t: float, y: Floats, out: Floats) -> None:
        rhs(t, y, out)
        batch.evaluations += 1
        batch.failed |= ~np.isfinite(out).all(axis=0)
        if batch.failed.any():
            out[:, batch.failed] = 0.0

    def combine(weights: Floats, scale: float, out: Floats) -> None:
        out[:] = 0.0
        for weight, stage in zip(weights, stages, strict=False):
            if weight:
                np.multiply(stage, weight * scale, out=scratch)
                np.add(out, scratch, out=out)

    time = start
    flows(time, batch.state, stages[0])
    step = batch.step or _first_step(batch, stages[0], rtol, atol, stop - start)
    while wanted and wanted[0] <= time:
        found.append(batch.state.copy())
        wanted.pop(0)
    while time < stop:
        if batch.evaluations > MAX_EVALUATIONS:
            raise SimulationError(
                f"RK45 needs over {MAX_EVALUATIONS:,} evaluations for a batch (now at time {time:g}); use method rk4"
            )
        taken = min(step, stop - time)
        for i in range(1, 6):
            combine(RK45.A[i, :i], taken, trial)
            np.add(trial, batch.state, out=trial)
            flows(time + RK45.C[i] * taken, trial, stages[i])
        combine(RK45.B, taken, trial)
        np.add(trial, batch.state, out=trial)
        flows(time + taken, trial, stages[6])
        error = _errors(batch, stages, trial, taken, rtol, atol, combine)
        worst = float(error.max(initial=0.0))
        if worst > 1.0:
            step = taken * max(0.2, 0.9 * worst**-0.2)
            if step < _SMALLEST * max(1.0, abs(time)):
                batch.failed |= error > 1.0
                stages[:, :, batch.failed] = 0.0
                step = taken
            continue
        while wanted and wanted[0] <= time + taken * (1 + 1e-12) and wanted[0] < stop:
            share = (wanted.pop(0) - time) / taken
            inside = np.empty_like(batch.state)
            combine(RK45.P @ share ** np.arange(1, 5), taken, inside)
            found.append(inside + batch.state)
        time = stop if taken == stop - time else time + taken
        batch.state[:] = trial
        stages[0] = stages[6]
        if taken == step or worst > 0.1:
            step = taken * min(5.0, max(0.2, 0.9 * max(worst, 1e-10) ** -0.2))
    batch.step = step
    found += [batch.state.copy() for _ in wanted]
    return found


def _errors(
    batch: BatchState,
    stages: Floats,
    trial: Floats,
    step: float,
    rtol: float,
    atol: Floats,
    combine: Callable[[Floats, float, Floats], None],
) -> Floats:
    """Return each run's error over its tolerance, root mean square over the stocks, shape (n_runs,); failed runs 0."""
    from scipy.integrate import RK45

    error = np.empty_like(trial)
    combine(RK45.E, step, error)
    error /= atol + rtol * np.maximum(np.abs(batch.state), np.abs(trial))
    error *= error
    sizes: Floats = np.sqrt(error.mean(axis=0))
    sizes[batch.failed] = 0.0
    return np.where(np.isfinite(sizes), sizes, 1e10)


def _first_step(batch: BatchState, flow: Floats, rtol: float, atol: Floats, span: float) -> float:
    """Return a first step that moves no run by more than a hundredth of its tolerance's scale (Hairer I, II.4)."""
    scale = atol + rtol * np.abs(batch.state)
    size = np.sqrt(np.mean((batch.state / scale) ** 2, axis=0))
    speed = np.sqrt(np.mean((flow / scale) ** 2, axis=0))
    known = (size > 1e-5) & (speed > 1e-5)
    guess = float((0.01 * size[known] / speed[known]).min(initial=span)) if known.any() else 1e-6
    return min(span, max(guess, 1e-9 * span))
