"""The runs a page shows: models opened once per file, runs kept in a bounded cache shared by all sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import streamlit as st

from simulator.figures import Run
from simulator.files import read_bytes
from simulator.library import find_model
from simulator.runner import Model, experiment_of, load_model, manifest
from simulator.scenario import Scenario
from simulator.simulate import simulate
from simulator.trajectory import Trajectory
from simulator.ui import cases
from simulator.ui.session import Page
from simulator.ui.state import SavedRun

_MAX_MODEL_BYTES = 4_000_000


@dataclass(frozen=True)
class Runs:
    """Baseline, current and shown saved runs of one page."""

    baseline: Trajectory
    current: Trajectory
    saved: tuple[tuple[SavedRun, Trajectory], ...]

    def drawn(self, page: Page) -> list[Run]:
        """Return the runs as figures want them, with the names users see."""
        return [
            Run(page.say("baseline"), self.baseline, "baseline"),
            *(Run(saved.name, trajectory, "saved") for saved, trajectory in self.saved),
            Run(page.say("current"), self.current, "current"),
        ]


def open_model(name_or_path: str) -> Model:
    """Return the model, read again only if its file or card changed. Raises `GumsimError` subclasses."""
    path = find_model(name_or_path)
    card = path.with_suffix(".yaml")
    content = read_bytes(path, max_bytes=_MAX_MODEL_BYTES) + (read_bytes(card) if card.is_file() else b"")
    return _opened(str(path), blake2b(content, digest_size=16).hexdigest())


@st.cache_resource(max_entries=8, show_spinner=False)
def _opened(path: str, fingerprint: str) -> Model:
    return load_model(Path(path))


def trajectory_of(model: Model, scenario: Scenario, *, every_variable: bool = False) -> Trajectory:
    """Return the run of `scenario`; a run already made for any session is not made again."""
    keys = None if every_variable else shown_keys(model)
    token = f"{model.spec.sha256}|{model.path}|{scenario.model_dump_json()}|{keys}"
    return _ran(blake2b(token.encode(), digest_size=16).hexdigest(), model, scenario, keys)


@st.cache_resource(max_entries=300, show_spinner=False)
def _ran(key: str, _model: Model, _scenario: Scenario, _keys: Sequence[str] | None) -> Trajectory:
    case = cases.catalogue(_model).start(_scenario.case).case
    experiment = experiment_of(_model, _scenario, case)
    return simulate(
        _model.spec, experiment, save=_keys, scenario=_scenario.name, provenance=manifest(_model, _scenario, experiment)
    )


def shown_keys(model: Model) -> tuple[str, ...]:
    """Return the variables that the page keeps of a run: stocks, outcomes and whatever a chart draws."""
    charted = [key for chart in model.card.charts for key in chart.variables]
    wanted = [*(v.key for v in model.spec.of_kind("stock")), *(o.key for o in model.card.outcomes), *charted]
    return tuple(key for key in dict.fromkeys(wanted) if key in model.spec.variables)
