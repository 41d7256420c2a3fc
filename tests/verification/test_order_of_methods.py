"""Observed order of the fixed-step methods: the slope of log error over log step."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.experiment import SolverSettings
from simulator.simulate import default_experiment, simulate

SMOOTH = "x = INTEG(y, 1)\ny = INTEG(-x*(1 + 0.1*x) + 0.2*SIN(Time), 0)"
STEP = "x = INTEG(STEP(2, 1) - 0.7*x*x/(1+x) - PULSE(2, 1)*x, 1)"
STEPS = np.array([0.25, 0.125, 0.0625, 0.03125])


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 4)])
@pytest.mark.parametrize("equations", [SMOOTH, STEP], ids=["smooth", "with a step and a pulse"])
def test_observed_order(model, equations, method, order):
    spec = model(equations, stop=4, step=0.25, every=0.5)
    experiment = default_experiment(spec)
    exact = simulate(spec, replace(experiment, solver=SolverSettings("DOP853", rtol=1e-12, atol=1e-13)))["x"]
    errors = []
    for step in STEPS:
        fixed = replace(experiment, time=replace(experiment.time, step=step), solver=SolverSettings(method))
        errors.append(np.abs(simulate(spec, fixed)["x"] - exact).max())
    slope = np.polyfit(np.log(STEPS), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.25)


def test_euler_is_one_hand_computed_step(model):
    spec = model("x = INTEG(x*x - 1, 3)", stop=1, step=0.5, every=0.5)
    assert simulate(spec, default_experiment(spec))["x"].tolist() == [3.0, 7.0, 31.0]
