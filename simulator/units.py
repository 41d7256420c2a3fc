"""Units of a model checked: does every equation give the unit its variable declares? The algebra is pint's."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pint.util import UnitsContainer

from simulator.errors import ModelError
from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference
from simulator.model import ModelSpec

DIMENSIONLESS = UnitsContainer()
_NO_UNIT = {"", "1", "dmnl", "dimensionless", "fraction", "ratio", "index"}
_TOKEN = re.compile(r"\s*(?:([*/^()])|(-?\d+(?:\.\d+)?)|([^\W\d][\w $%€£¥]*?)(?=\s*(?:[*/^()]|$)))")


@dataclass(frozen=True)
class UnitsProblem:
    """One finding: variable, line of the model file, and one sentence."""

    variable: str
    line: int
    message: str


class _Clash(Exception):
    """An operation whose operands' units do not fit."""


def parse_units(text: str) -> UnitsContainer:
    """Return a unit expression such as ``million units/(firm*Year)`` as exponents of its base units.

    Words are taken as they are, but for case of dmnl and a plural s; several words side by side multiply. Raises
    `ModelError` for text that is no unit expression.
    """
    if text.strip().lower() in _NO_UNIT:
        return DIMENSIONLESS
    tokens = list(_tokens(text))
    units, rest = _product(tokens, text)
    if rest:
        raise ModelError(f"'{text}' is no unit: '{rest[0]}' is out of place")
    return units


def _tokens(text: str) -> Iterator[str]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match:
            raise ModelError(f"'{text}' is no unit: cannot read '{text[position:].strip()}'")
        yield (match.group(1) or match.group(2) or match.group(3)).strip()
        position = match.end()


def _product(tokens: list[str], text: str) -> tuple[UnitsContainer, list[str]]:
    units, tokens = _factor(tokens, text)
    while tokens and tokens[0] in "*/":
        operator = tokens[0]
        other, tokens = _factor(tokens[1:], text)
        units = units * other if operator == "*" else units / other
    return units, tokens


def _factor(tokens: list[str], text: str) -> tuple[UnitsContainer, list[str]]:
    if not tokens or tokens[0] in "*/^)":
        raise ModelError(f"'{text}' is no unit: a name is missing")
    if tokens[0] == "(":
        units, tokens = _product(tokens[1:], text)
        if not tokens or tokens[0] != ")":
            raise ModelError(f"'{text}' is no unit: a bracket is not closed")
        tokens = tokens[1:]
    else:
        units, tokens = _name(tokens[0], text), tokens[1:]
    if tokens and tokens[0] == "^":
        if len(tokens) < 2 or not re.fullmatch(r"-?\d+(\.\d+)?", tokens[1]):
            raise ModelError(f"'{text}' is no unit: ^ needs a number")
        return units ** float(tokens[1]), tokens[2:]
    return units, tokens


def _name(name: str, text: str) -> UnitsContainer:
    if re.fullmatch(r"-?\d+(\.\d+)?", name):
        if float(name) != 1:
            raise ModelError(f"'{text}' is no unit: a number other than 1 stands in it")
        return DIMENSIONLESS
    units = DIMENSIONLESS
    for word in name.split():
        if word.lower() not in _NO_UNIT:
            units = units * UnitsContainer({_singular(word): 1})
    return units


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def show_units(units: UnitsContainer) -> str:
    """Return units as text a model file could hold, "Dmnl" for none."""
    powers = sorted((name, float(power)) for name, power in units.items())  # type: ignore[arg-type]
    above = [_power(name, power) for name, power in powers if power > 0]
    below = [_power(name, -power) for name, power in powers if power < 0]
    if not above and not below:
        return "Dmnl"
    divisor = below[0] if len(below) == 1 else f"({'*'.join(below)})"
    return "*".join(above or ["1"]) + (f"/{divisor}" if below else "")


def _power(name: str, power: float) -> str:
    return name if power == 1 else f"{name}^{power:g}"


def check_units(spec: ModelSpec) -> list[UnitsProblem]:
    """Return every place where units are missing, unreadable or do not fit, in file order; an empty list is good."""
    problems: list[UnitsProblem] = []
    declared: dict[str, UnitsContainer] = {}
    for variable in spec.variables.values():
        if not variable.units.strip():
            problems.append(UnitsProblem(variable.key, variable.line, "has no unit; write Dmnl if it has none"))
            continue
        try:
            declared[variable.key] = parse_units(variable.units)
        except ModelError as error:
            problems.append(UnitsProblem(variable.key, variable.line, str(error)))
    clock = parse_units(spec.time.units) if spec.time.units else DIMENSIONLESS
    declared.setdefault(TIME, clock)
    for variable in spec.variables.values():
        expected = declared.get(variable.key)
        if expected is None or variable.kind == "lookup":
            continue
        parts = [("equation", variable.equation, expected)]
        if variable.kind == "stock":
            parts = [("net flow", variable.equation, expected / clock)]
            if variable.initial is not None:
                parts.append(("initial value", variable.initial, expected))
        for what, expression, wanted in parts:
            if variable.kind == "constant" and isinstance(expression, Number):
                continue
            try:
                found = _infer(expression, declared, clock)
                if found is not None and not _same(found, wanted):
                    message = f"{what} gives {show_units(found)}, not {show_units(wanted)}"
                    problems.append(UnitsProblem(variable.key, variable.line, message))
            except _Clash as clash:
                problems.append(UnitsProblem(variable.key, variable.line, f"{what}: {clash}"))
    order = {key: position for position, key in enumerate(spec.variables)}
    return sorted(problems, key=lambda problem: order[problem.variable])


