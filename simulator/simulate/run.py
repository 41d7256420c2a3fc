"""A single run, on Python floats."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compile import Program, compile_model
from simulator.compile.events import break_points
from simulator.compile.inputs import lay_out_inputs, sample
from simulator.errors import InputError, SimulationError
from simulator.experiment import Experiment, SolverSettings
from simulator.model import Kind, ModelSpec
from simulator.schedule import Schedule
from simulator.simulate.memory import refuse_memory, remember
from simulator.solvers import Segment, StepProblem, integrate_segments, integrate_steps
from simulator.solvers.grid import GRID_TOLERANCE, jump_index, saved_positions, snap, step_grid
from simulator.time_grid import TimeGrid
from simulator.trajectory import Column, Trajectory
from simulator.version import __version__

Floats = NDArray[np.float64]

SAVED_KINDS: tuple[Kind, ...] = ("stock", "flow", "auxiliary")
_ARITHMETIC = (ArithmeticError, ValueError)
_SAME = 1e-9
"""Times nearer to each other than this, relative to their size, are one break point."""


def default_experiment(spec: ModelSpec) -> Experiment:
    """Return the file's own run: its clock, step, saving interval and method (Euler or RK4)."""
    time = spec.time
    every = max(1, round(time.saveper / time.step)) * time.step
    grid = TimeGrid(time.initial, time.final, time.step, min(every, time.final - time.initial))
    return Experiment(grid, solver=SolverSettings(method=time.method))


def simulate(
    spec: ModelSpec,
    experiment: Experiment,
    *,
    save: Sequence[str] | None = None,
    scenario: str = "run",
    provenance: Mapping[str, Any] | None = None,
) -> Trajectory:
    """Run a model and return the values of `save` (None: every stock, flow and auxiliary) at the saved times.

    Raises `InputError` for unknown keys or a saving interval off the step grid of a fixed-step method,
    `ModelError` for equations that wait for each other, `UnsupportedError` for a construct the method cannot run,
    `SimulationError` if the solver fails or a value is not finite, naming variable and time.
    """
    keys = saved_keys(spec, save)
    program = compile_model(spec, frozenset(experiment.clamp), frozenset(experiment.freeze))
    run = _Run(spec, experiment, program)
    saved = experiment.time.saved
    states, evaluations = run.adaptive(saved) if experiment.solver.is_adaptive else run.fixed(saved)
    values, warnings = run.outputs(keys, saved, states)
    _refuse_non_finite(spec, keys, saved, values)
    columns = tuple(
        Column(v.key, v.title, v.units, v.documentation, v.kind) for v in (spec.variables[key] for key in keys)
    )
    details = {**_engine(spec, experiment, evaluations), **(provenance or {})}
    return Trajectory(scenario, saved, values, columns, spec.time.units or "Year", warnings, details)


def saved_keys(spec: ModelSpec, save: Sequence[str] | None) -> tuple[str, ...]:
    """Return the keys to save, without repeats; raises `InputError` for an unknown key or a lookup table."""
    if save is None:
        return tuple(v.key for v in spec.of_kind(*SAVED_KINDS))
    for key in save:
        if spec[key].kind == "lookup":
            raise InputError(f"save: '{key}' is a lookup table and has no value over time")
    return tuple(dict.fromkeys(save))


def _engine(spec: ModelSpec, experiment: Experiment, evaluations: int) -> dict[str, Any]:
    solver = experiment.solver
    return {
        "engine": f"gumsim {__version__}",
        "model": spec.name,
        "model_sha256": spec.sha256,
        "method": solver.method,
        "rtol": solver.rtol if solver.is_adaptive else None,
        "atol": solver.atol if solver.is_adaptive else None,
        "step": None if solver.is_adaptive else experiment.time.step,
        "evaluations": evaluations,
    }


