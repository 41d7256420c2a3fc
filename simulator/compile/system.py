"""ModelSpec plus interventions -> a `System` of stocks, equations and inputs, without delays, INITIAL and the like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.builtin_functions import FUNCTIONS, fold
from simulator.errors import InputError, ModelError, UnsupportedError
from simulator.expressions import TIME, Call, Expression, Lookup, Number, Reference, Table, references, transform
from simulator.model import ModelSpec

CLOCK_INPUTS = ("initial_time", "final_time", "time_step", "saveper")
GUARD = "@guard"
"""Input: how far the jump clock runs ahead of the time of a step."""

MAX_ORDER = 100


@dataclass(frozen=True)
class Memory:
    """A hidden stock without flow that a fixed-step method sets anew after each step.

    construct  its name in the language, for messages
    value      key of the variable whose value at the step's start goes in
    delay      captured key of the time after which it comes out; None: at once; "time_step": with the next step
    """

    construct: str
    value: str
    delay: str | None = None


@dataclass(frozen=True)
class System:
    """What is left to order and to generate.

    inputs     keys of the input vector: constants, clamped variables, the clock's settings, the guard
    stocks     key -> (net flow, initial value); hidden stocks of smooths and delays have ``@`` in their key
    captured   key -> expression taken once, in the initial graph (INITIAL, frozen links)
    equations  key -> expression of every other variable
    tables     key -> lookup table
    memories   hidden stock -> what it remembers (DELAY FIXED, SAMPLE IF TRUE, PREVIOUS)
    non_negative  stocks that the file keeps from going below zero (XMILE)
    """

    inputs: tuple[str, ...]
    stocks: Mapping[str, tuple[Expression, Expression]]
    captured: Mapping[str, Expression]
    equations: Mapping[str, Expression]
    tables: Mapping[str, Table]
    memories: Mapping[str, Memory]
    non_negative: frozenset[str]


def build_system(spec: ModelSpec, clamp: frozenset[str], freeze: frozenset[tuple[str, str]]) -> System:
    """Return the system of a model in which `clamp` variables are inputs and `freeze` links (X, Y) are cut.

    Raises `InputError` for an unknown key or a pair that is no link, `UnsupportedError` for a construct that cannot
    be expanded.
    """
    for key in clamp:
        if spec[key].kind == "lookup":
            raise InputError(f"clamp: '{key}' is a lookup table and has no value to clamp")
    _check_links(spec, freeze)
    builder = _Builder(spec, clamp, freeze)
    for variable in spec.variables.values():
        if variable.key not in clamp and variable.kind not in ("constant", "lookup"):
            builder.add(variable.key)
    inputs = [v.key for v in spec.variables.values() if v.kind == "constant" or v.key in clamp]
    tables = {v.key: v.equation for v in spec.variables.values() if isinstance(v.equation, Table)}
    return System(
        (*inputs, *CLOCK_INPUTS, GUARD), builder.stocks, builder.captured, builder.equations, tables, builder.memories,
        frozenset(builder.non_negative),
    )  # fmt: skip


def _check_links(spec: ModelSpec, freeze: frozenset[tuple[str, str]]) -> None:
    for source, target in freeze:
        variable = spec[target]
        _ = spec[source]
        seen = references(variable.equation)
        if variable.kind == "constant" or source not in seen:
            raise InputError(
                f"freeze: '{target}' does not use '{source}'; it uses {', '.join(seen) if seen else 'no variable'}"
            )


class _Builder:
    def __init__(self, spec: ModelSpec, clamp: frozenset[str], freeze: frozenset[tuple[str, str]]) -> None:
        self.spec = spec
        self.clamp = clamp
        self.frozen = {target: {s for s, t in freeze if t == target} for _, target in freeze}
        self.stocks: dict[str, tuple[Expression, Expression]] = {}
        self.captured: dict[str, Expression] = {}
        self.equations: dict[str, Expression] = {}
        self.memories: dict[str, Memory] = {}
        self.non_negative: set[str] = set()
        self.count = 0
        self.owner = ""

    def add(self, key: str) -> None:
        """Expand one variable's equations into the system."""
        variable = self.spec[key]
        self.owner = key
        equation = self.cut(variable.equation, self.frozen.get(key, set()))
        expanded = transform(equation, self.expand)
        if isinstance(expanded, Call) and expanded.function == "non_negative":
            self.non_negative.add(key)
            expanded = expanded.arguments[0]
        if variable.initial is not None:
            self.stocks[key] = (expanded, transform(variable.initial, self.expand))
        else:
            self.equations[key] = expanded

    def cut(self, equation: Expression, sources: set[str]) -> Expression:
        """Let the equation see the initial values of `sources`."""
        if not sources:
            return equation
        return transform(
            equation, lambda n: Call("initial", (n,)) if isinstance(n, Reference) and n.key in sources else n
        )

    def hidden(self, what: str) -> str:
        """Return a new key for a part of the present variable."""
        self.count += 1
        return f"{self.owner}@{what}{self.count}"

    def expand(self, node: Expression) -> Expression:
        """Rewrite one node whose parts are expanded already."""
        if not isinstance(node, Call):
            return node
        rewrite = _REWRITES.get(node.function)
        return rewrite(self, *node.arguments) if rewrite else node

    def initial(self, inner: Expression) -> Expression:
        key = self.hidden("initial")
        self.captured[key] = inner
        return Reference(key)

    def pulse(self, *arguments: Expression) -> Expression:
        return Call("pulse", (*arguments, Reference("time_step")))

    def pulse_train(self, *arguments: Expression) -> Expression:
        return Call("pulse_train", (*arguments, Reference("time_step"), Reference(GUARD)))

    def smooth(self, source: Expression, time: Expression, start: Expression, order: Expression) -> Expression:
        stages = self.order(order)
        rate = self.rate(time, stages)
        start = self.shared(start)
        for _ in range(stages):
            key = self.hidden("smooth")
            gap = Call("subtract", (source, Reference(key)))
            self.stocks[key] = (Call("multiply", (gap, rate)), start)
            source = Reference(key)
        return source

    def delay(self, source: Expression, time: Expression, start: Expression, order: Expression) -> Expression:
        stages = self.order(order)
        rate = self.rate(time, stages)
        content = self.shared(Call("divide", (start, rate)))
        for _ in range(stages):
            key, out = self.hidden("delay"), self.hidden("outflow")
            self.equations[out] = Call("multiply", (Reference(key), rate))
            self.stocks[key] = (Call("subtract", (source, Reference(out))), content)
            source = Reference(out)
        return source

    def delay_n(self, source: Expression, time: Expression, start: Expression, order: Expression) -> Expression:
        if not self.is_static(time):
            raise UnsupportedError(
                f"{self.place()}: DELAY N with a delay time that changes during the run is not supported; "
                "use DELAY3 or a constant delay time"
            )
        return self.delay(source, time, start, order)

    def trend(self, source: Expression, time: Expression, start: Expression) -> Expression:
        level, source, time = self.average(source, time, start)
        size = Call("multiply", (time, Call("abs", (level,))))
        return Call("zidz", (Call("subtract", (source, level)), size))

    def forecast(self, source: Expression, time: Expression, horizon: Expression, start: Expression) -> Expression:
        level, source, time = self.average(source, time, start)
        trend = Call("zidz", (Call("subtract", (source, level)), Call("multiply", (time, level))))
        return Call("multiply", (source, Call("add", (Number(1.0), Call("multiply", (trend, horizon))))))

    def average(
        self, source: Expression, time: Expression, start: Expression
    ) -> tuple[Expression, Expression, Expression]:
        """Add the averaging stock of TREND and FORECAST."""
        source, time = self.shared(source), self.shared(time)
        key = self.hidden("average")
        change = Call("divide", (Call("subtract", (source, Reference(key))), time))
        growth = Call("add", (Number(1.0), Call("multiply", (start, time))))
        self.stocks[key] = (change, Call("divide", (source, growth)))
        return Reference(key), source, time

    def rate(self, time: Expression, stages: int) -> Expression:
        return self.shared(fold(Call("divide", (Number(float(stages)), time))))

    def shared(self, expression: Expression) -> Expression:
        """Return a reference to `expression` as a hidden variable, so that it is computed once."""
        if isinstance(expression, Number | Reference):
            return expression
        key = self.hidden("part")
        self.equations[key] = expression
        return Reference(key)

    def delay_fixed(self, source: Expression, time: Expression, start: Expression) -> Expression:
        delay = self.hidden("delay_time")
        self.captured[delay] = time
        return self.pipeline("DELAY FIXED", source, delay, start)

    def previous(self, source: Expression, start: Expression) -> Expression:
        return self.pipeline("PREVIOUS", source, "time_step", start)

    def pipeline(self, construct: str, source: Expression, delay: str, start: Expression) -> Expression:
        key, value = self.hidden("pipeline"), self.hidden("input")
        self.equations[value] = source
        self.stocks[key] = (Number(0.0), start)
        self.memories[key] = Memory(construct, value, delay)
        return Reference(key)

    def sample_if_true(self, condition: Expression, source: Expression, start: Expression) -> Expression:
        key, value = self.hidden("sample"), self.hidden("value")
        self.equations[value] = Call("if_then_else", (condition, source, Reference(key)))
        self.stocks[key] = (Number(0.0), start)
        self.memories[key] = Memory("SAMPLE IF TRUE", value)
        return Reference(value)

    def order(self, order: Expression) -> int:
        value = self.file_value(order)
        if value is None or not 1 <= round(value) <= MAX_ORDER:
            raise UnsupportedError(
                f"{self.place()}: the order of a smooth or delay must be a number from 1 to {MAX_ORDER}"
            )
        return round(value)

    def file_value(self, expression: Expression) -> float | None:
        """Return an expression's value at the start with the file's own constants, or None if it needs a stock."""
        spec, start = self.spec, self.spec.time.initial

        def change(node: Expression) -> Expression:
            if isinstance(node, Reference):
                variable = spec.variables.get(node.key)
                if node.key == TIME:
                    return Number(start)
                return variable.equation if variable and variable.initial is None else node
            if isinstance(node, Call) and FUNCTIONS[node.function].family == "clock":
                values = [a.value for a in node.arguments if isinstance(a, Number)]
                if node.function == "step" and len(values) == 2:
                    return Number(values[0] if start + spec.time.step / 2 > values[1] else 0.0)
            return node

        for _ in range(50):
            expression = fold(transform(expression, change))
            if isinstance(expression, Number):
                return expression.value
        return None

    def is_static(self, expression: Expression) -> bool:
        """Return whether an expression keeps its value during a run."""
        seen: set[str] = set()
        stack = [expression]
        while stack:
            node = stack.pop()
            if isinstance(node, Call):
                if FUNCTIONS[node.function].family in ("clock", "memory"):
                    return False
                stack.extend(node.arguments)
            elif isinstance(node, Lookup):
                stack.append(node.argument)
            elif isinstance(node, Reference) and node.key not in seen:
                seen.add(node.key)
                variable = self.spec.variables.get(node.key)
                if node.key == TIME or (variable and (variable.kind == "stock" or node.key in self.clamp)):
                    return False
                hidden = self.equations.get(node.key)
                if hidden is not None or variable:
                    stack.append(hidden if hidden is not None else self.spec[node.key].equation)
                elif "@" in node.key and node.key not in self.captured:
                    return False
        return True

    def place(self) -> str:
        variable = self.spec[self.owner]
        return f"{self.spec.source}:{variable.line}: {variable.title}"


_REWRITES: dict[str, Callable[..., Expression]] = {
    "initial": _Builder.initial,
    "pulse": _Builder.pulse,
    "pulse_train": _Builder.pulse_train,
    "smooth": _Builder.smooth,
    "delay": _Builder.delay,
    "delay_n": _Builder.delay_n,
    "delay_fixed": _Builder.delay_fixed,
    "sample_if_true": _Builder.sample_if_true,
    "previous": _Builder.previous,
    "trend": _Builder.trend,
    "forecast": _Builder.forecast,
}


def loop_error(spec: ModelSpec, loop: list[str], *, initial: bool) -> ModelError:
    """Return the error for equations that wait for each other; `loop` lists keys in order of use."""
    names = " -> ".join([*loop, loop[0]])
    first = next((spec.variables[key] for key in loop if key in spec.variables), None)
    place = f"{spec.source}:{first.line}: {first.title}" if first else spec.source
    if initial:
        return ModelError(f"{place}: initial values wait for each other: {names}; give one of them a number")
    return ModelError(f"{place}: simultaneous equations: {names}; break the loop with a stock or a smooth")
