"""Values over time: a constant, or a piecewise-linear path with optional jumps."""

from bisect import bisect_right
from dataclasses import dataclass
from math import isfinite

from simulator.errors import InputError


@dataclass(frozen=True)
class Schedule:
    """A piecewise-linear path of one input over time, held at its first and last value outside its knots.

    `knots` is a tuple of ``(time, value)`` with non-decreasing times; two knots at one time are a jump, and at
    that very time the later knot holds. Times are in the model's time unit, values in the variable's unit.

    Raises `InputError` if there is no knot, a number is not finite, or times decrease.
    """

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.knots:
            raise InputError("a schedule needs at least one (time, value) pair")
        for time, value in self.knots:
            if not (isfinite(time) and isfinite(value)):
                raise InputError(f"a schedule takes finite numbers, not ({time}, {value})")
        for (before, _), (after, _) in zip(self.knots, self.knots[1:], strict=False):
            if after < before:
                raise InputError(f"schedule times must not decrease: {after} comes after {before}")

    @classmethod
    def constant(cls, value: float) -> "Schedule":
        """Return the schedule that is `value` at all times."""
        return cls(((0.0, float(value)),))

    @property
    def is_constant(self) -> bool:
        """True if the value never changes."""
        return all(value == self.knots[0][1] for _, value in self.knots)

    @property
    def break_points(self) -> tuple[float, ...]:
        """Times at which the path or its slope may change, ascending and without repeats."""
        return () if self.is_constant else tuple(dict.fromkeys(time for time, _ in self.knots))

    def at(self, time: float, *, before: bool = False) -> float:
        """Return the value at `time`; with `before`, the limit from the left (they differ only at a jump)."""
        knots = self.knots
        if before:
            index = next((i for i, (t, _) in enumerate(knots) if t >= time), len(knots))
            if index < len(knots) and knots[index][0] == time:
                return knots[index][1]
        else:
            index = bisect_right(knots, time, key=lambda knot: knot[0])
        if index == 0:
            return knots[0][1]
        if index == len(knots):
            return knots[-1][1]
        (t0, v0), (t1, v1) = knots[index - 1], knots[index]
        return v0 + (v1 - v0) * (time - t0) / (t1 - t0)
