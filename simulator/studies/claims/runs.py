"""Runs of experiments: a setting -> model, experiment and draws -> values over time, each distinct run once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.card import Card, Lever
from simulator.errors import InputError, did_you_mean
from simulator.experiment import Experiment
from simulator.expressions import Number
from simulator.model import ModelSpec
from simulator.runner import Model
from simulator.scenario import Case, Scenario, load_case, resolve
from simulator.scenario.data import Knots, LeverSetting
from simulator.schedule import Schedule
from simulator.simulate import simulate_batch
from simulator.studies.claims.data import Relative, RunSetting
from simulator.studies.claims.draws import Draws
from simulator.studies.claims.evaluate import RunResult
from simulator.studies.claims.merge import MAX_MEMBERS, Prepared, run_together
from simulator.studies.claims.rewrite import held_at_start, lifted, scaled, weakened

Floats = NDArray[np.float64]
T = TypeVar("T")

DEFAULT_CASE = "indigenous"
HORIZON = 20.0
STEP = 0.25
EVERY = 0.25
RAISE, RAISE_SHARE = 0.10, 0.20
PULSE = 1.2


@dataclass(frozen=True)
class Names:
    """Dictionary keys and model keys -> model keys."""

    spec: ModelSpec
    card: Card

    def key(self, name: str) -> str:
        """Return the model's key for a name. Raises `InputError` with near matches for an unknown one."""
        key = self.card.elements.get(name, name)
        if key not in self.spec.variables:
            raise InputError(f"no variable '{name}'{did_you_mean(name, [*self.card.elements, *self.spec.variables])}")
        return key

    def link(self, text: str) -> tuple[str, str]:
        """Return the two keys of a link "X -> Y"."""
        pieces = [piece.strip() for piece in text.split("->")]
        if len(pieces) != 2 or not all(pieces):
            raise InputError(f"'{text[:80]}' is not a link; write it as 'X -> Y'")
        return self.key(pieces[0]), self.key(pieces[1])


