"""Behaviour modes: which shapes an outcome's path takes over the futures, and how often."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch.store import Store
from simulator.errors import InputError

Floats = NDArray[np.float64]

SAMPLE = 1500
"""Paths that are clustered; the others join the nearest mode."""

FLAT = 0.02
"""A path that moves by less than this share of its own size counts as level."""


@dataclass(frozen=True)
class Mode:
    """One behaviour mode.

    name      what its typical path does: level, growth, decline, s-shaped, overshoot, dip, oscillation ...
    share     of the futures
    typical   median path of its members, shape (n_times,)
    low, high 10th and 90th percentile of its members
    members   runs that belong to it
    """

    name: str
    share: float
    typical: Floats
    low: Floats
    high: Floats
    members: NDArray[np.int64]


def modes(
    store: Store, outcome: str, policy: str | None = None, *, most: int = 6, count: int | None = None
) -> list[Mode]:
    """Return the behaviour modes of an outcome under a policy, most frequent first.

    Paths are compared by shape (level and size taken out) and joined by Ward's method; `count` modes, or as many (at
    most `most`) as have the best silhouette. Paths that hardly move are a mode of their own.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    policy = policy or store.policies[0]
    paths = store.values(outcome, policy)
    runs = np.flatnonzero(np.isfinite(paths).all(axis=1))
    paths = paths[runs]
    if len(paths) < 10:
        raise InputError(f"modes need at least 10 futures with a full set of values, not {len(paths)}")
    spread = np.ptp(paths, axis=1)
    level = spread <= FLAT * np.abs(paths).max(axis=1)
    labels = np.zeros(len(paths), dtype=int)
    if (~level).sum() >= 3:
        shapes = shape_of(paths[~level])
        chosen = np.random.default_rng(0).permutation(len(shapes))[:SAMPLE]
        tree = linkage(shapes[chosen], "ward")
        options = range(2, most + 1) if count is None else [count]
        splits = {n: fcluster(tree, n, "maxclust") for n in options if n < len(chosen)}
        scores = {n: _silhouette(shapes[chosen], split) for n, split in splits.items()}
        best = max(scores, key=lambda n: scores[n]) if scores else 0
        split = splits[best] if best and (count is not None or scores[best] > 0.25) else np.ones(len(chosen), int)
        labels[~level] = _nearest(shapes, shapes[chosen], split)
    found = [_mode(store, paths[labels == k], runs[labels == k], len(paths)) for k in np.unique(labels)]
    return sorted(found, key=lambda mode: -mode.share)


def shape_of(paths: Floats) -> Floats:
    """Return paths moved and stretched to run from 0 to 1, shape (n_paths, n_times): only their shape is left."""
    low = paths.min(axis=1, keepdims=True)
    shapes: Floats = (paths - low) / (paths.max(axis=1, keepdims=True) - low)
    return shapes


def name_of(path: Floats) -> str:
    """Return what a path does, in the words of behaviour modes."""
    spread = float(np.ptp(path))
    if spread <= FLAT * float(np.abs(path).max()):
        return "level"
    shape = (path - path.min()) / spread
    kernel = np.ones(3) / 3
    smooth = np.convolve(np.pad(shape, 1, mode="edge"), kernel, mode="valid")
    turns = _turning_points(smooth, 0.1)
    rise = float(shape[-1] - shape[0])
    if len(turns) >= 3:
        return "oscillation"
    if len(turns) == 2:
        return "rise, fall and rise" if smooth[turns[0]] > smooth[turns[1]] else "fall, rise and fall"
    if len(turns) == 1:
        peak = smooth[turns[0]] > 0.5
        if peak:
            return "overshoot" if rise > 0.3 else "rise and fall"
        return "dip and recovery" if rise >= 0 else "fall and partial recovery"
    first, last = float(np.interp(1 / 3, *_unit(shape))), float(np.interp(2 / 3, *_unit(shape)))
    done, late = abs(first - shape[0]), abs(shape[-1] - last)
    middle = 1 - done - late
    word = "growth" if rise > 0 else "decline"
    if middle > 0.5 and done < 0.3 and late < 0.3:
        return f"s-shaped {word}"
    if late < 0.6 * done:
        return f"{word} that levels off"
    return f"accelerating {word}" if done < 0.6 * late else f"steady {word}"


def _unit(shape: Floats) -> tuple[Floats, Floats]:
    return np.linspace(0, 1, len(shape)), shape


def _turning_points(path: Floats, least: float) -> list[int]:
    """Return where a path turns after having moved by `least` since its last turn, and moves as far again after it."""
    turns: list[int] = []
    extreme, direction = 0, 0
    for i in range(1, len(path)):
        step = path[i] - path[extreme]
        if direction == 0:
            if abs(step) >= least:
                direction = 1 if step > 0 else -1
                extreme = i
        elif step * direction > 0:
            extreme = i
        elif abs(step) >= least:
            turns.append(extreme)
            extreme, direction = i, -direction
    return turns


def _mode(store: Store, paths: Floats, runs: NDArray[np.int64], total: int) -> Mode:
    low, typical, high = np.percentile(paths, (10, 50, 90), axis=0)
    return Mode(name_of(typical), len(paths) / total, typical, low, high, runs)


def _silhouette(shapes: Floats, labels: NDArray[np.int64]) -> float:
    """Return the mean simplified silhouette (distances to the centres of modes), -1..1."""
    kinds = np.unique(labels)
    if len(kinds) < 2:
        return -1.0
    centres = np.array([shapes[labels == k].mean(axis=0) for k in kinds])
    distance = np.sqrt(((shapes[:, None, :] - centres[None]) ** 2).sum(axis=2))
    own = distance[np.arange(len(shapes)), np.searchsorted(kinds, labels)]
    distance[np.arange(len(shapes)), np.searchsorted(kinds, labels)] = np.inf
    other = distance.min(axis=1)
    return float(np.mean((other - own) / np.maximum(np.maximum(own, other), 1e-12)))


def _nearest(shapes: Floats, sample: Floats, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    kinds = np.unique(labels)
    centres = np.array([sample[labels == k].mean(axis=0) for k in kinds])
    distance = ((shapes[:, None, :] - centres[None]) ** 2).sum(axis=2)
    nearest: NDArray[np.int64] = kinds[np.argmin(distance, axis=1)]
    return nearest
