"""Uncertain inputs: their distributions, and the values that levels (0..1) stand for."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.card import Distribution

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Uncertain:
    """One uncertain input with its distribution; `low` <= `centre` <= `high`, in `units`.

    kind     assumption or driver
    spread   standard deviation (normal) or that of the logarithm (lognormal)
    values, weights   of a discrete distribution; weights add up to 1
    """

    key: str
    kind: str
    distribution: Distribution
    low: float
    centre: float
    high: float
    units: str = ""
    spread: float = 0.0
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()

    @property
    def centre_level(self) -> float:
        """The level (0..1) whose value is the centre, as near as the distribution has one."""
        return float(np.clip(_level_of_centre(self), 0.0, 1.0))


def values_of(item: Uncertain, levels: Floats) -> Floats:
    """Return the quantiles of an input at `levels` (0..1), same shape: the inverse of its distribution function."""
    if item.distribution == "discrete":
        edges = np.cumsum(item.weights)[:-1]
        return np.asarray(item.values)[np.searchsorted(edges, levels, side="right")]
    width = item.high - item.low
    if item.distribution == "uniform":
        return item.low + levels * width
    if item.distribution == "triangular":
        rises = levels < (item.centre - item.low) / width
        inside = np.where(rises, levels * (item.centre - item.low), (1 - levels) * (item.high - item.centre))
        root = np.sqrt(inside * width)
        return np.asarray(np.where(rises, item.low + root, item.high - root))
    from scipy.special import ndtr, ndtri

    log = item.distribution == "lognormal"
    low, centre, high = (math.log(x) if log else x for x in (item.low, item.centre, item.high))
    first, last = ndtr((low - centre) / item.spread), ndtr((high - centre) / item.spread)
    found = centre + item.spread * ndtri(first + levels * (last - first))
    clipped: Floats = np.clip(np.exp(found) if log else found, item.low, item.high)
    return clipped


def _level_of_centre(item: Uncertain) -> float:
    if item.distribution == "discrete":
        nearest = min(range(len(item.values)), key=lambda i: abs(item.values[i] - item.centre))
        before = sum(item.weights[:nearest])
        return before + item.weights[nearest] / 2
    if item.distribution in ("uniform", "triangular"):
        return (item.centre - item.low) / (item.high - item.low)
    from scipy.special import ndtr

    log = item.distribution == "lognormal"
    low, centre, high = (math.log(x) if log else x for x in (item.low, item.centre, item.high))
    first, last = ndtr((low - centre) / item.spread), ndtr((high - centre) / item.spread)
    return float((0.5 - first) / (last - first))