@dataclass
class Laboratory:
    """Runs settings of one model on one set of draws; cases are read once."""

    model: Model
    draws: Draws
    bundles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    default_case: str = DEFAULT_CASE

    @property
    def names(self) -> Names:
        """Names of the model."""
        return Names(self.model.spec, self.model.card)

    def case(self, name: str) -> Case | None:
        """Return a case by name; None for the name "none": the model file as it is."""
        name = name or self.default_case
        if name == "none":
            return None
        if name not in self.cases:
            self.cases[name] = load_case(name)
        return self.cases[name]

    def end(self, setting: RunSetting) -> float:
        """Return the end of a run's experiment."""
        if setting.stop is not None:
            return float(setting.stop)
        case = self.case(setting.case)
        start = case.time.start if case and case.time.start is not None else self.model.spec.time.initial
        return start + HORIZON

    def prepare(self, setting: RunSetting, stop: float) -> Prepared:
        """Return a setting's run until `stop`. Raises `InputError` naming the field and key that is wrong."""
        names, spec, card = self.names, self.model.spec, self.model.card
        case = self.case(setting.case)
        scenario = Scenario.model_validate({
            "name": "claim", "case": case.name if case else "", "time": {"stop": stop, "step": STEP, "every": EVERY}
        })
        plain = resolve(spec, card, case, scenario, default_method="rk4")
        clamp, held = self._clamps(setting, plain)
        scenario = scenario.changed(
            levers=self._levers(setting),
            **self._constants(setting, plain),
            initial={k: v for k, v in self._initial(setting, plain).items() if k not in clamp},
            clamp=clamp,
            freeze=[" -> ".join(_in_field("cut", names.link, text)) for text in setting.cut],
        )
        experiment = resolve(spec, card, case, scenario, default_method="rk4")
        weak = tuple((_in_field("weaken", names.link, text), share) for text, share in setting.weaken.items())
        factors, amounts = self._keyed("scale", setting.scale), self._keyed("lift", setting.lift)
        for field_name, keys in (("scale", factors), ("lift", amounts)):
            for key in keys:
                if key in experiment.clamp or key in held:
                    raise InputError(f"{field_name}: '{key}' is clamped too; keep one of the two")
        for key in amounts:
            if key in factors:
                raise InputError(f"lift: '{key}' is scaled too; keep one of the two")
        lifted(scaled(weakened(held_at_start(spec, held), dict(weak)), tuple(factors)), tuple(amounts))
        return Prepared(
            experiment, self._arrays(setting, experiment, case), held, weak,
            {key: _path(value, experiment.time.start) for key, value in factors.items()},
            {key: _path(value, experiment.time.start) for key, value in amounts.items()},
        )  # fmt: skip

    def run(self, setting: RunSetting, stop: float, variables: Iterable[str]) -> RunResult:
        """Return the values of `variables` (model keys) at the calibrated point and in every draw."""
        return run_together(self.model.spec, [self.prepare(setting, stop)], variables)[0]

    # -- parts of a setting --

    def _levers(self, setting: RunSetting) -> dict[str, Any]:
        levers = {item.key: item for item in self.model.card.levers}
        found: dict[str, Any] = {}
        for name, effort in setting.bundles.items():
            if name not in self.bundles:
                raise InputError(f"bundles: no bundle '{name}'{did_you_mean(name, self.bundles)}")
            for lever in self.bundles[name]:
                key = _in_field("bundles", self.names.key, lever)
                found[key] = _effort(levers[key], effort)
        bundled = set(found)
        for name, effort in setting.levers.items():
            key = _in_field("levers", self.names.key, name)
            if key not in levers:
                raise InputError(f"levers: '{name}' is '{key}', which is no lever{did_you_mean(key, levers)}")
            if key in found and key not in bundled:
                raise InputError(f"levers: '{name}' is '{key}', which stands here under another name too; keep one")
            found[key] = _effort(levers[key], effort)
            bundled.discard(key)
        return found

    def _constants(self, setting: RunSetting, plain: Experiment) -> dict[str, dict[str, Any]]:
        drivers = {item.key for item in self.model.card.drivers}
        levers = {item.key for item in self.model.card.levers}
        found: dict[str, dict[str, Any]] = {"drivers": {}, "assumptions": {}}
        for name, amount in setting.constants.items():
            key = _in_field("constants", self.names.key, name)
            if self.model.spec[key].kind != "constant" or key in levers:
                kind = "lever" if key in levers else self.model.spec[key].kind
                raise InputError(f"constants: '{name}' is '{key}', a {kind}; set it under 'levers' or 'clamp'")
            if isinstance(amount, Relative):
                if key in drivers or key not in self.draws.assumptions:
                    knots = [(t, amount.of(v)) for t, v in self._schedule(key, plain).knots]
                    found["drivers" if key in drivers else "assumptions"][key] = {"knots": knots}
            else:
                found["drivers" if key in drivers else "assumptions"][key] = amount
        return found

    def _schedule(self, key: str, plain: Experiment) -> Schedule:
        if key in plain.parameters:
            return plain.parameters[key]
        equation = self.model.spec[key].equation
        if not isinstance(equation, Number):
            raise InputError(f"constants: '{key}' is no plain number in the model file; give a number")
        return Schedule.constant(equation.value)

    def _initial(self, setting: RunSetting, plain: Experiment) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, start in setting.initial.items():
            key = _in_field("initial", self.names.key, name)
            found[key] = start.of(self._start(key, plain)) if isinstance(start, Relative) else float(start)
        for name in setting.raised:
            key = _in_field("raised", self.names.key, name)
            before = found.get(key, self._start(key, plain))
            limits = self.model.spec[key].limits
            found[key] = min(before + RAISE, 1.0) if limits[1] == 1 else before * (1 + RAISE_SHARE)
        return found

    def _start(self, key: str, plain: Experiment) -> float:
        variable = self.model.spec[key]
        if key in plain.initial:
            return plain.initial[key]
        if variable.kind != "stock":
            raise InputError(f"'{key}' is no stock but a {variable.kind}; name the stocks it is made of")
        if isinstance(variable.initial, Number):
            return variable.initial.value
        run = simulate_batch(self.model.spec, plain, _one(self.model.spec, plain), save=[key])
        return float(run[0, 0, 0])

    def _clamps(self, setting: RunSetting, plain: Experiment) -> tuple[dict[str, Any], tuple[str, ...]]:
        clamp: dict[str, Any] = {}
        held: list[str] = []
        for name, value in setting.clamp.items():
            key = _in_field("clamp", self.names.key, name)
            if value != "start":
                clamp[key] = value
            elif self.model.spec[key].kind == "stock":
                clamp[key] = self._start(key, plain)
            else:
                held.append(key)
        return clamp, tuple(held)

    def _keyed(self, field_name: str, given: Mapping[str, T]) -> dict[str, T]:
        found: dict[str, T] = {}
        for name, value in given.items():
            key = _in_field(field_name, self.names.key, name)
            if key in found:
                raise InputError(
                    f"{field_name}: '{name}' is '{key}', which stands here under another name too; keep one"
                )
            found[key] = value
        return found

    def _arrays(self, setting: RunSetting, experiment: Experiment, case: Case | None) -> dict[str, Floats]:
        relative = {self.names.key(n): a for n, a in setting.constants.items() if isinstance(a, Relative)}
        given = {self.names.key(n) for n, a in setting.constants.items() if not isinstance(a, Relative)}
        own = {k: v.schedule() for k, v in case.assumptions.items()} if case else {}
        at = {k: s.knots[0][1] for k, s in own.items() if s.is_constant}
        fixed = {*own, *given, *experiment.clamp} - set(relative)
        arrays = self.draws.values(at, fixed)
        for key, change in relative.items():
            if key in arrays:
                values = arrays[key]
                if key in own:
                    values = np.full(len(values), at[key])
                arrays[key] = np.asarray(change.of(values))
        return arrays


