"""Equations as LaTeX, for the reference and the page: an expression tree and titles -> one line of mathematics."""

from collections.abc import Mapping

from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table
from simulator.model import ModelSpec, Variable

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_SIGNS = {"less": "<", "less_equal": r"\le", "greater": ">", "greater_equal": r"\ge", "equal": "=", "not_equal": r"\ne"}
_FUNCTIONS = {name: rf"\{name}" for name in ("exp", "ln", "min", "max", "sin", "cos", "tan")}


def equation(spec: ModelSpec, key: str) -> str:
    """Return a variable's equation; a stock's as its rate of change, its initial value after it.

    Raises `InputError` for an unknown key.
    """
    variable = spec[key]
    titles = {v.key: v.title for v in spec.variables.values()}
    right = latex(variable.equation, titles)
    if variable.kind != "stock":
        return f"{_name(variable)} = {right}"
    line = rf"\frac{{d}}{{dt}}\,{_name(variable)} = {right}"
    if variable.initial is not None:
        line += rf",\qquad {_name(variable)}_0 = {latex(variable.initial, titles)}"
    return line


def latex(expression: Expression, titles: Mapping[str, str]) -> str:
    """Return an expression as LaTeX; `titles` gives each variable's name by key (the key itself where missing)."""
    return _typeset(expression, titles)[0]


def _name(variable: Variable) -> str:
    return rf"\text{{{_escaped(variable.title)}}}"


def _escaped(text: str) -> str:
    return "".join(rf"\{c}" if c in "%&#_${}" else c for c in text if c not in "\\^~")


def _typeset(expression: Expression, titles: Mapping[str, str]) -> tuple[str, int]:
    """Return the text and how tightly it binds."""
    if isinstance(expression, Number):
        value = expression.value
        return f"{value:g}", _ATOM if value >= 0 else _SUM
    if isinstance(expression, Reference):
        return ("t", _ATOM) if expression.key == TIME else (
            rf"\text{{{_escaped(titles.get(expression.key, expression.key))}}}", _ATOM)
    if isinstance(expression, Table):
        points = ", ".join(f"({x:g}, {y:g})" for x, y in zip(expression.x, expression.y, strict=True))
        return rf"\{{{points}\}}", _ATOM
    if isinstance(expression, Lookup):
        table = _typeset(expression.table, titles)[0]
        return rf"{table}\left({_typeset(expression.argument, titles)[0]}\right)", _ATOM
    return _call(expression, titles)


def _call(call: Call, titles: Mapping[str, str]) -> tuple[str, int]:
    name, arguments = call.function, [_typeset(argument, titles) for argument in call.arguments]
    if name in ("add", "subtract"):
        right = arguments[1][0] if name == "add" else _bracketed(arguments[1], _PRODUCT)
        return f"{arguments[0][0]} {'+' if name == 'add' else '-'} {right}", _SUM
    if name == "multiply":
        return rf"{_bracketed(arguments[0], _PRODUCT)} \cdot {_bracketed(arguments[1], _PRODUCT)}", _PRODUCT
    if name == "divide":
        return rf"\frac{{{arguments[0][0]}}}{{{arguments[1][0]}}}", _POWER
    if name == "power":
        return f"{_bracketed(arguments[0], _ATOM)}^{{{arguments[1][0]}}}", _POWER
    if name == "negate":
        return f"-{_bracketed(arguments[0], _PRODUCT)}", _SUM
    if name == "sqrt":
        return rf"\sqrt{{{arguments[0][0]}}}", _ATOM
    if name in _SIGNS:
        return f"{arguments[0][0]} {_SIGNS[name]} {arguments[1][0]}", _SUM
    if name == "if_then_else":
        condition, yes, no = (text for text, _ in arguments)
        return rf"\begin{{cases}}{yes} & \text{{if }} {condition}\\{no} & \text{{otherwise}}\end{{cases}}", _ATOM
    head = _FUNCTIONS.get(name, rf"\operatorname{{{name.replace('_', ' ')}}}")
    return rf"{head}\left({', '.join(text for text, _ in arguments)}\right)", _ATOM


def _bracketed(part: tuple[str, int], needed: int) -> str:
    return part[0] if part[1] >= needed else rf"\left({part[0]}\right)"
