"""PySD's syntax trees -> our expression trees; names are resolved later, constructs off the whitelist refused."""

import re
from typing import Any

import numpy as np

from simulator.builtin_functions import FUNCTIONS, MISSING
from simulator.expressions import Call, Expression, Lookup, Number, Reference, Table
from simulator.readers.pysd_parser import syntax

NO_END = 1e300
"""Stands for 'never' where a language lets an end be left out."""

_OPERATORS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power", "negative": "negate",
    "=": "equal", "<>": "not_equal", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
    ":AND:": "and", ":OR:": "or", ":NOT:": "not",
}  # fmt: skip
_SYNONYMS = {"int": "integer", "arctan": "arctan", "safediv": "zidz", "init": "initial"}
_KNOWN_BUT_UNSUPPORTED = {
    "history", "queue", "conveyor", "sum", "mean", "size", "stddev", "vmin", "vmax", "prod", "counter",
    "lookup_forward", "lookup_backward", "lookup_extrapolate", "lookup_invert", "lookup_area", "lookup_slope",
    "get_time_value", "get_data_at_time", "get_data_between_times", "sample_until", "elmcount", "vector_select",
    "vector_sort_order", "vector_reorder", "vector_rank", "invert_matrix", "allocate_by_priority", "npv", "irr",
    "delay_conveyor", "delay_batch", "delay_material", "delay_profile", "delay_information", "shift_if_true",
    "message", "simultaneous", "tabbed_array", "a_function_of", "vmax_xmile", "vmin_xmile", "percent", "montecarlo",
    "normal", "uniform", "poisson", "exprnd", "lognormal", "expon", "random", "cyclic", "gammaln", "gamma_ln",
}  # fmt: skip


class UnsupportedConstruct(Exception):
    """A construct this engine does not run; the message names it, without place."""


def canonical(name: str) -> str:
    """Return the form in which names are compared: no quotes, lower case, runs of blanks and ``_`` as one ``_``."""
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    return re.sub(r"[\s_]+", "_", name.replace("\\n", " ")).strip("_").lower()


def translate(node: Any) -> Expression:
    """Return the expression tree of a PySD syntax tree; references hold canonical names.

    Raises `UnsupportedConstruct`, naming the construct. INTEG is no expression: see `split_stock`.
    """
    if isinstance(node, bool):
        return Number(float(node))
    if isinstance(node, int | float):
        return Number(MISSING if node != node else float(node))
    if isinstance(node, syntax.ReferenceStructure):
        if node.subscripts is not None:
            raise UnsupportedConstruct(f"subscripts ('{node.reference}[...]')")
        return Reference(canonical(node.reference))
    if isinstance(node, syntax.ArithmeticStructure):
        return _arithmetic(list(node.operators), [translate(a) for a in node.arguments])
    if isinstance(node, syntax.LogicStructure):
        return _logic([o.upper() for o in node.operators], [translate(a) for a in node.arguments])
    if isinstance(node, syntax.CallStructure):
        return _call(node)
    if isinstance(node, syntax.InlineLookupsStructure):
        return Lookup(table(node.lookups), translate(node.argument))
    if isinstance(node, syntax.LookupsStructure):
        return table(node)
    if isinstance(node, syntax.GameStructure):
        return translate(node.expression)
    if isinstance(node, syntax.InitialStructure):
        return Call("initial", (translate(node.initial),))
    memory = _memory(node)
    if memory is not None:
        return memory
    raise UnsupportedConstruct(_construct_name(node))


def split_stock(node: Any) -> tuple[Expression, Expression, bool] | None:
    """Return (net flow, initial value, non-negative) if the tree is an INTEG, else None."""
    if not isinstance(node, syntax.IntegStructure):
        return None
    return translate(node.flow), translate(node.initial), bool(node.non_negative)


def table(node: Any) -> Table:
    """Return the table of a PySD lookup; x ascending."""
    x, y = [float(v) for v in node.x], [float(v) for v in node.y]
    if not x or len(x) != len(y) or not np.isfinite(x + y).all():
        raise UnsupportedConstruct("a lookup without points or with points that are no numbers")
    return Table(tuple(x), tuple(y), node.type)


def _arithmetic(operators: list[str], arguments: list[Expression]) -> Expression:
    if operators == ["negative"]:
        value = arguments[0]
        return Number(-value.value) if isinstance(value, Number) else Call("negate", (value,))
    if operators and operators[0] == "^":
        result = arguments[-1]
        for base in reversed(arguments[:-1]):
            result = Call("power", (base, result))
        return result
    result = arguments[0]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        result = Call(_OPERATORS[operator], (result, argument))
    return result


