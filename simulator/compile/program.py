"""A `System` -> the functions of a run, generated once from one tree and shared by every run of the model.

Signatures (``p`` inputs, ``c`` captured values, ``s`` run values, ``y`` stocks; floats, or arrays with a trailing
batch axis in the array flavour; ``t`` time, ``tg`` jump clock, ``te`` event clock):

initial(t, tg, te, p, o) -> (y, c)     o: override per stock or None
prepare(p, c) -> s                     all that holds while inputs hold: inputs, captured, static variables
select(s) -> r                         those of s that the right-hand side uses
refresh(s, r, v)                       put new values of some inputs, and what follows from them, into s and r
rhs(t, tg, te, y, r) -> list           net flows, in the order of the stocks
outputs(t, tg, te, y, s) -> tuple      the values asked for
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.builtin_functions import FUNCTIONS
from simulator.compile.emit import Emitter, Flavour, base_namespace
from simulator.compile.events import Event, events_of, switch_threshold
from simulator.compile.order import LoopError, dependency_order
from simulator.compile.simplify import simplify
from simulator.compile.system import System, build_system, loop_error
from simulator.errors import ModelError
from simulator.expressions import TIME, Call, Expression, Lookup, Reference, Table, references, transform, walk
from simulator.model import ModelSpec

MAX_CACHED = 64


@dataclass(frozen=True)
class Generated:
    """A generated function; `lines` maps its source lines to the variables they compute."""

    function: Callable[..., Any]
    lines: Mapping[int, str]
    source: str


class Program:
    """The generated functions of one model under given interventions; made on first use, then kept."""

    def __init__(self, spec: ModelSpec, clamp: frozenset[str], freeze: frozenset[tuple[str, str]]) -> None:
        self.spec = spec
        self.system: System = build_system(spec, clamp, freeze)
        self.inputs = self.system.inputs
        self.stocks = tuple(self.system.stocks)
        self.captured = tuple(self.system.captured)
        self._made: OrderedDict[tuple[Any, ...], Generated] = OrderedDict()
        self._lock = threading.RLock()
        static = self._find_static()
        self.system = simplify(self.system, frozenset(static), self.is_static)
        self.static_keys = self._find_static()
        self.static_names = (*self.inputs, *self.captured, *self.static_keys)
        self._static_index = {key: i for i, key in enumerate(self.static_names)}
        _ = self.events

    def _references(self, expression: Expression) -> tuple[str, ...]:
        return tuple(key for key in references(expression) if key not in self.system.tables and key != TIME)

    def _find_static(self) -> tuple[str, ...]:
        self._uses = {key: self._references(e) for key, e in self.system.equations.items()}
        try:
            order = dependency_order(self.system.equations, lambda key: self._uses.get(key, ()))
        except LoopError as error:
            raise loop_error(self.spec, error.loop, initial=False) from None
        static = {*self.inputs, *self.captured}
        found: list[str] = []
        for key in order:
            if key in self.system.equations and self.is_static(self.system.equations[key], static):
                static.add(key)
                found.append(key)
        self._run_constants = static
        return tuple(found)

    def is_static(self, expression: Expression, known: Iterable[str] | None = None) -> bool:
        """Return whether an expression of the system keeps its value as long as the inputs keep theirs."""
        names = self._run_constants if known is None else known
        for node in walk(expression):
            if isinstance(node, Call) and FUNCTIONS[node.function].family == "clock":
                return False
            if isinstance(node, Reference) and node.key not in names and node.key not in self.system.tables:
                return False
        return True

    def is_switch(self, call: Call) -> bool:
        """Return whether a comparison of Time is a break point of the integration, so that it may use ``te``."""
        threshold = switch_threshold(call)
        return threshold is not None and self.is_static(threshold)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Sources of break points whose arguments are known for a whole run."""
        tables = dict(self.system.tables)
        expressions = [*self.system.equations.values(), *(flow for flow, _ in self.system.stocks.values())]
        found = (event for e in expressions for node in walk(e) for event in events_of(node, tables))
        return tuple(dict.fromkeys(e for e in found if all(self.is_static(a) for a in e.arguments)))

    # -- the functions ---------------------------------------------------------------------------------------------

    def initial(self, flavour: Flavour) -> Generated:
        """Return ``initial(t, tg, te, p, o) -> (y, c)``; raises `ModelError` if initial values wait for each other."""
        return self._get(("initial", flavour), lambda: self._make_initial(flavour))

    def prepare(self, flavour: Flavour) -> Generated:
        """Return ``prepare(p, c) -> s``."""
        return self._get(("prepare", flavour), lambda: self._make_prepare(flavour))

    def select(self, run_values: list[Any]) -> list[Any]:
        """Return the run values that the right-hand side uses, in its order."""
        return [run_values[i] for i in self._selected]

    @cached_property
    def _selected(self) -> tuple[int, ...]:
        wanted = dict.fromkeys(key for flow, _ in self.system.stocks.values() for key in self._references(flow))
        return tuple(self._static_index[key] for key in self._cone(wanted) if key in self._static_index)

    def refresh(self, flavour: Flavour, changed: tuple[str, ...]) -> Generated:
        """Return ``refresh(s, r, v)``: put new values `v` of the `changed` inputs, and what follows, into s and r."""
        return self._get(("refresh", flavour, changed), lambda: self._make_refresh(flavour, changed))

    def rhs(self, flavour: Flavour) -> Generated:
        """Return ``rhs(t, tg, te, y, r) -> list`` of net flows."""
        flows = {f"@flow{i}": flow for i, (flow, _) in enumerate(self.system.stocks.values())}
        return self._get(("rhs", flavour), lambda: self._make_dynamic(flavour, flows, "[", "]"))

    def outputs(self, flavour: Flavour, keys: tuple[str, ...]) -> Generated:
        """Return ``outputs(t, tg, te, y, s) -> tuple`` of the values of `keys`."""
        wanted: dict[str, Expression] = {f"@out{i}": Reference(key) for i, key in enumerate(keys)}
        return self._get(("outputs", flavour, keys), lambda: self._make_dynamic(flavour, wanted, "(", ",)"))

    @cached_property
    def initial_graph(self) -> tuple[Mapping[str, Expression], Sequence[str]]:
        """What every start value and captured value follows from, by key, and the keys in the order of computing.

        Raises `ModelError` if initial values wait for each other.
        """
        system = self.system
        expressions: dict[str, Expression] = {key: start for key, (_, start) in system.stocks.items()}
        expressions |= system.captured
        expressions |= {key: _initial_form(e) for key, e in system.equations.items()}
        uses = {key: self._references(e) for key, e in expressions.items()}
        try:
            return expressions, dependency_order((*self.stocks, *self.captured), lambda key: uses.get(key, ()))
        except LoopError as error:
            raise loop_error(self.spec, error.loop, initial=True) from None

    def dynamic_order(self, results: Iterable[Expression]) -> list[str]:
        """Return the equations to compute at each time before `results`, in order; run values are taken as given."""
        order = self._cone(dict.fromkeys(key for e in results for key in self._references(e)))
        return [key for key in order if key in self.system.equations and key not in self._static_index]

    def memory_inputs(self, flavour: Flavour) -> Generated:
        """Return ``inputs(t, tg, te, y, s) -> tuple`` of what goes into each discrete memory."""
        keys = tuple(memory.value for memory in self.system.memories.values())
        return self.outputs(flavour, keys)

    def event_arguments(self, flavour: Flavour) -> Generated:
        """Return ``arguments(s) -> tuple of tuples``, one per event."""
        return self._get(("events", flavour), lambda: self._make_events(flavour))

    def lookup_arguments(self, flavour: Flavour) -> Generated:
        """Return ``arguments(t, tg, te, y, s) -> tuple`` of what each of `lookups` is read at."""
        wanted = {f"@read{i}": argument for i, (_, _, argument) in enumerate(self._lookups)}
        return self._get(("lookups", flavour), lambda: self._make_dynamic(flavour, wanted, "(", ",)"))

    @cached_property
    def _lookups(self) -> tuple[tuple[str, Table, Expression], ...]:
        found: dict[tuple[str, Table, Expression], None] = {}
        flows = {key: flow for key, (flow, _) in self.system.stocks.items()}
        for key, expression in {**self.system.equations, **flows}.items():
            for node in walk(expression):
                if isinstance(node, Lookup):
                    table = self.system.tables[node.table.key] if isinstance(node.table, Reference) else node.table
                    if table.interpolation == "interpolate" and isinstance(table, Table):
                        found[key.split("@")[0], table, node.argument] = None
        return tuple(found)

    @property
    def lookups(self) -> tuple[tuple[str, Table], ...]:
        """Where tables that hold their ends are read: (variable, table)."""
        return tuple((owner, table) for owner, table, _ in self._lookups)

    def locate(self, error: BaseException) -> tuple[str, float | None] | None:
        """Return the variable and the time at which generated code raised `error`, or None if it was not ours."""
        with self._lock:
            made = {g.function.__code__: g for g in self._made.values()}
        step, found = error.__traceback__, None
        while step is not None:
            generated = made.get(step.tb_frame.f_code)
            if generated is not None:
                time = step.tb_frame.f_locals.get("t")
                key = generated.lines.get(step.tb_lineno, "").split("@")[0] or "a variable"
                found = (key, time if isinstance(time, float) else None)
            step = step.tb_next
        return found

    def _get(self, key: tuple[Any, ...], make: Callable[[], Generated]) -> Generated:
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
                if len(self._made) > MAX_CACHED:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]

    def _emitter(self, flavour: Flavour, names: Mapping[str, str], *, initial_graph: bool = False) -> Emitter:
        return Emitter(flavour, names, self.system.tables, self.is_switch, initial_graph=initial_graph)

    def _make_initial(self, flavour: Flavour) -> Generated:
        system = self.system
        expressions, order = self.initial_graph
        names = {key: f"p{i}" for i, key in enumerate(self.inputs)}
        names |= {key: f"v{i}" for i, key in enumerate(expressions)}
        emitter = self._emitter(flavour, names, initial_graph=True)
        position = {key: i for i, key in enumerate(self.stocks)}
        body = [(f"    {_unpack([names[k] for k in self.inputs])} = p", "")]
        for key in order:
            if key in system.equations or key in system.captured:
                body.append((f"    {names[key]} = {emitter.value(expressions[key])}", key))
            elif key in position:
                given = f"o[{position[key]}]"
                value = emitter.value(expressions[key])
                body.append((f"    {names[key]} = {value} if {given} is None else {given}", key))
        stocks = ", ".join(names[k] for k in self.stocks)
        taken = ", ".join(names[k] for k in self.captured)
        return _generate("initial", "t, tg, te, p, o", body, f"[{stocks}], [{taken}]", emitter)

    def _make_prepare(self, flavour: Flavour) -> Generated:
        names = {key: f"s{i}" for i, key in enumerate(self.static_names)}
        emitter = self._emitter(flavour, names)
        body = [(f"    {_unpack([names[k] for k in self.inputs])} = p", "")]
        if self.captured:
            body.append((f"    {_unpack([names[k] for k in self.captured])} = c", ""))
        for key in self.static_keys:
            body.append((f"    {names[key]} = {emitter.value(self.system.equations[key])}", key))
        result = "[" + ", ".join(names[k] for k in self.static_names) + "]"
        return _generate("prepare", "p, c", body, result, emitter)

    def _make_refresh(self, flavour: Flavour, changed: tuple[str, ...]) -> Generated:
        fresh = set(changed)
        cone = [key for key in self.static_keys if self._touched(key, fresh)]
        names = {key: f"s{i}" for i, key in enumerate(self.static_names)}
        emitter = self._emitter(flavour, names)
        needed = dict.fromkeys(k for key in cone for k in self._uses[key] if k not in fresh)
        selected = {self.static_names[i]: j for j, i in enumerate(self._selected)}

        def kept(key: str) -> str:
            also = f" = r[{selected[key]}]" if key in selected else ""
            return f"    {names[key]} = s[{self._static_index[key]}]{also}"

        body = [(f"    {names[k]} = s[{self._static_index[k]}]", "") for k in needed]
        body += [(f"{kept(k)} = v[{i}]", "") for i, k in enumerate(changed)]
        body += [(f"{kept(k)} = {emitter.value(self.system.equations[k])}", k) for k in cone]
        return _generate("refresh", "s, r, v", body, "None", emitter)

    def _touched(self, key: str, fresh: set[str]) -> bool:
        if fresh.isdisjoint(self._uses[key]):
            return False
        fresh.add(key)
        return True

    def _cone(self, wanted: Iterable[str]) -> list[str]:
        """Return what has to be known for `wanted` at one time, in order; stocks and run values are taken as given."""

        def inputs_of(key: str) -> tuple[str, ...]:
            if key in self._static_index or key in self.system.stocks:
                return ()
            return self._uses[key]

        return dependency_order(wanted, inputs_of)

    def _make_dynamic(self, flavour: Flavour, results: dict[str, Expression], left: str, right: str) -> Generated:
        order = self._cone(dict.fromkeys(key for e in results.values() for key in self._references(e)))
        flows = bool(results) and next(iter(results)).startswith("@flow")
        names = {key: f"y{i}" for i, key in enumerate(self.stocks)}
        names |= {key: f"s{i}" for i, key in enumerate(self.static_names)}
        names |= {key: f"v{i}" for i, key in enumerate(self.system.equations) if key not in self._static_index}
        emitter = self._emitter(flavour, names)
        body = [(f"    {_unpack([names[k] for k in self.stocks])} = y", "")] if self.stocks else []
        known = [k for k in order if k in self._static_index]
        if flows:
            body += [(f"    {_unpack([names[k] for k in known])} = r", "")] if known else []
        else:
            body += [(f"    {names[k]} = s[{self._static_index[k]}]", "") for k in known]
        for key in order:
            if key in self.system.equations and key not in self._static_index:
                body.append((f"    {names[key]} = {emitter.value(self.system.equations[key])}", key))
        written = []
        for i, expression in enumerate(results.values()):
            if isinstance(expression, Reference):
                written.append(emitter.value(expression))
            else:
                owner = self.stocks[i].split("@")[0] if flows else ""
                body.append((f"    r{i} = {emitter.value(expression)}", owner))
                written.append(f"r{i}")
        result = f"{left}{', '.join(written)}{right}" if written else f"{left}{right.strip(',')}"
        return _generate("dynamic", f"t, tg, te, y, {'r' if flows else 's'}", body, result, emitter)

    def _make_events(self, flavour: Flavour) -> Generated:
        names = {key: f"s[{i}]" for i, key in enumerate(self.static_names)}
        emitter = self._emitter(flavour, names)
        rows = ["(" + ", ".join(emitter.value(a) for a in event.arguments) + ",)" for event in self.events]
        return _generate("arguments", "s", [], "(" + "".join(f"{row}, " for row in rows) + ")", emitter)


