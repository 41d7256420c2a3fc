"""Runs against solutions known in closed form."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.experiment import ADAPTIVE_METHODS, SolverSettings
from simulator.model import ModelSpec
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate

MODELS = Path(__file__).parents[2] / "models"


def erlang_step(order: int, x: np.ndarray) -> np.ndarray:
    """Return the answer of a chain of `order` equal lags to a unit step; x is order * time / total lag."""
    return 1 - np.exp(-x) * sum(x**k / math.factorial(k) for k in range(order))


def first_order(t):
    before, tau = 40 - 20 * np.exp(-t / 4), 4
    at_step = 40 - 20 * math.exp(-5 / 4)
    return np.where(t <= 5, before, 60 + (at_step - 60) * np.exp(-(t - 5) / tau))


CLOSED_FORMS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "first_order": ("level", first_order),
    "s_curve": ("adopters", lambda t: 1000 / (1 + 99 * np.exp(-0.4 * t))),
    "oscillator": ("inventory", lambda t: 300 - 100 * np.cos(t / 3)),
}


@pytest.mark.parametrize("method", ADAPTIVE_METHODS)
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_teaching_models_by_adaptive_methods(name, method):
    key, solution = CLOSED_FORMS[name]
    spec = read_model(MODELS / f"{name}.mdl")
    run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings(method, rtol=1e-9, atol=1e-12)))
    exact = solution(run.times)
    assert run[key] == pytest.approx(exact, rel=1e-6, abs=1e-6 * np.ptp(exact))


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_teaching_models_by_runge_kutta(name):
    key, solution = CLOSED_FORMS[name]
    spec = read_model(MODELS / f"{name}.mdl")
    experiment = default_experiment(spec)
    fine = replace(experiment, time=replace(experiment.time, step=1 / 64), solver=SolverSettings("rk4"))
    run = simulate(spec, fine)
    exact = solution(run.times)
    assert run[key] == pytest.approx(exact, abs=1e-8 * np.ptp(exact))


CHAIN = """
Input = STEP(3, 1)
Lag = 2
One = SMOOTH(Input, Lag)
Three = SMOOTH3(Input, Lag)
Four = SMOOTH N(Input, Lag, 0, 4)
Delayed One = DELAY1(Input, Lag)
Delayed Three = DELAY3(Input, Lag)
Delayed Four = DELAY N(Input, Lag, 0, 4)
"""
ORDERS = {"one": 1, "three": 3, "four": 4, "delayed_one": 1, "delayed_three": 3, "delayed_four": 4}


@pytest.mark.parametrize("key", ORDERS)
def test_step_response_of_smooths_and_delays(model: Callable[..., ModelSpec], key):
    spec = model(CHAIN, stop=10, step=1 / 16, every=0.25)
    order = ORDERS[key]
    for method in ("LSODA", "rk4"):
        run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings(method, rtol=1e-9, atol=1e-12)))
        since = np.maximum(run.times - 1, 0)
        tolerance = 1e-6 if method == "LSODA" else 1e-4
        assert run[key] == pytest.approx(3 * erlang_step(order, order * since / 2), abs=tolerance)


def test_initial_values_of_smooths_and_delays(model):
    spec = model(
        "a = SMOOTHI(4, 2, 10)\nb = DELAY3I(4, 2, 10)\nc = SMOOTH3I(4, 2, 10)\nd = DELAY1I(4, 2, 10)\ne = SMOOTH(4, 2)"
    )
    run = simulate(spec, default_experiment(spec))
    assert [run[k][0] for k in "abcde"] == [10, 10, 10, 10, 4]


def test_delay3_conserves_what_flows_through_it_when_its_time_changes(model):
    spec = model(
        """
        Lag = 2 + STEP(2, 3) - STEP(3, 6)
        Inflow = PULSE(1, 1)
        Outflow = DELAY3(Inflow, Lag)
        Gone In = INTEG(Inflow, 0)
        Come Out = INTEG(Outflow, 0)
        """,
        stop=40, step=0.0625, every=1,
    )  # fmt: skip
    for method in ("rk4", "LSODA"):
        run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings(method, rtol=1e-9, atol=1e-12)))
        assert run["come_out"][-1] == pytest.approx(1.0, abs=1e-6)
        assert run["gone_in"][-1] == pytest.approx(1.0, abs=1e-9)


def test_trend_of_exponential_growth_is_its_rate(model):
    spec = model("Size = INTEG(0.05*Size, 100)\nSeen = TREND(Size, 4, 0.05)\nAhead = FORECAST(Size, 4, 10)", stop=60)
    run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings("LSODA", rtol=1e-9)))
    # the averaging stock lags: (y - avg) / (T * avg) with avg = y / (1 + r T)  ->  r
    assert run["seen"] == pytest.approx(np.full_like(run["seen"], 0.05), rel=1e-6)
    assert run["ahead"][-1] / run["size"][-1] == pytest.approx(1 + 0.05 * 10, rel=1e-4)


def test_a_run_over_jumps_is_exact_between_them(model):
    spec = model(
        "Flow = PULSE(2.3, 1.1)*4 + PULSE TRAIN(5, 0.5, 2, 8) + STEP(1, 9.05) + RAMP(2, 0.7, 1.9)\n"
        "Stock = INTEG(Flow, 1)",
        step=0.25, every=0.25,
    )  # fmt: skip
    run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings("LSODA", rtol=1e-9, atol=1e-12)))
    ramp = lambda t: np.interp(t, [0.7, 1.9], [0, 2.4])  # noqa: E731
    area = 4 * 1.1 + 2 * 0.5 + 0.95 + 0.5 * 1.2 * 2.4 + (10 - 1.9) * 2.4
    assert run["stock"][-1] == pytest.approx(1 + area, rel=1e-8)
    assert run["flow"][0:3] == pytest.approx(ramp(run.times[0:3]))
