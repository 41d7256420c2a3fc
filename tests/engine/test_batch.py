"""A batch of N is N single runs."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.experiment import Impulse, SolverSettings
from simulator.schedule import Schedule
from simulator.simulate import batch as batch_module
from simulator.simulate import default_experiment, simulate, simulate_batch

EQUATIONS = """
Firms = INTEG(Entry - Exit + PULSE(3, 1), Initial)
Entry = Firms * Rate * (1 - Firms / Room) + STEP(Shock, 4)
Exit = DELAY3(Firms, 2) * IF THEN ELSE(Firms > 20, 0.06, 0.04)
Seen = WITH LOOKUP(SMOOTH(Firms, Memory) / Room, ((0,0),(0.3,1),(1,1.5)))
Start = INITIAL(Firms)
Rate = 0.3
Room = 100
Initial = 5
Shock = 1
Memory = 2
"""
SAVED = ["firms", "entry", "seen", "start", "rate"]
N = 7


@pytest.fixture
def drawn():
    rng = np.random.default_rng(3)
    return {
        "rate": rng.uniform(0.1, 0.5, N),
        "room": rng.uniform(50, 150, N),
        "memory": rng.uniform(1, 5, N),
        "firms": rng.uniform(2, 30, N),
    }


def singles(spec, experiment, drawn):
    runs = []
    for i in range(len(next(iter(drawn.values())))):
        values = {key: float(column[i]) for key, column in drawn.items()}
        initial = {"firms": values.pop("firms")}
        parameters = {**experiment.parameters, **{k: Schedule.constant(v) for k, v in values.items()}}
        runs.append(simulate(spec, replace(experiment, parameters=parameters, initial=initial), save=SAVED).values)
    return np.array(runs)


@pytest.mark.parametrize("chunk", [2048, 3])
@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_a_batch_equals_single_runs(model, drawn, method, chunk, monkeypatch):
    monkeypatch.setattr(batch_module, "CHUNK", chunk)
    spec = model(EQUATIONS)
    experiment = replace(
        default_experiment(spec),
        solver=SolverSettings(method),
        parameters={"shock": Schedule(((1, 1), (6, 3), (6, 0)))},
        impulses=(Impulse("firms", 5.0, 4.0),),
        freeze=(("firms", "seen"),),
    )
    found = simulate_batch(spec, experiment, drawn, save=SAVED, method=method)
    assert found.shape == (N, 21, len(SAVED))
    assert np.allclose(found, singles(spec, experiment, drawn), rtol=1e-12, atol=1e-12)


def test_rk45_batches_agree_with_tight_single_runs(model, drawn):
    spec = model(EQUATIONS.replace("IF THEN ELSE(Firms > 20, 0.06, 0.04)", "0.05"))
    drawn["shock"] = np.linspace(0, 2, N)
    experiment = replace(default_experiment(spec), solver=SolverSettings("RK45", rtol=1e-8, atol=1e-10))
    found = simulate_batch(spec, experiment, drawn, save=SAVED, method="RK45")
    assert np.allclose(found, singles(spec, experiment, drawn), rtol=1e-5, atol=1e-6)


def test_rk45_splits_at_break_times_that_differ_between_runs(model):
    spec = model("s = INTEG(STEP(1, begin), 0)\nbegin = 2")
    experiment = default_experiment(spec)
    begin = np.array([1.1, 2.3, 3.7])
    found = simulate_batch(spec, experiment, {"begin": begin}, save=["s"], method="RK45")
    assert found[:, -1, 0] == pytest.approx(10 - begin, rel=1e-8)


@pytest.mark.parametrize("method", ["rk4", "RK45"])
def test_a_run_that_fails_leaves_the_others_alone(model, method):
    spec = model("s = INTEG(SQRT(c), 1)\nc = 1")
    found = simulate_batch(spec, default_experiment(spec), {"c": np.array([1.0, -1.0, 4.0])}, save=["s"], method=method)
    assert found[[0, 2], -1, 0] == pytest.approx([11.0, 21.0])
    assert np.isnan(found[1, -1, 0])


BAD = {
    "nothing": ({}, "at least one parameter"),
    "unknown": ({"cc": [1, 2]}, "no variable 'cc'"),
    "auxiliary": ({"x": [1, 2]}, "'x' is no constant or stock but a flow"),
    "lengths": ({"c": [1, 2], "s": [1, 2, 3]}, "one value per run"),
    "no run": ({"c": []}, "one value per run"),
    "nan": ({"c": [1, float("nan")]}, "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_batches_are_refused(model, name):
    parameters, message = BAD[name]
    spec = model("s = INTEG(x, 1)\nx = c * 2\nc = 1")
    with pytest.raises(InputError, match=message):
        simulate_batch(spec, default_experiment(spec), parameters, save=["s"])


def test_unknown_batch_method_is_refused(model):
    spec = model("s = INTEG(c, 1)\nc = 1")
    with pytest.raises(InputError, match="rk4, euler or RK45"):
        simulate_batch(spec, default_experiment(spec), {"c": [1]}, save=["s"], method="LSODA")
