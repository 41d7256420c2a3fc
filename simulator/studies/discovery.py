"""Scenario discovery: which futures are those in which a policy fails (or shines), in words of a few inputs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch.store import Store
from simulator.errors import InputError
from simulator.studies.prim import Box, chosen, measured, paste, peel, prune

Floats = NDArray[np.float64]

FEWEST_TO_SPLIT = 200


@dataclass(frozen=True)
class Discovery:
    """Futures of interest and how to recognise them.

    interest     which of the futures used are of interest, shape (n_futures,)
    inputs       their draws, shape (n_futures, n_inputs), columns in the order of `keys`
    box          PRIM's box: few inputs, high density and coverage
    trajectory   all boxes of the peeling, from the whole space inwards
    tree         CART's rules, one per leaf of mostly interesting futures; empty without scikit-learn
    """

    outcome: str
    policy: str
    question: str
    keys: tuple[str, ...]
    inputs: Floats
    interest: NDArray[np.bool_]
    box: Box
    trajectory: tuple[Box, ...]
    tree: tuple[Box, ...]


def discover(
    store: Store, outcome: str, policy: str | None = None, *, below: float | None = None, above: float | None = None,
    time: float | None = None, against: str | None = None, lower: bool | None = None,
) -> Discovery:
    """Return what the futures have in common in which an outcome is `below` or `above` a value at a saved time.

    With `against`, the futures of interest are those in which `policy` does worse than that one. With none of these,
    the worst quarter (a small value being worse, unless the card or `lower` says otherwise). Raises `InputError` if
    no future, or every one, is of interest.
    """
    from simulator.studies.compare_policies import lower_is_better

    policy = policy or store.policies[0]
    moment = store.moment(time)
    values = store.values(outcome, policy)[:, moment]
    small_is_good = lower_is_better(store, outcome, lower)
    if against is not None:
        values = values - store.values(outcome, against)[:, moment]
        below, above = (None, 0.0) if small_is_good else (0.0, None)
        question = f"'{policy}' does worse than '{against}' in {outcome} at {store.times[moment]:g}"
    elif below is None and above is None:
        bound = float(np.nanpercentile(values, 75 if small_is_good else 25))
        below, above = (None, bound) if small_is_good else (bound, None)
        question = f"{outcome} of '{policy}' at {store.times[moment]:g} is in its worst quarter"
    else:
        word = f"below {below:g}" if below is not None else f"above {above:g}"
        question = f"{outcome} of '{policy}' at {store.times[moment]:g} is {word}"
    good = np.isfinite(values)
    interest = values[good] < below if below is not None else values[good] > (above or 0.0)
    if interest.all() or not interest.any():
        raise InputError(f"{'every' if interest.any() else 'no'} future is of interest ({question}); the values run "
                         f"from {np.nanmin(values):g} to {np.nanmax(values):g}")
    if not store.input_keys:
        raise InputError("this batch draws no inputs, so futures cannot be told apart")
    inputs = store.inputs(policy).to_numpy()[good]
    trajectory, box = _box(inputs, store.input_keys, interest)
    return Discovery(outcome, policy, question, store.input_keys, inputs, interest, box, tuple(trajectory),
                     cart(inputs, store.input_keys, interest))


def _box(
    inputs: Floats, keys: tuple[str, ...], interest: NDArray[np.bool_]
) -> tuple[list[Box], Box]:
    """Return the peeling and the box, found on every second future and freed of chance by the others.

    Its density, coverage and mass are those among all futures.
    """
    halves = [slice(None)] * 2 if len(inputs) < FEWEST_TO_SPLIT else [slice(0, None, 2), slice(1, None, 2)]
    first, second = ((inputs[half], interest[half]) for half in halves)
    trajectory = peel(first[0], keys, first[1])
    again = [measured(second[0], keys, second[1], box.limits) for box in trajectory]
    box = paste(first[0], keys, first[1], trajectory[again.index(chosen(again))])
    kept = prune(second[0], keys, second[1], box)
    return trajectory, measured(inputs, keys, interest, kept.limits)


def cart(inputs: Floats, keys: tuple[str, ...], interest: NDArray[np.bool_], *, depth: int = 3) -> tuple[Box, ...]:
    """Return the leaves of a classification tree in which most futures are of interest, largest coverage first.

    Empty if scikit-learn (extra ``studies``) is not installed.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        return ()
    smallest = max(10, len(inputs) // 50)
    fitted = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=smallest, class_weight="balanced", random_state=0)
    tree = fitted.fit(inputs, interest).tree_
    boxes: list[Box] = []

    def descend(node: int, limits: dict[str, tuple[float | None, float | None]]) -> None:
        if tree.children_left[node] < 0:
            box = measured(inputs, keys, interest, limits)
            if box.density > 0.5 and limits:
                boxes.append(box)
            return
        key, bound = keys[tree.feature[node]], float(tree.threshold[node])
        low, high = limits.get(key, (None, None))
        above = float(np.nextafter(bound, np.inf))
        descend(tree.children_left[node], {**limits, key: (low, bound if high is None else min(high, bound))})
        descend(tree.children_right[node], {**limits, key: (above if low is None else max(low, above), high)})

    descend(0, {})
    return tuple(sorted(boxes, key=lambda box: -box.coverage))
