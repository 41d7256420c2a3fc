"""Cases and scenarios as frozen data: what a user writes, checked in itself but not yet against a model."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from simulator.card import Text
from simulator.data_files import Origin, sentence
from simulator.errors import InputError, did_you_mean
from simulator.experiment import METHODS, SolverSettings
from simulator.schedule import Schedule

MAX_ENTRIES = 1000
MAX_KNOTS = 5000


def _no_words(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError(f"must be a number, not {str(value).lower() if isinstance(value, bool) else repr(value)[:60]}")
    return value


Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_no_words)]


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _check_name(name: Any) -> Any:
    if isinstance(name, str) and (not name.strip() or not name.isprintable()):
        raise ValueError("must be one line of text")
    return name


Name = Annotated[str, Field(min_length=1, max_length=80), BeforeValidator(_check_name)]
Key = Annotated[str, Field(min_length=1, max_length=120)]
Sources = Annotated[tuple[str, ...], Field(max_length=200), BeforeValidator(_as_tuple)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class Knots(_Data):
    """A path over time: ``knots`` are (time, value) pairs with non-decreasing times; two at one time are a jump."""

    knots: tuple[tuple[Number, Number], ...] = Field(min_length=1, max_length=MAX_KNOTS)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        try:
            Schedule(self.knots)
        except InputError as error:
            raise ValueError(str(error)) from None
        return self

    def schedule(self) -> Schedule:
        """Return the path as a `Schedule`."""
        return Schedule(self.knots)


class LeverSetting(_Data):
    """A lever moved to `value`: linearly from `start` over `ramp`, held to `end`, back over `ramp` again.

    `start` None means the case's policy start, `end` None means for good; `ramp` >= 0 (0 is a jump).
    """

    value: Number
    start: Number | None = None
    ramp: Annotated[Number, Field(ge=0)] = 1.0
    end: Number | None = None


def _path_kind(value: Any) -> str:
    if isinstance(value, Knots) or (isinstance(value, Mapping) and "knots" in value):
        return "knots"
    return "number"


def _lever_kind(value: Any) -> str:
    return "knots" if _path_kind(value) == "knots" else "setting"


def _as_setting(value: Any) -> Any:
    return {"value": value} if isinstance(value, int | float | str) or value is None else value


Path = Annotated[Annotated[Number, Tag("number")] | Annotated[Knots, Tag("knots")], Discriminator(_path_kind)]
LeverPath = Annotated[
    Annotated[LeverSetting, BeforeValidator(_as_setting), Tag("setting")] | Annotated[Knots, Tag("knots")],
    Discriminator(_lever_kind),
]


class SourcedValue(_Data):
    """A number and where it comes from: evidence ids, or ``"assumption: reason"``."""

    value: Number
    source: Sources = Field(min_length=1)


class SourcedPath(_Data):
    """A constant `value` or a path of `knots`, and where it comes from."""

    value: Number | None = None
    knots: tuple[tuple[Number, Number], ...] | None = Field(default=None, min_length=1, max_length=MAX_KNOTS)
    source: Sources = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.value is None) == (self.knots is None):
            raise ValueError("give either 'value' or 'knots'")
        if self.knots is not None:
            Knots(knots=self.knots)
        return self

    def schedule(self) -> Schedule:
        """Return the path as a `Schedule`."""
        return Schedule(self.knots) if self.knots is not None else Schedule.constant(self.value or 0.0)


class CaseTime(_Data):
    """Start and stop of a case's runs and the default start of policies (None: the run's start); model time unit."""

    start: Number | None = None
    stop: Number | None = None
    policy_start: Number | None = None


class RunTime(_Data):
    """Start, stop, saving interval and step of a scenario's run; None leaves the case's or the model's."""

    start: Number | None = None
    stop: Number | None = None
    every: Annotated[Number, Field(gt=0)] | None = None
    step: Annotated[Number, Field(gt=0)] | None = None


class SolverChoice(_Data):
    """Method and tolerances; None leaves the default (LSODA, rtol 1e-6, atol 1e-9)."""

    method: str | None = None
    rtol: Number | None = None
    atol: Number | None = None

    @field_validator("method", mode="before")
    @classmethod
    def _any_case(cls, method: Any) -> Any:
        known = {name.lower(): name for name in METHODS}
        return known.get(method.lower(), method) if isinstance(method, str) else method

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.method is not None and self.method not in METHODS:
            raise ValueError(f"unknown method '{self.method[:40]}'{did_you_mean(self.method, METHODS)}")
        try:
            self.settings()
        except InputError as error:
            raise ValueError(str(error)) from None
        return self

    def settings(self, *, method: str = "LSODA") -> SolverSettings:
        """Return the full settings; `method` where none is chosen."""
        chosen = {k: v for k, v in (("rtol", self.rtol), ("atol", self.atol)) if v is not None}
        return SolverSettings(method=self.method or method, **chosen)


