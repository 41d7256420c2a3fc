"""Draws of the uncertain assumptions: one Latin hypercube for all runs, so that runs differ only in what they test."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.card import Assumption, Card
from simulator.studies.claims.ranges import checked_factor, widened

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """`count` draws: the level (0..1) of each assumption in each of them.

    `levels` maps an assumption to an array (n_draws,), a Latin hypercube sample of the uniform distribution.
    `widen` is the factor on the widths of the ranges (see `ranges.widened`). Assumptions in `whole` are weights or
    shares that leave a remainder of 1 (``1 - A - B``): at every factor above 1 they keep the range of the model file,
    so that widening makes no remainder negative; below 1 they are narrowed like the others.
    """

    count: int
    assumptions: Mapping[str, Assumption]
    levels: Mapping[str, Floats]
    widen: float = 1.0
    whole: Collection[str] = ()

    def values(self, at: Mapping[str, float], fixed: Collection[str]) -> dict[str, Floats]:
        """Return assumption -> array (1 + n_draws,): the calibrated point `at`, then the draws around it.

        The mode of a triangular distribution is the calibrated value. Assumptions in `fixed` are left out.
        """
        found = {}
        for key, item in self.assumptions.items():
            if key not in fixed:
                point = at.get(key, item.neutral)
                low, high = widened(item, point, min(self.widen, 1.0) if key in self.whole else self.widen)
                drawn = inverse(item.distribution, self.levels[key], low, point, high)
                found[key] = np.concatenate([[point], drawn])
        return found


def draw(
    card: Card,
    count: int,
    seed: int,
    not_drawn: Collection[str] = (),
    *,
    widen: float = 1.0,
    whole: Collection[str] = (),
) -> Draws:
    """Return `count` draws of the card's assumptions without case data, scales of reference and `not_drawn`.

    `widen` and `whole` as in `Draws`; the levels do not depend on them. Raises `InputError` for a factor out of limits.
    """
    items = {
        item.key: item
        for item in sorted(card.assumptions, key=lambda item: item.key)
        if not item.case_data and not item.key.startswith("reference_") and item.key not in not_drawn
    }
    levels = {key: _stratified(np.random.default_rng([seed, *key.encode()]), count) for key in items}
    return Draws(count, items, levels, checked_factor(widen), whole)


def _stratified(random: np.random.Generator, count: int) -> Floats:
    """Return one value from each of `count` equal strata of 0..1, in random order."""
    return (random.permutation(count) + random.random(count)) / max(count, 1)


def inverse(distribution: str, level: Floats, low: float, mode: float, high: float) -> Floats:
    """Return the quantile of a uniform distribution, or else of the triangular one with the given mode."""
    if distribution == "uniform" or high <= low:
        return low + level * (high - low)
    width, turn = high - low, (mode - low) / (high - low)
    rising = low + np.sqrt(level * width * (mode - low))
    falling = high - np.sqrt((1 - level) * width * (high - mode))
    return np.asarray(np.where(level < turn, rising, falling))
