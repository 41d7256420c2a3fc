"""A program's functions as JavaScript, from the same expression tree as the Python ones: for a preview in a browser.

Names in the source are ours and numbers go through `repr`: no text of a model file reaches it. What Python refuses
(a division by zero, the logarithm of a negative number) becomes NaN or Infinity: whoever runs it has to look.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.builtin_functions import NEARLY_ZERO
from simulator.compile.program import Program
from simulator.errors import UnsupportedError
from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table

_OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "equal": "===", "not_equal": "!==",
}  # fmt: skip
_MATH = {
    "power": "pow", "abs": "abs", "exp": "exp", "ln": "log", "log10": "log10", "sqrt": "sqrt", "sin": "sin",
    "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "integer": "trunc",
}  # fmt: skip
_TINY = repr(NEARLY_ZERO)
_HELPERS = {
    "min": "(a, b) => a < b ? a : b",
    "max": "(a, b) => a > b ? a : b",
    "log": "(x, base) => Math.log(x) / Math.log(base)",
    "quantum": f"(x, unit) => unit < {_TINY} ? x : unit * Math.trunc(x / unit)",
    "modulo": f"(x, unit) => unit < {_TINY} ? 0 : x - unit * Math.trunc(x / unit)",
    "xidz": f"(a, b, other) => Math.abs(b) < {_TINY} ? other : a / b",
    "zidz": f"(a, b) => Math.abs(b) < {_TINY} ? 0 : a / b",
    "step": "(clock, height, start) => clock > start ? height : 0",
    "pulse": "(clock, start, width, step) => start < clock && clock < start + Math.max(width, step) ? 1 : 0",
    "pulse_train": (
        "(clock, start, width, interval, end, step, guard) => "
        f"!(start < clock) || clock - guard > end + {_TINY} * step ? 0 : "
        "(interval > 0 ? (clock - start) % interval : clock - start) < Math.max(width, step) ? 1 : 0"
    ),
    "ramp": ("(time, slope, start, end) => time <= start || end <= start ? 0 : slope * (Math.min(time, end) - start)"),
}
_CLOCKS = {"step": "tg", "pulse": "tg", "pulse_train": "tg", "ramp": "t"}
_TABLE = """\
const table = (x, y, kind) => (value) => {
  const last = x.length - 1;
  if (last === 0) return y[0];
  if (kind === "interpolate" && value <= x[0]) return y[0];
  if (kind === "interpolate" && value >= x[last]) return y[last];
  if (value !== value) return value;
  let low = 0, high = x.length;
  while (low < high) { const middle = (low + high) >> 1; if (x[middle] <= value) low = middle + 1; else high = middle; }
  let i = Math.max(low - 1, 0);
  if (kind === "hold_backward") return y[i];
  i = Math.min(i, last - 1);
  return y[i] + (value - x[i]) * (x[i + 1] > x[i] ? (y[i + 1] - y[i]) / (x[i + 1] - x[i]) : 0);
};"""


@dataclass(frozen=True)
class JavascriptProgram:
    """The source of a program and the layout of the arrays its functions share.

    The functions take ``t`` time, ``tg`` jump clock, ``te`` event clock, ``y`` stocks and ``s`` run values (all
    Float64Array), and write into their last argument:

    initial(t, tg, te, s, given, y)  start values of the stocks (`given` holds NaN where the model gives them), and
                                     the captured values into ``s``; reads the inputs from ``s``
    prepare(s)                       all that holds while inputs hold, into ``s``
    rhs(t, tg, te, y, s, d)          net flows, in the order of `stocks`
    outputs(t, tg, te, y, s, o)      the values of `outputs`
    events(s)                        [kind, arguments] of every break point that the model itself makes

    inputs    keys of the first entries of ``s``
    length    number of entries of ``s``
    """

    source: str
    inputs: tuple[str, ...]
    stocks: tuple[str, ...]
    outputs: tuple[str, ...]
    length: int


def javascript(program: Program, outputs: Iterable[str]) -> JavascriptProgram:
    """Return the JavaScript of a program with functions for the values of `outputs` (keys of variables).

    Raises `UnsupportedError` if the model remembers values from step to step (DELAY FIXED, SAMPLE IF TRUE, PREVIOUS,
    non-negative stocks), which this source does not do, and `ModelError` if initial values wait for each other.
    """
    if program.system.memories or program.system.non_negative:
        raise UnsupportedError(f"{program.spec.source}: discrete memory has no JavaScript form")
    keys = tuple(outputs)
    writer = _Writer(program)
    flows = [flow for flow, _ in program.system.stocks.values()]
    functions = [
        writer.initial(),
        writer.prepare(),
        writer.dynamic("rhs", flows, "d"),
        writer.dynamic("outputs", [Reference(key) for key in keys], "o"),
        writer.events(),
    ]
    source = "\n".join(['"use strict";', *writer.declarations(), *functions])
    return JavascriptProgram(source, program.inputs, program.stocks, keys, len(program.static_names))


class _Writer:
    """Writes the functions of one program and collects the helpers and tables that they call."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.slots = {key: f"s[{i}]" for i, key in enumerate(program.static_names)}
        self.helpers: dict[str, None] = {}
        self.tables: dict[Table, str] = {}

    def declarations(self) -> list[str]:
        """Return the lines that define the helpers and tables in use."""
        lines = [f"const f_{name} = {_HELPERS[name]};" for name in self.helpers]
        if self.tables:
            lines.append(_TABLE)
        for points, name in self.tables.items():
            x, y = (f"[{', '.join(_number(v) for v in values)}]" for values in (points.x, points.y))
            lines.append(f'const {name} = table({x}, {y}, "{points.interpolation}");')
        return lines

    def initial(self) -> str:
        expressions, order = self.program.initial_graph
        names = {key: f"v{i}" for i, key in enumerate(expressions)}
        names |= {key: self.slots[key] for key in self.program.inputs}
        position = {key: i for i, key in enumerate(self.program.stocks)}
        write = _Expressions(self, names)
        lines = []
        for key in order:
            if key in self.program.inputs:
                continue
            value = write.value(expressions[key])
            if key in position:
                given = f"given[{position[key]}]"
                value = f"Number.isNaN({given}) ? {value} : {given}"
            lines.append(f"const {names[key]} = {value};")
        lines += [f"y[{i}] = {names[key]};" for key, i in position.items()]
        lines += [f"{self.slots[key]} = {names[key]};" for key in self.program.captured]
        return _function("initial", "t, tg, te, s, given, y", lines)

    def prepare(self) -> str:
        write = _Expressions(self, self.slots)
        return _function(
            "prepare",
            "s",
            [f"{self.slots[k]} = {write.value(self.program.system.equations[k])};" for k in self.program.static_keys],
        )

    def dynamic(self, name: str, results: list[Expression], target: str) -> str:
        program = self.program
        names = {key: f"y[{i}]" for i, key in enumerate(program.stocks)}
        names |= {key: f"v{i}" for i, key in enumerate(program.system.equations)} | self.slots
        write = _Expressions(self, names)
        lines = [
            f"const {names[key]} = {write.value(program.system.equations[key])};"
            for key in program.dynamic_order(results)
        ]
        lines += [f"{target}[{i}] = {write.value(expression)};" for i, expression in enumerate(results)]
        return _function(name, f"t, tg, te, y, s, {target}", lines)

    def events(self) -> str:
        write = _Expressions(self, self.slots)
        rows = [
            f'["{event.kind}", [{", ".join(write.value(a) for a in event.arguments)}]]' for event in self.program.events
        ]
        return _function("events", "s", [f"return [{', '.join(rows)}];"])


