"""Designs: which levels (0..1) of every input each future has. Any rows can be had alone, so that memory stays flat."""

import hashlib
import warnings
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError
from simulator.plan.data import MAX_RUNS, Method, Sampling
from simulator.plan.distributions import Uncertain
from simulator.plan.shuffle import hashed_levels, shuffled

Floats = NDArray[np.float64]

MAX_SOBOL_INPUTS = 21_201
_EDGE = 1e-12


class Levels:
    """The futures of a sampling over some inputs: `runs` of them, any rows of which `rows` gives.

    Latin hypercube: each input has a stream of its own, from the seed and its key, so that adding or leaving out an
    input does not change the draws of the others. Raises `InputError` for a design with over `MAX_RUNS` futures, and
    for correlations that no set of inputs can have.
    """

    def __init__(self, sampling: Sampling, items: Sequence[Uncertain]) -> None:
        self.sampling, self.items = sampling, tuple(items)
        self.runs = design_size(sampling, len(items))
        if self.runs > MAX_RUNS:
            raise InputError(f"sampling: {self.runs:,} futures are too many (at most {MAX_RUNS:,}); lower runs or "
                             "levels, or name fewer inputs")
        if sampling.method in ("sobol", "saltelli") and self._dimensions > MAX_SOBOL_INPUTS:
            raise InputError(f"sampling: a Sobol' sequence has at most {MAX_SOBOL_INPUTS:,} columns, and these "
                             f"{len(items):,} inputs need {self._dimensions:,}")
        self._replaced = _correlated(self) if sampling.correlations else {}

    def __reduce__(self) -> tuple[type["Levels"], tuple[Sampling, tuple[Uncertain, ...]]]:
        return Levels, (self.sampling, self.items)

    def rows(self, start: int, stop: int) -> Floats:
        """Return the levels of futures `start` to `stop` (exclusive), shape (n_rows, n_inputs)."""
        plain = self._plain(np.arange(start, stop))
        for column, values in self._replaced.items():
            plain[:, column] = values[start:stop]
        return plain

    def _plain(self, numbers: NDArray[np.int64]) -> Floats:
        method, count = self.sampling.method, len(self.items)
        if not len(numbers) or not count:
            return np.empty((len(numbers), count))
        if method == "lhs":
            return self._latin(numbers)
        if method == "sobol":
            return self._sobol(int(numbers[0]), len(numbers))
        if method == "saltelli":
            return self._saltelli(numbers)
        if method == "morris":
            return self._morris(numbers)
        if method == "grid":
            digits = np.unravel_index(numbers, (self.sampling.levels,) * count)
            return np.column_stack([digit / (self.sampling.levels - 1) for digit in digits])
        return self._one_at_a_time(numbers)

    def _latin(self, numbers: NDArray[np.int64]) -> Floats:
        strata = shuffled(numbers, self.runs, self._streams)
        return (strata + hashed_levels(numbers, self._streams)) / self.runs

    @cached_property
    def _streams(self) -> NDArray[np.uint64]:
        """One number per input, from the seed and the input's key."""
        texts = (f"{self.sampling.seed}:{item.key}".encode() for item in self.items)
        return np.array([int.from_bytes(hashlib.sha256(t).digest()[:8], "little") for t in texts], dtype=np.uint64)

    @property
    def _dimensions(self) -> int:
        return len(self.items) * (2 if self.sampling.method == "saltelli" else 1)

    @cached_property
    def _engine(self) -> Any:
        from scipy.stats import qmc

        return qmc.Sobol(self._dimensions, seed=np.random.default_rng(self.sampling.seed))

    def _sobol(self, first: int, count: int) -> Floats:
        self._engine.reset()
        if first:
            self._engine.fast_forward(first)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a part of the sequence need not be a power of two
            inside: Floats = np.clip(self._engine.random(count), _EDGE, 1 - _EDGE)
        return inside

    def _saltelli(self, numbers: NDArray[np.int64]) -> Floats:
        """Return rows of A, B, then A with column i from B for each i: the radial design of Saltelli et al. (2010)."""
        base, count = self.sampling.runs, len(self.items)
        found = np.empty((len(numbers), count))
        for block in range(int(numbers[0]) // base, int(numbers[-1]) // base + 1):
            here = numbers // base == block
            first = int(numbers[here][0]) % base
            both = self._sobol(first, int(here.sum()))
            a, b = both[:, :count], both[:, count:]
            if block > 1:
                a = a.copy()
                a[:, block - 2] = b[:, block - 2]
            found[here] = b if block == 1 else a
        return found

    def _morris(self, numbers: NDArray[np.int64]) -> Floats:
        """Return points of paths that change one input at a time (Morris 1991).

        Levels are 1/2p, 3/2p, ..., so that a grid of p = 4 never touches the ends; a step is half the grid.
        """
        count = len(self.items)
        size = max(4, self.sampling.levels + self.sampling.levels % 2)
        half = size // 2
        found = np.empty((len(numbers), count))
        for path in range(int(numbers[0]) // (count + 1), int(numbers[-1]) // (count + 1) + 1):
            random = np.random.default_rng([self.sampling.seed, path])
            place = random.integers(0, size, count)
            points = np.empty((count + 1, count))
            points[0] = place
            for step, i in enumerate(random.permutation(count), start=1):
                place[i] += half if place[i] < half else -half
                points[step] = place
            here = numbers // (count + 1) == path
            found[here] = (points[numbers[here] % (count + 1)] + 0.5) / size
        return found

    def _one_at_a_time(self, numbers: NDArray[np.int64]) -> Floats:
        """Return the centre, then `levels` values of each input with the others at their centre."""
        size = self.sampling.levels
        found = np.tile([item.centre_level for item in self.items], (len(numbers), 1))
        moved = np.flatnonzero(numbers > 0)
        which = numbers[moved] - 1
        found[moved, which // size] = which % size / (size - 1)
        return found


def design_size(sampling: Sampling, inputs: int) -> int:
    """Return how many futures a design has with so many inputs (a table's size is only known from its file)."""
    if not inputs:
        return 1
    runs, levels = sampling.runs, sampling.levels
    sizes: dict[Method, int] = {
        "lhs": runs, "sobol": runs, "saltelli": runs * (inputs + 2), "morris": runs * (inputs + 1),
        "one_at_a_time": 1 + levels * inputs, "grid": levels ** min(inputs, 64), "table": 0,
    }
    return sizes[sampling.method]


def _correlated(design: Levels) -> dict[int, Floats]:
    """Return, for inputs that are correlated, all their levels in an order that gives them the correlations.

    A Gaussian copula gives the order; each column keeps its own levels, and so the strata of a Latin hypercube (Iman
    and Conover 1982). Correlations are those of the normal scores.
    """
    from scipy.special import ndtri

    sampling, items = design.sampling, design.items
    position = {item.key: i for i, item in enumerate(items)}
    for a, b, _ in sampling.correlations:
        for key in (a, b):
            if key not in position:
                raise InputError(f"sampling.correlations: '{key}' is not among the inputs that are drawn")
        if a == b:
            raise InputError(f"sampling.correlations: '{a}' stands with itself")
    touched = sorted({position[key] for pair in sampling.correlations for key in pair[:2]})
    wanted = np.eye(len(touched))
    for a, b, value in sampling.correlations:
        i, j = touched.index(position[a]), touched.index(position[b])
        wanted[i, j] = wanted[j, i] = value
    try:
        root = np.linalg.cholesky(wanted)
    except np.linalg.LinAlgError:
        problem = "no inputs can have all these correlations at once; weaken some"
        raise InputError(f"sampling.correlations: {problem}") from None
    part = Levels(sampling.model_copy(update={"correlations": ()}), [items[i] for i in touched])
    levels = part.rows(0, part.runs)
    scores = ndtri(np.clip(levels, _EDGE, 1 - _EDGE)) @ root.T
    ranks = np.argsort(np.argsort(scores, axis=0, kind="stable"), axis=0, kind="stable")
    ordered = np.take_along_axis(np.sort(levels, axis=0), ranks, axis=0)
    return {i: ordered[:, column] for column, i in enumerate(touched)}


