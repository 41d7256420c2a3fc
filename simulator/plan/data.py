"""A plan as frozen data: what a user writes, checked in itself but not yet against a model."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from simulator.card import Distribution, Text
from simulator.data_files import Origin
from simulator.scenario import LeverSetting, RunTime
from simulator.scenario.data import Key, Name, Number

MAX_RUNS = 10_000_000
MAX_POLICIES = 10_000

Method = Literal["lhs", "sobol", "grid", "one_at_a_time", "saltelli", "morris", "table"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4000)


class InputDraw(_Data):
    """How one uncertain input is drawn; what is not given comes from the card.

    distribution  triangular, uniform, normal, lognormal or discrete
    range         lowest and highest value ever drawn, in the input's unit (normal and lognormal are cut there)
    centre        mode, mean or median; default the scenario's own value
    spread        standard deviation (normal) or that of the logarithm (lognormal); default a quarter of the range
    values        what a discrete input may be, and `weights` how often (default equally)
    as            driver only: the drawn number is the driver's `value`, or a `factor` on the case's path
    start, ramp   driver only: the case's path holds until `start` (default: policy start), then goes over to the draw
    """

    distribution: Distribution | None = None
    range: tuple[Number, Number] | None = None
    centre: Number | None = None
    spread: Annotated[Number, Field(gt=0)] | None = None
    values: tuple[Number, ...] | None = Field(default=None, min_length=1, max_length=1000)
    weights: tuple[Annotated[Number, Field(ge=0)], ...] | None = Field(default=None, min_length=1, max_length=1000)
    applied: Literal["value", "factor"] | None = Field(default=None, alias="as")
    start: Number | None = None
    ramp: Annotated[Number, Field(ge=0)] | None = None

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range [{self.range[0]:g}, {self.range[1]:g}] is empty")
        if self.weights is not None and (self.values is None or len(self.weights) != len(self.values)):
            raise ValueError("weights need as many values")
        if self.weights is not None and not sum(self.weights) > 0:
            raise ValueError("weights must add up to more than 0")
        if self.values is not None and self.distribution not in (None, "discrete"):
            raise ValueError(f"values belong to a discrete distribution, not to a {self.distribution} one")
        return self


def _as_draws(value: Any) -> Any:
    """Accept a list of keys for draws with nothing of their own."""
    if isinstance(value, list | tuple) and all(isinstance(key, str) for key in value):
        return {key: {} for key in value}
    if isinstance(value, dict):
        return {key: {} if draw is None else draw for key, draw in value.items()}
    return value


def _kind(value: Any) -> str:
    return "word" if isinstance(value, str) else "listed"


Draws = Annotated[
    Annotated[
        Annotated[Literal["all", "none"], Tag("word")]
        | Annotated[dict[Key, InputDraw], Field(max_length=5000), Tag("listed")],
        Discriminator(_kind),
    ],
    BeforeValidator(_as_draws),
]


class Sampling(_Data):
    """How futures are drawn.

    method        lhs (Latin hypercube), sobol (Sobol' sequence), grid (every combination of `levels` values),
                  one_at_a_time (`levels` values of each input, the others at their centre), saltelli (for Sobol'
                  indices), morris (for elementary effects), table (rows of a CSV or Parquet file)
    runs          futures (lhs, sobol), base samples (saltelli: runs x (inputs + 2) futures) or paths (morris:
                  runs x (inputs + 1)); ignored by the others
    correlations  pairs of inputs and the rank-like correlation of their normal scores (lhs and sobol)
    """

    method: Method = "lhs"
    runs: Annotated[int, Field(ge=1, le=MAX_RUNS)] = 500
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    levels: Annotated[int, Field(ge=2, le=1000)] = 3
    table: Annotated[str, Field(max_length=400)] = ""
    assumptions: Draws = "all"
    drivers: Draws = "none"
    correlations: tuple[tuple[Key, Key, Annotated[Number, Field(gt=-1, lt=1)]], ...] = Field(
        default=(), max_length=1000
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if (self.method == "table") != bool(self.table):
            raise ValueError("method 'table' and a file under 'table' belong together")
        if self.method == "saltelli" and (self.runs & (self.runs - 1) or self.runs < 2):
            near = 2 ** max(1, round(math.log2(self.runs)))
            raise ValueError(f"saltelli needs a power of two as runs, such as {near}, not {self.runs}")
        if self.correlations and self.method not in ("lhs", "sobol"):
            raise ValueError(f"correlations need method lhs or sobol, not {self.method}")
        return self


class Grid(_Data):
    """Every combination of lever values on one base scenario; a value is a number or a lever setting."""

    base: Key
    levers: dict[Key, tuple[Annotated[LeverSetting, BeforeValidator(lambda v: _setting(v))], ...]] = Field(
        min_length=1, max_length=50
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        count = 1
        for key, values in self.levers.items():
            if not values:
                raise ValueError(f"lever '{key}' needs at least one value")
            count *= len(values)
        if count > MAX_POLICIES:
            raise ValueError(f"the grid has {count:,} combinations; at most {MAX_POLICIES:,} are allowed")
        return self


def _setting(value: Any) -> Any:
    return {"value": value} if isinstance(value, int | float | str) or value is None else value


class BatchSolver(_Data):
    """Method of the batch: rk4 or euler at `time.step`, or RK45 at `rtol` and `atol`."""

    method: Literal["rk4", "euler", "RK45"] | None = None
    rtol: Annotated[Number, Field(gt=0, le=0.1)] | None = None
    atol: Annotated[Number, Field(gt=0)] | None = None


class Plan(_Data):
    """Policies x futures. Every policy meets the same futures: run 7 of one has the draws of run 7 of the other.

    scenarios   names of built-in scenarios or cases, or files (beside the plan, or as a path)
    grid        combinations of lever values on one scenario, as further policies
    outcomes    "headline", "all" (every outcome of the card) or keys of variables
    time        saving interval (default 1) and step of every run; start and stop where they differ from the case's
    folder      where the file stood ("" if built in or made in code)
    """

    format: Literal["gumsim-plan/1"] = "gumsim-plan/1"
    name: Name
    title: Text | None = None
    description: Text | None = None
    model: Annotated[str, Field(max_length=400)] = ""
    scenarios: tuple[Annotated[str, Field(min_length=1, max_length=400)], ...] = Field(
        default=(), max_length=MAX_POLICIES
    )
    grid: Grid | None = None
    sampling: Sampling = Field(default_factory=Sampling)
    outcomes: Annotated[
        Annotated[Literal["headline", "all"], Tag("word")]
        | Annotated[tuple[Key, ...], Field(min_length=1, max_length=1000), Tag("listed")],
        Discriminator(_kind),
    ] = "headline"
    time: RunTime = Field(default_factory=RunTime)
    solver: BatchSolver = Field(default_factory=BatchSolver)
    folder: str = Field(default="", exclude=True)
    origin: Origin = Field(default_factory=Origin, exclude=True, repr=False)

    @model_validator(mode="after")
    def _some_policy(self) -> Self:
        if not self.scenarios and self.grid is None:
            raise ValueError("name at least one scenario under 'scenarios', or a 'grid'")
        return self
