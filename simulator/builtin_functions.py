"""The operators and functions of the modelling languages: one table, with a float and an array form of each.

`FUNCTIONS` is the whitelist: an equation may call nothing else. The scalar form takes and returns Python floats
(truth values as bool); the array form takes NumPy arrays or scalars and evaluates both branches without complaint.
Clock functions see ``clock``: the jump clock of the solver (see `docs/engine.md`), half a step ahead on a fixed grid.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.expressions import Call, Expression, Lookup, Number, Table, transform

NEARLY_ZERO = 1e-6
"""XIDZ, ZIDZ and QUANTUM take a smaller absolute value for zero, as Vensim does."""

MISSING = -float(2**109)
"""Vensim's value of :NA:."""

Family = Literal["operator", "function", "clock", "memory", "initial"]


@dataclass(frozen=True)
class Function:
    """One function: how many arguments it takes, its family and its two forms (None where compilation rewrites it)."""

    least: int
    most: int
    family: Family = "function"
    scalar: Callable[..., Any] | None = None
    array: Callable[..., Any] | None = None
    truth: bool = False


def _xidz(numerator: float, denominator: float, otherwise: float) -> float:
    return otherwise if abs(denominator) < NEARLY_ZERO else numerator / denominator


def _xidz_array(numerator: Any, denominator: Any, otherwise: Any) -> Any:
    zero = np.abs(denominator) < NEARLY_ZERO
    return np.where(zero, otherwise, numerator / np.where(zero, 1.0, denominator))


def _zidz(numerator: float, denominator: float) -> float:
    return 0.0 if abs(denominator) < NEARLY_ZERO else numerator / denominator


def _zidz_array(numerator: Any, denominator: Any) -> Any:
    return _xidz_array(numerator, denominator, 0.0)


def _integer(x: float) -> float:
    return float(math.trunc(x))


def _quantum(x: float, unit: float) -> float:
    return x if unit < NEARLY_ZERO else unit * math.trunc(x / unit)


def _quantum_array(x: Any, unit: Any) -> Any:
    small = np.asarray(unit) < NEARLY_ZERO
    return np.where(small, x, unit * np.trunc(x / np.where(small, 1.0, unit)))


def _modulo(x: float, unit: float) -> float:
    return x - _quantum(x, unit)


def _modulo_array(x: Any, unit: Any) -> Any:
    return x - _quantum_array(x, unit)


def _log(x: float, base: float) -> float:
    return math.log(x) / math.log(base)


def _log_array(x: Any, base: Any) -> Any:
    return np.log(x) / np.log(base)


def _minimum(a: float, b: float) -> float:
    return a if a < b else b


def _maximum(a: float, b: float) -> float:
    return a if a > b else b


def _step(clock: float, height: float, start: float) -> float:
    return height if clock > start else 0.0


def _step_array(clock: Any, height: Any, start: Any) -> Any:
    return np.where(clock > np.asarray(start), height, 0.0)


def _pulse(clock: float, start: float, width: float, step: float) -> float:
    return 1.0 if start < clock < start + max(width, step) else 0.0


def _pulse_array(clock: Any, start: Any, width: Any, step: Any) -> Any:
    return np.where((start < clock) & (clock < start + np.maximum(width, step)), 1.0, 0.0)


def _pulse_train(
    clock: float, start: float, width: float, interval: float, end: float, step: float, guard: float
) -> float:
    if not start < clock or clock - guard > end + NEARLY_ZERO * step:
        return 0.0
    phase = math.fmod(clock - start, interval) if interval > 0 else clock - start
    return 1.0 if phase < max(width, step) else 0.0


def _pulse_train_array(clock: Any, start: Any, width: Any, interval: Any, end: Any, step: Any, guard: Any) -> Any:
    on = (start < clock) & (clock - guard <= end + NEARLY_ZERO * step)
    repeats = np.asarray(interval) > 0
    phase = np.where(repeats, np.fmod(clock - start, np.where(repeats, interval, 1.0)), clock - start)
    return np.where(on & (phase < np.maximum(width, step)), 1.0, 0.0)


