"""Interventions that change equations: scaled variables, weakened links, values held at their start.

They work on the expression trees, so that they act on every draw of a batch in its own way.
"""

from collections.abc import Mapping
from dataclasses import replace

from simulator.errors import InputError
from simulator.expressions import Call, Expression, Number, Reference, references, transform
from simulator.model import ModelSpec, Variable

UNSCALED = "_before_scaling"
FACTOR = "_scale_factor"


def scaled(spec: ModelSpec, keys: tuple[str, ...]) -> ModelSpec:
    """Return the model in which each variable is multiplied by a new constant, 1 unless a run sets it.

    The constant is called ``KEY_scale_factor``. A stock goes on integrating as ``KEY_before_scaling`` and all
    equations see it multiplied, so that its level is raised while the factor is above 1 and falls back afterwards.
    Raises `InputError` for an unknown key, a constant or a lookup.
    """
    variables: dict[str, Variable] = {}
    for key in keys:
        if spec[key].kind in ("constant", "lookup"):
            raise InputError(f"scale: '{key}' is a {spec[key].kind}; set it instead")
    for key, variable in spec.variables.items():
        if key not in keys:
            variables[key] = variable
            continue
        factor = Reference(key + FACTOR)
        variables[key + FACTOR] = Variable(key + FACTOR, variable.title + " scale factor", "constant", Number(1.0))
        if variable.kind == "stock":
            variables[key + UNSCALED] = replace(variable, key=key + UNSCALED)
            product = Call("multiply", (Reference(key + UNSCALED), factor))
            variables[key] = replace(variable, kind="auxiliary", equation=product, initial=None)
        else:
            variables[key] = replace(variable, equation=Call("multiply", (variable.equation, factor)))
    return replace(spec, variables=variables)


def weakened(spec: ModelSpec, links: Mapping[tuple[str, str], float]) -> ModelSpec:
    """Return the model in which Y sees the given share of X, for each link (X, Y).

    Raises `InputError` for a pair that is no link.
    """
    variables = dict(spec.variables)
    for (source, target), share in links.items():
        variable = spec[target]
        _ = spec[source]
        if source not in references(variable.equation):
            used = ", ".join(references(variable.equation))
            raise InputError(f"weaken: '{target}' does not use '{source}'; it uses {used}")
        variables[target] = replace(
            variables[target], equation=_see_less(variables[target].equation, source, share)
        )
    return replace(spec, variables=variables)


def _see_less(equation: Expression, source: str, share: float) -> Expression:
    less = Call("multiply", (Reference(source), Number(share)))
    return transform(equation, lambda node: less if node == Reference(source) else node)


def held_at_start(spec: ModelSpec, keys: tuple[str, ...]) -> ModelSpec:
    """Return the model in which each variable, no stock, keeps its first value for the whole run."""
    variables = dict(spec.variables)
    for key in keys:
        if spec[key].kind not in ("auxiliary", "flow"):
            raise InputError(f"clamp: '{key}' is a {spec[key].kind} and cannot be held at its start; give a number")
        variables[key] = replace(spec[key], equation=Call("initial", (spec[key].equation,)))
    return replace(spec, variables=variables)