class _Run:
    """One run in the making: inputs laid out, start values computed."""

    def __init__(self, spec: ModelSpec, experiment: Experiment, program: Program) -> None:
        self.spec, self.experiment, self.program = spec, experiment, program
        start = experiment.time.start
        self.guard = experiment.time.step * (GRID_TOLERANCE if experiment.solver.is_adaptive else 0.5)
        self.inputs = lay_out_inputs(spec, experiment, program, self.guard)
        first = self.inputs.at(start)
        overrides = [experiment.initial.get(key) for key in program.stocks]
        initial = program.initial("float").function
        self.state: list[float]
        self.captured: list[float]
        self.state, self.captured = self._call(initial, start, start + self.guard, start, first, overrides)
        self.run_values: list[float] = self._call(program.prepare("float").function, first, self.captured)

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except _ARITHMETIC as error:
            raise self._arithmetic_error(error) from None

    def _arithmetic_error(self, error: Exception) -> Exception:
        """Return the error that names variable and time, or the error itself if it is not of generated code."""
        found = self.program.locate(error)
        if found is None:
            return error
        key, time = found
        variable = self.spec.variables.get(key)
        line = f" (line {variable.line}: {variable.text})" if variable else ""
        moment = f" at time {time:g}" if time is not None else ""
        return SimulationError(f"'{key}' cannot be computed{moment}: {error}{line}; check its inputs' values")

    # -- adaptive --------------------------------------------------------------------------------------------------

    def adaptive(self, saved: Floats) -> tuple[Floats, int]:
        """Return the states at the saved times, shape (n_times, n_stocks), and the number of evaluations."""
        experiment, program = self.experiment, self.program
        refuse_memory(self.spec, program, experiment.solver.method)
        start, stop = experiment.time.start, float(saved[-1])
        edges = self._edges(start, stop)
        segments = [self._segment(a, b) for a, b in pairwise(edges)]
        last = self._jumps_at(stop)
        if last:
            segments.append(Segment(stop, stop, segments[-1].rhs, last))
        scale = [self._scale(key, value) for key, value in zip(program.stocks, self.state, strict=True)]
        try:
            solution = integrate_segments(
                segments,
                np.array(self.state, dtype=float),
                saved,
                method=experiment.solver.method,
                rtol=experiment.solver.rtol,
                atol=experiment.solver.atol * np.array(scale),
                names=program.stocks,
            )
        except _ARITHMETIC as error:
            raise self._arithmetic_error(error) from None
        return solution.states, solution.evaluations

    def _edges(self, start: float, stop: float) -> list[float]:
        program = self.program
        arguments = self._call(program.event_arguments("float").function, self.run_values)
        times = break_points([event.kind for event in program.events], arguments, start, stop)
        times += self.inputs.break_points
        times += [impulse.time for impulse in self.experiment.impulses]
        return segment_edges(times, start, stop)

    def _segment(self, start: float, stop: float) -> Segment:
        program = self.program
        middle = (start + stop) / 2
        clock = middle + self.guard
        values = list(self.inputs.values)
        ramps: list[tuple[str, float, float]] = []
        for item in self.inputs.moving:
            first, slope = straight_line(item.schedule, start, stop)
            values[item.position] = first
            if slope:
                ramps.append((item.key, first, slope))
        run_values = self._call(program.prepare("float").function, values, self.captured)
        rhs, used = program.rhs("float").function, program.select(run_values)
        if not ramps:

            def steady(t: float, y: Floats) -> Any:
                return rhs(t, clock, middle, y.tolist(), used)

            return Segment(start, stop, steady, self._jumps_at(start))
        refresh = program.refresh("float", tuple(key for key, _, _ in ramps)).function
        lines = [(first, slope) for _, first, slope in ramps]

        def moving(t: float, y: Floats) -> Any:
            since = t - start
            refresh(run_values, used, [first + slope * since for first, slope in lines])
            return rhs(t, clock, middle, y.tolist(), used)

        return Segment(start, stop, moving, self._jumps_at(start))

    def _jumps_at(self, time: float) -> tuple[tuple[int, float], ...]:
        return tuple(
            (self.program.stocks.index(impulse.stock), impulse.amount)
            for impulse in self.experiment.impulses
            if abs(impulse.time - time) <= _close(time)
        )

    def _scale(self, key: str, value: float) -> float:
        """Return the size of a stock that its absolute tolerance is relative to."""
        if value:
            return abs(value)
        owner = self.spec.variables.get(key.split("@")[0])
        top = owner.limits[1] if owner else None
        return abs(top) if top else 1.0

    # -- fixed step ------------------------------------------------------------------------------------------------

    def fixed(self, saved: Floats) -> tuple[Floats, int]:
        """Return the states at the saved times, shape (n_times, n_stocks), and the number of evaluations."""
        time, program, moving, values = self.experiment.time, self.program, self.inputs.moving, self.run_values
        positions = saved_positions(time, len(saved))
        times = snap(step_grid(time), self.inputs.break_points, time.step)
        rhs, used = program.rhs("float").function, program.select(values)
        refresh = program.refresh("float", tuple(item.key for item in moving)).function if moving else None
        guard = self.guard
        evaluations = 0

        def derivative(t: float, begin: float, ends: bool, y: list[float]) -> list[float]:
            nonlocal evaluations
            evaluations += 1
            if refresh is not None:
                refresh(values, used, [item.schedule.at(t, before=ends) for item in moving])
            result: list[float] = rhs(t, begin + guard, t, y, used)
            return result

        def read(function: Callable[..., Any], t: float, y: list[float]) -> Any:
            if refresh is not None:
                refresh(values, used, [item.schedule.at(t) for item in moving])
            return function(t, t + guard, t, y, values)

        floors = [i for i, key in enumerate(program.stocks) if key in program.system.non_negative]
        jumps: dict[int, list[tuple[int, Any]]] = {}
        for impulse in self.experiment.impulses:
            index = jump_index(impulse.time, times, time.step)
            jumps.setdefault(index, []).append((program.stocks.index(impulse.stock), impulse.amount))
        keep = remember(program, "float", self.state, self.captured, time.step, read)
        problem = StepProblem(derivative, times, time.step, positions, jumps, floors, keep)
        try:
            states = integrate_steps(problem, self.experiment.solver.method, list(self.state))
        except _ARITHMETIC as error:
            raise self._arithmetic_error(error) from None
        return np.array(states, dtype=float).reshape(len(saved), len(program.stocks)), evaluations

    # -- outputs ---------------------------------------------------------------------------------------------------

    def outputs(self, keys: tuple[str, ...], saved: Floats, states: Floats) -> tuple[Floats, tuple[str, ...]]:
        """Return the values of `keys` at the saved times, shape (n_times, n_keys), and what the user should know."""
        program = self.program
        inputs: list[Any] = [np.float64(value) for value in self.inputs.values]
        for item in self.inputs.moving:
            inputs[item.position] = sample(item.schedule, saved)
        captured = [np.float64(value) for value in self.captured]
        values = np.empty((len(saved), len(keys)))
        with np.errstate(all="ignore"):
            run_values = program.prepare("array").function(inputs, captured)
            arguments = (saved, saved + self.guard, saved, list(states.T), run_values)
            for i, column in enumerate(program.outputs("array", keys).function(*arguments)):
                values[:, i] = column
            warnings = self._out_of_range(saved, arguments) if program.lookups else []
        end = self.experiment.time
        for impulse in self.experiment.impulses:
            if not end.start <= impulse.time <= saved[-1]:
                warnings.append(f"the impulse on '{impulse.stock}' at time {impulse.time:g} lies outside the run")
        return values, tuple(warnings)

    def _out_of_range(self, saved: Floats, arguments: tuple[Any, ...]) -> list[str]:
        found: list[str] = []
        read = self.program.lookup_arguments("array").function(*arguments)
        for (owner, table), value in zip(self.program.lookups, read, strict=True):
            outside = np.broadcast_to((value < table.x[0]) | (value > table.x[-1]), saved.shape)
            if outside.any():
                first = int(np.argmax(outside))
                at = float(np.broadcast_to(value, saved.shape)[first])
                found.append(
                    f"the lookup in '{owner}' was read at {at:g}, outside its range {table.x[0]:g} to "
                    f"{table.x[-1]:g}, first at time {saved[first]:g}; its end value was held"
                )
        return found


