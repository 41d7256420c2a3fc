"""Bands for a few scenarios at once, in memory and step by step: what a page draws while somebody waits."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.batch.members import run_members
from simulator.batch.prepare import PreparedPlan, bind
from simulator.errors import InputError, SimulationError
from simulator.experiment import SolverSettings
from simulator.plan import Plan, plan_from_dict
from simulator.runner import Model, experiment_of
from simulator.scenario import Scenario
from simulator.simulate import simulate

Floats = NDArray[np.float64]

PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)
POINTS = 60
"""About how many times a live band has."""

FIRST_DRAFT = 100
COARSE = (8, 4, 2)
GOOD_ENOUGH = 2e-3
"""Largest error of a coarse step, as a share of an outcome's range over the run, that a live band accepts."""


@dataclass(frozen=True)
class Band:
    """Percentiles of one outcome under one policy: `values` has the shape (n_percentiles, n_times)."""

    outcome: str
    policy: str
    values: Floats


@dataclass(frozen=True)
class UncertaintyBands:
    """Futures of several policies on common draws.

    futures   per policy and outcome the values, shape (n_runs, n_times); run i of every policy has the same draws
    runs      futures so far, `wanted` when it is finished
    inputs    how many inputs are drawn
    failed    futures left out of every policy because one of them has no full set of values
    draws     per drawn input its values, shape (n_runs,); of the first policy's case
    left_out  inputs not drawn because one of the policies sets them
    """

    times: Floats
    policies: tuple[str, ...]
    outcomes: tuple[str, ...]
    futures: Mapping[tuple[str, str], Floats]
    runs: int
    wanted: int
    inputs: int
    failed: int = 0
    draws: Mapping[str, Floats] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def band(self, outcome: str, policy: str, percentiles: Sequence[float] = PERCENTILES) -> Band:
        """Return the percentiles (0..100) of an outcome under a policy at each time."""
        return Band(outcome, policy, np.percentile(self.futures[policy, outcome], percentiles, axis=0))

    def wins(self, a: str, b: str, outcome: str, *, higher_is_better: bool = True, time: float | None = None) -> float:
        """Return the share of futures in which `a` beats `b` at a time (default: the last); a tie counts half."""
        moment = len(self.times) - 1 if time is None else int(np.argmin(np.abs(self.times - time)))
        difference = self.futures[a, outcome][:, moment] - self.futures[b, outcome][:, moment]
        if not higher_is_better:
            difference = -difference
        return float(np.mean(difference > 0) + 0.5 * np.mean(difference == 0))


def uncertainty_bands(
    model: Model,
    scenarios: Sequence[Scenario],
    *,
    runs: int = 500,
    seed: int = 0,
    outcomes: Sequence[str],
    assumptions: Any = "all",
    drivers: Any = "none",
    progress: Callable[[UncertaintyBands], bool | None] | None = None,
    tick: Callable[[float], bool | None] | None = None,
) -> UncertaintyBands:
    """Run scenarios over the same `runs` futures and return every outcome's values; nothing is written.

    `assumptions` and `drivers` are as in a plan's ``sampling``. After a first draft of 100 futures, and as often again
    as there is more, `progress` gets what there is so far; if it returns False, the work stops and that is returned.
    In between, `tick` gets the share of the runs made (0..1); if it returns False once there is a draft, the work stops
    with that. The step is the coarsest of 8, 4, 2 or 1 times the model's that keeps every scenario's own run within
    `GOOD_ENOUGH`. Raises `InputError` as `prepare` does.
    """
    if runs < 2:
        raise InputError(f"bands need at least 2 futures, not {runs}")
    names = _names(scenarios)
    data = {
        "name": "live", "scenarios": names, "outcomes": list(outcomes),
        "sampling": {"runs": runs, "seed": seed, "assumptions": assumptions, "drivers": drivers},
    }
    plan = plan_from_dict(data)
    listed = list(zip(names, scenarios, strict=True))
    prepared = bind(_on_coarse_clock(plan, model, scenarios, outcomes), model, listed)
    found = None
    for found in _drafts(prepared, tick):
        if progress is not None and progress(found) is False:
            break
    assert found is not None
    return found


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    names: list[str] = []
    for scenario in scenarios:
        name, number = scenario.name, 2
        while name in names:
            name, number = f"{scenario.name[:70]} ({number})", number + 1
        names.append(name)
    return names


def _drafts(
    prepared: PreparedPlan, tick: Callable[[float], bool | None] | None = None
) -> Iterator[UncertaintyBands]:
    keys = [column.key for column in prepared.columns]
    policies = tuple(policy.name for policy in prepared.policies)
    parts: dict[str, list[Floats]] = {name: [] for name in policies}
    edges = [0, *([FIRST_DRAFT] if prepared.runs > 2 * FIRST_DRAFT else []), prepared.runs]
    for first, last in pairwise(edges):
        for number, policy in enumerate(prepared.policies):
            share = (first + (last - first) * number / len(prepared.policies)) / prepared.runs
            if tick is not None and tick(share) is False and first:
                return
            parameters = prepared.parameters(policy.group, first, last)
            values = run_members(
                prepared.spec, policy.experiment, parameters, keys, prepared.method, refine=prepared.refine
            )
            parts[policy.name].append(values)
        whole = {name: np.concatenate(found) for name, found in parts.items()}
        good = np.logical_and.reduce([np.isfinite(v).all(axis=(1, 2)) for v in whole.values()])
        if not good.any():
            raise SimulationError("no future of these scenarios can be run to its end; narrow the assumptions")
        futures = {(name, key): v[good][:, :, i] for name, v in whole.items() for i, key in enumerate(keys)}
        draws = {key: drawn[good] for key, drawn in prepared.values(prepared.policies[0].group, 0, last).items()}
        yield UncertaintyBands(
            prepared.times, policies, tuple(keys), futures, last, prepared.runs, len(prepared.inputs),
            int((~good).sum()), draws, prepared.left_out,
        )


def _on_coarse_clock(plan: Plan, model: Model, scenarios: Sequence[Scenario], outcomes: Sequence[str]) -> Plan:
    """Return the plan with the coarsest step that does, and about `POINTS` saved times."""
    own = experiment_of(model, scenarios[0]).time
    step = own.step
    if model.default_method == "LSODA":
        coarse = (own.step * c for c in COARSE if all(_does(model, s, own.step * c, outcomes) for s in scenarios))
        step = next(coarse, own.step)
    every = math.ceil((own.stop - own.start) / POINTS / step) * step
    return plan.model_copy(update={"time": plan.time.model_copy(update={"step": step, "every": every})})


def _does(model: Model, scenario: Scenario, step: float, outcomes: Sequence[str]) -> bool:
    """Return whether rk4 at a step is good enough beside rk4 at half of it, whose error is a sixteenth."""
    experiment = experiment_of(model, scenario)
    span = experiment.time.stop - experiment.time.start
    if step > span / 20:
        return False
    runs = []
    for size in (step, step / 2):
        time = replace(experiment.time, step=size, every=step)
        asked = replace(experiment, time=time, solver=SolverSettings("rk4"))
        try:
            runs.append(simulate(model.spec, asked, save=outcomes).values)
        except SimulationError:
            return False
    coarse, fine = runs
    spread = np.ptp(fine, axis=0)
    error = np.abs(coarse - fine).max(axis=0)
    return bool(np.all(error <= GOOD_ENOUGH * np.where(spread > 0, spread, 1.0)))
