"""Policies of a batch side by side, future by future: bands, who beats whom, regret, how firm the ranking is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch.store import Store
from simulator.errors import InputError

Floats = NDArray[np.float64]

PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)


@dataclass(frozen=True)
class PolicyBand:
    """Percentiles of one outcome under one policy: `values` has the shape (n_percentiles, n_times)."""

    policy: str
    outcome: str
    percentiles: tuple[float, ...]
    times: Floats
    values: Floats
    futures: int


@dataclass(frozen=True)
class InputShift:
    """How futures of one kind differ from the others in one input.

    distance    largest difference of the two distribution functions (Kolmogorov-Smirnov), 0..1
    losing, winning   the input's median in either kind
    """

    key: str
    distance: float
    losing: float
    winning: float


@dataclass(frozen=True)
class Versus:
    """Policy `a` against `b` on common draws; gains are a's outcome minus b's, signed so that more is better.

    wins        share of futures in which a beats b, a tie counting half; `standard_error` of that share
    over_time   that share at every saved time
    gains       gain in each future at `time`, shape (n_futures,)
    where       inputs in which the futures that a loses differ most from those it wins, strongest first
    """

    a: str
    b: str
    outcome: str
    time: float
    wins: float
    standard_error: float
    ties: float
    over_time: Floats
    gains: Floats
    where: tuple[InputShift, ...]


@dataclass(frozen=True)
class Regret:
    """Regret of one policy: how far it falls short of the best policy in each future, in the outcome's unit.

    `best` is the share of futures in which it is the best one (ties are shared out).
    """

    policy: str
    mean: float
    median: float
    ninetieth: float
    largest: float
    best: float


@dataclass(frozen=True)
class Ranking:
    """How firm a ranking is.

    ranks         share of futures in which policy i has rank r (0 = best), shape (n_policies, n_policies)
    orders        per criterion the policies from best to worst: median, 5th percentile, mean regret, worst regret
    concordance   Kendall's W: 1 if all futures rank alike, 0 if there is no agreement
    """

    policies: tuple[str, ...]
    ranks: Floats
    orders: dict[str, tuple[str, ...]]
    concordance: float

    @property
    def robust(self) -> bool:
        """Whether all criteria name the same policy first."""
        return len({order[0] for order in self.orders.values()}) == 1


def lower_is_better(store: Store, outcome: str, asked: bool | None = None) -> bool:
    """Return whether a small value is good: as asked, else as the model's card says."""
    return asked if asked is not None else store.better(outcome) == "lower"


def bands(
    store: Store, outcome: str, policies: Sequence[str] | None = None, percentiles: Sequence[float] = PERCENTILES
) -> list[PolicyBand]:
    """Return the percentiles (0..100) over the futures at each time, one band per policy (default: all)."""
    found = []
    for policy in policies or store.policies:
        values = store.values(outcome, policy)
        good = values[np.isfinite(values).all(axis=1)]
        if not len(good):
            raise InputError(f"policy '{policy}' has no future with a full set of values")
        found.append(PolicyBand(policy, outcome, tuple(percentiles), store.times,
                                np.percentile(good, percentiles, axis=0), len(good)))
    return found


def versus(
    store: Store, a: str, b: str, outcome: str, *, time: float | None = None, lower: bool | None = None
) -> Versus:
    """Return how policy `a` fares against `b` in the same futures at a saved time (default: the last).

    A future in which either has no full set of values is left out. Raises `InputError` for unknown names, and if the
    two start from cases whose draws differ.
    """
    if a == b:
        raise InputError(f"'{a}' cannot be compared with itself")
    sign = -1.0 if lower_is_better(store, outcome, lower) else 1.0
    moment = store.moment(time)
    difference = sign * (store.values(outcome, a) - store.values(outcome, b))
    good: NDArray[np.bool_] = np.asarray(np.isfinite(difference).all(axis=1))
    if not good.any():
        raise InputError(f"'{a}' and '{b}' have no future in which both have a full set of values")
    difference = difference[good]
    over_time = np.mean(difference > 0, axis=0) + 0.5 * np.mean(difference == 0, axis=0)
    gains, wins = difference[:, moment], float(over_time[moment])
    return Versus(
        a, b, outcome, float(store.times[moment]), wins, float(np.sqrt(wins * (1 - wins) / len(gains))),
        float(np.mean(gains == 0)), over_time, gains, input_shifts(store, a, gains < 0, good),
    )