def _initial_form(expression: Expression) -> Expression:
    """Return an equation as the initial graph sees it, for its dependencies only (emission does the same)."""
    return transform(
        expression, lambda n: n.arguments[1] if isinstance(n, Call) and n.function == "active_initial" else n
    )


def _unpack(names: Sequence[str]) -> str:
    return "(" + ", ".join(names) + ("," if len(names) == 1 else "") + ")" if names else "()"


def _generate(name: str, signature: str, body: list[tuple[str, str]], result: str, emitter: Emitter) -> Generated:
    source = "\n".join([f"def {name}({signature}):", *(line for line, _ in body), f"    return {result}"])
    namespace = base_namespace() | emitter.namespace
    try:
        exec(compile(source, f"<gumsim {name}>", "exec"), namespace)
    except (RecursionError, MemoryError, SyntaxError):
        raise ModelError("an equation is too deeply nested to compile; split it into several variables") from None
    lines = {number: key for number, (_, key) in enumerate(body, start=2) if key}
    return Generated(namespace[name], lines, source)


_cache: OrderedDict[tuple[Any, ...], Program] = OrderedDict()
_cache_lock = threading.Lock()


def compile_model(
    spec: ModelSpec,
    clamp: frozenset[str] = frozenset(),
    freeze: frozenset[tuple[str, str]] = frozenset(),
) -> Program:
    """Return the program of a model under interventions, from the cache if the same spec object was seen lately.

    Raises `InputError` for unknown keys, `ModelError` for equations that wait for each other, `UnsupportedError`.
    """
    key = (id(spec), clamp, freeze)
    with _cache_lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    program = Program(spec, clamp, freeze)  # keeps the spec alive, so its id stays its own
    with _cache_lock:
        _cache[key] = program
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    return program
