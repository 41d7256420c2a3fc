"""``KEY=VALUE`` options -> changes of a scenario."""

from argparse import Namespace
from collections.abc import Iterable
from typing import Any

from simulator.errors import InputError
from simulator.runner import Model, changed, sort_settings
from simulator.scenario import Scenario


def with_changes(scenario: Scenario, model: Model, options: Namespace) -> Scenario:
    """Return the scenario with the command line's changes. Raises `InputError` naming the option."""
    settings = {key: parse_value(value, f"--set {key}") for key, value in pairs("--set", options.set)}
    try:
        sorted_settings = sort_settings(model, settings)
    except InputError as error:
        raise InputError(f"--set: {error}") from None
    clamp = {key: parse_value(value, f"--clamp {key}") for key, value in pairs("--clamp", options.clamp)}
    initial = {key: parse_value(value, f"--initial {key}") for key, value in pairs("--initial", options.initial)}
    for option, group, values in (
        ("--set", "drivers", sorted_settings.get("drivers", {})),
        ("--set", "assumptions", sorted_settings.get("assumptions", {})),
        ("--clamp", "clamp", clamp), ("--initial", "initial", initial),
    ):
        for key, value in values.items():
            if isinstance(value, dict) and ("value" in value or group == "initial"):
                raise InputError(f"{option} {key}: takes {'a number' if group == 'initial' else 'a number or a path'}; "
                                 "only levers have start, ramp and end")
    return changed(
        scenario, **sorted_settings, clamp=clamp, initial=initial, freeze=options.freeze, start=options.start,
        stop=options.stop, every=options.every, step=options.step, method=options.method, rtol=options.rtol,
    )


def pairs(option: str, given: Iterable[str]) -> list[tuple[str, str]]:
    """Split ``KEY=VALUE`` texts. Raises `InputError` for one without key or value, or for a key given twice."""
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = (part.strip() for part in text.partition("="))
        if not (key and equals and value):
            raise InputError(f"{option} '{text[:80]}': write it as KEY=VALUE")
        if key in found:
            raise InputError(f"{option} {key}: is given twice; keep one")
        found[key] = value
    return list(found.items())


def parse_value(text: str, where: str) -> Any:
    """Return the number, the lever setting ``VALUE@START[:RAMP][@END]`` or the path ``T:V,T:V`` that `text` stands for.

    Raises `InputError` beginning with `where`.
    """
    if "@" in text:
        parts = text.split("@")
        if len(parts) > 3:
            raise InputError(f"{where}: '{text[:80]}' is not VALUE@START:RAMP@END")
        start, _, ramp = parts[1].partition(":")
        setting: dict[str, Any] = {"value": _number(parts[0], where), "start": _number(start, where)}
        if ramp:
            setting["ramp"] = _number(ramp, where)
        if len(parts) == 3:
            setting["end"] = _number(parts[2], where)
        return setting
    if ":" in text:
        return {"knots": [_knot(part, where) for part in text.split(",")]}
    return _number(text, where)


def _knot(text: str, where: str) -> tuple[float, float]:
    time, colon, value = text.partition(":")
    if not colon:
        raise InputError(f"{where}: '{text[:80]}' is not TIME:VALUE")
    return _number(time, where), _number(value, where)


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}: '{text[:80]}' is not a number") from None
