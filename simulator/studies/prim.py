"""PRIM, the patient rule induction method (Friedman and Fisher 1999), as used in scenario discovery.

Ours, because the Python package of that name is under the GPL and the other lives inside a modelling framework.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEEL = 0.05
SMALLEST = 0.05


@dataclass(frozen=True)
class Box:
    """One box: limits per restricted input, and how good it is.

    limits     input -> (low, high); None where that side is open
    density    share of the futures inside that are of interest
    coverage   share of the futures of interest that lie inside
    mass       share of all futures that lie inside
    """

    limits: dict[str, tuple[float | None, float | None]]
    density: float
    coverage: float
    mass: float


def peel(
    inputs: Floats, keys: Sequence[str], interest: Flags, *, alpha: float = PEEL, smallest: float = SMALLEST
) -> list[Box]:
    """Return the peeling trajectory: boxes from the whole space inwards, each a little denser in futures of interest.

    Each step cuts off the `alpha` of the box at one end of one input whose removal raises the density most; it ends
    when a box would hold less than `smallest` of all futures or nothing is gained. `inputs` is (n, n_inputs).
    """
    inside = np.ones(len(inputs), dtype=bool)
    limits: dict[int, list[float | None]] = {}
    boxes = [_box(keys, limits, inside, interest)]
    while boxes[-1].density < 1.0:
        cut = _best_cut(inputs, inside, interest, alpha, smallest * len(inputs))
        if cut is None:
            break
        column, side, bound, inside = cut
        limits.setdefault(column, [None, None])[side] = bound
        boxes.append(_box(keys, limits, inside, interest))
    return boxes


def paste(inputs: Floats, keys: Sequence[str], interest: Flags, box: Box) -> Box:
    """Return the box without restrictions that are not needed: each whose removal does not lower the density."""
    limits = dict(box.limits)
    best = box
    for key in sorted(box.limits, key=lambda k: keys.index(k)):
        for side in (0, 1):
            if key not in limits or limits[key][side] is None:
                continue
            trial = dict(limits)
            low, high = trial[key]
            trial[key] = (None, high) if side == 0 else (low, None)
            if trial[key] == (None, None):
                del trial[key]
            wider = measured(inputs, keys, interest, trial)
            if wider.density >= best.density - 1e-12:
                best, limits = wider, trial
    return best


def prune(inputs: Floats, keys: Sequence[str], interest: Flags, box: Box, *, level: float = 0.05) -> Box:
    """Return the box without the inputs whose restriction may be chance, the least significant going first.

    An input stays if so many hits among the box's futures would come about with a probability below `level` at the
    density that the box has without it (Bryant and Lempert 2010). Give futures that the box was not found on.
    """
    from scipy.stats import binom

    limits = dict(box.limits)
    while limits:
        here = measured(inputs, keys, interest, limits)
        count = round(here.mass * len(inputs))
        chance = {}
        for key in limits:
            wider = measured(inputs, keys, interest, {k: v for k, v in limits.items() if k != key})
            chance[key] = float(binom.sf(round(here.density * count) - 1, count, wider.density)) if count else 1.0
        worst = max(chance, key=lambda key: chance[key])
        if chance[worst] < level:
            break
        del limits[worst]
    return measured(inputs, keys, interest, limits)


def chosen(boxes: Sequence[Box]) -> Box:
    """Return the box of a trajectory with the best balance of density and coverage (their harmonic mean)."""
    return max(boxes, key=lambda b: 2 * b.density * b.coverage / (b.density + b.coverage) if b.coverage else 0.0)


def measured(
    inputs: Floats, keys: Sequence[str], interest: Flags, limits: dict[str, tuple[float | None, float | None]]
) -> Box:
    """Return the box of these limits with its density, coverage and mass."""
    inside = np.ones(len(inputs), dtype=bool)
    for key, (low, high) in limits.items():
        column = inputs[:, list(keys).index(key)]
        if low is not None:
            inside &= column >= low
        if high is not None:
            inside &= column <= high
    return _graded(limits, inside, interest)


def _box(keys: Sequence[str], limits: dict[int, list[float | None]], inside: Flags, interest: Flags) -> Box:
    named = {keys[i]: (pair[0], pair[1]) for i, pair in sorted(limits.items())}
    return _graded(named, inside, interest)


def _graded(limits: dict[str, tuple[float | None, float | None]], inside: Flags, interest: Flags) -> Box:
    hits = int((inside & interest).sum())
    density = hits / int(inside.sum()) if inside.any() else 0.0
    return Box(dict(limits), density, hits / max(int(interest.sum()), 1), float(inside.mean()))


def _best_cut(
    inputs: Floats, inside: Flags, interest: Flags, alpha: float, fewest: float
) -> tuple[int, int, float, Flags] | None:
    """Return (column, side, bound, futures left) of the best cut, None if none is better than no cut.

    The gain is that of the density per future given up, so that inputs with few values are not preferred.
    """
    values, hits = inputs[inside], interest[inside]
    density = hits.mean()
    best, gain = None, 0.0
    lows, highs = np.quantile(values, alpha, axis=0), np.quantile(values, 1 - alpha, axis=0)
    for column in range(inputs.shape[1]):
        for side, bound in ((0, lows[column]), (1, highs[column])):
            kept = values[:, column] >= bound if side == 0 else values[:, column] <= bound
            if kept.all():  # many futures share the end value: cut off all of them
                ends = values[:, column]
                others = ends[ends > bound] if side == 0 else ends[ends < bound]
                if not len(others):
                    continue
                bound = others.min() if side == 0 else others.max()
                kept = ends >= bound if side == 0 else ends <= bound
            if kept.sum() < fewest:
                continue
            better = (hits[kept].mean() - density) / max(1 - kept.mean(), 1e-12)
            if better > gain + 1e-12:
                best, gain = (column, side, float(bound)), better
    if best is None:
        return None
    column, side, bound = best
    left = inside & (inputs[:, column] >= bound if side == 0 else inputs[:, column] <= bound)
    return column, side, bound, left