class ImpulseSetting(_Data):
    """A jump of one stock by `amount` at `time`."""

    stock: Key
    time: Number
    amount: Number


class Case(_Data):
    """The starting point of one cluster: initial values, assumptions, history of drivers and levers, with sources.

    `folder` is where the file stood ("" if built in or made in code), so that a model file named beside it is found.
    """

    format: Literal["gumsim-case/1"] = "gumsim-case/1"
    name: Name
    model: Key = "gum"
    title: Text | None = None
    description: Text | None = None
    time: CaseTime = Field(default_factory=CaseTime)
    initial: dict[Key, SourcedValue] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    assumptions: dict[Key, SourcedPath] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    drivers: dict[Key, SourcedPath] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    levers: dict[Key, SourcedPath] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    sources: Sources = ()
    folder: str = Field(default="", exclude=True)
    origin: Origin = Field(default_factory=Origin, exclude=True, repr=False)


class Scenario(_Data):
    """A case plus what is changed. Frozen; `changed` returns another one. Equal scenarios give equal runs.

    levers       lever -> `LeverSetting` or `Knots` (a path that replaces the case's history)
    drivers      driver -> number or `Knots`, replacing the case's history
    assumptions  any other constant of the model -> number or `Knots`
    initial      stock -> initial value
    clamp        variable -> number or `Knots`, replacing its equation
    freeze       links "X -> Y": Y keeps seeing X at its initial value
    impulse      jumps of stocks
    model        model name or path; "" means the case's, or "gum" without a case
    folder       where the file stood ("" if built in or made in code), so that a case beside it is found

    Raises pydantic's `ValidationError` on construction, `InputError` from `changed`.
    """

    format: Literal["gumsim-scenario/1"] = "gumsim-scenario/1"
    name: Name
    title: Text | None = None
    description: Text | None = None
    case: Annotated[str, Field(max_length=400)] = ""
    model: Annotated[str, Field(max_length=400)] = ""
    levers: dict[Key, LeverPath] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    drivers: dict[Key, Path] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    assumptions: dict[Key, Path] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    initial: dict[Key, Number] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    clamp: dict[Key, Path] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    freeze: tuple[Key, ...] = Field(default=(), max_length=MAX_ENTRIES)
    impulse: tuple[ImpulseSetting, ...] = Field(default=(), max_length=MAX_ENTRIES)
    time: RunTime = Field(default_factory=RunTime)
    solver: SolverChoice = Field(default_factory=SolverChoice)
    sources: Sources = ()
    folder: str = Field(default="", exclude=True)
    origin: Origin = Field(default_factory=Origin, exclude=True, repr=False)

    def changed(self, **fields: Any) -> "Scenario":
        """Return the scenario with whole fields replaced; `None` gives a field its default back.

        Values may be plain (``levers={"x": 60}``) or data classes. Raises `InputError` for an unknown field or a
        value of the wrong form.
        """
        known = [name for name in type(self).model_fields if name not in ("origin", "format")]
        for name in fields:
            if name not in known:
                raise InputError(f"a scenario has no field '{name}'{did_you_mean(name, known)}")
        kept = {name: getattr(self, name) for name in type(self).model_fields if name not in fields}
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            new = type(self).model_validate({**kept, **given})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"] if part not in ("setting", "number"))
            raise InputError(f"scenario '{self.name}': {where}: {sentence(first, type(self))}") from None
        return new.model_copy(update={"origin": self.origin.without(_differing(self, new, fields))})


def _differing(old: Scenario, new: Scenario, fields: Mapping[str, Any]) -> list[tuple[str | int, ...]]:
    """Return the key paths under `fields` whose value is another one now."""
    paths: list[tuple[str | int, ...]] = []
    for name in fields:
        before, after = getattr(old, name), getattr(new, name)
        if isinstance(before, dict):
            paths += [(name, key) for key in {*before, *after} if before.get(key) != after.get(key)]
        elif before != after:
            paths.append((name,))
    return paths
