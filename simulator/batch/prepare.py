"""A plan bound to its model: every policy an experiment, every uncertain input a distribution, every future drawn."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.batch.draws import Draws
from simulator.batch.drivers import with_drawn_drivers, with_weights
from simulator.batch.tables import Table, read_table
from simulator.batch.uncertain import driver_draws, uncertain_inputs
from simulator.errors import InputError, did_you_mean
from simulator.experiment import Experiment, SolverSettings
from simulator.expressions import Number
from simulator.library import cases, find_model, scenarios
from simulator.model import ModelSpec
from simulator.plan import Levels, Plan, Uncertain, load_plan, plan_from_dict, plan_to_dict
from simulator.runner import Model, changed, experiment_of, load_model, model_path
from simulator.scenario import LeverSetting, Scenario, case_of, load_scenario, scenario_to_dict
from simulator.time_grid import TimeGrid
from simulator.trajectory import Column

Floats = NDArray[np.float64]
BatchMethod = Literal["rk4", "euler", "RK45"]

_RTOL, _ATOL = 1e-5, 1e-8


@dataclass(frozen=True)
class Policy:
    """One policy: a name unique in the plan, its scenario, its experiment, and which group of draws it belongs to."""

    name: str
    scenario: Scenario
    experiment: Experiment
    group: int


@dataclass(frozen=True)
class PreparedPlan:
    """All that a batch needs.

    spec       the model as it is run (drawn drivers computed in it)
    draws      the drawn values of every future
    columns    what is saved
    left_out   inputs that "all" does not draw, because policies set them
    """

    plan: Plan
    model: Model
    spec: ModelSpec
    policies: tuple[Policy, ...]
    draws: Draws
    columns: tuple[Column, ...]
    method: BatchMethod
    left_out: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for whoever checks the plan."""
        return (f"not drawn, because policies set them: {', '.join(self.left_out)}",) if self.left_out else ()

    @property
    def runs(self) -> int:
        """Futures per policy."""
        return self.draws.design.runs

    @property
    def groups(self) -> tuple[tuple[str, tuple[Uncertain, ...]], ...]:
        """Per group of policies that start from one case: its name and its uncertain inputs."""
        return self.draws.groups

    @property
    def inputs(self) -> tuple[str, ...]:
        """Keys of the uncertain inputs, in column order."""
        return self.draws.inputs

    @property
    def refine(self) -> bool:
        """Whether a member that fails may be run again at a finer step: not where results depend on the step."""
        return self.model.default_method == "LSODA"

    @property
    def time(self) -> TimeGrid:
        """The clock that all policies share."""
        return self.policies[0].experiment.time

    @property
    def times(self) -> Floats:
        """Saved times, shape (n_times,)."""
        return self.time.saved

    def values(self, group: int, start: int, stop: int) -> dict[str, Floats]:
        """Return the drawn values of futures `start` to `stop` (exclusive) in a group, by input."""
        return self.draws.values(group, start, stop)

    def parameters(self, group: int, start: int, stop: int) -> dict[str, Floats]:
        """Return what `simulate_batch` takes as its parameters for these futures."""
        return self.draws.parameters(group, start, stop)

    @cached_property
    def identity(self) -> dict[str, str]:
        """What makes a batch this one and no other: digests of plan, model, policies and draws."""
        policies = [[p.name, p.group, repr(p.experiment)] for p in self.policies]
        return {
            "plan": _digest(plan_to_dict(self.plan)),
            "model": self.model.spec.sha256,
            "policies": _digest([policies, repr(self.draws.drivers), [c.key for c in self.columns], self.method]),
            "draws": _digest([repr(self.groups), self.runs, getattr(self.draws.design, "digest", "")]),
        }


