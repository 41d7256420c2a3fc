"""Claims as data: what a claim says, the runs that test it and the checks on them. See ``models/gum.claims.yaml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PrivateAttr, Tag, model_validator

from simulator.card import Text
from simulator.data_files import Origin, load_data
from simulator.errors import InputError, did_you_mean
from simulator.library import data_folder
from simulator.scenario.data import Key, Knots, LeverSetting, Number
from simulator.scenario.data import Path as NumberOrKnots
from simulator.studies.claims.language import Check, parse_check

MAX_CLAIMS = 1000
MAX_RUNS = 60
BASE = "base"
"""The run that every claim has: the case as it is, with what the claim's `shared` block says."""

Kind = Literal["structure", "behaviour", "comparison"]
THRESHOLDS: Mapping[Kind, float] = {"structure": 0.95, "behaviour": 0.80, "comparison": 0.80}


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class Relative(_Data):
    """A change of what a value otherwise is: times `times`, then plus `plus`."""

    times: Number = 1.0
    plus: Number = 0.0

    def of(self, value: Any) -> Any:
        """Return the changed value (a number or an array)."""
        return value * self.times + self.plus


def _form(value: Any) -> str:
    if isinstance(value, str):
        return "word"
    if isinstance(value, Knots) or (isinstance(value, Mapping) and "knots" in value):
        return "knots"
    if isinstance(value, Relative) or (isinstance(value, Mapping) and ("times" in value or "plus" in value)):
        return "relative"
    return "setting" if isinstance(value, Mapping | LeverSetting) else "number"


_Plain = Annotated[Number, Tag("number")]
_Path = Annotated[Knots, Tag("knots")]
_Relative = Annotated[Relative, Tag("relative")]
Amount = Annotated[_Plain | _Path | _Relative, Discriminator(_form)]
Start = Annotated[_Plain | _Relative, Discriminator(_form)]
Held = Annotated[_Plain | _Path | Annotated[Literal["start"], Tag("word")], Discriminator(_form)]
Factor = Annotated[_Plain | _Path | Annotated[Literal["pulse"], Tag("word")], Discriminator(_form)]
Effort = Annotated[_Plain | _Path | Annotated[LeverSetting, Tag("setting")], Discriminator(_form)]


class RunSetting(_Data):
    """One run of an experiment; what is not given stays as the case has it. Keys are dictionary keys or model keys.

    like       another run of the claim whose settings come first
    case       name of a case; default the indigenous cluster
    bundles    named sets of levers of the file -> share of full effort; `levers` come on top
    stop       end of the experiment; default 20 years after the case's start
    levers     lever -> share of full effort, 0..1: a number from the case's policy start on, a `LeverSetting` or knots
    constants  driver or assumption -> number, knots, or a relative change
    initial    stock -> initial value, or a relative change
    raised     stocks that start higher: by 0.10 where they live on 0..1 (at most 1), else by 20 %
    clamp      variable -> number or knots, or "start": held at its first value
    scale      variable -> factor on it over the run (knots), or "pulse": 1.2 during the second year, else 1
    lift       variable -> amount added to it over the run, in its own unit (a number or knots); a stock goes on
               integrating beneath, and where the model file gives the range 0 to 1 what is seen stays inside it
    cut        links "X -> Y": Y keeps seeing X at its initial value
    weaken     links "X -> Y" -> share of X that Y sees
    """

    like: Annotated[str, Field(max_length=80)] = ""
    case: Annotated[str, Field(max_length=120)] = ""
    stop: Number | None = None
    bundles: dict[Key, Effort] = Field(default_factory=dict, max_length=100)
    levers: dict[Key, Effort] = Field(default_factory=dict, max_length=100)
    constants: dict[Key, Amount] = Field(default_factory=dict, max_length=100)
    initial: dict[Key, Start] = Field(default_factory=dict, max_length=100)
    raised: tuple[Key, ...] = Field(default=(), max_length=100)
    clamp: dict[Key, Held] = Field(default_factory=dict, max_length=100)
    scale: dict[Key, Factor] = Field(default_factory=dict, max_length=100)
    lift: dict[Key, NumberOrKnots] = Field(default_factory=dict, max_length=100)
    cut: tuple[Key, ...] = Field(default=(), max_length=100)
    weaken: dict[Key, Number] = Field(default_factory=dict, max_length=100)

    def over(self, first: "RunSetting") -> "RunSetting":
        """Return `first` with this setting laid over it, key by key."""
        fields: dict[str, Any] = {}
        for name in type(self).model_fields:
            mine, theirs = getattr(self, name), getattr(first, name)
            if isinstance(mine, dict):
                fields[name] = {**theirs, **mine}
            elif isinstance(mine, tuple):
                fields[name] = tuple(dict.fromkeys((*theirs, *mine)))
            else:
                fields[name] = mine if mine not in ("", None) else theirs
        return RunSetting.model_construct(**fields)