def _one(spec: ModelSpec, plain: Experiment) -> dict[str, Floats]:
    """Return one constant at its own value: a batch of one run."""
    key, equation = next((v.key, v.equation) for v in spec.of_kind("constant") if isinstance(v.equation, Number))
    value = plain.parameters[key].at(plain.time.start) if key in plain.parameters else equation.value
    return {key: np.array([value])}


def _in_field(name: str, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _effort(lever: Lever, effort: float | Knots | LeverSetting) -> Any:
    """Return a share of full effort in the lever's own unit."""
    full = lever.range[1]
    if isinstance(effort, Knots):
        return {"knots": [(t, v * full) for t, v in effort.knots]}
    if isinstance(effort, LeverSetting):
        return effort.model_copy(update={"value": effort.value * full})
    return {"value": float(effort) * full}


def _path(value: float | str | Knots, start: float) -> Schedule:
    """Return what scales or lifts a variable over time; the word "pulse" is the factor of one year."""
    if isinstance(value, Knots):
        return value.schedule()
    if isinstance(value, str):
        return Schedule((
            (start, 1.0), (start + 1, 1.0), (start + 1, PULSE), (start + 2, PULSE), (start + 2, 1.0)
        ))  # fmt: skip
    return Schedule.constant(float(value))


@dataclass
class RunCache:
    """Makes each distinct run once, together with others of its structure, and keeps it until its last user had it.

    Every user announces its runs first (`announce`), then fetches each of them once (`result`).
    """

    laboratory: Laboratory
    runs: dict[str, "_Pending"] = field(default_factory=dict)
    kept: dict[str, RunResult] = field(default_factory=dict)

    def announce(self, setting: RunSetting, variables: Iterable[str]) -> None:
        """Tell that a user will ask for `variables` of a run. Raises `InputError` for a setting that is wrong."""
        key, end = _identity(setting), self.laboratory.end(setting)
        if key not in self.runs:
            self.runs[key] = _Pending(self.laboratory.prepare(setting, end))
        self.runs[key].add(end, variables)

    def result(self, setting: RunSetting) -> RunResult:
        """Return an announced run's result; runs that can go with it are made at the same time."""
        key = _identity(setting)
        if key not in self.kept:
            self._make(key)
        found = self.kept[key]
        self.runs[key].users -= 1
        if not self.runs[key].users:
            del self.kept[key]
        return found

    def _make(self, key: str) -> None:
        spec, wanted = self.laboratory.model.spec, self.runs[key]
        structure = wanted.structure(spec)
        members = 1 + self.laboratory.draws.count
        group = [key, *(
            k for k, run in self.runs.items()
            if k != key and run.users and k not in self.kept and run.structure(spec) == structure
        )][: max(1, MAX_MEMBERS // members)]  # fmt: skip
        end = max(self.runs[k].end for k in group)
        variables = [v for k in group for v in self.runs[k].variables]
        results = run_together(spec, [self.runs[k].prepared_until(end) for k in group], variables)
        for k, result in zip(group, results, strict=True):
            values = {v: result.values[v] for v in self.runs[k].variables}
            self.kept[k] = RunResult(result.times, values)


@dataclass
class _Pending:
    """A run somebody will ask for: the latest end and all variables any user wants."""

    prepared: Prepared
    end: float = -np.inf
    variables: dict[str, None] = field(default_factory=dict)
    users: int = 0

    def add(self, end: float, variables: Iterable[str]) -> None:
        self.end = max(self.end, end)
        self.variables.update(dict.fromkeys(variables))
        self.users += 1

    def prepared_until(self, end: float) -> Prepared:
        experiment = self.prepared.experiment
        return replace(self.prepared, experiment=replace(experiment, time=replace(experiment.time, stop=end)))

    def structure(self, spec: ModelSpec) -> tuple[object, ...]:
        """Return what runs made together share: structure, drawn constants, and about the same length."""
        length = np.ceil((self.end - self.prepared.experiment.time.start) / 10)
        return (*self.prepared.structure(spec), length)


def _identity(setting: RunSetting) -> str:
    return setting.model_copy(update={"stop": None, "like": ""}).model_dump_json()
