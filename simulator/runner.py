"""One Model + one Scenario -> one Trajectory: what Python users, the command line and the page call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from platform import python_version
from typing import Any, Literal

from simulator.card import Card
from simulator.card_assumptions import with_model_assumptions
from simulator.card_file import default_card, load_card
from simulator.compile import classify
from simulator.errors import GumsimError, InputError, did_you_mean
from simulator.experiment import Experiment
from simulator.library import find_model
from simulator.model import ModelSpec
from simulator.readers import read_model
from simulator.scenario import Case, Scenario, case_of, load_case, load_scenario, resolve, scenario_to_dict
from simulator.schedule import Schedule
from simulator.simulate import default_experiment, simulate
from simulator.trajectory import Trajectory
from simulator.version import __version__

Setting = float | Schedule | Mapping[str, Any] | Sequence[Sequence[float]] | Any
"""A number, a `Schedule`, a list of (time, value) pairs, or what a scenario file takes in its place."""

Saved = Literal["default", "all"] | Sequence[str]


@dataclass(frozen=True)
class Model:
    """A model file read: its variables and equations (`spec`), its card, and the file."""

    spec: ModelSpec
    card: Card
    path: Path

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.name

    @cached_property
    def default_method(self) -> str:
        """LSODA; the file's own method where results depend on its time step."""
        return self.spec.time.method if classify(self.spec).label == "step-dependent" else "LSODA"


def load_model(name_or_path: str | Path = "gum") -> Model:
    """Read a built-in model by name, or a model file by path, with the card beside it (``NAME.yaml``) if there is one.

    Raises `InputError` or `ModelError` naming file, line and remedy.
    """
    path = find_model(name_or_path)
    spec = read_model(path)
    card = path.with_suffix(".yaml")
    if card.is_file():
        return Model(spec, with_model_assumptions(load_card(card, spec), spec), path)
    return Model(spec, default_card(spec, _ranges(spec)), path)


def model_of(scenario: Scenario) -> Model:
    """Return the model a scenario asks for. Raises as `load_model` and `model_path` do."""
    return load_model(model_path(scenario))


def model_path(scenario: Scenario) -> Path:
    """Return the file of the model a scenario asks for: its own `model`, else its case's, else "gum".

    Raises `InputError` if there is none of that name or the case cannot be read.
    """
    case = case_of(scenario)
    folder = scenario.folder if scenario.model else case.folder if case else ""
    name = scenario.model or (case.model if case else "gum")
    return find_model(name, near=Path(folder) if folder else None)


def run(
    model: Model,
    scenario: Scenario | str | Path,
    *,
    levers: Mapping[str, Setting] | None = None,
    drivers: Mapping[str, Setting] | None = None,
    assumptions: Mapping[str, Setting] | None = None,
    initial: Mapping[str, float] | None = None,
    clamp: Mapping[str, Setting] | None = None,
    freeze: Iterable[str] | None = None,
    start: float | None = None,
    stop: float | None = None,
    every: float | None = None,
    method: str | None = None,
    rtol: float | None = None,
    save: Saved = "default",
) -> Trajectory:
    """Run a scenario (or the one of that name or path), with changes on top of it that leave the scenario as it is.

    `levers`, `drivers`, `assumptions` and `clamp` take numbers or paths over time, `freeze` takes links "X -> Y";
    times are in the model's time unit. `save`: "default" keeps every stock and every outcome of the card, "all" every
    variable, a list the keys in it.

    Raises `InputError` naming key, range and near match; `SimulationError` if the run cannot be finished.
    """
    scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    scenario = changed(
        scenario, levers=levers, drivers=drivers, assumptions=assumptions, initial=initial, clamp=clamp, freeze=freeze,
        start=start, stop=stop, every=every, method=method, rtol=rtol,
    )
    experiment = experiment_of(model, scenario)
    keys = saved_keys(model, save)
    trajectory = simulate(
        model.spec, experiment, save=keys, scenario=scenario.name, provenance=manifest(model, scenario, experiment)
    )
    return replace(trajectory, warnings=(*_method_notes(model, scenario, experiment), *trajectory.warnings))


def changed(
    scenario: Scenario,
    *,
    freeze: Iterable[str] | None = None,
    start: float | None = None,
    stop: float | None = None,
    every: float | None = None,
    step: float | None = None,
    method: str | None = None,
    rtol: float | None = None,
    **settings: Mapping[str, Setting] | None,
) -> Scenario:
    """Return the scenario with settings laid over its own, key by key. Raises `InputError` for values of wrong form."""
    fields: dict[str, Any] = {}
    for name, values in settings.items():
        if values:
            fields[name] = {**getattr(scenario, name), **{key: _plain(value) for key, value in values.items()}}
    if freeze is not None and (links := (freeze,) if isinstance(freeze, str) else tuple(freeze)):
        fields["freeze"] = (*scenario.freeze, *links)
    for name, update in (
        ("time", {"start": start, "stop": stop, "every": every, "step": step}),
        ("solver", {"method": method, "rtol": rtol}),
    ):
        given = {key: value for key, value in update.items() if value is not None}
        if given:
            fields[name] = {**getattr(scenario, name).model_dump(), **given}
    return scenario.changed(**fields) if fields else scenario


