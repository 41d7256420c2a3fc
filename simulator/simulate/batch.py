"""Many runs at once, on NumPy arrays with a trailing axis over the runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.compile import Program, compile_model
from simulator.compile.events import break_points
from simulator.compile.inputs import Inputs, lay_out_inputs, sample
from simulator.errors import InputError, UnsupportedError
from simulator.experiment import Experiment
from simulator.model import ModelSpec
from simulator.simulate.memory import refuse_memory, remember
from simulator.simulate.run import saved_keys, segment_edges, straight_line
from simulator.solvers import StepProblem, integrate_steps
from simulator.solvers.batch_rk45 import BatchState, Fill, integrate_batch
from simulator.solvers.grid import GRID_TOLERANCE, jump_index, saved_positions, snap, step_grid

Floats = NDArray[np.float64]
BatchMethod = Literal["rk4", "euler", "RK45"]

CHUNK = 2048
"""Runs integrated together: enough to hide Python's cost, few enough for the processor's cache."""

MAX_BREAK_POINTS = 400


def simulate_batch(
    spec: ModelSpec,
    experiment: Experiment,
    parameters: Mapping[str, ArrayLike],
    *,
    save: Sequence[str],
    method: BatchMethod = "rk4",
) -> Floats:
    """Run a model n_runs times and return the values of `save`, shape (n_runs, n_times, n_saved).

    `parameters` maps constants (value of each run) and stocks (initial value of each run) to arrays of shape
    (n_runs,); they replace what `experiment` says of the same key. A run whose values stop being finite holds NaN
    from there on (RK45: throughout) and leaves the others alone. Method rk4 or euler takes the experiment's step
    and gives the same as single runs; RK45 takes the experiment's rtol and atol.

    Raises `InputError` for unknown keys, arrays of unequal length or values that are not finite, `UnsupportedError`
    and `ModelError` as `simulate` does, `SimulationError` if RK45 gives up.
    """
    if method not in ("rk4", "euler", "RK45"):
        raise InputError(f"a batch runs with method rk4, euler or RK45, not '{method}'")
    keys = saved_keys(spec, save)
    arrays = _check_arrays(spec, experiment, parameters)
    count = len(next(iter(arrays.values())))
    program = compile_model(spec, frozenset(experiment.clamp), frozenset(experiment.freeze))
    experiment = replace(
        experiment, parameters={k: v for k, v in experiment.parameters.items() if k not in arrays}
    )
    saved = experiment.time.saved
    results = np.empty((count, len(saved), len(keys)))
    for start in range(0, count, CHUNK):
        part = slice(start, min(start + CHUNK, count))
        chunk = _Chunk(spec, experiment, program, {k: v[part] for k, v in arrays.items()}, method)
        with np.errstate(all="ignore"):
            states = chunk.adaptive(saved) if method == "RK45" else chunk.fixed(saved)
            results[part] = chunk.outputs(keys, saved, states)
    return results


def _check_arrays(
    spec: ModelSpec, experiment: Experiment, parameters: Mapping[str, ArrayLike]
) -> dict[str, Floats]:
    arrays = {key: np.asarray(values, dtype=float) for key, values in parameters.items()}
    if not arrays:
        raise InputError("a batch needs at least one parameter with its values, one per run")
    shapes = {key: values.shape for key, values in arrays.items()}
    count = next(iter(shapes.values()))
    for key, values in arrays.items():
        if spec[key].kind not in ("constant", "stock"):
            raise InputError(f"batch parameters: '{key}' is no constant or stock but a {spec[key].kind}")
        if key in experiment.clamp:
            raise InputError(f"batch parameters: '{key}' is clamped and cannot be varied too")
        if values.ndim != 1 or values.shape != count or not len(values):
            raise InputError(f"batch parameters: one value per run is needed for every key; shapes are {shapes}")
        if not np.isfinite(values).all():
            raise InputError(f"batch parameters: '{key}' holds values that are not finite")
    return arrays


class _Chunk:
    """Runs that are integrated together."""

    def __init__(
        self,
        spec: ModelSpec,
        experiment: Experiment,
        program: Program,
        arrays: Mapping[str, Floats],
        method: BatchMethod,
    ) -> None:
        self.spec, self.experiment, self.program, self.method = spec, experiment, program, method
        self.runs = len(next(iter(arrays.values())))
        self.guard = experiment.time.step * (GRID_TOLERANCE if method == "RK45" else 0.5)
        self.inputs: Inputs = lay_out_inputs(spec, experiment, program, self.guard)
        start = experiment.time.start
        first: list[Any] = [np.float64(value) for value in self.inputs.at(start)]
        for position, key in enumerate(program.inputs):
            if key in arrays:
                first[position] = arrays[key]
        overrides = [arrays.get(key, experiment.initial.get(key)) for key in program.stocks]
        with np.errstate(all="ignore"):
            state, self.captured = program.initial("array").function(
                np.float64(start), np.float64(start + self.guard), np.float64(start), first, overrides
            )
            self.run_values: list[Any] = program.prepare("array").function(first, self.captured)
        self.used = program.select(self.run_values)
        self.state: list[Floats] = [np.broadcast_to(value, (self.runs,)).astype(float) for value in state]

    def refresher(self) -> Callable[[list[Any]], None]:
        """Return what puts new values of the moving inputs into the run values."""
        refresh = self.program.refresh("array", tuple(item.key for item in self.inputs.moving)).function
        return lambda values: refresh(self.run_values, self.used, values)

    def fixed(self, saved: Floats) -> list[list[Floats]]:
        """Return the state (one array per stock) at each saved time."""
        time, program = self.experiment.time, self.program
        positions = saved_positions(time, len(saved))
        times = snap(step_grid(time), self.inputs.break_points, time.step)
        rhs, guard, refresh, moving = program.rhs("array").function, self.guard, self.refresher(), self.inputs.moving

        def derivative(t: float, begin: float, ends: bool, y: list[Any]) -> list[Any]:
            if moving:
                refresh([np.float64(item.schedule.at(t, before=ends)) for item in moving])
            result: list[Any] = rhs(np.float64(t), np.float64(begin + guard), np.float64(t), y, self.used)
            return result

        jumps: dict[int, list[tuple[int, Any]]] = {}
        for impulse in self.experiment.impulses:
            index = jump_index(impulse.time, times, time.step)
            jumps.setdefault(index, []).append((program.stocks.index(impulse.stock), impulse.amount))
        floors = [i for i, key in enumerate(program.stocks) if key in program.system.non_negative]

        def read(function: Callable[..., Any], t: float, y: list[Any]) -> Any:
            if moving:
                refresh([np.float64(item.schedule.at(t)) for item in moving])
            return function(np.float64(t), np.float64(t + guard), np.float64(t), y, self.run_values)

        keep = remember(program, "array", self.state, self.captured, time.step, read)
        problem = StepProblem(derivative, times, time.step, positions, jumps, floors, keep)
        return integrate_steps(problem, self.method, self.state)

    def adaptive(self, saved: Floats) -> list[list[Floats]]:
        """Return the state (one array per stock) at each saved time by RK45; a run that fails becomes NaN."""
        refuse_memory(self.spec, self.program, "RK45")
        settings = self.experiment.solver
        state = np.array(self.state).reshape(len(self.program.stocks), self.runs)
        failed: NDArray[np.bool_] = np.asarray(~np.isfinite(state).all(axis=0))
        state[:, failed] = 0.0
        batch = BatchState(state, failed)
        atol = settings.atol * np.where(state != 0, np.abs(state), 1.0)
        edges = self._edges(float(saved[-1]))
        found: list[Floats] = []
        for start, stop in pairwise(edges):
            self._jump(batch, start)
            inside = saved[(saved >= start) & (saved < stop)]
            found += integrate_batch(
                self._segment(start, stop), batch, start, stop, inside, rtol=settings.rtol, atol=atol
            )
        self._jump(batch, edges[-1])
        found.append(batch.state.copy())
        for values in found:
            values[:, batch.failed] = np.nan
        return [list(values) for values in found]

    def _jump(self, batch: BatchState, time: float) -> None:
        for impulse in self.experiment.impulses:
            if abs(impulse.time - time) <= 1e-9 * max(1.0, abs(time)):
                batch.state[self.program.stocks.index(impulse.stock)] += impulse.amount

    def _edges(self, stop: float) -> list[float]:
        start = self.experiment.time.start
        arguments = self.program.event_arguments("array").function(self.run_values)
        times = list(self.inputs.break_points) + [impulse.time for impulse in self.experiment.impulses]
        for event, values in zip(self.program.events, arguments, strict=True):
            rows = np.unique(np.array(np.broadcast_arrays(*(np.atleast_1d(v) for v in values))).T, axis=0)
            for row in rows[: MAX_BREAK_POINTS + 1]:
                times += break_points([event.kind], [row.tolist()], start, stop)
        inside = sorted({t for t in times if start < t < stop})
        if len(inside) > MAX_BREAK_POINTS:
            raise UnsupportedError(
                f"{self.spec.source}: the runs of this batch jump at over {MAX_BREAK_POINTS} different times; use rk4"
            )
        return segment_edges(inside, start, stop)

    def _segment(self, start: float, stop: float) -> Fill:
        rhs, refresh = self.program.rhs("array").function, self.refresher()
        lines = [straight_line(item.schedule, start, stop) for item in self.inputs.moving]
        middle = np.float64((start + stop) / 2)
        clock = np.float64(middle + self.guard)

        def fill(t: float, y: Floats, out: Floats) -> None:
            if lines:
                refresh([np.float64(first + slope * (t - start)) for first, slope in lines])
            for i, flow in enumerate(rhs(np.float64(t), clock, middle, list(y), self.used)):
                out[i] = flow

        return fill

    def outputs(self, keys: tuple[str, ...], saved: Floats, states: list[list[Floats]]) -> Floats:
        """Return the values of `keys`, shape (n_runs, n_times, n_keys)."""
        read = self.program.outputs("array", keys).function
        values = np.empty((self.runs, len(saved), len(keys)))
        paths = [sample(item.schedule, saved) for item in self.inputs.moving]
        refresh = self.refresher()
        for k, time in enumerate(saved):
            refresh([path[k] for path in paths])
            found = read(time, time + np.float64(self.guard), time, states[k], self.run_values)
            for i, column in enumerate(found):
                values[:, k, i] = column
        return values
