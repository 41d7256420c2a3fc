"""Times at which a right-hand side jumps or kinks: where an adaptive integration has to be split."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table

EventKind = Literal["at", "pulse", "pulse_train"]

COMPARISONS = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})
MAX_EVENTS = 10_000


@dataclass(frozen=True)
class Event:
    """One source of break points; `arguments` are expressions that hold for a whole run."""

    kind: EventKind
    arguments: tuple[Expression, ...]


def switch_threshold(call: Call) -> Expression | None:
    """Return what a comparison holds Time against, or None if it is no comparison of Time itself."""
    if call.function in COMPARISONS:
        first, second = call.arguments
        if first == Reference(TIME):
            return second
        if second == Reference(TIME):
            return first
    return None


def events_of(node: Expression, tables: dict[str, Table]) -> tuple[Event, ...]:
    """Return the break points that one node (without its parts) makes, whether or not its arguments are static."""
    if isinstance(node, Lookup) and node.argument == Reference(TIME):
        table = tables[node.table.key] if isinstance(node.table, Reference) else node.table
        return tuple(Event("at", (Number(x),)) for x in table.x)
    if not isinstance(node, Call):
        return ()
    threshold = switch_threshold(node)
    if threshold is not None:
        return (Event("at", (threshold,)),)
    if node.function == "step":
        return (Event("at", (node.arguments[1],)),)
    if node.function == "ramp":
        return (Event("at", (node.arguments[1],)), Event("at", (node.arguments[2],)))
    if node.function == "pulse":
        return (Event("pulse", node.arguments),)
    if node.function == "pulse_train":
        return (Event("pulse_train", node.arguments[:5]),)
    if node.function in ("min", "max") and Reference(TIME) in node.arguments:
        return tuple(Event("at", (a,)) for a in node.arguments if a != Reference(TIME))
    return ()


def break_points(
    kinds: Sequence[EventKind], arguments: Iterable[Sequence[float]], start: float, stop: float
) -> list[float]:
    """Return the times strictly between `start` and `stop`, unsorted, that the evaluated events give."""
    times: list[float] = []
    for kind, values in zip(kinds, arguments, strict=True):
        if kind == "at":
            times.append(values[0])
        elif kind == "pulse":
            begin, width, step = values
            times += [begin, begin + max(width, step)]
        else:
            times += _train(*values, stop=stop)
    return [time for time in times if start < time < stop]


def _train(begin: float, width: float, interval: float, end: float, step: float, *, stop: float) -> list[float]:
    last = min(end, stop)
    if interval <= 0:
        return [begin, begin + max(width, step), last]
    count = min(int(max(last - begin, 0.0) / interval) + 1, MAX_EVENTS)
    edges = [begin + k * interval for k in range(count)]
    return [*edges, *(edge + max(width, step) for edge in edges), last]
