"""Draws of the uncertain assumptions, the same for every policy, run as one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.experiment import Experiment
from simulator.simulate import simulate_batch
from simulator.studies.passport.rows import SEED, Context, uncertain

Floats = NDArray[np.float64]
STEP = 0.25
YEARS = 20.0


def triangular(context: Context, experiment: Experiment, count: int) -> dict[str, Floats]:
    """Return `count` draws of every uncertain assumption, triangular with the case's value as mode."""
    random = np.random.default_rng(SEED)
    ends = uncertain(context.model, experiment)
    return {key: random.triangular(low, mode, high, count) for key, (low, mode, high) in ends.items()}


def batch(context: Context, experiment: Experiment, values: Mapping[str, Floats], save: Sequence[str]) -> Floats:
    """Run an experiment once per draw; a drawn constant replaces the experiment's. Shape (n_runs, n_times, n_saved)."""
    coarse = replace(experiment, time=replace(experiment.time, step=STEP, every=1.0))
    return simulate_batch(context.model.spec, coarse, values, save=save)


def one_at_a_time(context: Context) -> dict[str, tuple[float, float]]:
    """Return each uncertain constant's effect at its low and its high end, alone.

    The effect is the sum over headline outcomes of the change at year 20 as a share of the outcome's range.
    """
    ends = uncertain(context.model, context.default)
    keys = list(ends)
    count = 2 * len(keys) + 1
    values = {key: np.full(count, ends[key][1]) for key in keys}
    for position, key in enumerate(keys):
        values[key][1 + 2 * position], values[key][2 + 2 * position] = ends[key][0], ends[key][2]
    outcomes = [o for o in context.model.card.outcomes if o.headline]
    experiment = replace(context.default, time=replace(context.default.time, stop=context.default.time.start + YEARS))
    final = batch(context, experiment, values, [o.key for o in outcomes])[:, -1, :]
    spans = np.array([o.range[1] - o.range[0] for o in outcomes])
    effect = np.abs((final - final[0]) / spans).sum(axis=1)
    return {key: (float(effect[1 + 2 * i]), float(effect[2 + 2 * i])) for i, key in enumerate(keys)}
