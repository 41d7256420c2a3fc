"""Expression trees: what an equation of a model file becomes. Plain frozen data; nothing here can be executed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

TIME = "time"
"""The key under which equations see the clock."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in an equation."""

    value: float


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another variable, by key; ``time`` is the clock."""

    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function of `simulator.builtin_functions.FUNCTIONS` applied to its arguments."""

    function: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup table: points with ascending x, joined as `interpolation` says.

    interpolate    straight lines, ends held (Vensim; XMILE continuous)
    extrapolate    straight lines, the end slopes continue
    hold_backward  steps: the value of the last point at or before x (XMILE discrete)
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    interpolation: Literal["interpolate", "extrapolate", "hold_backward"] = "interpolate"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table read at `argument`; the table stands here or in the lookup variable that `table` refers to."""

    table: "Table | Reference"
    argument: "Expression"


Expression = Number | Reference | Call | Table | Lookup


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct parts of `expression`, a lookup's table first."""
    if isinstance(expression, Call):
        return expression.arguments
    if isinstance(expression, Lookup):
        return (expression.table, expression.argument)
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield `expression` and every part of it, outermost first."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def references(expression: Expression) -> tuple[str, ...]:
    """Return the keys that `expression` refers to, in order of appearance and without repeats."""
    return tuple(dict.fromkeys(node.key for node in walk(expression) if isinstance(node, Reference)))


def transform(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return `expression` with `change` applied to every part, innermost first."""
    if isinstance(expression, Call):
        arguments = tuple(transform(argument, change) for argument in expression.arguments)
        if arguments != expression.arguments:
            expression = Call(expression.function, arguments)
    elif isinstance(expression, Lookup):
        table = transform(expression.table, change)
        argument = transform(expression.argument, change)
        if not isinstance(table, Table | Reference):
            raise TypeError("a lookup's table must stay a table or a reference to one")
        expression = Lookup(table, argument)
    return change(expression)


def depth(expression: Expression) -> int:
    """Return the number of levels of `expression`; a number or reference has one."""
    deepest, stack = 0, [(expression, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in children(node))
    return deepest