def prepare(plan: Plan | str | Path | Mapping[str, Any], *, model: Model | None = None) -> PreparedPlan:
    """Return a plan (or the one of that name, path or plain values) bound to its model.

    Raises `InputError` naming file, line, key and near match for unknown scenarios, levers, inputs or outcomes,
    ranges beyond the card's, inputs that a policy itself sets, policies on different models or clocks.
    """
    if isinstance(plan, str | Path):
        plan = load_plan(plan)
    elif not isinstance(plan, Plan):
        plan = plan_from_dict(plan)
    named = [(name, _scenario(plan, name, ("scenarios", i))) for i, name in enumerate(plan.scenarios)]
    base = _scenario(plan, plan.grid.base, ("grid", "base")) if plan.grid else None
    if model is None:
        model = _model(plan, [scenario for _, scenario in named] + ([base] if base else []))
    listed = [(scenario.name, scenario) for _, scenario in named]
    return bind(plan, model, listed + (_combinations(plan, model, base) if base else []))


def bind(plan: Plan, model: Model, policies: Sequence[tuple[str, Scenario]]) -> PreparedPlan:
    """Return a plan bound to a model with these named scenarios as its policies. Raises as `prepare` does."""
    listed = [(name, _on_clock(plan, scenario)) for name, scenario in policies]
    _refuse_repeats(plan, [name for name, _ in listed])
    keys = sorted({_case_key(scenario) for _, scenario in listed})
    experiments = [_experiment(plan, model, scenario) for _, scenario in listed]
    _refuse_clocks(plan, listed, experiments)
    method = _method(plan, model)
    members = [
        [(s, e) for (_, s), e in zip(listed, experiments, strict=True) if _case_key(s) == key] for key in keys
    ]
    groups, left_out = uncertain_inputs(plan, model, members)
    design, groups = _design(plan, groups)
    drivers = driver_draws(plan, groups[0], _policy_start(listed[0][1], experiments[0]), experiments[0].time)
    members_of_all = tuple(
        Policy(name, scenario, with_weights(experiment, drivers), keys.index(_case_key(scenario)))
        for (name, scenario), experiment in zip(listed, experiments, strict=True)
    )
    spec = with_drawn_drivers(model.spec, drivers) if drivers else model.spec
    names = tuple((key[0] or model.name, items) for key, items in zip(keys, groups, strict=True))
    draws = Draws(design, names, drivers, _idle(spec, experiments))
    return PreparedPlan(plan, model, spec, members_of_all, draws, _columns(plan, model), method, left_out)


def _scenario(plan: Plan, name: str, where: tuple[str | int, ...]) -> Scenario:
    beside = Path(plan.folder) / name
    try:
        if plan.folder and not Path(name).is_absolute() and beside.is_file():
            return load_scenario(beside)
        return load_scenario(name)
    except InputError as error:
        if str(error).startswith("no scenario"):
            hint = did_you_mean(name, [*scenarios(), *cases()])
            raise InputError(f"{plan.origin.place(where)}no scenario or case is called '{name}'{hint}") from None
        if Path(name).suffix and not Path(name).exists():
            raise InputError(f"{plan.origin.place(where)}{error}") from None
        raise


def _model(plan: Plan, used: Sequence[Scenario]) -> Model:
    if plan.model:
        near = Path(plan.folder) if plan.folder else None
        return load_model(find_model(plan.model, near=near))
    paths = {model_path(scenario): scenario.name for scenario in used}
    if len(paths) > 1:
        listed = ", ".join(f"'{name}' on {path.name}" for path, name in paths.items())
        raise InputError(f"{plan.origin.place(('scenarios',))}policies of one plan need one model: {listed}")
    return load_model(next(iter(paths)))


def _combinations(plan: Plan, model: Model, base: Scenario) -> list[tuple[str, Scenario]]:
    assert plan.grid is not None
    levers = {item.key for item in model.card.levers}
    for key in plan.grid.levers:
        if key not in levers:
            hint = did_you_mean(key, levers)
            raise InputError(f"{plan.origin.place(('grid', 'levers', key))}model '{model.name}' has no lever of that "
                             f"name{hint}")
    found = []
    for values in product(*plan.grid.levers.values()):
        settings = dict(zip(plan.grid.levers, values, strict=True))
        name = " ".join([base.name, *(f"{key}={_short(value)}" for key, value in settings.items())])
        found.append((name, base.changed(levers={**base.levers, **settings})))
    return found


