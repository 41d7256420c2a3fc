"""Uncertain inputs and designs: levels in the unit cube, shared by all policies, and the values they stand for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from simulator.card import Distribution
from simulator.errors import InputError
from simulator.plan.data import Design, Sampling

Floats = NDArray[np.float64]

MAX_SOBOL_INPUTS = 21_201
MAX_CELLS = 200_000_000
"""Futures x inputs of one design that are held in memory: 1.6 GB."""


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
        turn = (item.centre - item.low) / width
        rising = item.low + np.sqrt(levels * width * (item.centre - item.low))
        falling = item.high - np.sqrt((1 - levels) * width * (item.high - item.centre))
        return np.asarray(np.where(levels < turn, rising, falling))
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


def design_size(sampling: Sampling, inputs: int) -> int:
    """Return how many futures a design has with so many inputs (a table's size is only known from its file)."""
    runs, levels = sampling.runs, sampling.levels
    sizes: dict[Design, int] = {
        "lhs": runs, "sobol": runs, "saltelli": runs * (inputs + 2), "morris": runs * (inputs + 1),
        "one_at_a_time": 1 + levels * inputs, "grid": levels ** min(inputs, 64), "table": 0,
    }
    return sizes[sampling.method]


def draw_levels(sampling: Sampling, items: Sequence[Uncertain]) -> Floats:
    """Return the design's levels (0..1), shape (n_runs, n_inputs), the same for the same seed.

    Latin hypercube: each input has a stream of its own, from the seed and its key, so that adding or leaving out an
    input does not change the draws of the others. Raises `InputError` for a design that is too large, or for
    correlations that no set of inputs can have.
    """
    count = design_size(sampling, len(items))
    if count * len(items) > MAX_CELLS:
        raise InputError(
            f"sampling: {count:,} futures of {len(items)} inputs are too many to hold; lower runs or levels, or name "
            "fewer inputs"
        )
    if sampling.method == "lhs":
        levels = _latin_hypercube(sampling, items, count)
    elif sampling.method == "sobol":
        levels = _sobol_sequence(count, len(items), sampling.seed)
    elif sampling.method == "saltelli":
        levels = _saltelli(sampling.runs, len(items), sampling.seed)
    elif sampling.method == "morris":
        levels = _morris(sampling, len(items))
    elif sampling.method == "grid":
        levels = np.array(list(product(_even(sampling.levels), repeat=len(items))))
    else:
        levels = _one_at_a_time(sampling.levels, items)
    return _correlated(levels, sampling, items) if sampling.correlations else levels


def _latin_hypercube(sampling: Sampling, items: Sequence[Uncertain], count: int) -> Floats:
    from scipy.stats import qmc

    levels = np.empty((count, len(items)))
    for i, item in enumerate(items):
        stream = np.random.default_rng([sampling.seed, *item.key.encode()])
        levels[:, i] = qmc.LatinHypercube(1, seed=stream).random(count)[:, 0]
    return levels


def _sobol_sequence(count: int, inputs: int, seed: int) -> Floats:
    from scipy.stats import qmc

    if inputs > MAX_SOBOL_INPUTS:
        raise InputError(f"sampling: a Sobol' sequence has at most {MAX_SOBOL_INPUTS:,} inputs, not {inputs:,}")
    power = max(0, math.ceil(math.log2(count)))
    found = qmc.Sobol(inputs, seed=np.random.default_rng(seed)).random_base2(power)[:count]
    inside: Floats = np.clip(found, 1e-12, 1 - 1e-12)
    return inside


def _saltelli(base: int, inputs: int, seed: int) -> Floats:
    """Return A, B, then A with column i from B for each i: the radial design of Saltelli et al. (2010)."""
    both = _sobol_sequence(base, 2 * inputs, seed)
    a, b = both[:, :inputs], both[:, inputs:]
    levels = np.empty((inputs + 2, base, inputs))
    levels[0], levels[1] = a, b
    for i in range(inputs):
        levels[i + 2] = a
        levels[i + 2, :, i] = b[:, i]
    return levels.reshape(-1, inputs)


def _morris(sampling: Sampling, inputs: int) -> Floats:
    """Return paths of inputs + 1 points, each differing from the one before in one input (Morris 1991).

    Levels are 1/2p, 3/2p, ..., so that a grid of p = 4 never touches the ends; a step is half the grid.
    """
    levels_count = max(4, sampling.levels + sampling.levels % 2)
    half = levels_count // 2
    random = np.random.default_rng(sampling.seed)
    paths = np.empty((sampling.runs, inputs + 1, inputs))
    for path in paths:
        place = random.integers(0, levels_count, inputs)
        path[0] = (place + 0.5) / levels_count
        for step, i in enumerate(random.permutation(inputs), start=1):
            place[i] += half if place[i] < half else -half
            path[step] = (place + 0.5) / levels_count
    return paths.reshape(-1, inputs)


def _even(count: int) -> Floats:
    return np.linspace(0.0, 1.0, count)


def _one_at_a_time(levels_count: int, items: Sequence[Uncertain]) -> Floats:
    """Return the centre, then `levels_count` values of each input with the others at their centre."""
    centre = np.array([item.centre_level for item in items])
    levels = np.tile(centre, (1 + levels_count * len(items), 1))
    for i in range(len(items)):
        first = 1 + i * levels_count
        levels[first : first + levels_count, i] = _even(levels_count)
    return levels


def _correlated(levels: Floats, sampling: Sampling, items: Sequence[Uncertain]) -> Floats:
    """Return levels whose normal scores have the correlations asked for, each column keeping its own values.

    A Gaussian copula gives the order; putting each column's own levels in that order keeps the strata of a Latin
    hypercube (Iman and Conover 1982).
    """
    from scipy.special import ndtri

    position = {item.key: i for i, item in enumerate(items)}
    wanted = np.eye(len(items))
    for a, b, value in sampling.correlations:
        for key in (a, b):
            if key not in position:
                raise InputError(f"sampling.correlations: '{key}' is not among the inputs that are drawn")
        if a == b:
            raise InputError(f"sampling.correlations: '{a}' stands with itself")
        wanted[position[a], position[b]] = wanted[position[b], position[a]] = value
    touched = sorted({position[key] for pair in sampling.correlations for key in pair[:2]})
    block = wanted[np.ix_(touched, touched)]
    try:
        root = np.linalg.cholesky(block)
    except np.linalg.LinAlgError:
        problem = "no inputs can have all these correlations at once; weaken some"
        raise InputError(f"sampling.correlations: {problem}") from None
    found = levels.copy()
    scores = ndtri(np.clip(levels[:, touched], 1e-12, 1 - 1e-12)) @ root.T
    for column, i in enumerate(touched):
        order = np.argsort(np.argsort(scores[:, column], kind="stable"), kind="stable")
        found[:, i] = np.sort(levels[:, i])[order]
    return found