def _close(time: float) -> float:
    return _SAME * max(1.0, abs(time))


def segment_edges(times: Iterable[float], start: float, stop: float) -> list[float]:
    """Return start, the `times` between (those nearly equal as one) and stop, ascending."""
    edges = [start]
    for time in sorted(times):
        if time - edges[-1] > _close(time) and stop - time > _close(time):
            edges.append(time)
    return [*edges, stop]


def straight_line(schedule: Schedule, start: float, stop: float) -> tuple[float, float]:
    """Return value at `start` and slope of a schedule that has no knot between; a jump at `start` has happened."""
    inside = min(2 * _close(start), (stop - start) / 2)
    first, last = schedule.at(start + inside), schedule.at(stop, before=True)
    slope = (last - first) / (stop - start - inside)
    return first - slope * inside, slope


def _refuse_non_finite(spec: ModelSpec, keys: Sequence[str], times: Floats, values: Floats) -> None:
    bad = ~np.isfinite(values)
    if not bad.any():
        return
    row = int(np.argmax(bad.any(axis=1)))
    variable = spec.variables[keys[int(np.argmax(bad[row]))]]
    raise SimulationError(
        f"'{variable.key}' is not a finite number at time {times[row]:g} (line {variable.line}: {variable.text}); "
        "check the values of its inputs"
    )
