"""Interventions that change equations: scaled and lifted variables, weakened links, values held at their start.

They work on the expression trees, so that they act on every draw of a batch in its own way.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from simulator.errors import InputError
from simulator.expressions import Call, Expression, Number, Reference, references, transform
from simulator.model import ModelSpec, Variable

UNSCALED = "_before_scaling"
FACTOR = "_scale_factor"
UNLIFTED = "_before_lifting"
AMOUNT = "_lift_amount"


def scaled(spec: ModelSpec, keys: tuple[str, ...]) -> ModelSpec:
    """Return the model in which each variable is multiplied by a new constant, 1 unless a run sets it.

    The constant is called ``KEY_scale_factor``. A stock goes on integrating as ``KEY_before_scaling`` and all
    equations see it multiplied, so that its level is raised while the factor is above 1 and falls back afterwards.
    Raises `InputError` for an unknown key, a constant or a lookup.
    """
    variables: dict[str, Variable] = {}
    _check_kinds("scale", spec, keys)
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


def lifted(spec: ModelSpec, keys: tuple[str, ...]) -> ModelSpec:
    """Return the model in which a new constant is added to each variable, 0 unless a run sets it.

    The constant is called ``KEY_lift_amount``, in the variable's own unit. The variable goes on as
    ``KEY_before_lifting``, a stock integrating, and all equations see the sum. Where the model file gives the range
    0 to 1 the sum stays inside it; a value that is beyond it without the amount is not cut off, so that an amount of 0
    changes nothing. Raises `InputError` for an unknown key, a constant or a lookup.
    """
    variables: dict[str, Variable] = {}
    _check_kinds("lift", spec, keys)
    for key, variable in spec.variables.items():
        if key not in keys:
            variables[key] = variable
            continue
        before = Reference(key + UNLIFTED)
        seen: Expression = Call("add", (before, Reference(key + AMOUNT)))
        if variable.limits[:2] == (0, 1):
            seen = Call("max", (seen, Call("min", (before, Number(0.0)))))
            seen = Call("min", (seen, Call("max", (before, Number(1.0)))))
        stock = variable.kind == "stock"
        variables[key + AMOUNT] = Variable(key + AMOUNT, variable.title + " lift amount", "constant", Number(0.0))
        variables[key + UNLIFTED] = replace(variable, key=key + UNLIFTED, kind="stock" if stock else "auxiliary")
        variables[key] = replace(variable, kind="auxiliary" if stock else variable.kind, equation=seen, initial=None)
    return replace(spec, variables=variables)


def own_equation(spec: ModelSpec, key: str, scale: Collection[str], lift: Collection[str]) -> str:
    """Return the key under which a variable of `spec` has its own equation once `scale`, then `lift` are applied."""
    if key in scale and spec[key].kind == "stock":
        return key + UNSCALED
    return key + UNLIFTED if key in lift else key


def _check_kinds(field: str, spec: ModelSpec, keys: tuple[str, ...]) -> None:
    for key in keys:
        if spec[key].kind in ("constant", "lookup"):
            raise InputError(f"{field}: '{key}' is a {spec[key].kind}; set it instead")


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
