"""The language of checks: one line such as ``up.value_capture@10 higher than base.value_capture@10`` -> a typed tree.

    check  = value (compare value)+  |  value "in" number ".." number
    compare = > >= < <=  (plain numbers)
            | higher than | lower than | equal to | not higher than | not lower than  (beyond the tolerance band)
    value  = sums, products and brackets of numbers, levels and functions
    level  = run.variable@time  |  run.variable@time..time (mean over the interval); time: a number, start or end
    function = name(series or value, ...); a series is run.variable; see `FUNCTIONS`

Nothing is ever evaluated as code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.errors import InputError, did_you_mean

MAX_LENGTH = 4000
MAX_TOKENS = 1500

Moment = float | Literal["start", "end"]
Comparator = Literal[
    ">", ">=", "<", "<=", "higher than", "lower than", "equal to", "not higher than", "not lower than"
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """One variable of one run over time."""

    run: str
    variable: str


@dataclass(frozen=True, slots=True)
class Level:
    """A series at one time (`last` None), or its mean from `first` to `last`."""

    series: Series
    first: Moment
    last: Moment | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of `FUNCTIONS` applied to series and values."""

    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference, product or quotient."""

    operator: Literal["+", "-", "*", "/"]
    left: "Node"
    right: "Node"


Node = Constant | Series | Level | Function | Arithmetic


@dataclass(frozen=True, slots=True)
class Check:
    """A chain of comparisons: every neighbouring pair of `values` must stand in the relation between them."""

    values: tuple[Node, ...]
    comparators: tuple[Comparator, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """How many series, then how many values a function takes (`most` None: any number), and what it gives."""

    series: int
    least: int
    most: int | None
    meaning: str
    across: bool = False


FUNCTIONS: dict[str, Signature] = {
    "gain": Signature(1, 0, 2, "last value minus first (over the run or from t1 to t2)"),
    "change": Signature(1, 2, 2, "value at t2 over value at t1, minus 1"),
    "rate": Signature(1, 2, 2, "mean yearly growth from t1 to t2, logarithmic"),
    "trend": Signature(1, 2, 2, "slope of the straight line through the values from t1 to t2, per year"),
    "peak": Signature(1, 0, 2, "highest value (over the run or from t1 to t2)"),
    "low": Signature(1, 0, 2, "lowest value (over the run or from t1 to t2)"),
    "peak_time": Signature(1, 0, 2, "time of the highest value"),
    "low_time": Signature(1, 0, 2, "time of the lowest value"),
    "fastest": Signature(1, 0, 2, "time at which the series rises fastest"),
    "first": Signature(1, 1, 1, "first time the series reaches a level; infinite if never"),
    "first_gain": Signature(1, 1, 1, "first time the series stands an amount above its start; infinite if never"),
    "first_total": Signature(1, 1, 1, "first time the integral from the start reaches an amount; infinite if never"),
    "half_way": Signature(1, 0, 2, "first time the series has made half of its whole change"),
    "least_step": Signature(1, 2, 2, "smallest yearly change from t1 to t2"),
    "largest_step": Signature(1, 2, 2, "largest yearly change from t1 to t2"),
    "maxima": Signature(1, 2, 2, "number of inner peaks from t1 to t2 that stand out by 1 % of the range"),
    "total": Signature(1, 0, 2, "integral over time"),
    "recovery": Signature(1, 2, 2, "years from t1 until the series regains a share of its value at t1, after its fall"),
    "co_movement": Signature(2, 0, 2, "correlation of yearly changes"),
    "log_slope": Signature(2, 2, 2, "slope of ln of the first series on ln of the second, yearly values from t1 to t2"),
    "half_time": Signature(2, 0, 0, "first time the difference of two runs reaches half of its final size"),
    "min": Signature(0, 1, None, "smallest of the values"),
    "max": Signature(0, 1, None, "largest of the values"),
    "width": Signature(0, 1, None, "largest minus smallest of the values"),
    "mean": Signature(0, 1, None, "mean of the values"),
    "abs": Signature(0, 1, 1, "absolute value"),
    "above": Signature(0, 2, 2, "1 where the first value is above the second, else 0"),
    "pick": Signature(0, 4, None, "the value of the second half that stands where the first half is largest"),
    "rank_correlation": Signature(0, 6, None, "rank correlation of the first half of the values with the second half"),
    "across_draws": Signature(0, 2, 2, "correlation of two values over the draws", across=True),
    "spread": Signature(0, 1, 1, "standard deviation of a value over the draws", across=True),
}

_TOKEN = re.compile(
    r"\s*(?:(?P<compare>not higher than|not lower than|higher than|lower than|equal to|>=|<=|>|<|\bin\b)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE]-?\d+)?)|(?P<dots>\.\.)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark>[-+*/().,@]))"
)


def parse_check(text: str) -> Check:
    """Return the check a line of text states. Raises `InputError` saying what was expected and where."""
    parser = _Parser(text)
    values, comparators = [parser.value()], []
    while (word := parser.take("compare")) is not None:
        if word == "in":
            low = parser.number()
            parser.need("dots", "..")
            values = [low, *values, parser.number()]
            comparators += ["<=", "<="]
            break
        comparators.append(word)
        values.append(parser.value())
    parser.finish()
    if not comparators:
        raise parser.refuse("a comparison such as '>' or 'higher than'")
    return Check(tuple(values), tuple(comparators), text)  # type: ignore[arg-type]


def parts(node: Node) -> Iterator[Node]:
    """Yield a node and every node below it."""
    yield node
    if isinstance(node, Function):
        for argument in node.arguments:
            yield from parts(argument)
    elif isinstance(node, Arithmetic):
        yield from parts(node.left)
        yield from parts(node.right)
    elif isinstance(node, Level):
        yield node.series


def series_of(check: Check) -> tuple[Series, ...]:
    """Return the series a check reads, without repeats."""
    return tuple(dict.fromkeys(n for value in check.values for n in parts(value) if isinstance(n, Series)))


def is_across_draws(check: Check) -> bool:
    """Return whether the check is one statement about all draws together."""
    nodes = (n for value in check.values for n in parts(value))
    return any(isinstance(n, Function) and FUNCTIONS[n.name].across for n in nodes)


class _Parser:
    """One pass over the tokens, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        if len(text) > MAX_LENGTH:
            raise InputError(f"check is longer than {MAX_LENGTH} characters")
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(text.rstrip()):
            found = _TOKEN.match(text, position)
            if not found or found.lastgroup is None:
                raise InputError(f"check '{text}': cannot read '{text[position:].strip()[:20]}'")
            self.tokens.append((found.lastgroup, found[found.lastgroup], position))
            position = found.end()
        if len(self.tokens) > MAX_TOKENS:
            raise InputError(f"check has more than {MAX_TOKENS} parts")

    def refuse(self, wanted: str) -> InputError:
        found = f"'{self.tokens[self.place][1]}'" if self.place < len(self.tokens) else "the end"
        return InputError(f"check '{self.text}': expected {wanted}, found {found}")

    def take(self, kind: str, word: str | None = None) -> str | None:
        if self.place < len(self.tokens):
            found, value, _ = self.tokens[self.place]
            if found == kind and (word is None or value == word):
                self.place += 1
                return value
        return None

    def need(self, kind: str, word: str) -> None:
        if self.take(kind, word) is None:
            raise self.refuse(f"'{word}'")

    def finish(self) -> None:
        if self.place < len(self.tokens):
            raise self.refuse("a comparison or the end")

    def number(self) -> Constant:
        sign = -1.0 if self.take("mark", "-") else 1.0
        value = self.take("number")
        if value is None:
            raise self.refuse("a number")
        return Constant(sign * float(value))

    def value(self) -> Node:
        node = self.product()
        while (sign := self.take("mark", "+") or self.take("mark", "-")) is not None:
            node = Arithmetic("+" if sign == "+" else "-", node, self.product())
        return self.plain(node)

    def product(self) -> Node:
        node = self.factor()
        while (sign := self.take("mark", "*") or self.take("mark", "/")) is not None:
            node = Arithmetic("*" if sign == "*" else "/", self.plain(node), self.plain(self.factor()))
        return node

    def factor(self) -> Node:
        if self.take("mark", "-"):
            return Arithmetic("-", Constant(0.0), self.plain(self.factor()))
        if self.take("mark", "("):
            node = self.value()
            self.need("mark", ")")
            return node
        if (number := self.take("number")) is not None:
            return Constant(float(number))
        name = self.take("name")
        if name is None:
            raise self.refuse("a number, run.variable@time or a function")
        if self.take("mark", "("):
            return self.call(name)
        return self.level(name)

    def plain(self, node: Node) -> Node:
        """Refuse a bare series where a value is needed."""
        if isinstance(node, Series):
            raise InputError(
                f"check '{self.text}': {node.run}.{node.variable} needs a time, such as @10, @end or @5..10"
            )
        return node

    def level(self, run: str) -> Node:
        self.need("mark", ".")
        variable = self.take("name")
        if variable is None:
            raise self.refuse("a variable after the run's name")
        series = Series(run, variable)
        if not self.take("mark", "@"):
            return series
        first = self.moment()
        return Level(series, first, self.moment() if self.take("dots") else None)

    def moment(self) -> Moment:
        for word in ("start", "end"):
            if self.take("name", word):
                return "start" if word == "start" else "end"
        return self.number().value

    def call(self, name: str) -> Function:
        signature = FUNCTIONS.get(name)
        if signature is None:
            raise InputError(f"check '{self.text}': no function '{name}'{did_you_mean(name, FUNCTIONS)}")
        arguments: list[Node] = []
        for position in range(MAX_TOKENS):
            node = self.factor() if position < signature.series else self.value()
            if (position < signature.series) != isinstance(node, Series):
                wanted = "a series run.variable" if position < signature.series else "a value"
                raise InputError(f"check '{self.text}': argument {position + 1} of '{name}' must be {wanted}")
            arguments.append(node)
            if not self.take("mark", ","):
                break
        self.need("mark", ")")
        values = len(arguments) - signature.series
        if values < signature.least or (signature.most is not None and values > signature.most) or (
            signature.most == 2 and signature.least == 0 and values == 1
        ):
            raise InputError(
                f"check '{self.text}': '{name}' has a wrong number of arguments; it gives {signature.meaning}"
            )
        return Function(name, tuple(arguments))
