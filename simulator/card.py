"""A model's card: what a page needs beside the equations - levers, drivers, assumptions, outcomes, charts, labels."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class Text(_Data):
    """One text in the page's two languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the text in 'en' or 'zh'."""
        return self.zh if language == "zh" else self.en


Distribution = Literal["triangular", "uniform", "normal", "lognormal", "discrete"]
Grade = Literal["evidence", "derived", "assumed"]
Range = Annotated[tuple[float, float], Field(description="lowest and highest allowed value")]


class Level(_Data):
    """A word for an interval of a lever: it applies from the previous level's `upto` (exclusive) to `upto`."""

    word: Text
    upto: float


class Group(_Data):
    """A group of levers on the page."""

    key: str
    label: Text
    help: Text


class Input(_Data):
    """What levers, drivers and assumptions share: a constant of the model that a user may set.

    With `bounded` false, `range` only scales the slider (a default card guesses it) and does not limit the value.
    """

    key: str
    label: Text
    help: Text
    range: Range
    neutral: float
    step: float = 1.0
    units: str
    sources: tuple[str, ...] = Field(min_length=1)
    bounded: bool = True

    @model_validator(mode="after")
    def _neutral_in_range(self) -> "Input":
        low, high = self.range
        if not low < high:
            raise ValueError(f"'{self.key}': range [{low:g}, {high:g}] is empty")
        if not low <= self.neutral <= high:
            raise ValueError(f"'{self.key}': neutral {self.neutral:g} lies outside its range [{low:g}, {high:g}]")
        return self


class Lever(Input):
    """A policy lever. `cost` is what full effort costs, in million CNY/year; `levels` default to the card's."""

    group: str
    cost: float = 0.0
    levels: tuple[Level, ...] = ()


class Driver(Input):
    """An outside driver: the cluster does not choose it."""


class Assumption(Input):
    """An uncertain constant: `neutral` is the model's value, `range` and `distribution` what it may be.

    `case_data`: a fact of one cluster (its size, its prices), which a case sets; samples of futures leave it alone.
    """

    distribution: Distribution = "triangular"
    grade: Grade = "assumed"
    reason: str = ""
    sector: str = ""
    case_data: bool = False


class AssumptionNote(_Data):
    """What a card adds to a constant of the model file, whose value, range, unit and documentation stay there.

    `grade` None and an empty `reason` or `sources` are read from the documentation.
    """

    key: str
    label: Text
    help: Text
    distribution: Distribution = "triangular"
    grade: Grade | None = None
    reason: str = ""
    sources: tuple[str, ...] = ()


class Outcome(_Data):
    """A variable shown to users: how to name, scale and judge it.

    display   factor from the model's unit to `units`: 100 shows a share as percent; `range` is in the model's unit
    axis      fixed: charts keep `range`; fit: its size depends on the case, so charts fit the runs at hand
    """

    key: str
    label: Text
    help: Text
    range: Range
    better: Literal["higher", "lower", "depends"]
    headline: bool = False
    units: Text
    display: float = 1.0
    decimals: int = 1
    axis: Literal["fixed", "fit"] = "fixed"


class Chart(_Data):
    """One chart of the page's menu: the variables drawn together. `kind` area stacks shares that add up."""

    key: str
    label: Text
    theme: str
    variables: tuple[str, ...] = Field(min_length=1)
    kind: Literal["line", "area"] = "line"
    help: Text


class Card(_Data):
    """The whole card. Raises pydantic's `ValidationError`; `load_card` turns that into an `InputError`.

    conserved   groups of stocks whose initial values must add up to 1
    elements    dictionary key of the evidence -> model variable, where the two differ
    assumption_notes   labels and help of constants that the model file alone states; `with_model_assumptions` turns
                them, and every other constant with limits, into assumptions
    titles      model variable -> its Chinese title; the English one stands in the model file
    sectors     group name of the model file -> its Chinese name
    """

    format: Literal["gumsim-card/1"]
    model: str
    title: Text
    summary: Text
    groups: tuple[Group, ...]
    themes: dict[str, Text]
    levels: tuple[Level, ...]
    levers: tuple[Lever, ...]
    drivers: tuple[Driver, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    assumption_notes: tuple[AssumptionNote, ...] = ()
    outcomes: tuple[Outcome, ...]
    charts: tuple[Chart, ...]
    conserved: tuple[tuple[str, ...], ...] = ()
    elements: dict[str, str] = Field(default_factory=dict)
    titles: dict[str, str] = Field(default_factory=dict)
    sectors: dict[str, str] = Field(default_factory=dict)

    def inputs(self) -> dict[str, Input]:
        """Return levers, drivers and assumptions by key."""
        return {i.key: i for i in (*self.levers, *self.drivers, *self.assumptions)}
