"""The clock of a run: start, stop, step and saving interval, always as t0 + k*dt and never by adding up dt."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError

MAX_POINTS = 1_000_000


@dataclass(frozen=True)
class TimeGrid:
    """Start and stop time, fixed step and saving interval (saveper), all in the model's time unit.

    Valid: ``stop > start``, ``0 < step``, ``0 < every <= stop - start``, at most one million saved points or
    steps. Raises `InputError` otherwise.
    """

    start: float
    stop: float
    step: float
    every: float

    def __post_init__(self) -> None:
        for name in ("start", "stop", "step", "every"):
            if not isfinite(getattr(self, name)):
                raise InputError(f"time {name} must be a finite number, not {getattr(self, name)}")
        if self.stop <= self.start:
            raise InputError(f"time stop ({self.stop:g}) must be after start ({self.start:g})")
        for name in ("step", "every"):
            if getattr(self, name) <= 0:
                raise InputError(f"time {name} must be above 0, not {getattr(self, name):g}")
            if (self.stop - self.start) / getattr(self, name) > MAX_POINTS:
                raise InputError(f"time {name} of {getattr(self, name):g} gives over {MAX_POINTS:,} points; raise it")
        length = self.stop - self.start
        if self.every > length * (1 + 1e-9):
            raise InputError(f"time every ({self.every:g}) is longer than the run ({length:g}); lower it")

    @property
    def saved(self) -> NDArray[np.float64]:
        """Saved times, shape (n_times,): start + k*every up to stop (stop itself only if it falls on the grid)."""
        count = int(np.floor((self.stop - self.start) / self.every + 1e-9))
        saved: NDArray[np.float64] = self.start + np.arange(count + 1, dtype=np.float64) * self.every
        return saved
