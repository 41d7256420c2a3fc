"""What is read off futures on common draws: who beats whom, where it loses, regret, bands as a table. No widgets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.batch import UncertaintyBands
from simulator.card import Outcome
from simulator.studies.compare_policies import InputShift, Regret, chance_distance, regret_of, shifts_of

Floats = NDArray[np.float64]

PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)
MOST_SHIFTS = 6
STILL = 1e-6
"""Values nearer to each other than this share of their span are equal."""


@dataclass(frozen=True)
class Duel:
    """One policy against another in the same futures at one time.

    gains   per future, in display units, signed so that more is better
    ties    whether the two are equal there
    """

    gains: Floats
    ties: NDArray[np.bool_]

    @property
    def better(self) -> int:
        """In how many futures the first is better."""
        return int(np.sum((self.gains > 0) & ~self.ties))

    @property
    def equal(self) -> int:
        """In how many they are equal."""
        return int(np.sum(self.ties))

    @property
    def worse(self) -> int:
        """In how many the first is worse."""
        return int(np.sum((self.gains < 0) & ~self.ties))

    @property
    def futures(self) -> int:
        """All of them."""
        return len(self.gains)


def moment_of(found: UncertaintyBands, time: float) -> int:
    """Return the position of the saved time nearest to `time`."""
    return int(np.argmin(np.abs(found.times - time)))


def scores_of(found: UncertaintyBands, outcome: Outcome, time: float) -> Floats:
    """Return the outcome of every policy at `time` in display units, more being better, shape (n_policies, n_futures).

    Better is higher unless the outcome says lower.
    """
    moment = moment_of(found, time)
    values = np.array([found.futures[policy, outcome.key][:, moment] for policy in found.policies]) * outcome.display
    return -values if outcome.better == "lower" else values


def duel(scores: Floats, a: int, b: int) -> Duel:
    """Return policy `a` against policy `b` (positions in `scores`)."""
    gains = scores[a] - scores[b]
    span = float(np.ptp(scores[[a, b]]))
    return Duel(gains, np.abs(gains) <= STILL * max(span, 1e-12))


def losses(found: UncertaintyBands, fight: Duel) -> tuple[InputShift, ...]:
    """Return the inputs that tell the lost futures from the others, by more than chance among so many inputs would."""
    losing = (fight.gains < 0) & ~fight.ties
    if not found.draws or losing.all() or not losing.any():
        return ()
    shifts = shifts_of(list(found.draws), np.stack(list(found.draws.values()), axis=1), losing)
    least = chance_distance(int(losing.sum()), int((~losing).sum()), len(found.draws))
    return tuple(shift for shift in shifts[:MOST_SHIFTS] if shift.distance > least)


def regrets(scores: Floats, labels: Sequence[str]) -> list[Regret]:
    """Return how far each policy falls short of the best one in each future, smallest mean first."""
    span = float(np.ptp(scores))
    near = scores.max(axis=0) - scores <= STILL * max(span, 1e-12)
    return regret_of(labels, np.where(near, scores.max(axis=0), scores))


def bands_table(
    time_name: str, times: Floats, labels: Sequence[str], bands: Sequence[Floats], outcome: Outcome
) -> "pd.DataFrame":
    """Return the bands as a table in display units: one row per time, one column per run and percentile."""
    columns: dict[str, object] = {time_name: times}
    for label, values in zip(labels, bands, strict=True):
        for percentile, line in zip(PERCENTILES, values, strict=True):
            columns[f"{label} {percentile:g} %"] = np.round(line * outcome.display, outcome.decimals + 2)
    return pd.DataFrame(columns)
