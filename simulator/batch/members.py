"""Members of a batch, run together; those that a coarse step throws out of bounds are run again at a finer one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.experiment import Experiment
from simulator.model import ModelSpec
from simulator.simulate import simulate_batch

Floats = NDArray[np.float64]

HALVINGS = 2


def run_members(
    spec: ModelSpec, experiment: Experiment, parameters: Mapping[str, Floats], keys: Sequence[str], method: Any, *,
    refine: bool,
) -> Floats:
    """Return the values of `keys`, shape (n_runs, n_times, n_keys), as `simulate_batch` does.

    With `refine`, members of a fixed-step method that are not finite are run again at half and a quarter of the step:
    where results do not depend on the step, a stock that overshoots into a logarithm or root is the step's fault.
    """
    values = simulate_batch(spec, experiment, parameters, save=keys, method=method)
    for halving in range(1, HALVINGS + 1 if refine and method != "RK45" else 1):
        bad = ~np.isfinite(values).all(axis=(1, 2))
        if not bad.any():
            break
        finer = replace(experiment, time=replace(experiment.time, step=experiment.time.step / 2**halving))
        values[bad] = simulate_batch(spec, finer, {k: v[bad] for k, v in parameters.items()}, save=keys, method=method)
    return values
