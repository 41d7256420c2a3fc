"""What a row of the passport is, and what every check of it may use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from simulator.experiment import Experiment, SolverSettings
from simulator.runner import Model, experiment_of
from simulator.scenario import load_scenario
from simulator.simulate import simulate
from simulator.trajectory import Trajectory

DEFAULT_CASE = "indigenous"
"""The cluster on which inputs are tried one by one: every constant at the model file's value."""

SEED = 20090101


@dataclass(frozen=True)
class Table:
    """A small table: column titles and rows of texts, and the same in Chinese once that is put in.

    `labels` holds what English readers see in place of keys that stand in cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns_zh: tuple[str, ...] = ()
    rows_zh: tuple[tuple[str, ...], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chinese:
    """The texts of a row in Chinese; `words` translates cells of its tables that no other row has."""

    title: str
    rule: str
    summary: str
    notes: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One test of the passport.

    rule     what passing means
    passed   True or False; None where the test only reports
    summary  one line with the numbers
    tables   the evidence
    notes    sentences a reader should know, unfavourable ones first
    zh       title, rule, summary and notes in Chinese
    """

    key: str
    title: str
    rule: str
    passed: bool | None
    summary: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    zh: Chinese | None = None


@dataclass(frozen=True)
class Context:
    """The model under test and how thoroughly: `quick` takes fewer draws and cases."""

    model: Model
    quick: bool = False
    progress: Callable[[str], None] = field(default=lambda text: None)

    @cached_property
    def default(self) -> Experiment:
        """The default cluster's experiment."""
        return experiment_of(self.model, load_scenario(DEFAULT_CASE))

    @property
    def headlines(self) -> tuple[str, ...]:
        """Keys of the card's headline outcomes."""
        return tuple(o.key for o in self.model.card.outcomes if o.headline)

    @property
    def draws(self) -> int:
        """Draws of the uncertain assumptions."""
        return 40 if self.quick else 200

    def run(self, experiment: Experiment, save: Sequence[str] | None = None) -> Trajectory:
        """Run an experiment on the model; raises `SimulationError` where it cannot be finished."""
        return simulate(self.model.spec, experiment, save=save)

    def scenario(self, name: str) -> Experiment:
        """Return the experiment of a built-in scenario or case."""
        return experiment_of(self.model, load_scenario(name))


Check = Callable[[Context], Row]


def with_solver(experiment: Experiment, method: str, rtol: float = 1e-6, step: float | None = None) -> Experiment:
    """Return the experiment under another method, tolerance or step."""
    time = experiment.time if step is None else replace(experiment.time, step=step)
    return replace(experiment, time=time, solver=SolverSettings(method, rtol, min(1e-9, rtol * 1e-3)))


def number(value: float) -> str:
    """Return a number with three significant digits, thousands apart."""
    if not np.isfinite(value):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as percent."""
    return f"{100 * share:.1f} %"


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], labels: Mapping[str, str] | None = None
) -> Table:
    """Return a table of texts; `labels` is what readers see in place of keys that stand in cells."""
    return Table(tuple(columns), tuple(tuple(str(cell) for cell in row) for row in rows), labels=labels or {})


def uncertain(model: Model, experiment: Experiment) -> Mapping[str, tuple[float, float, float]]:
    """Return low, most likely and high value of every assumption that may be sampled.

    Most likely is what the experiment's case says, else the model file; a case's value beyond the range widens it.
    Case data and reference scales are not sampled.
    """
    found = {}
    for item in model.card.assumptions:
        if item.case_data or item.key.startswith("reference_"):
            continue
        path = experiment.parameters.get(item.key)
        likely = path.at(experiment.time.start) if path else item.neutral
        found[item.key] = (min(item.range[0], likely), likely, max(item.range[1], likely))
    return found
