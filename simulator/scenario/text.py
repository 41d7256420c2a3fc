"""Scenario <-> plain values <-> YAML text."""

from collections.abc import Mapping
from typing import Any

from simulator.data_files import YamlDocument, dump_yaml, parse_data, parse_yaml
from simulator.scenario.data import Scenario


def scenario_to_dict(scenario: Scenario) -> dict[str, Any]:
    """Return what was set in a scenario as plain, JSON-ready values; `scenario_from_dict` reads it back."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    return {"format": scenario.format, **_without_none(data)}


def scenario_from_dict(data: Mapping[str, Any], *, name: str = "scenario") -> Scenario:
    """Return a scenario from plain values; `name` stands for their place in messages. Raises `InputError`."""
    return parse_data(YamlDocument(name, dict(data), _paths(data)), Scenario)


def scenario_to_yaml(scenario: Scenario) -> str:
    """Return the scenario as the text of a scenario file."""
    return dump_yaml(scenario_to_dict(scenario))


def scenario_from_yaml(text: str, *, name: str = "scenario") -> Scenario:
    """Return a scenario from the text of a scenario file. Raises `InputError` with the line."""
    return parse_data(parse_yaml(text, name), Scenario)


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_without_none(v) for v in value]
    return value


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], int]:
    found: dict[tuple[str | int, ...], int] = {path: 1}
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found |= _paths(child, (*path, key))
    return found
