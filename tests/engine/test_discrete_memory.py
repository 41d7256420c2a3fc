"""DELAY FIXED, SAMPLE IF TRUE and PREVIOUS: step by step, and only there."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.compile import classify
from simulator.errors import UnsupportedError
from simulator.experiment import ADAPTIVE_METHODS, SolverSettings
from simulator.schedule import Schedule
from simulator.simulate import default_experiment, simulate, simulate_batch

EQUATIONS = """
Flow = Time * gain
Late = DELAY FIXED(Flow, lag, 7)
Held = SAMPLE IF TRUE(MODULO(Time, 2) = 0, Flow, -1)
Stock = INTEG(Late, 0)
gain = 1
lag = 1
"""


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_values_step_by_step(model, method):
    spec = model(EQUATIONS, stop=4, step=0.5, every=0.5)
    run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings(method)))
    assert run["late"].tolist() == [7, 7, 0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert run["held"].tolist() == [0, 0, 0, 0, 2, 2, 2, 2, 4]
    assert run["stock"].tolist() == np.concatenate([[0], np.cumsum(run["late"][:-1]) * 0.5]).tolist()


@pytest.mark.parametrize(("lag", "first"), [(0.0, [7, 0, 0.5]), (0.5, [7, 0, 0.5]), (1.2, [7, 7, 0]), (9.0, [7, 7, 7])])
def test_the_delay_is_a_whole_number_of_steps_and_at_least_one(model, lag, first):
    spec = model(EQUATIONS, stop=4, step=0.5, every=0.5)
    changed = replace(default_experiment(spec), parameters={"lag": Schedule.constant(lag)})
    assert simulate(spec, changed)["late"][:3].tolist() == first


def test_a_second_run_starts_with_an_empty_memory(model):
    spec = model(EQUATIONS, stop=4, step=0.5, every=0.5)
    experiment = default_experiment(spec)
    assert np.array_equal(simulate(spec, experiment).values, simulate(spec, experiment).values)


def test_moving_inputs_are_remembered_as_they_were(model):
    spec = model(EQUATIONS, stop=4, step=0.5, every=0.5)
    path = {"gain": Schedule(((1, 1), (1, 3), (3, 5)))}
    for method in ("euler", "rk4"):
        run = simulate(spec, replace(default_experiment(spec), parameters=path, solver=SolverSettings(method)))
        assert run["late"][2:] == pytest.approx(run["flow"][:-2])


def test_a_batch_equals_single_runs(model):
    spec = model(EQUATIONS, stop=4, step=0.5, every=0.5)
    experiment = default_experiment(spec)
    gains = np.array([1.0, 2.5, -1.0])
    found = simulate_batch(spec, experiment, {"gain": gains}, save=["late", "held", "stock"])
    for gain, values in zip(gains, found, strict=True):
        one = replace(experiment, parameters={"gain": Schedule.constant(gain)}, solver=SolverSettings("rk4"))
        assert np.array_equal(simulate(spec, one, save=["late", "held", "stock"]).values, values)
    with pytest.raises(UnsupportedError, match="same DELAY FIXED time"):
        simulate_batch(spec, experiment, {"lag": np.array([1.0, 2.0])}, save=["late"])


@pytest.mark.parametrize("method", ADAPTIVE_METHODS)
@pytest.mark.parametrize(
    ("equation", "construct"),
    [("a = DELAY FIXED(Time, 2, 0)", "DELAY FIXED"), ("a = SAMPLE IF TRUE(Time > 2, 1, 0)", "SAMPLE IF TRUE")],
)
def test_adaptive_methods_refuse_them_by_name(model, equation, construct, method):
    spec = model(f"\n{equation}\ns = INTEG(a, 0)")
    with pytest.raises(UnsupportedError, match=f":2: a: {construct} changes step by step.*choose method euler or rk4"):
        simulate(spec, replace(default_experiment(spec), solver=SolverSettings(method)))
    assert classify(spec).label == "step-dependent"
