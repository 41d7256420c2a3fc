"""Equations as LaTeX, for the reference and the page: an expression tree and titles -> mathematics.

Lines for the page are breakable: KaTeX breaks inline mathematics after ``+``, ``-`` and the like that stand in no
group, so brackets are plain where nothing tall stands in them, and a fraction of long parts is written with a slash.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table
from simulator.model import ModelSpec, Variable

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_SIGNS = {"less": "<", "less_equal": r"\le", "greater": ">", "greater_equal": r"\ge", "equal": "=", "not_equal": r"\ne"}
_FUNCTIONS = {name: rf"\{name}" for name in ("exp", "ln", "min", "max", "sin", "cos", "tan")}


_LONG = 48
"""Letters from which a part of a fraction is too long for a phone's width."""
_TALL = (r"\frac", r"\begin", r"\sqrt", "^")


def equation(spec: ModelSpec, key: str, *, breakable: bool = False) -> str:
    """Return a variable's equation; a stock's as its rate of change, its initial value after it.

    With `breakable` its lines can break in inline mathematics wherever an operator stands. Raises `InputError` for an
    unknown key.
    """
    variable = spec[key]
    titles = {v.key: v.title for v in spec.variables.values()}
    right = latex(variable.equation, titles, breakable=breakable)
    if variable.kind != "stock":
        return f"{_name(variable)} = {right}"
    line = rf"\frac{{d}}{{dt}}\,{_name(variable)} = {right}"
    if variable.initial is not None:
        start = latex(variable.initial, titles, breakable=breakable)
        comma = r",\allowbreak" if breakable else ","
        line += rf"{comma}\qquad {_name(variable)}_0 = {start}"
    return line


def latex(expression: Expression, titles: Mapping[str, str], *, breakable: bool = False) -> str:
    """Return an expression as LaTeX; `titles` gives each variable's name by key (the key itself where missing)."""
    return _Typesetter(titles, breakable).typeset(expression)[0]


def _name(variable: Variable) -> str:
    return rf"\text{{{_escaped(variable.title)}}}"


def _escaped(text: str) -> str:
    return "".join(rf"\{c}" if c in "%&#_${}" else c for c in text if c not in "\\^~")


@dataclass(frozen=True)
class _Typesetter:
    """Sets expressions; a part is its text and how tightly it binds."""

    titles: Mapping[str, str]
    breakable: bool

    def typeset(self, expression: Expression) -> tuple[str, int]:
        if isinstance(expression, Number):
            value = expression.value
            return f"{value:g}", _ATOM if value >= 0 else _SUM
        if isinstance(expression, Reference):
            title = _escaped(self.titles.get(expression.key, expression.key))
            return ("t" if expression.key == TIME else rf"\text{{{title}}}"), _ATOM
        if isinstance(expression, Table):
            points = self.listed([f"({x:g}, {y:g})" for x, y in zip(expression.x, expression.y, strict=True)])
            return rf"\{{{points}\}}", _ATOM
        if isinstance(expression, Lookup):
            table, argument = self.typeset(expression.table)[0], self.typeset(expression.argument)[0]
            return f"{table}{self.in_brackets(argument)}", _ATOM
        return self.call(expression)

    def call(self, call: Call) -> tuple[str, int]:
        name, arguments = call.function, [self.typeset(argument) for argument in call.arguments]
        if name in ("add", "subtract"):
            right = arguments[1][0] if name == "add" else self.bracketed(arguments[1], _PRODUCT)
            return f"{arguments[0][0]} {'+' if name == 'add' else '-'} {right}", _SUM
        if name == "multiply":
            return rf"{self.bracketed(arguments[0], _PRODUCT)} \cdot {self.bracketed(arguments[1], _PRODUCT)}", _PRODUCT
        if name == "divide":
            return self.fraction(arguments[0], arguments[1])
        if name == "power":
            return f"{self.bracketed(arguments[0], _ATOM)}^{{{arguments[1][0]}}}", _POWER
        if name == "negate":
            return f"-{self.bracketed(arguments[0], _PRODUCT)}", _SUM
        if name == "sqrt":
            return rf"\sqrt{{{arguments[0][0]}}}", _ATOM
        if name in _SIGNS:
            return f"{arguments[0][0]} {_SIGNS[name]} {arguments[1][0]}", _SUM
        if name == "if_then_else":
            condition, yes, no = (text for text, _ in arguments)
            return rf"\begin{{cases}}{yes} & \text{{if }} {condition}\\{no} & \text{{otherwise}}\end{{cases}}", _ATOM
        head = _FUNCTIONS.get(name, rf"\operatorname{{{name.replace('_', ' ')}}}")
        return head + self.in_brackets(self.listed([text for text, _ in arguments])), _ATOM

    def fraction(self, above: tuple[str, int], below: tuple[str, int]) -> tuple[str, int]:
        if self.breakable and max(_letters(above[0]), _letters(below[0])) > _LONG:
            return rf"{self.bracketed(above, _PRODUCT)} \mathbin{{/}} {self.bracketed(below, _POWER)}", _PRODUCT
        return rf"\frac{{{above[0]}}}{{{below[0]}}}", _POWER

    def bracketed(self, part: tuple[str, int], needed: int) -> str:
        return part[0] if part[1] >= needed else self.in_brackets(part[0])

    def in_brackets(self, text: str) -> str:
        plain = self.breakable and (_letters(text) > _LONG or not any(mark in text for mark in _TALL))
        return f"({text})" if plain else rf"\left({text}\right)"

    def listed(self, texts: Sequence[str]) -> str:
        return (r",\allowbreak " if self.breakable else ", ").join(texts)


def _letters(text: str) -> int:
    """Return about how many letters wide a text is; a Chinese one counts as two."""
    shown = re.sub(r"\\[a-zA-Z]+|[{}]", "", text)
    return sum(2 if letter > "\u2e7f" else 1 for letter in shown)
