"""Expression tree -> Python source, in two flavours: floats (one run) and NumPy arrays (many runs or many times).

Names in the source are ours and numbers go through `repr`: no text of a model file reaches it.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from simulator.builtin_functions import FUNCTIONS, array_lookup, scalar_lookup
from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table

Flavour = Literal["float", "array"]

_BINARY = {"add": ("+", 10), "subtract": ("-", 10), "multiply": ("*", 20), "divide": ("/", 20)}
_COMPARE = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}
_ATOM = 100


class Emitter:
    """Writes expressions as source and collects the functions and tables that the source calls.

    `names` maps keys to our names; `is_switch(call)` tells whether a comparison of Time is a break point of the
    integration, so that it may use the event clock ``te``.
    """

    def __init__(
        self,
        flavour: Flavour,
        names: Mapping[str, str],
        tables: Mapping[str, Table],
        is_switch: Callable[[Call], bool],
        *,
        initial_graph: bool = False,
    ) -> None:
        self.flavour = flavour
        self.names = names
        self.tables = tables
        self.is_switch = is_switch
        self.initial_graph = initial_graph
        self.namespace: dict[str, Any] = {}
        self._table_names: dict[Table, str] = {}
        self._temporaries = 0

    def value(self, expression: Expression) -> str:
        """Return the source of an expression as a number."""
        return self._value(expression)[0]

    def _value(self, node: Expression) -> tuple[str, int]:
        if isinstance(node, Number):
            return (repr(node.value), _ATOM if node.value >= 0 else 0)
        if isinstance(node, Reference):
            return ("t" if node.key == TIME else self.names[node.key], _ATOM)
        if isinstance(node, Lookup):
            table = self.tables[node.table.key] if isinstance(node.table, Reference) else node.table
            return (f"{self._table(table)}({self.value(node.argument)})", _ATOM)
        if isinstance(node, Table):
            raise TypeError("a table has no value; read it through a Lookup")
        return self._call(node)

    def _call(self, node: Call) -> tuple[str, int]:
        function, arguments = node.function, node.arguments
        if function in _BINARY:
            sign, level = _BINARY[function]
            left = self._within(arguments[0], level)
            right = self._within(arguments[1], level + 1)
            return (f"{left} {sign} {right}", level)
        if function == "negate":
            return (f"-{self._within(arguments[0], 30)}", 25)
        if FUNCTIONS[function].truth:
            truth = self.truth(node)
            return (f"(1.0 if {truth} else 0.0)" if self.flavour == "float" else f"where({truth}, 1.0, 0.0)", _ATOM)
        if function == "power":
            return self._power(arguments[0], arguments[1])
        if function == "active_initial":
            return self._value(arguments[1] if self.initial_graph else arguments[0])
        if self.flavour == "float" and function == "if_then_else":
            condition, yes, no = self.truth(arguments[0]), self.value(arguments[1]), self.value(arguments[2])
            return (f"({yes} if {condition} else {no})", _ATOM)
        if function == "if_then_else":
            return (f"where({self.truth(arguments[0])}, {self.value(arguments[1])}, {self.value(arguments[2])})", _ATOM)
        if self.flavour == "float" and function in ("min", "max"):
            return self._extreme(function, arguments[0], arguments[1])
        clock = {"step": ["tg"], "pulse": ["tg"], "pulse_train": ["tg"], "ramp": ["t"]}.get(function, [])
        written = ", ".join(clock + [self.value(argument) for argument in arguments])
        return (f"{self._function(function)}({written})", _ATOM)

    def truth(self, node: Expression) -> str:
        """Return the source of an expression as a truth value."""
        if isinstance(node, Call) and node.function in _COMPARE:
            left, right = (self._within(a, 6) for a in node.arguments)
            if self.is_switch(node):
                left = "te" if node.arguments[0] == Reference(TIME) else left
                right = "te" if node.arguments[1] == Reference(TIME) else right
            return f"({left} {_COMPARE[node.function]} {right})"
        if isinstance(node, Call) and node.function in ("and", "or", "not"):
            parts = [self.truth(argument) for argument in node.arguments]
            if self.flavour == "array":
                return f"logical_{node.function}({', '.join(parts)})"
            return f"(not {parts[0]})" if node.function == "not" else f"({parts[0]} {node.function} {parts[1]})"
        return f"({self._within(node, 6)} != 0.0)"

    def _within(self, node: Expression, level: int) -> str:
        text, own = self._value(node)
        return text if own >= level else f"({text})"

    def _power(self, base: Expression, exponent: Expression) -> tuple[str, int]:
        if exponent == Number(2.0):
            text = self.value(base)
            if isinstance(base, Reference):
                return (f"{text} * {text}", 20)
            self._temporaries += 1
            return (f"(x{self._temporaries} := {text}) * x{self._temporaries}", 20)
        return (f"{self._function('power')}({self.value(base)}, {self.value(exponent)})", _ATOM)

    def _extreme(self, function: str, first: Expression, second: Expression) -> tuple[str, int]:
        sign = "<" if function == "min" else ">"
        tests, uses = [], []
        for argument in (first, second):
            text = self.value(argument)
            if isinstance(argument, Number | Reference):
                tests.append(text if not text.startswith("-") else f"({text})")
                uses.append(text)
            else:
                self._temporaries += 1
                tests.append(f"(x{self._temporaries} := {text})")
                uses.append(f"x{self._temporaries}")
        return (f"({uses[0]} if {tests[0]} {sign} {tests[1]} else {uses[1]})", _ATOM)

    def _function(self, name: str) -> str:
        function = FUNCTIONS[name]
        own = function.scalar if self.flavour == "float" else function.array
        if own is None:
            raise TypeError(f"{name} has no value by itself; compilation rewrites it")
        self.namespace[f"f_{name}"] = own
        return f"f_{name}"

    def _table(self, table: Table) -> str:
        if table not in self._table_names:
            name = f"k{len(self._table_names)}"
            self._table_names[table] = name
            self.namespace[name] = scalar_lookup(table) if self.flavour == "float" else array_lookup(table)
        return self._table_names[table]


def base_namespace() -> dict[str, Any]:
    """Return the names that generated source may use besides its own; Python's builtins are not among them."""
    return {
        "__builtins__": {},
        "where": np.where,
        "logical_and": np.logical_and,
        "logical_or": np.logical_or,
        "logical_not": np.logical_not,
        "nan": math.nan,
        "inf": math.inf,
    }
