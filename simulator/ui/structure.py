"""What the model's equations say about each other: causes and uses of a variable, sectors, search."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.compile import causes as causes_in_equations
from simulator.expressions import TIME, references
from simulator.model import ModelSpec, Variable


@dataclass(frozen=True)
class Links:
    """Keys that each variable depends on (`causes`) and acts on (`uses`), in the order of the file."""

    causes: Mapping[str, tuple[str, ...]]
    uses: Mapping[str, tuple[str, ...]]


def links(spec: ModelSpec) -> Links:
    """Read causes and uses off the equations; a stock's initial value counts as a cause, the clock does not."""
    causes: dict[str, tuple[str, ...]] = {}
    uses: dict[str, list[str]] = {key: [] for key in spec.variables}
    for key, variable in spec.variables.items():
        found = references(variable.equation) + (references(variable.initial) if variable.initial else ())
        causes[key] = tuple(k for k in dict.fromkeys(found) if k in spec.variables and k not in (TIME, key))
        for cause in causes[key]:
            uses[cause].append(key)
    return Links(causes, {key: tuple(names) for key, names in uses.items()})


def at_start_only(spec: ModelSpec, found: Links, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return those of a variable's causes and uses in `found` that are links to an initial value and nothing more."""
    acting = causes_in_equations(spec)
    return (
        tuple(cause for cause in found.causes[key] if cause not in acting[key]),
        tuple(use for use in found.uses[key] if key not in acting[use]),
    )


def sectors(spec: ModelSpec) -> dict[str, tuple[Variable, ...]]:
    """Return the variables by sector, both in the order of the file; variables outside every sector under ''."""
    found: dict[str, list[Variable]] = {}
    for variable in spec.variables.values():
        found.setdefault(variable.sector, []).append(variable)
    return {sector: tuple(variables) for sector, variables in found.items()}


def search(spec: ModelSpec, text: str) -> tuple[Variable, ...]:
    """Return the variables whose key, title, equation, units or documentation hold every word of `text`."""
    words = text.casefold().split()
    return tuple(
        v
        for v in spec.variables.values()
        if all(word in f"{v.key} {v.title} {v.text} {v.units} {v.documentation}".casefold() for word in words)
    )
