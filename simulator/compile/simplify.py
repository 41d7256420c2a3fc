"""Work saved without changing a bit of any result: parts that hold for a whole run, and parts that occur twice.

Both become hidden variables, in the same tree shape, so that the arithmetic stays what the file says. Parts that may
stay unevaluated (branches of IF THEN ELSE, second operands of :AND: and :OR:) are left where they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from simulator.compile.system import System
from simulator.expressions import Call, Expression, Lookup, Number, Reference, Table

IsStatic = Callable[[Expression], bool]


def simplify(system: System, static: frozenset[str], is_static: IsStatic) -> System:
    """Return the system with constant and repeated parts of its dynamic equations as hidden equations of their own.

    `static` holds the keys that keep their value during a run; `is_static` tells the same of an expression.
    """
    equations = dict(system.equations)
    dynamic = {key: e for key, e in equations.items() if key not in static}
    flows = {key: flow for key, (flow, _) in system.stocks.items()}
    hoist = _Hoist(is_static)
    dynamic = {key: hoist.rewrite(e, key) for key, e in dynamic.items()}
    flows = {key: hoist.rewrite(e, key) for key, e in flows.items()}
    share = _Share([*dynamic.values(), *flows.values()])
    dynamic = {key: share.rewrite(e, key) for key, e in dynamic.items()}
    flows = {key: share.rewrite(e, key) for key, e in flows.items()}
    equations.update({**dynamic, **hoist.found(), **share.found()})
    stocks = {key: (flows[key], start) for key, (_, start) in system.stocks.items()}
    return replace(system, equations=equations, stocks=stocks)


def _eager(node: Expression) -> tuple[Expression, ...]:
    """Return the parts of a node that are always evaluated with it."""
    if isinstance(node, Lookup):
        return (node.argument,)
    if not isinstance(node, Call):
        return ()
    if node.function in ("if_then_else", "and", "or"):
        return node.arguments[:1]
    return () if node.function == "active_initial" else node.arguments


def _with_eager(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    if parts == _eager(node):
        return node
    if isinstance(node, Lookup):
        return Lookup(node.table, parts[0])
    assert isinstance(node, Call)
    return Call(node.function, (*parts, *node.arguments[len(parts) :]))


class _Hoist:
    """Takes out maximal parts that hold for a whole run."""

    def __init__(self, is_static: IsStatic) -> None:
        self.is_static = is_static
        self.keys: dict[Expression, str] = {}

    def rewrite(self, node: Expression, owner: str) -> Expression:
        if isinstance(node, Number | Reference | Table):
            return node
        if self.is_static(node):
            key = self.keys.setdefault(node, f"{owner.split('@')[0]}@constant{len(self.keys)}")
            return Reference(key)
        return _with_eager(node, tuple(self.rewrite(part, owner) for part in _eager(node)))

    def found(self) -> Mapping[str, Expression]:
        """Return the hidden equations, by key."""
        return {key: node for node, key in self.keys.items()}


class _Share:
    """Takes out parts that occur more than once."""

    def __init__(self, roots: list[Expression]) -> None:
        seen: set[Expression] = set()
        self.repeated: set[Expression] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if not isinstance(node, Call | Lookup):
                continue
            if node in seen:
                self.repeated.add(node)
                continue
            seen.add(node)
            stack.extend(_eager(node))
        self.keys: dict[Expression, str] = {}
        self.equations: dict[str, Expression] = {}

    def rewrite(self, node: Expression, owner: str) -> Expression:
        if not isinstance(node, Call | Lookup):
            return node
        if node in self.keys:
            return Reference(self.keys[node])
        parts = tuple(self.rewrite(part, owner) for part in _eager(node))
        rewritten = _with_eager(node, parts)
        if node not in self.repeated:
            return rewritten
        key = f"{owner.split('@')[0]}@shared{len(self.keys)}"
        self.keys[node] = key
        self.equations[key] = rewritten
        return Reference(key)

    def found(self) -> Mapping[str, Expression]:
        """Return the hidden equations, by key."""
        return self.equations
