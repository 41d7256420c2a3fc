"""What a model's equations say about its structure: who uses whom, and which kinds of solver fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.compile.events import COMPARISONS, events_of
from simulator.compile.program import compile_model
from simulator.expressions import Call, Expression, references, walk
from simulator.model import ModelSpec

Trait = Literal["smooth", "time events", "state switches", "step-dependent"]

_ROUNDING = frozenset({"integer", "quantum", "modulo"})


@dataclass(frozen=True)
class Classification:
    """How smooth a model is, and where it is not.

    label    the last of these that applies: "smooth"; "time events" (jumps and kinks at times known before the run:
             adaptive methods are split there and lose nothing); "state switches" (comparisons or rounding of what
             changes during a run: adaptive methods work, less efficiently); "step-dependent" (the result depends on
             TIME STEP, on discrete memory or on stocks held above zero step by step: use a fixed step)
    where    label -> keys of the variables that have it, in file order
    """

    label: Trait
    where: Mapping[Trait, tuple[str, ...]]


def causes(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """Return variable -> the variables its equation uses (initial-value expressions apart), in order of appearance."""
    return {
        v.key: tuple(key for key in references(v.equation) if key in spec.variables) for v in spec.variables.values()
    }


def uses(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """Return variable -> the variables whose equations use it, in file order."""
    found: dict[str, list[str]] = {key: [] for key in spec.variables}
    for key, inputs in causes(spec).items():
        for source in inputs:
            found[source].append(key)
    return {key: tuple(users) for key, users in found.items()}


def classify(spec: ModelSpec) -> Classification:
    """Return how smooth a model is; random functions are refused on reading already.

    Raises `ModelError` or `UnsupportedError` as compilation does.
    """
    program = compile_model(spec)
    tables = dict(program.system.tables)
    found: dict[Trait, set[str]] = {"time events": set(), "state switches": set(), "step-dependent": set()}
    expanded = {**program.system.equations, **{key: flow for key, (flow, _) in program.system.stocks.items()}}
    for key, expression in expanded.items():
        owner = key.split("@")[0]
        for node in walk(expression):
            events = events_of(node, tables)
            if events:
                known = all(program.is_static(argument) for event in events for argument in event.arguments)
                found["time events" if known else "state switches"].add(owner)
            elif _switches(node) and not program.is_static(node):
                found["state switches"].add(owner)
    stepwise = {key.split("@")[0] for key in (*program.system.memories, *program.system.non_negative)}
    for variable in spec.variables.values():
        if "time_step" in references(variable.equation) or variable.key in stepwise:
            found["step-dependent"].add(variable.key)
    where = {trait: tuple(k for k in spec.variables if k in keys) for trait, keys in found.items() if keys}
    label: Trait = "smooth"
    for trait in where:
        label = trait
    return Classification(label, where)


def _switches(node: Expression) -> bool:
    return isinstance(node, Call) and (node.function in _ROUNDING or node.function in COMPARISONS)