def _short(setting: LeverSetting) -> str:
    start = "" if setting.start is None else f"@{setting.start:g}"
    end = "" if setting.end is None else f"@{setting.end:g}"
    return f"{setting.value:g}{start or ('@' if end else '')}{end}"


def _on_clock(plan: Plan, scenario: Scenario) -> Scenario:
    time = plan.time
    return changed(scenario, start=time.start, stop=time.stop, every=time.every, step=time.step)


def _experiment(plan: Plan, model: Model, scenario: Scenario) -> Experiment:
    experiment = experiment_of(model, scenario)
    if plan.solver.method == "RK45":
        settings = SolverSettings("RK45", plan.solver.rtol or _RTOL, plan.solver.atol or _ATOL)
        return replace(experiment, solver=settings)
    return experiment


def _method(plan: Plan, model: Model) -> BatchMethod:
    """Return the plan's method; else the file's own where results depend on its step; else rk4."""
    if plan.solver.method is not None:
        return plan.solver.method
    return "euler" if model.default_method == "euler" else "rk4"


def _refuse_repeats(plan: Plan, names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"{plan.origin.place(('scenarios',))}policy '{name}' stands twice; policies need names of "
                             "their own")
        seen.add(name)


def _refuse_clocks(
    plan: Plan, listed: Sequence[tuple[str, Scenario]], experiments: Sequence[Experiment]
) -> None:
    first = experiments[0].time
    for (name, _), experiment in zip(listed, experiments, strict=True):
        if experiment.time != first:
            mine, other = ((t.start, t.stop, t.step, t.every) for t in (first, experiment.time))
            raise InputError(
                f"{plan.origin.place(('time',))}policies of one plan share one clock, but '{listed[0][0]}' has "
                f"(start, stop, step, every) {mine} and '{name}' {other}; set them under 'time', or make two plans"
            )


def _case_key(scenario: Scenario) -> tuple[str, str]:
    return scenario.case, scenario.folder if scenario.case else ""


def _policy_start(scenario: Scenario, experiment: Experiment) -> float:
    case = case_of(scenario)
    start = case.time.policy_start if case else None
    return experiment.time.start if start is None else start


def _design(
    plan: Plan, groups: tuple[tuple[Uncertain, ...], ...]
) -> tuple[Levels | Table, tuple[tuple[Uncertain, ...], ...]]:
    if plan.sampling.method == "table":
        return read_table(plan, groups)
    return Levels(plan.sampling, groups[0]), groups


def _idle(spec: ModelSpec, experiments: Sequence[Experiment]) -> tuple[str, float]:
    """Return a constant that nobody sets, and the file's value of it."""
    for variable in spec.of_kind("constant"):
        if isinstance(variable.equation, Number) and not any(
            variable.key in e.parameters or variable.key in e.clamp for e in experiments
        ):
            return variable.key, variable.equation.value
    return "", 0.0


def _columns(plan: Plan, model: Model) -> tuple[Column, ...]:
    known = {outcome.key: outcome for outcome in model.card.outcomes}
    if plan.outcomes == "headline":
        keys = [o.key for o in known.values() if o.headline] or list(known)
    elif plan.outcomes == "all":
        keys = list(known)
    else:
        keys = list(dict.fromkeys(plan.outcomes))
    usable = {v.key: v for v in model.spec.variables.values() if v.kind != "lookup"}
    for i, key in enumerate(keys):
        if key not in usable:
            hint = did_you_mean(key, usable)
            raise InputError(f"{plan.origin.place(('outcomes', i))}model '{model.name}' has no variable '{key}'{hint}")
    return tuple(
        Column(v.key, v.title, v.units, v.documentation, v.kind) for v in (usable[key] for key in keys)
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def policy_record(policy: Policy, groups: Sequence[tuple[str, tuple[Uncertain, ...]]]) -> dict[str, Any]:
    """Return what a manifest says of a policy, JSON-ready."""
    title = policy.scenario.title
    return {
        "name": policy.name, "case": groups[policy.group][0],
        "title": title.model_dump() if title else {"en": policy.name, "zh": policy.name},
        "scenario": scenario_to_dict(policy.scenario),
    }
