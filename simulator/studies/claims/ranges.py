"""Ranges of the drawn assumptions made wider or narrower by one factor, inside what a constant can be."""

from collections.abc import Iterator

from simulator.card import Assumption
from simulator.errors import InputError
from simulator.expressions import Call, Expression, Number, Reference, walk
from simulator.model import ModelSpec

LEAST, MOST = 0.1, 5.0
"""Limits of the factor."""
FLOOR = 0.01
"""Lowest value of a range that is above 0 in the model file, as a share of the calibrated value."""
_NO_UNIT = ("", "1", "dmnl", "dimensionless", "fraction")


def checked_factor(given: str | float) -> float:
    """Return the factor as a number. Raises `InputError` unless it is a number from `LEAST` to `MOST`."""
    try:
        factor = float(given)
    except ValueError:
        factor = float("nan")
    if LEAST <= factor <= MOST:
        return factor
    raise InputError(
        f"--widen must be a number from {LEAST:g} to {MOST:g}, not '{given}'; give a factor on the widths of the "
        "ranges, such as 2, or 1 for the ranges of the model file"
    )


def widened(item: Assumption, point: float, factor: float) -> tuple[float, float]:
    """Return the ends of the range, each `factor` times as far from the calibrated value `point`, inside limits.

    A range from 0 on stays at 0 or above, one from above 0 on at 1 % of `point` or above (unless the file goes lower),
    because constants stand in denominators and logarithms; a dimensionless range inside 0..1 stays inside it. Factor 1
    returns the range itself, stretched to `point`.
    """
    low, high = min(item.range[0], point), max(item.range[1], point)
    if factor == 1:
        return low, high
    new_low, new_high = point - factor * (point - low), point + factor * (high - point)
    if low >= 0:
        new_low = max(new_low, min(low, FLOOR * point))
    if item.units.strip().lower() in _NO_UNIT and item.range[0] >= 0 and item.range[1] <= 1:
        new_high = min(new_high, max(1.0, high))
    return new_low, new_high


def parts_of_a_whole(spec: ModelSpec) -> frozenset[str]:
    """Return the constants that an equation takes from 1 together with something else, as in ``1 - A - B``.

    They are weights or shares whose remainder must not become negative.
    """
    found = set()
    for variable in spec.variables.values():
        for equation in (variable.equation, variable.initial):
            for node in walk(equation) if equation is not None else ():
                taken = list(_taken_from_one(node))
                if len(taken) > 1:
                    found |= {t.key for t in taken if isinstance(t, Reference) and t.key in spec.variables}
    return frozenset(key for key in found if spec[key].kind == "constant")


def _taken_from_one(node: Expression) -> Iterator[Expression]:
    """Yield A and B of ``1 - A - B`` or ``1 - (A + B)``; nothing for another expression."""
    taken: list[Expression] = []
    while isinstance(node, Call) and node.function == "subtract":
        taken.append(node.arguments[1])
        node = node.arguments[0]
    if node != Number(1.0):
        return
    while taken:
        term = taken.pop()
        if isinstance(term, Call) and term.function == "add":
            taken.extend(reversed(term.arguments))
        else:
            yield term
