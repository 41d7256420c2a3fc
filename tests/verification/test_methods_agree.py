"""Every method runs to the same answer on every model file of the repository."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.experiment import ADAPTIVE_METHODS, SolverSettings
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate

FILES = sorted((Path(__file__).parents[2] / "models").glob("*.mdl"))


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def case(request):
    spec = read_model(request.param)
    experiment = default_experiment(spec)
    tight = replace(experiment, solver=SolverSettings("DOP853", rtol=1e-11, atol=1e-13))
    reference = simulate(spec, tight)
    size = np.maximum(np.ptp(reference.values, axis=0), 1e-6 * np.abs(reference.values).max(axis=0)) + 1e-12
    return spec, experiment, reference, size


def worst(case, solver, step=None):
    spec, experiment, reference, size = case
    time = experiment.time if step is None else replace(experiment.time, step=step)
    run = simulate(spec, replace(experiment, time=time, solver=solver))
    return np.abs((run.values - reference.values) / size).max()


@pytest.mark.parametrize("method", ADAPTIVE_METHODS)
def test_adaptive_methods_agree(case, method):
    assert worst(case, SolverSettings(method, rtol=1e-8, atol=1e-10)) < 1e-5


def test_runge_kutta_at_a_small_step_agrees(case):
    assert worst(case, SolverSettings("rk4"), step=case[1].time.step / 2) < 1e-5


def test_the_default_tolerance_is_enough_for_a_chart(case):
    assert worst(case, SolverSettings()) < 1e-3