def _ramp(time: float, slope: float, start: float, end: float) -> float:
    if time <= start or end <= start:
        return 0.0
    return slope * (min(time, end) - start)


def _ramp_array(time: Any, slope: Any, start: Any, end: Any) -> Any:
    inside = (time > start) & (np.asarray(end) > start)
    return np.where(inside, slope * (np.minimum(time, end) - start), 0.0)


def _if_then_else(condition: bool, yes: float, no: float) -> float:
    return yes if condition else no


def _operator(
    scalar: Callable[..., Any], array: Callable[..., Any], *, arity: int = 2, truth: bool = False
) -> Function:
    return Function(arity, arity, "operator", scalar, array, truth)


def _unary(scalar: Callable[..., Any], array: Callable[..., Any]) -> Function:
    return Function(1, 1, "function", scalar, array)


FUNCTIONS: dict[str, Function] = {
    "add": _operator(lambda a, b: a + b, np.add),
    "subtract": _operator(lambda a, b: a - b, np.subtract),
    "multiply": _operator(lambda a, b: a * b, np.multiply),
    "divide": _operator(lambda a, b: a / b, np.divide),
    "power": _operator(math.pow, np.power),
    "negate": _operator(lambda a: -a, np.negative, arity=1),
    "less": _operator(lambda a, b: a < b, np.less, truth=True),
    "less_equal": _operator(lambda a, b: a <= b, np.less_equal, truth=True),
    "greater": _operator(lambda a, b: a > b, np.greater, truth=True),
    "greater_equal": _operator(lambda a, b: a >= b, np.greater_equal, truth=True),
    "equal": _operator(lambda a, b: a == b, np.equal, truth=True),
    "not_equal": _operator(lambda a, b: a != b, np.not_equal, truth=True),
    "and": _operator(lambda a, b: bool(a and b), np.logical_and, truth=True),
    "or": _operator(lambda a, b: bool(a or b), np.logical_or, truth=True),
    "not": _operator(lambda a: not a, np.logical_not, arity=1, truth=True),
    "if_then_else": Function(3, 3, "function", _if_then_else, np.where),
    "min": Function(2, 2, "function", _minimum, np.minimum),
    "max": Function(2, 2, "function", _maximum, np.maximum),
    "abs": _unary(abs, np.abs),
    "exp": _unary(math.exp, np.exp),
    "ln": _unary(math.log, np.log),
    "log": Function(2, 2, "function", _log, _log_array),
    "log10": _unary(math.log10, np.log10),
    "sqrt": _unary(math.sqrt, np.sqrt),
    "sin": _unary(math.sin, np.sin),
    "cos": _unary(math.cos, np.cos),
    "tan": _unary(math.tan, np.tan),
    "arcsin": _unary(math.asin, np.arcsin),
    "arccos": _unary(math.acos, np.arccos),
    "arctan": _unary(math.atan, np.arctan),
    "sinh": _unary(math.sinh, np.sinh),
    "cosh": _unary(math.cosh, np.cosh),
    "tanh": _unary(math.tanh, np.tanh),
    "integer": _unary(_integer, np.trunc),
    "quantum": Function(2, 2, "function", _quantum, _quantum_array),
    "modulo": Function(2, 2, "function", _modulo, _modulo_array),
    "xidz": Function(3, 3, "function", _xidz, _xidz_array),
    "zidz": Function(2, 2, "function", _zidz, _zidz_array),
    # clock: compilation adds the clock (and step, guard) as further arguments
    "step": Function(2, 2, "clock", _step, _step_array),
    "pulse": Function(2, 2, "clock", _pulse, _pulse_array),
    "pulse_train": Function(4, 4, "clock", _pulse_train, _pulse_train_array),
    "ramp": Function(3, 3, "clock", _ramp, _ramp_array),
    # initial: another value in the initial graph than in the run
    "initial": Function(1, 1, "initial"),
    "active_initial": Function(2, 2, "initial"),
    # memory: (input, time, initial, order); compilation turns them into hidden stocks
    "smooth": Function(4, 4, "memory"),
    "delay": Function(4, 4, "memory"),
    "delay_n": Function(4, 4, "memory"),
    # discrete memory: changes once per step of a fixed-step method
    "delay_fixed": Function(3, 3, "memory"),
    "sample_if_true": Function(3, 3, "memory"),
    "previous": Function(2, 2, "memory"),
    "non_negative": Function(1, 1, "memory"),
    "trend": Function(3, 3, "memory"),
    "forecast": Function(4, 4, "memory"),
}


