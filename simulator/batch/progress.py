"""How far a batch is, and how long it will take."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Runs done (those of an earlier start included), runs in all, seconds since this start, runs done since then."""

    done: int
    total: int
    seconds: float
    fresh: int

    @property
    def rate(self) -> float:
        """Runs per second since this start; 0 before the first chunk."""
        return self.fresh / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the last run at this rate; None before the first chunk."""
        return (self.total - self.done) / self.rate if self.rate else None

    def line(self) -> str:
        """Return the state as one short line."""
        left = "" if self.seconds_left is None else f", {duration(self.seconds_left)} left"
        return f"{self.done:,} of {self.total:,} runs ({self.done / max(self.total, 1):.0%}), {self.rate:,.0f}/s{left}"


Report = Callable[[Progress], None]


def duration(seconds: float) -> str:
    """Return a time span as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 6000:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
