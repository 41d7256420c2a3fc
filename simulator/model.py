"""A model as data: variables with equations as expression trees, units, documentation, and the file's clock."""

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from simulator.errors import InputError, did_you_mean
from simulator.expressions import Expression

Kind = Literal["stock", "flow", "auxiliary", "constant", "lookup"]


@dataclass(frozen=True)
class Variable:
    """One variable of a model file.

    key            snake_case form of the title, unique in the model
    kind           stock (INTEG), flow (feeds a stock's net flow), constant (a number), lookup, else auxiliary
    equation       the expression tree; for a stock its net flow, for a lookup its table
    initial        a stock's initial-value expression, else None
    limits         declared lower bound, upper bound, step; None where the file is silent
    sector         the group of the model file it stands in ("" if none)
    text, line     the equation as written in the file, and its first line number (1-based)
    """

    key: str
    title: str
    kind: Kind
    equation: Expression
    initial: Expression | None = None
    units: str = ""
    documentation: str = ""
    limits: tuple[float | None, float | None, float | None] = (None, None, None)
    sector: str = ""
    text: str = ""
    line: int = 0


@dataclass(frozen=True)
class TimeSettings:
    """The file's own clock: INITIAL TIME, FINAL TIME, TIME STEP, SAVEPER (in `units`) and method (euler or rk4)."""

    initial: float
    final: float
    step: float
    saveper: float
    units: str = ""
    method: Literal["euler", "rk4"] = "euler"


@dataclass(frozen=True)
class ModelSpec:
    """A model file as data: variables in file order, clock, sha256 of the file. Nothing here can be executed.

    `model["key"]` returns a `Variable`; raises `InputError` for an unknown key, naming near matches.
    """

    name: str
    variables: Mapping[str, Variable]
    time: TimeSettings
    source: str = ""
    sha256: str = ""

    def __getitem__(self, key: str) -> Variable:
        if key not in self.variables:
            raise InputError(f"model '{self.name}' has no variable '{key}'{did_you_mean(key, self.variables)}")
        return self.variables[key]

    def of_kind(self, *kinds: Kind) -> tuple[Variable, ...]:
        """Return the variables of the given kinds, in file order."""
        return tuple(v for v in self.variables.values() if v.kind in kinds)


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


# a model's variables are a read-only view, which Python cannot send to another process without being told how
copyreg.pickle(MappingProxyType, lambda view: (_read_only, (dict(view),)))
