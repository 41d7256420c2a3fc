"""Scenario and case files -> data."""

from pathlib import Path
from typing import Any

from simulator.data_files import Origin, parse_data, parse_yaml
from simulator.errors import InputError
from simulator.files import read_text
from simulator.library import MODEL_SUFFIXES, data_folder, find_case, find_scenario
from simulator.scenario.data import Case, Scenario

CASE_FORMAT, SCENARIO_FORMAT = "gumsim-case/1", "gumsim-scenario/1"


def load_scenario(path_or_name: str | Path) -> Scenario:
    """Read a scenario by the name of a built-in one or by path; a case stands for its own baseline.

    Raises `InputError` naming file, line, key and what is allowed. Keys and ranges are checked by `resolve`.
    """
    path = find_scenario(path_or_name)
    loaded = _load(path)
    return loaded if isinstance(loaded, Scenario) else baseline(loaded, path)


def load_case(path_or_name: str | Path, *, near: Path | None = None) -> Case:
    """Read a case by name (beside `near`, in its ``cases`` folder, or built in) or by path.

    Raises `InputError` naming file, line, key and what is allowed.
    """
    path = find_case(path_or_name, near=near)
    loaded = _load(path)
    if not isinstance(loaded, Case):
        raise InputError(f"{path}: is a scenario, not a case (format: {CASE_FORMAT})")
    return loaded


def case_of(scenario: Scenario) -> Case | None:
    """Return the case a scenario starts from; None if it names none. Raises `InputError` if it cannot be read."""
    if not scenario.case:
        return None
    near = Path(scenario.folder) if scenario.folder else None
    try:
        return load_case(scenario.case, near=near)
    except InputError as error:
        if str(error).startswith("no case"):
            raise InputError(f"{scenario.origin.place(('case',))}{error}") from None
        raise


def baseline(case: Case, path: Path | None = None) -> Scenario:
    """Return the scenario that changes nothing in `case`; `path` is the case's file if it is not built in."""
    name = path.stem if path is not None and case.folder else case.name
    return Scenario(
        name=case.name, title=case.title, description=case.description, case=name, folder=case.folder,
        origin=Origin(case.origin.file),
    )


def _load(path: Path) -> Case | Scenario:
    if path.suffix.lower() in MODEL_SUFFIXES:
        raise InputError(f"{path}: is a model file, not a scenario; give it as --model {path}")
    document = parse_yaml(read_text(path), str(path))
    kind = _kind(document.data, str(path))
    loaded = parse_data(document, kind)
    return loaded.model_copy(
        update={"folder": _folder(path), "origin": Origin(document.name, document.lines)}
    )


def _kind(data: Any, name: str) -> type[Case] | type[Scenario]:
    given = data.get("format") if isinstance(data, dict) else None
    if given == CASE_FORMAT:
        return Case
    if given == SCENARIO_FORMAT:
        return Scenario
    what = "key 'format' is missing" if given is None else f"format: {str(given)[:40]!r} is not known"
    raise InputError(f"{name}:1: {what}; allowed: {SCENARIO_FORMAT}, {CASE_FORMAT}")


def _folder(path: Path) -> str:
    """Return the folder of a user's file, "" for a built-in one, which is found by name."""
    folder = path.resolve().parent
    builtin = data_folder() / "scenarios"
    return "" if folder in (builtin, builtin / "cases") else str(folder)