def scalar_lookup(table: Table) -> Callable[[float], float]:
    """Return the float form of a lookup table."""
    x, y = table.x, table.y
    if len(x) == 1:
        only = y[0]
        return lambda _: only
    if table.interpolation == "hold_backward":
        return lambda value: y[max(bisect_right(x, value) - 1, 0)]
    slopes = [*_slopes(table), 0.0]  # the last one is met by a value that is no number, and keeps it so
    last = len(x) - 1
    if table.interpolation == "extrapolate":

        def read_on(value: float) -> float:
            i = min(max(bisect_right(x, value) - 1, 0), last - 1)
            return y[i] + (value - x[i]) * slopes[i]

        return read_on
    low, high, first_y, last_y = x[0], x[-1], y[0], y[-1]

    def read(value: float) -> float:
        if value <= low:
            return first_y
        if value >= high:
            return last_y
        i = bisect_right(x, value) - 1
        return y[i] + (value - x[i]) * slopes[i]

    return read


def array_lookup(table: Table) -> Callable[[Any], NDArray[np.float64]]:
    """Return the array form of a lookup table; same arithmetic as the float form."""
    x, y = np.array(table.x), np.array(table.y)
    if len(x) == 1:
        return lambda value: np.full(np.shape(value), y[0])
    if table.interpolation == "hold_backward":
        return lambda value: y[np.maximum(np.searchsorted(x, value, side="right") - 1, 0)]
    slopes = np.array(_slopes(table))
    extrapolate = table.interpolation == "extrapolate"

    def read(value: Any) -> NDArray[np.float64]:
        i = np.clip(np.searchsorted(x, value, side="right") - 1, 0, len(x) - 2)
        inside: NDArray[np.float64] = y[i] + (value - x[i]) * slopes[i]
        if extrapolate:
            return inside
        return np.where(value <= x[0], y[0], np.where(value >= x[-1], y[-1], inside))

    return read


def _slopes(table: Table) -> list[float]:
    pairs = list(zip(table.x, table.y, strict=True))
    return [
        (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0 for (x0, y0), (x1, y1) in pairwise(pairs)
    ]


def fold(expression: Expression) -> Expression:
    """Return `expression` with every part that holds only numbers computed; what cannot be computed is left."""
    return transform(expression, _fold_node)


def _fold_node(node: Expression) -> Expression:
    if isinstance(node, Lookup) and isinstance(node.table, Table) and isinstance(node.argument, Number):
        return Number(scalar_lookup(node.table)(node.argument.value))
    if not isinstance(node, Call):
        return node
    if node.function == "if_then_else" and isinstance(node.arguments[0], Number):
        return node.arguments[1] if node.arguments[0].value else node.arguments[2]
    function = FUNCTIONS[node.function]
    values = [argument.value for argument in node.arguments if isinstance(argument, Number)]
    if function.scalar is None or function.family == "clock" or len(values) < len(node.arguments):
        return node
    try:
        value = float(function.scalar(*values))
    except (ArithmeticError, ValueError):
        return node
    return Number(value) if math.isfinite(value) else node
