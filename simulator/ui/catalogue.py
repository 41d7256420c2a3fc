"""Which clusters and policy packages ship for a model, made ready to change and to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator import library
from simulator.errors import GumsimError, InputError, did_you_mean
from simulator.experiment import Experiment
from simulator.runner import Model, experiment_of
from simulator.scenario import Case, Scenario, baseline, differences, load_case, load_scenario
from simulator.ui.edit import Base


@dataclass(frozen=True)
class Start:
    """A case made ready: its baseline scenario and what a lever, driver or assumption is when nothing is changed."""

    case: Case
    baseline: Scenario
    experiment: Experiment

    @property
    def base(self) -> Base:
        """The case's paths and policy start, for `simulator.ui.edit`."""
        start = self.case.time.policy_start
        return Base(self.experiment.parameters, self.experiment.time.start if start is None else start)


@dataclass(frozen=True)
class Catalogue:
    """Cases of a model by name, and by case its ready-made scenarios."""

    starts: Mapping[str, Start]
    presets: Mapping[str, Mapping[str, Scenario]]

    def start(self, name: str) -> Start:
        """Return the case `name` made ready. Raises `InputError` for an unknown one, naming near matches."""
        if name not in self.starts:
            raise InputError(f"there is no case '{name}' for this model{did_you_mean(name, self.starts)}")
        return self.starts[name]


def read_catalogue(model: Model) -> Catalogue:
    """Read the built-in cases and scenarios of a model; unusable ones are left out (see ``gumsim check``).

    Cases with the most policy packages come first. A model without cases gets one that is its file's own run.
    """
    starts: dict[str, Start] = {}
    for path in library.cases().values():
        try:
            case = load_case(path)
            if case.model == model.name:
                starts[path.stem] = _ready(model, case, baseline(case, path))
        except GumsimError:
            continue
    if not starts:
        case = Case(name=model.name, title=model.card.title, description=model.card.summary)
        starts[""] = _ready(model, case, Scenario(name=model.name, title=model.card.title, model=_reference(model)))
    presets: dict[str, dict[str, Scenario]] = {name: {} for name in starts}
    for name, path in library.scenarios().items():
        try:
            scenario = load_scenario(path)
            if scenario.case in presets and differences(starts[scenario.case].baseline, scenario):
                experiment_of(model, scenario, starts[scenario.case].case)
                presets[scenario.case][name] = scenario
        except GumsimError:
            continue
    ordered = sorted(starts, key=lambda name: (-len(presets[name]), name))
    return Catalogue({name: starts[name] for name in ordered}, presets)


def _ready(model: Model, case: Case, scenario: Scenario) -> Start:
    return Start(case, scenario, experiment_of(model, scenario, case))


def _reference(model: Model) -> str:
    """Return how a scenario names this model: by name if it is built in, else by path."""
    return model.path.stem if library.models().get(model.path.stem) == model.path else str(model.path)