def experiment_of(model: Model, scenario: Scenario, case: Case | None = None) -> Experiment:
    """Return what the engine is asked to run for a scenario, by the model's own method where it depends on its steps.

    `case` is the scenario's case if it is read already; else its file is read. Raises `InputError` as `resolve` does.
    """
    case = case_of(scenario) if case is None else case
    return resolve(model.spec, model.card, case, scenario, default_method=model.default_method)


def saved_keys(model: Model, save: Saved = "default") -> tuple[str, ...] | None:
    """Return the keys that `save` stands for, None for every variable; raises `InputError` for an unknown word."""
    if save == "all":
        return None
    if save == "default":
        keys = (*(v.key for v in model.spec.of_kind("stock")), *(o.key for o in model.card.outcomes))
        return tuple(dict.fromkeys(keys))
    if isinstance(save, str):
        raise InputError(f"save takes 'default', 'all' or a list of keys, not '{save}'")
    return tuple(save)


def manifest(model: Model, scenario: Scenario, experiment: Experiment) -> dict[str, Any]:
    """Return where a run comes from, JSON-ready: model and its hash, scenario, settings, solver, versions, time."""
    import numpy
    import scipy

    solver = experiment.solver
    return {
        "model": {"name": model.spec.name, "file": model.path.name, "sha256": model.spec.sha256},
        "scenario": scenario_to_dict(scenario),
        "time": {
            "start": experiment.time.start, "stop": experiment.time.stop, "step": experiment.time.step,
            "every": experiment.time.every, "unit": model.spec.time.units,
        },
        "inputs": {
            "parameters": {key: _knots(path) for key, path in experiment.parameters.items()},
            "initial": dict(experiment.initial),
            "clamp": {key: _knots(path) for key, path in experiment.clamp.items()},
            "freeze": [f"{cause} -> {effect}" for cause, effect in experiment.freeze],
            "impulse": [{"stock": i.stock, "time": i.time, "amount": i.amount} for i in experiment.impulses],
        },
        "solver": {"method": solver.method, "rtol": solver.rtol, "atol": solver.atol} if solver.is_adaptive
        else {"method": solver.method},
        "versions": {
            "gumsim": __version__, "numpy": numpy.__version__, "scipy": scipy.__version__, "python": python_version(),
        },
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def sort_settings(model: Model, settings: Mapping[str, Setting]) -> dict[str, dict[str, Setting]]:
    """Return settings of any inputs of the model as ``{"levers": ..., "drivers": ..., "assumptions": ...}``.

    A constant that is no input of the card counts as an assumption. Raises `InputError` for an unknown key.
    """
    groups = {
        "levers": [item.key for item in model.card.levers],
        "drivers": [item.key for item in model.card.drivers],
        "assumptions": [v.key for v in model.spec.of_kind("constant")],
    }
    found: dict[str, dict[str, Setting]] = {}
    for key, value in settings.items():
        group = next((name for name, keys in groups.items() if key in keys), None)
        if group is None:
            kind = model.spec.variables[key].kind if key in model.spec.variables else ""
            every = [key for keys in groups.values() for key in keys]
            hint = f"; it is a {kind}, which can be clamped" if kind else did_you_mean(key, every)
            raise InputError(f"'{key}' is no lever, driver, assumption or constant of model '{model.name}'{hint}")
        found.setdefault(group, {})[key] = value
    return found


def _ranges(spec: ModelSpec) -> dict[str, tuple[float, float]]:
    """Return lowest and highest value of every variable in the file's own run; nothing if that run fails."""
    try:
        run = simulate(spec, default_experiment(spec))
    except GumsimError:
        return {}
    return {key: (float(run[key].min()), float(run[key].max())) for key in run.keys}


def _method_notes(model: Model, scenario: Scenario, experiment: Experiment) -> tuple[str, ...]:
    if scenario.solver.method is None and model.default_method != "LSODA":
        return (f"run with the file's own method {model.default_method} and step {experiment.time.step:g}, "
                "because this model's results depend on its time step",)
    if experiment.solver.is_adaptive and model.default_method != "LSODA":
        return (f"this model's results depend on its time step; the file asks for {model.default_method}, "
                f"not {experiment.solver.method}",)
    return ()


def _knots(path: Schedule) -> float | list[list[float]]:
    return path.knots[0][1] if path.is_constant else [list(knot) for knot in path.knots]


def _plain(value: Setting) -> Any:
    """Return a schedule or a list of pairs in the form a scenario takes."""
    if isinstance(value, Schedule):
        return {"knots": value.knots}
    if isinstance(value, list | tuple):
        return {"knots": value}
    return value


__all__ = [
    "Case", "Model", "Scenario", "changed", "experiment_of", "load_case", "load_model", "load_scenario", "manifest",
    "model_of", "model_path", "run", "saved_keys", "sort_settings",
]