def _logic(operators: list[str], arguments: list[Expression]) -> Expression:
    if operators == [":NOT:"]:
        return Call("not", (arguments[0],))
    if ":AND:" not in operators and ":OR:" not in operators:
        result = arguments[0]
        for operator, argument in zip(operators, arguments[1:], strict=True):
            result = Call(_OPERATORS[operator], (result, argument))
        return result
    alternatives = [arguments[0]]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        if operator == ":AND:":
            alternatives[-1] = Call("and", (alternatives[-1], argument))
        else:
            alternatives.append(argument)
    result = alternatives[0]
    for alternative in alternatives[1:]:
        result = Call("or", (result, alternative))
    return result


def _call(node: Any) -> Expression:
    if not isinstance(node.function, syntax.ReferenceStructure):
        raise UnsupportedConstruct("a call of something that is no function")
    if node.function.subscripts is not None:
        raise UnsupportedConstruct(f"subscripts ('{node.function.reference}[...]')")
    raw = node.function.reference.strip()
    arguments = tuple(translate(argument) for argument in node.arguments)
    if raw in ("Xramp", "Xpulse", "Xpulse_train"):
        return _xmile_clock(raw, arguments)
    name = canonical(raw)
    name = _SYNONYMS.get(name, name)
    if name == "pulse_train" and len(arguments) == 4:
        start, interval, width, end = arguments  # PySD's order
        return Call("pulse_train", (start, width, interval, end))
    if name == "lookup_at" and len(arguments) == 2 and isinstance(arguments[0], Reference):
        return Lookup(arguments[0], arguments[1])
    if name in FUNCTIONS:
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            raise UnsupportedConstruct(f"{name.upper()} with {len(arguments)} arguments; it takes {function.least}")
        return Call(name, arguments)
    if name == "pi" and not arguments:
        return Number(float(np.pi))
    if name.startswith("random") or name in _KNOWN_BUT_UNSUPPORTED or name.startswith("get_"):
        raise UnsupportedConstruct(f"the function {raw.upper().replace('_', ' ')}")
    if len(arguments) == 1:
        return Lookup(Reference(name), arguments[0])
    raise UnsupportedConstruct(f"the function {raw.upper().replace('_', ' ')}")


def _xmile_clock(name: str, arguments: tuple[Expression, ...]) -> Expression:
    if name == "Xramp":
        return Call("ramp", (*arguments, Number(NO_END)))
    height = Call("divide", (arguments[-1], Reference("time_step")))
    once = Number(0.0)
    if name == "Xpulse":
        return Call("multiply", (Call("pulse", (arguments[0], once)), height))
    return Call("multiply", (Call("pulse_train", (arguments[0], once, arguments[1], Number(NO_END))), height))


def _memory(node: Any) -> Expression | None:
    if isinstance(node, syntax.SmoothStructure | syntax.SmoothNStructure):
        parts = (node.input, node.smooth_time, node.initial, node.order)
        return Call("smooth", tuple(translate(part) for part in parts))
    if isinstance(node, syntax.DelayStructure | syntax.DelayNStructure):
        name = "delay" if isinstance(node, syntax.DelayStructure) else "delay_n"
        parts = (node.input, node.delay_time, node.initial, node.order)
        return Call(name, tuple(translate(part) for part in parts))
    if isinstance(node, syntax.DelayFixedStructure):
        return Call("delay_fixed", tuple(translate(part) for part in (node.input, node.delay_time, node.initial)))
    if isinstance(node, syntax.SampleIfTrueStructure):
        return Call("sample_if_true", tuple(translate(part) for part in (node.condition, node.input, node.initial)))
    if isinstance(node, syntax.TrendStructure):
        return Call("trend", tuple(translate(p) for p in (node.input, node.average_time, node.initial_trend)))
    if isinstance(node, syntax.ForecastStructure):
        parts = (node.input, node.average_time, node.horizon, node.initial_trend)
        return Call("forecast", tuple(translate(part) for part in parts))
    return None


def _construct_name(node: Any) -> str:
    names = {
        "GetDataStructure": "GET DATA",
        "GetConstantsStructure": "GET CONSTANTS",
        "GetLookupsStructure": "GET LOOKUPS",
        "AllocateAvailableStructure": "ALLOCATE AVAILABLE",
        "AllocateByPriorityStructure": "ALLOCATE BY PRIORITY",
        "DataStructure": "a data variable",
        "IntegStructure": "INTEG inside a larger expression",
        "ndarray": "an array of numbers (subscripts)",
    }
    kind = type(node).__name__
    return names.get(kind, kind)