class _Expressions:
    """Writes expressions under given names of variables; every operation stands in brackets."""

    def __init__(self, writer: _Writer, names: Mapping[str, str]) -> None:
        self.writer = writer
        self.names = names

    def value(self, node: Expression) -> str:
        """Return the source of an expression as a number."""
        if isinstance(node, Number):
            return _number(node.value)
        if isinstance(node, Reference):
            return "t" if node.key == TIME else self.names[node.key]
        if isinstance(node, Lookup):
            tables = self.writer.program.system.tables
            table = tables[node.table.key] if isinstance(node.table, Reference) else node.table
            name = self.writer.tables.setdefault(table, f"k{len(self.writer.tables)}")
            return f"{name}({self.value(node.argument)})"
        if isinstance(node, Table):
            raise TypeError("a table has no value; read it through a Lookup")
        return self._call(node)

    def _call(self, node: Call) -> str:
        function, arguments = node.function, node.arguments
        if function in ("add", "subtract", "multiply", "divide"):
            return f"({self.value(arguments[0])} {_OPERATORS[function]} {self.value(arguments[1])})"
        if function == "negate":
            return f"(-({self.value(arguments[0])}))"
        if function in _OPERATORS or function in ("and", "or", "not"):
            return f"({self.truth(node)} ? 1 : 0)"
        if function == "if_then_else":
            return f"({self.truth(arguments[0])} ? {self.value(arguments[1])} : {self.value(arguments[2])})"
        if function == "active_initial":
            return self.value(arguments[0])
        written = [self.value(argument) for argument in arguments]
        if function in _MATH:
            return f"Math.{_MATH[function]}({', '.join(written)})"
        self.writer.helpers[function] = None
        clock = [_CLOCKS[function]] if function in _CLOCKS else []
        return f"f_{function}({', '.join(clock + written)})"

    def truth(self, node: Expression) -> str:
        """Return the source of an expression as a truth value."""
        if isinstance(node, Call) and node.function in _OPERATORS and node.function not in ("add", "subtract"):
            if node.function in ("multiply", "divide"):
                return f"({self.value(node)} !== 0)"
            left, right = (self.value(a) for a in node.arguments)
            if self.writer.program.is_switch(node):
                left = "te" if node.arguments[0] == Reference(TIME) else left
                right = "te" if node.arguments[1] == Reference(TIME) else right
            return f"({left} {_OPERATORS[node.function]} {right})"
        if isinstance(node, Call) and node.function == "not":
            return f"(!{self.truth(node.arguments[0])})"
        if isinstance(node, Call) and node.function in ("and", "or"):
            sign = "&&" if node.function == "and" else "||"
            return f"({self.truth(node.arguments[0])} {sign} {self.truth(node.arguments[1])})"
        return f"({self.value(node)} !== 0)"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"({'-' if value < 0 else ''}Infinity)"
    return repr(float(value)) if value >= 0 else f"({float(value)!r})"


def _function(name: str, arguments: str, lines: Iterable[str]) -> str:
    return "\n".join([f"function {name}({arguments}) {{", *(f"  {line}" for line in lines), "}"])
