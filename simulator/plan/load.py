"""Plan files -> data, by name or path."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.data_files import YamlDocument, load_data, parse_data
from simulator.errors import InputError, did_you_mean
from simulator.library import SCENARIO_SUFFIXES, data_folder
from simulator.plan.data import Plan

PLAN_FORMAT = "gumsim-plan/1"


def plans() -> dict[str, Path]:
    """Return the built-in plan files by name, in alphabetical order."""
    folder = _builtin_folder()
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SCENARIO_SUFFIXES and p.name[0] != ".")
    except OSError:
        return {}
    return {p.stem: p for p in files}


def find_plan(name_or_path: str | Path) -> Path:
    """Return the file of a built-in plan by name, or the path given. Raises `InputError` for an unknown name."""
    path = Path(name_or_path)
    if isinstance(name_or_path, Path) or len(path.parts) > 1 or path.suffix.lower() in SCENARIO_SUFFIXES:
        return path
    known = plans()
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    if path.is_file():
        return path
    raise InputError(f"no plan is called '{name_or_path}'{did_you_mean(str(name_or_path), known)}")


def load_plan(name_or_path: str | Path) -> Plan:
    """Read a plan. Raises `InputError` naming file, line, key and what is allowed; references are checked later."""
    path = find_plan(name_or_path)
    plan, origin = load_data(path, Plan)
    folder = path.resolve().parent
    return plan.model_copy(
        update={"folder": "" if folder == _builtin_folder().resolve() else str(folder), "origin": origin}
    )


def plan_from_dict(data: Mapping[str, Any], *, name: str = "plan") -> Plan:
    """Return a plan from plain values; `name` stands for their place in messages. Raises `InputError`."""
    return parse_data(YamlDocument(name, {"format": PLAN_FORMAT, **data}, {(): 1}), Plan)


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return what a plan says as plain, JSON-ready values; `plan_from_dict` reads it back."""
    data = plan.model_dump(mode="json", exclude_defaults=True)
    return {"format": plan.format, **_without_none(data)}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_without_none(v) for v in value]
    return value


def _builtin_folder() -> Path:
    return data_folder() / "scenarios" / "plans"



