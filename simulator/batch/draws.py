"""The drawn values of any futures, from the design and each group's distributions; small enough to send to workers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch.drivers import DRAW, DriverDraw
from simulator.batch.tables import Table
from simulator.plan import Levels, Uncertain, values_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """What is drawn in each future.

    design   levels 0..1 of every input in every future, shared by all policies; for a table its values
    groups   per group of policies that start from one case: its name and its uncertain inputs, equal keys in all
    drivers  how drawn drivers are applied
    idle     a constant and its value, which stands for the draws where nothing is drawn
    """

    design: Levels | Table
    groups: tuple[tuple[str, tuple[Uncertain, ...]], ...]
    drivers: Mapping[str, DriverDraw]
    idle: tuple[str, float]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Keys of the uncertain inputs, in column order."""
        return tuple(item.key for item in self.groups[0][1])

    def values(self, group: int, start: int, stop: int) -> dict[str, Floats]:
        """Return the drawn values of futures `start` to `stop` (exclusive) in a group, by input."""
        part = self.design.rows(start, stop)
        if isinstance(self.design, Table):
            return {key: part[:, i] for i, key in enumerate(self.inputs)}
        return {item.key: values_of(item, part[:, i]) for i, item in enumerate(self.groups[group][1])}

    def parameters(self, group: int, start: int, stop: int) -> dict[str, Floats]:
        """Return what `simulate_batch` takes as its parameters for these futures."""
        values = self.values(group, start, stop)
        if not values:
            return {self.idle[0]: np.full(stop - start, self.idle[1])}
        return {key + DRAW if key in self.drivers else key: drawn for key, drawn in values.items()}
