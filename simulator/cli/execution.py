"""Scenario names from the command line -> runs, with progress on a terminal."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.cli.settings import with_changes
from simulator.cli.tables import printable
from simulator.runner import Model, Saved, load_model, model_path, run
from simulator.scenario import Scenario, load_scenario
from simulator.trajectory import Trajectory


class OpenedModels:
    """Models of one command, each file read once."""

    def __init__(self) -> None:
        self._by_path: dict[Path, Model] = {}

    def model_of(self, scenario: Scenario) -> Model:
        """Return the model a scenario asks for."""
        path = model_path(scenario)
        if path not in self._by_path:
            self._by_path[path] = load_model(path)
        return self._by_path[path]


@dataclass(frozen=True)
class Prepared:
    """A scenario with the command line's changes, and its model."""

    scenario: Scenario
    model: Model


def prepare(options: Namespace) -> list[Prepared]:
    """Return every scenario asked for, read and changed, before anything runs. Raises `InputError`, `ModelError`."""
    scenarios = [load_scenario(name) for name in options.scenarios]
    opened = OpenedModels()
    prepared = []
    fixed = load_model(options.model) if options.model else None
    for scenario in scenarios or ([Scenario(name=Path(fixed.name).stem)] if fixed else []):
        model = fixed or opened.model_of(scenario)
        prepared.append(Prepared(with_changes(scenario, model, options), model))
    return prepared


def run_all(prepared: Sequence[Prepared], save: Saved) -> list[Trajectory]:
    """Run every scenario; warnings go to stderr, one line each."""
    runs = []
    with _progress(len(prepared)) as step:
        for item in prepared:
            step(item.scenario.name)
            runs.append(run(item.model, item.scenario, save=save))
    for trajectory in runs:
        for warning in trajectory.warnings:
            print("gumsim: note: " + printable(f"{trajectory.scenario}: {warning}"), file=sys.stderr)
    return runs


@contextmanager
def _progress(count: int) -> Iterator["_Counter"]:
    counter = _Counter(count, shown=count > 1 and sys.stderr.isatty())
    try:
        yield counter
    finally:
        counter.clear()


class _Counter:
    """One line on a terminal, written over itself."""

    def __init__(self, count: int, *, shown: bool) -> None:
        self.count, self.shown, self.done = count, shown, 0

    def __call__(self, name: str) -> None:
        self.done += 1
        if self.shown:
            print(f"\r\033[K[{self.done}/{self.count}] {name[:60]}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
