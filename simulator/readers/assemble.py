"""Parsed equations of either format -> ModelSpec: names resolved, kinds found, the clock set apart."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from simulator.builtin_functions import fold
from simulator.errors import ModelError, UnsupportedError, did_you_mean
from simulator.expressions import (
    TIME,
    Call,
    Expression,
    Lookup,
    Number,
    Reference,
    Table,
    children,
    depth,
    references,
    transform,
)
from simulator.model import Kind, ModelSpec, TimeSettings, Variable
from simulator.readers.translate import canonical

MAX_DEPTH = 150
MAX_VARIABLES = 5_000
CLOCK = ("initial_time", "final_time", "time_step", "saveper")
Limits = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Draft:
    """One variable as parsed: references hold canonical names that are not resolved yet."""

    title: str
    equation: Expression
    initial: Expression | None
    units: str
    documentation: str
    limits: Limits
    sector: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """The canonical name."""
        return canonical(self.title)


def where(path: Path, line: int, title: str) -> str:
    """Return the place of a variable as every message of the readers begins."""
    return f"{path}:{line}: {title}"


def assemble(
    drafts: list[Draft],
    path: Path,
    *,
    method: Literal["euler", "rk4"],
    sha256: str,
    synonyms: Mapping[str, str] | None = None,
) -> ModelSpec:
    """Return the model of the drafted variables; `synonyms` maps further clock names (XMILE's ``dt``) to ours.

    Raises `ModelError` for an empty model, a variable defined twice, an unknown name or a clock that is no number.
    """
    if not any(draft.name not in CLOCK for draft in drafts):
        raise ModelError(f"{path}: no equation found; the model is empty or in a layout this reader does not know")
    if len(drafts) > MAX_VARIABLES:
        raise ModelError(f"{path}: {len(drafts):,} variables; at most {MAX_VARIABLES:,} are read")
    by_name: dict[str, Draft] = {}
    for draft in drafts:
        if draft.name in by_name:
            place, other = where(path, draft.line, draft.title), by_name[draft.name].line
            raise ModelError(f"{place}: defined twice (also in line {other})")
        by_name[draft.name] = draft
    keys = _keys(by_name, path)
    resolved = {name: _resolve(draft, keys, by_name, synonyms or {}, path) for name, draft in by_name.items()}
    _check_tables(by_name, resolved, keys, path)
    time = _clock(by_name, resolved, keys, method, path)
    variables = _variables(by_name, resolved, keys)
    return ModelSpec(path.stem, MappingProxyType(variables), time, str(path), sha256)


def _keys(by_name: Mapping[str, Draft], path: Path) -> dict[str, str]:
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for name, draft in by_name.items():
        if name == TIME:
            raise ModelError(f"{where(path, draft.line, draft.title)}: Time is the clock and cannot be defined")
        key = re.sub(r"_+", "_", re.sub(r"\W+", "_", name)).strip("_") or "variable"
        if key[0].isdigit():
            key = f"n{key}"
        unique, count = key, 2
        while unique in taken or unique == TIME:
            unique, count = f"{key}_{count}", count + 1
        taken.add(unique)
        keys[name] = unique
    return keys


def _resolve(
    draft: Draft, keys: Mapping[str, str], by_name: Mapping[str, Draft], synonyms: Mapping[str, str], path: Path
) -> tuple[Expression, Expression | None]:
    place = where(path, draft.line, draft.title)

    def change(node: Expression) -> Expression:
        if isinstance(node, Reference):
            name = node.key
            if name in keys:
                return Reference(keys[name])
            name = synonyms.get(name, name)
            if name == TIME or name in CLOCK:
                return Reference(keys.get(name, name))
            if name == "pi":
                return Number(3.141592653589793)
            raise ModelError(f"{place}: unknown variable or function '{node.key}'{did_you_mean(node.key, keys)}")
        if isinstance(node, Lookup) and isinstance(node.table, Reference):
            target = next(d for n, d in by_name.items() if keys[n] == node.table.key)
            if isinstance(target.equation, Lookup) and isinstance(target.equation.table, Table):
                return Lookup(target.equation.table, node.argument)  # XMILE's LOOKUP of a graphical variable
            if not isinstance(target.equation, Table):
                raise UnsupportedError(f"{place}: '{target.title}' is called like a function but is no lookup")
        return node

    def whole(expression: Expression) -> Expression:
        result = fold(transform(expression, change))
        if depth(result) > MAX_DEPTH:
            raise ModelError(f"{place}: nests more than {MAX_DEPTH} levels; split it into several variables")
        return result

    try:
        return whole(draft.equation), None if draft.initial is None else whole(draft.initial)
    except RecursionError:
        raise ModelError(f"{place}: is too deeply nested; split it into several variables") from None


def _check_tables(
    by_name: Mapping[str, Draft],
    resolved: Mapping[str, tuple[Expression, Expression | None]],
    keys: Mapping[str, str],
    path: Path,
) -> None:
    """Refuse a lookup table that is used as if it were a number."""
    tables = {keys[name] for name in by_name if isinstance(resolved[name][0], Table)}
    for name, draft in by_name.items():
        stack: list[Expression] = [p for p in resolved[name] if p is not None and not isinstance(p, Table)]
        while stack:
            node = stack.pop()
            if isinstance(node, Lookup):
                stack.append(node.argument)
            elif isinstance(node, Reference) and node.key in tables:
                place = where(path, draft.line, draft.title)
                raise ModelError(f"{place}: '{node.key}' is a lookup table; read it with an argument: {node.key}(x)")
            else:
                stack.extend(children(node))


def _clock(
    by_name: Mapping[str, Draft],
    resolved: Mapping[str, tuple[Expression, Expression | None]],
    keys: Mapping[str, str],
    method: Literal["euler", "rk4"],
    path: Path,
) -> TimeSettings:
    by_key = {keys[name]: resolved[name][0] for name in by_name if resolved[name][1] is None}
    values: dict[str, float] = {}
    for name in CLOCK:
        if name not in by_name:
            if name == "saveper" and "time_step" in values:
                values[name] = values["time_step"]
                continue
            raise ModelError(f"{path}: {name.upper().replace('_', ' ')} is missing; the model needs its own clock")
        value = _constant_value(Reference(keys[name]), by_key)
        if value is None:
            place = where(path, by_name[name].line, by_name[name].title)
            raise UnsupportedError(f"{place}: must be a number or an expression of constants")
        values[name] = value
    place = where(path, by_name["time_step"].line, by_name["time_step"].title)
    if not values["time_step"] > 0:
        raise ModelError(f"{place}: must be above 0, not {values['time_step']:g}")
    if not values["final_time"] > values["initial_time"]:
        raise ModelError(f"{path}: FINAL TIME ({values['final_time']:g}) must be after INITIAL TIME")
    if not values["saveper"] > 0:
        values["saveper"] = values["time_step"]
    units = next((by_name[n].units for n in ("time_step", "final_time", "initial_time") if by_name[n].units), "")
    return TimeSettings(
        values["initial_time"], values["final_time"], values["time_step"], values["saveper"], units, method
    )


def _constant_value(expression: Expression, by_key: Mapping[str, Expression]) -> float | None:
    """Return the value of an expression of constants, or None; follows references at most 50 deep."""
    for _ in range(50):
        expression = fold(transform(expression, lambda n: by_key.get(n.key, n) if isinstance(n, Reference) else n))
        if isinstance(expression, Number):
            return expression.value
        if not all(key in by_key for key in references(expression)) or depth(expression) > MAX_DEPTH:
            return None
    return None


def _variables(
    by_name: Mapping[str, Draft], resolved: Mapping[str, tuple[Expression, Expression | None]], keys: Mapping[str, str]
) -> dict[str, Variable]:
    flows = {
        key
        for _, (equation, initial) in resolved.items()
        if initial is not None
        for key in _summands(equation)
    }
    variables: dict[str, Variable] = {}
    for name, draft in by_name.items():
        if name in CLOCK:
            continue
        equation, initial = resolved[name]
        key = keys[name]
        kind: Kind = "auxiliary"
        if initial is not None:
            kind = "stock"
        elif isinstance(equation, Table):
            kind = "lookup"
        elif isinstance(equation, Number):
            kind = "constant"
        elif key in flows:
            kind = "flow"
        variables[key] = Variable(
            key, _title(draft.title), kind, equation, initial, draft.units,
            draft.documentation, draft.limits, draft.sector, draft.text, draft.line,
        )  # fmt: skip
    return variables


def _title(written: str) -> str:
    text = written.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('\\"', '"')
    return " ".join(text.replace("\\n", " ").split())


def _summands(expression: Expression) -> Iterator[str]:
    """Yield the variables that a net flow adds up or takes off."""
    parts: Iterable[Expression] = ()
    if isinstance(expression, Reference):
        yield expression.key
    elif isinstance(expression, Call) and expression.function in ("add", "subtract", "negate", "non_negative"):
        parts = expression.arguments
    for part in parts:
        yield from _summands(part)