def _lines(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Claim(_Data):
    """One claim of the sources and its experiment.

    test       the experiment in words
    judged     draws: holds in `threshold` of the draws; point: holds at the calibrated point (tests against figures)
    threshold  share of draws; default by kind: structure 0.95, behaviour and comparison 0.80
    untestable why the model has no counterpart; then there is no experiment
    note       how the coding departs from the evidence's wording
    failing    should the claim not hold: whether the model's structure disagrees or the evidence is weak
    why        should the claim not hold: the reason
    shared     settings of all runs, base included
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,20}$")]
    group: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Kind
    evidence: Literal["argument", "literature", "case", "figures", "survey"]
    priority: Literal["core", "supporting"] = "core"
    sources: tuple[str, ...] = Field(min_length=1, max_length=40)
    statement: Text
    test: str = ""
    judged: Literal["draws", "point"] = "draws"
    threshold: Annotated[Number, Field(gt=0, le=1)] | None = None
    untestable: str = ""
    note: str = ""
    failing: Literal["", "structure disagrees", "evidence weak"] = ""
    why: str = ""
    shared: RunSetting = Field(default_factory=RunSetting)
    runs: dict[Key, RunSetting] = Field(default_factory=dict, max_length=MAX_RUNS)
    checks: Annotated[tuple[str, ...], BeforeValidator(_lines)] = Field(default=(), max_length=200)
    _parsed: tuple[Check, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _test_or_reason(self) -> Self:
        if bool(self.checks) == bool(self.untestable):
            raise ValueError("give either 'checks' or 'untestable'")
        return self

    def parsed(self) -> tuple[Check, ...]:
        """Return the checks as trees. Raises `InputError` for a check that cannot be read."""
        return tuple(parse_check(text) for text in self.checks)

    def settings(self) -> dict[str, RunSetting]:
        """Return the complete setting of every run, base included. Raises `InputError` for an unknown `like`."""
        return {name: self._complete(name, ()) for name in (BASE, *self.runs)}

    def _complete(self, name: str, seen: tuple[str, ...]) -> RunSetting:
        own = self.runs.get(name, RunSetting())
        if not own.like or own.like == BASE:
            first = self.shared if own.like != BASE or name == BASE else self._complete(BASE, (*seen, name))
            return own.over(first)
        if own.like not in self.runs or own.like in seen or own.like == name:
            raise InputError(f"like: no other run '{own.like}'{did_you_mean(own.like, self.runs)}")
        return own.over(self._complete(own.like, (*seen, name)))

    @property
    def required(self) -> float:
        """Share of draws in which the claim must hold."""
        return self.threshold if self.threshold is not None else THRESHOLDS[self.kind]


class ClaimFile(_Data):
    """A file of claims about one model.

    not_drawn  assumptions that stay at their value in every draw, beside case data and reference scales
    bundles    name -> levers that an experiment moves together
    groups     group -> its title
    """

    format: Literal["gumsim-claims/1"]
    model: str
    about: Text | None = None
    not_drawn: tuple[Key, ...] = ()
    bundles: dict[Key, tuple[Key, ...]] = Field(default_factory=dict)
    groups: dict[Key, Text]
    claims: tuple[Claim, ...] = Field(max_length=MAX_CLAIMS)


def claims_path(model: str = "gum") -> Path:
    """Return the claims file that ships with a built-in model."""
    return data_folder() / "models" / f"{model}.claims.yaml"


def load_claims(path: Path | None = None) -> tuple[ClaimFile, Origin]:
    """Read a file of claims; names inside experiments are checked when the experiments are prepared.

    Raises `InputError` beginning ``file:line:`` for what cannot be read, an id that stands twice, an unknown group, or
    a check that is not in the language or reads a run the claim does not have.
    """
    path = path or claims_path()
    found, origin = load_data(path, ClaimFile, name=path.name)
    seen: set[str] = set()
    for i, claim in enumerate(found.claims):
        where = origin.place(("claims", i, "id"))
        if claim.id in seen:
            raise InputError(f"{where}claim '{claim.id}' stands twice; keep one")
        seen.add(claim.id)
        if claim.group not in found.groups:
            raise InputError(
                f"{origin.place(('claims', i, 'group'))}claim {claim.id}: no group '{claim.group}'"
                f"{did_you_mean(claim.group, found.groups)}"
            )
        _check_runs(claim, origin, i)
    return found, origin


def _check_runs(claim: Claim, origin: Origin, position: int) -> None:
    names = (BASE, *claim.runs)
    for i, text in enumerate(claim.checks):
        where = f"{origin.place(('claims', position, 'checks', i))}claim {claim.id}: "
        try:
            check = parse_check(text)
        except InputError as error:
            raise InputError(f"{where}{error}") from None
        for series in _series(check):
            if series not in names:
                raise InputError(f"{where}no run '{series}'{did_you_mean(series, names)}")
    for name in claim.runs:
        try:
            claim.settings()
        except InputError as error:
            raise InputError(f"{origin.place(('claims', position, 'runs', name))}claim {claim.id}: {error}") from None


def _series(check: Check) -> tuple[str, ...]:
    from simulator.studies.claims.language import series_of

    return tuple(dict.fromkeys(series.run for series in series_of(check)))