def input_shifts(
    store: Store, policy: str, losing: NDArray[np.bool_], among: NDArray[np.bool_] | None = None
) -> tuple[InputShift, ...]:
    """Return how the inputs of the `losing` futures differ from the others', strongest first.

    `losing` tells each of the futures chosen by `among` (default: all). Nothing if there are none of either kind.
    """
    draws = store.inputs(policy)
    values = draws.to_numpy()[slice(None) if among is None else among]
    return shifts_of([str(name) for name in draws.columns], values, losing)


def shifts_of(keys: Sequence[str], values: Floats, losing: NDArray[np.bool_]) -> tuple[InputShift, ...]:
    """Return how inputs `keys` of the `losing` futures differ from the others', strongest first.

    `values` has the shape (n_futures, n_inputs). Nothing if there are no losing futures, or no others.
    """
    if losing.all() or not losing.any():
        return ()
    order = np.argsort(values, axis=0, kind="stable")
    sorted_losing = losing[order]
    steps = np.where(sorted_losing, 1.0 / losing.sum(), -1.0 / (~losing).sum())
    distance = np.abs(np.cumsum(steps, axis=0))
    last_of_its_value = np.ones_like(sorted_losing)
    ordered = np.take_along_axis(values, order, axis=0)
    last_of_its_value[:-1] = ordered[1:] != ordered[:-1]
    strongest = np.where(last_of_its_value, distance, 0.0).max(axis=0)
    lost, won = np.median(values[losing], axis=0), np.median(values[~losing], axis=0)
    return tuple(
        InputShift(keys[i], float(strongest[i]), float(lost[i]), float(won[i]))
        for i in np.argsort(-strongest, kind="stable")
    )


def chance_distance(losing: int, others: int, inputs: int) -> float:
    """Return the distance that the most different of `inputs` without influence passes in 1 of 20 samples.

    Kolmogorov and Smirnov's large-sample bound for two samples, shared out over the inputs (Bonferroni).
    """
    return float(np.sqrt(0.5 * np.log(2 * inputs / 0.05) * (losing + others) / (losing * others)))


def regret(
    store: Store, outcome: str, *, time: float | None = None, policies: Sequence[str] | None = None,
    lower: bool | None = None,
) -> list[Regret]:
    """Return every policy's regret at a saved time (default: the last), smallest mean first."""
    return regret_of(*_scores(store, outcome, time, policies, lower))


def regret_of(names: Sequence[str], scores: Floats) -> list[Regret]:
    """Return every policy's regret, smallest mean first.

    `scores`, the more the better, has the shape (n_policies, n_futures).
    """
    short = scores.max(axis=0) - scores
    is_best = short == 0
    shares = (is_best / is_best.sum(axis=0)).mean(axis=1)
    rows = [
        Regret(name, float(r.mean()), float(np.median(r)), float(np.percentile(r, 90)), float(r.max()), float(share))
        for name, r, share in zip(names, short, shares, strict=True)
    ]
    return sorted(rows, key=lambda row: row.mean)


def ranking(
    store: Store, outcome: str, *, time: float | None = None, policies: Sequence[str] | None = None,
    lower: bool | None = None,
) -> Ranking:
    """Return how policies rank in each future at a saved time (default: the last) and by four criteria."""
    from scipy.stats import rankdata

    names, scores = _scores(store, outcome, time, policies, lower)
    count, futures = scores.shape
    places = rankdata(-scores, method="ordinal", axis=0).astype(int) - 1
    ranks = np.stack([np.mean(places == place, axis=1) for place in range(count)], axis=1)
    short = scores.max(axis=0) - scores
    criteria = {
        "median": -np.median(scores, axis=1), "5th percentile": -np.percentile(scores, 5, axis=1),
        "mean regret": short.mean(axis=1), "worst regret": short.max(axis=1),
    }
    orders = {name: tuple(names[i] for i in np.argsort(values, kind="stable")) for name, values in criteria.items()}
    sums = rankdata(-scores, axis=0).sum(axis=1)
    spread = float(((sums - sums.mean()) ** 2).sum())
    concordance = 12 * spread / (futures**2 * (count**3 - count))
    return Ranking(names, ranks, orders, concordance)


def _scores(
    store: Store, outcome: str, time: float | None, policies: Sequence[str] | None, lower: bool | None
) -> tuple[tuple[str, ...], Floats]:
    """Return the policies and their outcome in each future all of them finished, more being better."""
    names = tuple(policies or store.policies)
    if len(names) < 2:
        raise InputError("this takes at least two policies")
    moment = store.moment(time)
    scores = np.array([store.values(outcome, name)[:, moment] for name in names])
    scores = scores[:, np.isfinite(scores).all(axis=0)]
    if not scores.size:
        raise InputError("these policies have no future that all of them finished")
    return names, -scores if lower_is_better(store, outcome, lower) else scores