def _same(one: UnitsContainer, other: UnitsContainer) -> bool:
    difference = one / other
    return all(abs(power) < 1e-9 for _, power in difference.items())


_Units = UnitsContainer | None
"""None: fits anything, as a written number or an undeclared variable does."""


def _infer(expression: Expression, declared: Mapping[str, UnitsContainer], clock: UnitsContainer) -> _Units:
    """Return the units of an expression."""
    if isinstance(expression, Number):
        return None
    if isinstance(expression, Reference):
        return declared.get(expression.key)
    if isinstance(expression, Lookup):
        _infer(expression.argument, declared, clock)
        return declared.get(expression.table.key) if isinstance(expression.table, Reference) else None
    if not isinstance(expression, Call):
        return None
    operands = [_infer(argument, declared, clock) for argument in expression.arguments]
    rule = _RULES.get(expression.function, _plain)
    return rule(expression, operands, clock)


_Rule = Callable[[Call, list[_Units], UnitsContainer], _Units]


def _alike(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    """All operands in one unit; a written number other than 0 beside units is taken as dimensionless."""
    known = [units for units in operands if units is not None]
    if not known:
        return None
    for other in known[1:]:
        if not _same(known[0], other):
            raise _Clash(f"{call.function} of {show_units(known[0])} and {show_units(other)}")
    for argument, units in zip(call.arguments, operands, strict=True):
        bare = isinstance(argument, Number) and argument.value != 0
        if units is None and bare and not _same(known[0], DIMENSIONLESS):
            raise _Clash(f"{call.function} of {show_units(known[0])} and a number without units")
    return known[0]


def _comparison(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    _alike(call, operands, clock)
    return DIMENSIONLESS


def _product_of(left: _Units, right: _Units) -> UnitsContainer:
    product = DIMENSIONLESS
    for units in (left, right):
        if units is not None:
            product = product * units
    return product


def _power_of(base: _Units, exponent: float) -> _Units:
    return None if base is None else base**exponent


def _multiply(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    left, right = operands
    if left is None and right is None:
        return None
    return _product_of(left, right)


def _divide(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    left, right = operands[:2]
    if left is None and right is None:
        return None
    return _product_of(left, _power_of(right, -1.0))


def _raise(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    base, exponent = operands
    if exponent is not None and not _same(exponent, DIMENSIONLESS):
        raise _Clash(f"the exponent has units {show_units(exponent)}")
    if base is None or _same(base, DIMENSIONLESS):
        return base
    power = call.arguments[1]
    if not isinstance(power, Number):
        raise _Clash(f"{show_units(base)} is raised to a variable power")
    return _power_of(base, power.value)


def _root(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    return _power_of(operands[0], 0.5)


def _first(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    return operands[0]


def _branches(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    return _alike(Call("if_then_else", call.arguments[1:]), operands[1:], clock)


def _remembered(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    time = operands[1]
    if time is not None and not _same(time, clock):
        raise _Clash(f"{call.function}'s time is in {show_units(time)}, not {show_units(clock)}")
    return operands[0]


def _timed(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    start = 1 if call.function in ("step", "ramp") else 0
    for units in operands[start:]:
        if units is not None and not _same(units, clock):
            raise _Clash(f"{call.function}'s times are in {show_units(units)}, not {show_units(clock)}")
    if call.function == "step":
        return operands[0]
    if call.function == "ramp":
        return _product_of(operands[0], clock) if operands[0] is not None else None
    return DIMENSIONLESS


def _plain(call: Call, operands: list[_Units], clock: UnitsContainer) -> _Units:
    """Functions of plain numbers: EXP, LN, SIN, AND, ..."""
    for units in operands:
        if units is not None and not _same(units, DIMENSIONLESS):
            raise _Clash(f"{call.function} of {show_units(units)}")
    return DIMENSIONLESS


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(("add", "subtract", "min", "max", "modulo", "quantum", "active_initial"), _alike),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"), _comparison),
    **dict.fromkeys(("divide", "xidz", "zidz"), _divide),
    **dict.fromkeys(("negate", "abs", "initial", "integer", "non_negative"), _first),
    **dict.fromkeys(("smooth", "delay", "delay_n"), _remembered),
    **dict.fromkeys(("step", "ramp", "pulse", "pulse_train"), _timed),
    "multiply": _multiply, "power": _raise, "sqrt": _root, "if_then_else": _branches,
    "trend": lambda call, operands, clock: _power_of(clock, -1.0), "forecast": _first,
}
