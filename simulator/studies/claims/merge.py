"""Many prepared runs as one batch: runs that differ in values only, not in structure, are integrated side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from simulator.experiment import Experiment
from simulator.expressions import Call, Expression, Number, Reference
from simulator.model import ModelSpec, Variable
from simulator.schedule import Schedule
from simulator.simulate import simulate_batch
from simulator.studies.claims.evaluate import RunResult
from simulator.studies.claims.rewrite import AMOUNT, FACTOR, held_at_start, lifted, own_equation, scaled, weakened

Floats = NDArray[np.float64]

MAX_MEMBERS = 2048
"""Runs times draws integrated together: what the batch engine takes at once."""
_BASE, _CHOICE, _PATH = "_base_value", "_choice_{}", "_path_{}"


@dataclass(frozen=True)
class Prepared:
    """A run ready to go.

    experiment  parameters, initial values, clamps, cut links and clock; no drawn constants
    arrays      drawn constants, each (1 + n_draws,), the calibrated point first
    held        variables that keep their first value
    weak        link -> share of the cause that the effect sees
    factors     variable -> factor on it
    amounts     variable -> what is added to it, in its own unit
    """

    experiment: Experiment
    arrays: Mapping[str, Floats]
    held: tuple[str, ...] = ()
    weak: tuple[tuple[tuple[str, str], float], ...] = ()
    factors: Mapping[str, Schedule] = field(default_factory=dict)
    amounts: Mapping[str, Schedule] = field(default_factory=dict)

    def structure(self, spec: ModelSpec) -> tuple[object, ...]:
        """Return what runs of one batch must have in common."""
        own_starts = {key for key in self.experiment.initial if not isinstance(spec[key].initial, Number)}
        return (
            self.experiment.time.start, frozenset(self.experiment.clamp), frozenset(self.experiment.freeze),
            frozenset(self.held), frozenset(self.weak), frozenset(own_starts),
        )  # fmt: skip


def run_together(spec: ModelSpec, runs: Sequence[Prepared], variables: Iterable[str]) -> list[RunResult]:
    """Return the values of `variables` in each run; all runs share structure and clock.

    Constants, clamped values, factors, amounts and initial values may differ from run to run, over time too. Raises
    as `simulate_batch` does.
    """
    members = len(next(iter(runs[0].arrays.values())))
    keys = list(dict.fromkeys(variables))
    scale = tuple(dict.fromkeys(key for run in runs for key in run.factors))
    lift = tuple(dict.fromkeys(key for run in runs for key in run.amounts))
    changed = lifted(scaled(weakened(held_at_start(spec, runs[0].held), dict(runs[0].weak)), scale), lift)
    inputs = _Inputs(spec, members)
    for key in dict.fromkeys(key for run in runs for key in (*run.experiment.parameters, *run.arrays)):
        inputs.add(key, [run.arrays.get(key, run.experiment.parameters.get(key)) for run in runs])
    for key in scale:
        inputs.add(key + FACTOR, [run.factors.get(key, Schedule.constant(1.0)) for run in runs])
    for key in lift:
        inputs.add(key + AMOUNT, [run.amounts.get(key, Schedule.constant(0.0)) for run in runs])
    for key in runs[0].experiment.clamp:
        inputs.add(key, [run.experiment.clamp[key] for run in runs])
        changed = _as_constant(changed, key)
    first = runs[0].experiment
    own = {key: own_equation(spec, key, scale, lift) for key in spec.variables}
    starts = {own[key]: values for key, values in _starts(spec, runs, members).items()}
    freeze = tuple((cause, own[effect]) for cause, effect in first.freeze)
    experiment = replace(first, parameters=inputs.paths, clamp={}, initial={}, freeze=freeze)
    values = simulate_batch(_with_paths(changed, inputs), experiment, {**inputs.arrays, **starts}, save=keys)
    times = experiment.time.saved
    return [
        RunResult(times, {key: values[n * members : (n + 1) * members, :, i].copy() for i, key in enumerate(keys)})
        for n in range(len(runs))
    ]


class _Inputs:
    """Constants of the batch: arrays over its members, paths over time, and choices among paths."""

    def __init__(self, spec: ModelSpec, members: int) -> None:
        self.spec, self.members = spec, members
        self.arrays: dict[str, Floats] = {}
        self.paths: dict[str, Schedule] = {}
        self.chosen: dict[str, int] = {}

    def add(self, key: str, values: Sequence[Floats | Schedule | None]) -> None:
        """Lay out one constant: for each run an array over the draws, a path, or None for the file's value."""
        moving = [v for v in dict.fromkeys(v for v in values if isinstance(v, Schedule)) if not v.is_constant]
        if len(moving) == 1 and all(v == moving[0] for v in values if isinstance(v, Schedule)) and all(
            isinstance(v, Schedule) for v in values
        ):
            self.paths[key] = moving[0]
            return
        array = np.concatenate([self._plain(key, value) for value in values])
        if not moving:
            self.arrays[key] = array
            return
        self.arrays[key + _BASE] = array
        for n, path in enumerate(moving):
            self.paths[key + _PATH.format(n)] = path
            self.arrays[key + _CHOICE.format(n)] = np.repeat(
                [float(isinstance(v, Schedule) and v == path) for v in values], self.members
            )
        self.chosen[key] = len(moving)

    def _plain(self, key: str, value: Floats | Schedule | None) -> Floats:
        """Return the constant part of one run's value: 0 where the run follows a moving path."""
        if isinstance(value, np.ndarray):
            return value
        if value is None:
            equation = self.spec[key].equation
            return np.full(self.members, equation.value if isinstance(equation, Number) else 0.0)
        assert isinstance(value, Schedule)
        return np.full(self.members, value.knots[0][1] if value.is_constant else 0.0)


def _with_paths(spec: ModelSpec, inputs: _Inputs) -> ModelSpec:
    """Return the model in which each constant with several paths adds up its base value and the path chosen."""
    variables = dict(spec.variables)
    for key, count in inputs.chosen.items():
        total: Expression = Reference(key + _BASE)
        names = [key + _BASE]
        for n in range(count):
            choice, path = key + _CHOICE.format(n), key + _PATH.format(n)
            total = Call("add", (total, Call("multiply", (Reference(choice), Reference(path)))))
            names += [choice, path]
        variables |= {name: Variable(name, name, "constant", Number(0.0)) for name in names}
        variables[key] = replace(variables[key], kind="auxiliary", equation=total)
    return replace(spec, variables=variables)


def _as_constant(spec: ModelSpec, key: str) -> ModelSpec:
    variable = replace(spec[key], kind="constant", equation=Number(0.0), initial=None)
    return replace(spec, variables={**spec.variables, key: variable})


def _starts(spec: ModelSpec, runs: Sequence[Prepared], members: int) -> dict[str, Floats]:
    found = {}
    for key in dict.fromkeys(key for run in runs for key in run.experiment.initial):
        stated = spec[key].initial
        otherwise = stated.value if isinstance(stated, Number) else 0.0
        found[key] = np.repeat([run.experiment.initial.get(key, otherwise) for run in runs], members)
    return found
