"""One ModelSpec + one Experiment -> one Trajectory. Pure: no run leaves anything behind for the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compile import Program, compile_model
from simulator.compile.events import break_points
from simulator.compile.system import CLOCK_INPUTS
from simulator.errors import InputError, SimulationError, UnsupportedError, did_you_mean
from simulator.experiment import Experiment, SolverSettings
from simulator.expressions import Number
from simulator.model import Kind, ModelSpec
from simulator.schedule import Schedule
from simulator.solvers import Segment, StepProblem, integrate_segments, integrate_steps
from simulator.time_grid import TimeGrid
from simulator.trajectory import Column, Trajectory
from simulator.version import __version__

Floats = NDArray[np.float64]

SAVED_KINDS: tuple[Kind, ...] = ("stock", "flow", "auxiliary")
_GRID_TOLERANCE = 1e-6
_ARITHMETIC = (ArithmeticError, ValueError)


def default_experiment(spec: ModelSpec) -> Experiment:
    """Return the file's own run: its clock, step, saving interval and method (Euler or RK4)."""
    time = spec.time
    every = max(1, round(time.saveper / time.step)) * time.step
    span = time.final - time.initial
    grid = TimeGrid(time.initial, time.final, time.step, min(every, span))
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
    `ModelError` for equations that wait for each other, `SimulationError` if the solver fails or a value is not
    finite, naming variable and time.
    """
    keys = saved_keys(spec, save)
    program = compile_model(spec, frozenset(experiment.clamp), frozenset(experiment.freeze))
    run = _Run(spec, experiment, program)
    saved = experiment.time.saved
    states, evaluations = run.fixed(saved) if not experiment.solver.is_adaptive else run.adaptive(saved)
    values = run.outputs(keys, saved, states)
    _refuse_non_finite(spec, keys, saved, values)
    columns = tuple(
        Column(v.key, v.title, v.units, v.documentation, v.kind) for v in (spec.variables[key] for key in keys)
    )
    engine = {
        "engine": f"gumsim {__version__}",
        "method": experiment.solver.method,
        "rtol": experiment.solver.rtol if experiment.solver.is_adaptive else None,
        "atol": experiment.solver.atol if experiment.solver.is_adaptive else None,
        "step": experiment.time.step,
        "evaluations": evaluations,
        "model": spec.name,
        "model_sha256": spec.sha256,
    }
    return Trajectory(
        scenario, saved, values, columns, spec.time.units or "Year", (), {**engine, **(provenance or {})}
    )


def saved_keys(spec: ModelSpec, save: Sequence[str] | None) -> tuple[str, ...]:
    """Return the keys to save, without repeats; raises `InputError` for an unknown key or a lookup table."""
    if save is None:
        return tuple(v.key for v in spec.of_kind(*SAVED_KINDS))
    for key in save:
        if spec[key].kind == "lookup":
            raise InputError(f"save: '{key}' is a lookup table and has no value over time")
    return tuple(dict.fromkeys(save))


def check_experiment(spec: ModelSpec, experiment: Experiment) -> None:
    """Raise `InputError` if an experiment names what the model does not have, or in the wrong place."""
    for key in experiment.parameters:
        if spec[key].kind != "constant":
            raise InputError(f"parameters: '{key}' is no constant but a {spec[key].kind}; clamp it instead")
    stocks = [v.key for v in spec.of_kind("stock")]
    for what, named in (("initial", experiment.initial), ("impulses", [i.stock for i in experiment.impulses])):
        for key in named:
            if key not in stocks:
                kind = f" but a {spec[key].kind}" if key in spec.variables else ""
                raise InputError(f"{what}: '{key}' is no stock{kind}{did_you_mean(key, stocks)}")
    for key, value in experiment.initial.items():
        if not np.isfinite(value):
            raise InputError(f"initial: '{key}' must be a finite number, not {value}")
    both = sorted(set(experiment.parameters) & set(experiment.clamp))
    if both:
        raise InputError(f"'{both[0]}' is both clamped and set as a parameter; keep one")
    for impulse in experiment.impulses:
        if impulse.stock in experiment.clamp:
            raise InputError(f"impulses: '{impulse.stock}' is clamped and does not integrate; remove one of the two")
        if not (np.isfinite(impulse.time) and np.isfinite(impulse.amount)):
            raise InputError(f"impulses: time and amount of '{impulse.stock}' must be finite numbers")


@dataclass(frozen=True)
class _Inputs:
    """The input vector: its constant part and the positions that follow a schedule."""

    values: list[float]
    moving: tuple[tuple[int, str, Schedule], ...]

    def at(self, time: float, *, before: bool = False) -> list[float]:
        values = list(self.values)
        for position, _, schedule in self.moving:
            values[position] = schedule.at(time, before=before)
        return values


class _Run:
    """One run in the making: inputs laid out, start values computed."""

    def __init__(self, spec: ModelSpec, experiment: Experiment, program: Program) -> None:
        check_experiment(spec, experiment)
        self.spec, self.experiment, self.program = spec, experiment, program
        time = experiment.time
        self.adaptive_method = experiment.solver.is_adaptive
        self.guard = time.step * (_GRID_TOLERANCE if self.adaptive_method else 0.5)
        self.inputs = lay_out_inputs(spec, experiment, program, self.guard)
        start = time.start
        first = self.inputs.at(start)
        overrides = [experiment.initial.get(key) for key in program.stocks]
        self.state, self.captured = self.call(
            program.initial("float").function, start, start + self.guard, start, first, overrides
        )
        self.run_values: list[float] = self.call(program.prepare("float").function, first, self.captured)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a generated function; arithmetic that cannot be done becomes a `SimulationError` with its place."""
        try:
            return function(*arguments)
        except _ARITHMETIC as error:
            raise self.arithmetic_error(error) from None

    def arithmetic_error(self, error: Exception) -> Exception:
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
        experiment, program = self.experiment, self.program
        for key in sorted(program.system.non_negative):
            raise UnsupportedError(
                f"{self.spec.source}:{self.spec[key].line}: {self.spec[key].title}: a non-negative stock is kept above "
                f"zero step by step, which {experiment.solver.method} cannot do; choose method euler or rk4"
            )
        start, stop = experiment.time.start, float(saved[-1])
        edges = self._edges(start, stop)
        segments = [self._segment(a, b) for a, b in pairwise(edges)]
        scale = [self._scale(key, value) for key, value in zip(program.stocks, self.state, strict=True)]
        settings = experiment.solver
        try:
            solution = integrate_segments(
                segments,
                np.array(self.state, dtype=float),
                saved,
                method=settings.method,
                rtol=settings.rtol,
                atol=settings.atol * np.array(scale),
            )
        except _ARITHMETIC as error:
            raise self.arithmetic_error(error) from None
        return solution.states, solution.evaluations

    def _edges(self, start: float, stop: float) -> list[float]:
        program = self.program
        times = [t for _, _, schedule in self.inputs.moving for t in schedule.break_points]
        times += [impulse.time for impulse in self.experiment.impulses]
        arguments = self.call(program.event_arguments().function, self.run_values)
        times += break_points([event.kind for event in program.events], arguments, start, stop)
        smallest = self.experiment.time.step * 1e-3
        edges = [start]
        for time in sorted(times):
            if time - edges[-1] > smallest and stop - time > smallest:
                edges.append(time)
        return [*edges, stop]

    def _segment(self, start: float, stop: float) -> Segment:
        program = self.program
        middle = (start + stop) / 2
        clock = middle + self.guard
        values = list(self.inputs.values)
        ramps: list[tuple[str, float, float]] = []
        for position, key, schedule in self.inputs.moving:
            first, last = schedule.at(start + 1e-9 * (stop - start)), schedule.at(stop, before=True)
            values[position] = first
            if first != last:
                ramps.append((key, first, (last - first) / (stop - start)))
        run_values = self.call(program.prepare("float").function, values, self.captured)
        rhs = program.rhs("float").function
        jumps = tuple(
            (program.stocks.index(i.stock), i.amount)
            for i in self.experiment.impulses
            if abs(i.time - start) <= self.experiment.time.step * 1e-3
        )
        if not ramps:

            def steady(t: float, y: Floats) -> Any:
                return rhs(t, clock, middle, y.tolist(), run_values)

            return Segment(start, stop, steady, jumps)
        refresh = program.refresh("float", tuple(key for key, _, _ in ramps)).function
        lines = [(first, slope) for _, first, slope in ramps]

        def moving(t: float, y: Floats) -> Any:
            since = t - start
            refresh(run_values, [first + slope * since for first, slope in lines])
            return rhs(t, clock, middle, y.tolist(), run_values)

        return Segment(start, stop, moving, jumps)

    def _scale(self, key: str, value: float) -> float:
        if value:
            return abs(value)
        owner = self.spec.variables.get(key.split("@")[0])
        top = owner.limits[1] if owner else None
        return abs(top) if top else 1.0

    # -- fixed step ------------------------------------------------------------------------------------------------

    def fixed(self, saved: Floats) -> tuple[Floats, int]:
        experiment, program = self.experiment, self.program
        grid = step_grid(experiment.time)
        positions = saved_positions(experiment.time, len(saved))
        moving = self.inputs.moving
        times = snap(grid, [t for _, _, schedule in moving for t in schedule.break_points], experiment.time.step)
        values = self.run_values
        rhs = program.rhs("float").function
        refresh = program.refresh("float", tuple(key for _, key, _ in moving)).function if moving else None
        guard = self.guard
        evaluations = 0

        def derivative(t: float, begin: float, ends: bool, y: list[float]) -> list[float]:
            nonlocal evaluations
            evaluations += 1
            if refresh is not None:
                refresh(values, [schedule.at(t, before=ends) for _, _, schedule in moving])
            result: list[float] = rhs(t, begin + guard, t, y, values)
            return result

        floors = [i for i, key in enumerate(program.stocks) if key in program.system.non_negative]
        problem = StepProblem(derivative, times, experiment.time.step, positions, self._jumps(times), floors)
        try:
            states = integrate_steps(problem, experiment.solver.method, list(self.state))
        except _ARITHMETIC as error:
            raise self.arithmetic_error(error) from None
        return np.array(states, dtype=float).reshape(len(saved), len(program.stocks)), evaluations

    def _jumps(self, times: Sequence[float]) -> dict[int, list[tuple[int, Any]]]:
        jumps: dict[int, list[tuple[int, Any]]] = {}
        step = self.experiment.time.step
        for impulse in self.experiment.impulses:
            index = int(np.ceil((impulse.time - times[0]) / step - _GRID_TOLERANCE))
            if 0 <= index < len(times):
                jumps.setdefault(index, []).append((self.program.stocks.index(impulse.stock), impulse.amount))
        return jumps

    # -- outputs ---------------------------------------------------------------------------------------------------

    def outputs(self, keys: tuple[str, ...], saved: Floats, states: Floats) -> Floats:
        """Return the values of `keys` at the saved times, shape (n_times, n_keys)."""
        program = self.program
        inputs: list[Any] = [np.float64(value) for value in self.inputs.values]
        for position, _, schedule in self.inputs.moving:
            inputs[position] = np.array([schedule.at(float(t)) for t in saved])
        captured = [np.float64(value) for value in self.captured]
        values = np.empty((len(saved), len(keys)))
        with np.errstate(all="ignore"):
            run_values = program.prepare("array").function(inputs, captured)
            found = program.outputs("array", keys).function(
                saved, saved + self.guard, saved, list(states.T), run_values
            )
            for i, column in enumerate(found):
                values[:, i] = column
        return values


