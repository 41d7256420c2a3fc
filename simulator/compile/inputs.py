"""An experiment laid out as the input vector of a program, after checking that its keys fit the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from simulator.compile.program import Program
from simulator.compile.system import CLOCK_INPUTS
from simulator.errors import InputError, did_you_mean
from simulator.experiment import Experiment
from simulator.expressions import Number
from simulator.model import ModelSpec
from simulator.schedule import Schedule

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moving:
    """An input that follows a schedule: its position in the input vector, key and path."""

    position: int
    key: str
    schedule: Schedule


@dataclass(frozen=True)
class Inputs:
    """The input vector: values that hold for the whole run, and the inputs that move."""

    values: tuple[float, ...]
    moving: tuple[Moving, ...]

    def at(self, time: float) -> list[float]:
        """Return the whole vector at `time`."""
        values = list(self.values)
        for item in self.moving:
            values[item.position] = item.schedule.at(time)
        return values

    @property
    def break_points(self) -> list[float]:
        """Times at which a moving input may jump or bend, unsorted."""
        return [time for item in self.moving for time in item.schedule.break_points]


def check_experiment(spec: ModelSpec, experiment: Experiment) -> None:
    """Raise `InputError` if an experiment names what the model does not have, or in the wrong place."""
    for key in experiment.parameters:
        if spec[key].kind != "constant":
            raise InputError(f"parameters: '{key}' is no constant but a {spec[key].kind}; clamp it instead")
    stocks = [v.key for v in spec.of_kind("stock")]
    for what, named in (("initial", list(experiment.initial)), ("impulses", [i.stock for i in experiment.impulses])):
        for key in named:
            if key not in stocks:
                kind = f" but a {spec[key].kind}" if key in spec.variables else ""
                raise InputError(f"{what}: '{key}' is no stock{kind}{did_you_mean(key, stocks)}")
    for key, value in experiment.initial.items():
        if not isfinite(value):
            raise InputError(f"initial: '{key}' must be a finite number, not {value}")
    for key in experiment.clamp:
        if key in experiment.parameters:
            raise InputError(f"'{key}' is both clamped and set as a parameter; keep one")
        if key in experiment.initial:
            raise InputError(f"'{key}' is clamped, so its initial value has no effect; keep one")
    for impulse in experiment.impulses:
        if impulse.stock in experiment.clamp:
            raise InputError(f"impulses: '{impulse.stock}' is clamped and does not integrate; remove one of the two")
        if not (isfinite(impulse.time) and isfinite(impulse.amount)):
            raise InputError(f"impulses: time and amount of '{impulse.stock}' must be finite numbers")


def lay_out_inputs(spec: ModelSpec, experiment: Experiment, program: Program, guard: float) -> Inputs:
    """Return the input vector of an experiment; `guard` is how far the jump clock runs ahead.

    Raises `InputError` as `check_experiment` does.
    """
    check_experiment(spec, experiment)
    time = experiment.time
    given = {**experiment.parameters, **experiment.clamp}
    clock = dict(zip(CLOCK_INPUTS, (time.start, time.stop, time.step, time.every), strict=True))
    values: list[float] = []
    moving: list[Moving] = []
    for position, key in enumerate(program.inputs):
        if key in given:
            values.append(given[key].at(time.start))
            if not given[key].is_constant:
                moving.append(Moving(position, key, given[key]))
        elif key in spec.variables:
            equation = spec.variables[key].equation
            values.append(equation.value if isinstance(equation, Number) else 0.0)
        else:
            values.append(clock.get(key, guard))
    return Inputs(tuple(values), tuple(moving))


def sample(schedule: Schedule, times: Sequence[float] | Floats) -> Floats:
    """Return a schedule's values at ascending or unordered `times`, shape (n_times,); at a jump the later one."""
    at = np.asarray(times, dtype=float)
    x = np.array([knot[0] for knot in schedule.knots])
    y = np.array([knot[1] for knot in schedule.knots])
    right = np.searchsorted(x, at, side="right")
    left, right = np.clip(right - 1, 0, len(x) - 1), np.clip(right, 0, len(x) - 1)
    span = x[right] - x[left]
    share = np.where(span > 0, (at - x[left]) / np.where(span > 0, span, 1.0), 0.0)
    values: Floats = y[left] + (y[right] - y[left]) * share
    return values
