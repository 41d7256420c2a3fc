"""The log of surprises: runs nobody expected, each explained by loops and run again by the passport."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.data_files import load_data
from simulator.library import data_folder
from simulator.studies.passport.rows import Context


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=2000)


class Surprise(_Data):
    """One entry: `variable` at `time` in `scenario` stands `direction` of that in `against`, and why.

    Title and explanation may stand in Chinese too.
    """

    title: str
    scenario: str
    against: str
    variable: str
    time: float
    direction: Literal["above", "below"]
    explanation: str
    title_zh: str = ""
    explanation_zh: str = ""


class _Log(_Data):
    format: Literal["gumsim-surprises/1"]
    surprises: tuple[Surprise, ...] = Field(min_length=1)


def load_surprises() -> tuple[Surprise, ...]:
    """Return the log's entries. Raises `InputError` naming file, line and key."""
    path = data_folder() / "models" / "gum.surprises.yaml"
    return load_data(path, _Log, name=path.name)[0].surprises


def still_seen(context: Context, entry: Surprise) -> tuple[float, bool]:
    """Return the difference between the entry's two runs and whether it has the direction that surprised."""
    import numpy as np

    values = []
    for name in (entry.scenario, entry.against):
        trajectory = context.run(context.scenario(name), [entry.variable])
        values.append(float(np.interp(entry.time, trajectory.times, trajectory[entry.variable])))
    difference = values[0] - values[1]
    return difference, difference > 0 if entry.direction == "above" else difference < 0