def lay_out_inputs(spec: ModelSpec, experiment: Experiment, program: Program, guard: float) -> _Inputs:
    """Return the input vector of an experiment, in the order of the program's inputs."""
    time = experiment.time
    clock = dict(zip(CLOCK_INPUTS, (time.start, time.stop, time.step, time.every), strict=True))
    values: list[float] = []
    moving: list[tuple[int, str, Schedule]] = []
    for position, key in enumerate(program.inputs):
        schedule = experiment.clamp.get(key) or experiment.parameters.get(key)
        if schedule is not None:
            values.append(schedule.at(time.start))
            if not schedule.is_constant:
                moving.append((position, key, schedule))
        elif key in spec.variables:
            equation = spec.variables[key].equation
            values.append(equation.value if isinstance(equation, Number) else 0.0)
        else:
            values.append(clock.get(key, guard))
    return _Inputs(values, tuple(moving))


def step_grid(time: TimeGrid) -> Floats:
    """Return the times start + k*step up to stop."""
    count = int(np.floor((time.stop - time.start) / time.step + 1e-9))
    grid: Floats = time.start + np.arange(count + 1) * time.step
    return grid


def saved_positions(time: TimeGrid, count: int) -> list[int]:
    """Return the index on the step grid of each saved time; raises `InputError` if one is not on it."""
    ratio = time.every / time.step
    if abs(ratio - round(ratio)) > _GRID_TOLERANCE * max(1.0, ratio):
        raise InputError(
            f"time every ({time.every:g}) must be a multiple of step ({time.step:g}) with a fixed-step method; "
            "change one of them or use an adaptive method such as LSODA"
        )
    return [k * round(ratio) for k in range(count)]


def snap(grid: Floats, knots: Sequence[float], step: float) -> list[float]:
    """Return the grid as floats, a time within rounding of a knot replaced by the knot."""
    times: list[float] = grid.tolist()
    for knot in set(knots):
        index = round((knot - times[0]) / step)
        if 0 <= index < len(times) and abs(times[index] - knot) <= _GRID_TOLERANCE * step:
            times[index] = knot
    return times


def _refuse_non_finite(spec: ModelSpec, keys: Sequence[str], times: Floats, values: Floats) -> None:
    bad = ~np.isfinite(values)
    if not bad.any():
        return
    row = int(np.argmax(bad.any(axis=1)))
    key = keys[int(np.argmax(bad[row]))]
    variable = spec.variables[key]
    raise SimulationError(
        f"'{key}' is not a finite number at time {times[row]:g} (line {variable.line}: {variable.text}); "
        "check the values of its inputs"
    )
