"""Parameters, initial values, clamp, freeze and impulse do what their words say, in every kind of method."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.experiment import Impulse, SolverSettings
from simulator.schedule import Schedule
from simulator.simulate import default_experiment, simulate

METHODS = ("LSODA", "RK45", "rk4", "euler")
CHAIN = """
Stock = INTEG(Inflow - Outflow, Start)
Inflow = 3
Outflow = Stock * Rate
Rate = 0.25
Start = 8
Doubled = Outflow * 2
Literal = INTEG(1, 5)
"""


def run(spec, method="LSODA", **changes):
    experiment = replace(default_experiment(spec), solver=SolverSettings(method, rtol=1e-9, atol=1e-12))
    return simulate(spec, replace(experiment, **changes), save=[k for k in spec.variables])


@pytest.mark.parametrize("method", METHODS)
def test_constant_parameter(model, method):
    spec = model(CHAIN)
    changed = model(CHAIN.replace("Inflow = 3", "Inflow = 4"))
    assert run(spec, method, parameters={"inflow": Schedule.constant(4)})["stock"].tolist() == run(changed, method)[
        "stock"
    ].tolist()


@pytest.mark.parametrize("method", METHODS)
def test_parameter_that_ramps_and_jumps(model, method):
    spec = model("Total = INTEG(Inflow * Half, 0)\nInflow = 3\nWhole = 1\nHalf = Whole * Share / 2\nShare = 1")
    path = Schedule(((2, 3), (4, 7), (6, 7), (6, 1)))
    found = run(spec, method, parameters={"inflow": path, "share": Schedule(((5, 1), (5, 2)))})
    assert found["inflow"] == pytest.approx([path.at(t) for t in found.times])
    # areas: 3*2, (3+7)/2*2, 7*1, then share doubles: 7*2*1, 1*2*4
    exact = (6 + 10 + 7 + 14 + 8) / 2
    tolerance = 0.3 if method == "euler" else 1e-7
    assert found["total"][-1] == pytest.approx(exact, abs=tolerance)


@pytest.mark.parametrize("method", METHODS)
def test_initial_value_replaces_expressions_and_numbers(model, method):
    found = run(model(CHAIN), method, initial={"stock": 12.0, "literal": 1.0})
    assert found["stock"][0] == 12.0
    assert found["start"][0] == 8.0
    assert found["literal"] == pytest.approx(1 + found.times)
    assert found["stock"][-1] == pytest.approx(12.0)


@pytest.mark.parametrize("method", METHODS)
def test_clamp_an_auxiliary(model, method):
    found = run(model(CHAIN), method, clamp={"outflow": Schedule(((0, 1), (10, 3)))})
    assert found["outflow"] == pytest.approx(1 + found.times / 5)
    assert found["doubled"] == pytest.approx(2 + found.times / 2.5)
    exact = 8 + 3 * found.times - (found.times + found.times**2 / 10)
    assert found["stock"] == pytest.approx(exact, abs=0.2 if method == "euler" else 1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_clamp_a_stock(model, method):
    found = run(model(CHAIN), method, clamp={"stock": Schedule.constant(20)})
    assert found["stock"] == pytest.approx(np.full(21, 20.0))
    assert found["outflow"] == pytest.approx(np.full(21, 5.0))


def test_clamp_the_only_stock_and_nothing_is_left_to_integrate(model):
    for method in METHODS:
        found = run(model("S = INTEG(1, 0)\nTwice = S * 2"), method, clamp={"s": Schedule(((0, 0), (10, 5)))})
        assert found["twice"] == pytest.approx(found.times)


@pytest.mark.parametrize("method", METHODS)
def test_frozen_link_sees_the_initial_value(model, method):
    spec = model(CHAIN)
    found = run(spec, method, freeze=(("stock", "outflow"),))
    assert found["outflow"] == pytest.approx(np.full(21, 2.0))
    assert found["stock"] == pytest.approx(8 + found.times)
    assert found["doubled"] == pytest.approx(np.full(21, 4.0))
    follows = run(spec, method, freeze=(("stock", "outflow"),), initial={"stock": 4.0})
    assert follows["outflow"] == pytest.approx(np.full(21, 1.0))


def test_a_frozen_link_leaves_the_other_links_alone(model):
    spec = model("S = INTEG(A + B, 1)\nA = S * 0.1\nB = S * 0.1")
    found = run(spec, freeze=(("s", "a"),))
    assert found["a"] == pytest.approx(np.full(21, 0.1))
    assert found["b"] == pytest.approx(found["s"] * 0.1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("time", [0.0, 2.0, 10.0])
def test_impulse(model, method, time):
    spec = model("S = INTEG(1, 0)\nTwice = S * 2")
    found = run(spec, method, impulses=(Impulse("s", time, 5.0),))
    assert found["s"] == pytest.approx(found.times + 5.0 * (found.times >= time))


def test_impulse_between_steps_comes_with_the_next_step(model):
    spec = model("S = INTEG(0, 0)", step=0.5, every=0.5)
    assert run(spec, "euler", impulses=(Impulse("s", 1.2, 5.0),))["s"][2:5].tolist() == [0.0, 5.0, 5.0]
    assert run(spec, "LSODA", impulses=(Impulse("s", 1.2, 5.0),))["s"][2:5].tolist() == [0.0, 5.0, 5.0]


def test_impulse_outside_the_run_is_told(model):
    found = run(model("S = INTEG(0, 0)"), impulses=(Impulse("s", 12.0, 5.0),))
    assert found["s"][-1] == 0.0
    assert found.warnings == ("the impulse on 's' at time 12 lies outside the run",)


BAD = {
    "unknown parameter": ({"parameters": {"rat": Schedule.constant(1)}}, "no variable 'rat'; did you mean 'rate'"),
    "no constant": ({"parameters": {"outflow": Schedule.constant(1)}}, "'outflow' is no constant but a flow; clamp"),
    "unknown stock": ({"initial": {"stok": 1.0}}, "'stok' is no stock; did you mean 'stock'"),
    "initial of a flow": ({"initial": {"outflow": 1.0}}, "'outflow' is no stock but a flow"),
    "initial not finite": ({"initial": {"stock": float("nan")}}, "must be a finite number"),
    "unknown clamp": ({"clamp": {"xyz": Schedule.constant(1)}}, "no variable 'xyz'"),
    "both": (
        {"clamp": {"rate": Schedule.constant(1)}, "parameters": {"rate": Schedule.constant(1)}},
        "both clamped and set",
    ),
    "clamped and started": ({"clamp": {"stock": Schedule.constant(1)}, "initial": {"stock": 1.0}}, "has no effect"),
    "no link": ({"freeze": (("inflow", "outflow"),)}, "'outflow' does not use 'inflow'; it uses stock, rate"),
    "unknown link": ({"freeze": (("stok", "outflow"),)}, "no variable 'stok'"),
    "impulse on a flow": ({"impulses": (Impulse("outflow", 1, 1),)}, "'outflow' is no stock but a flow"),
    "impulse on a clamped": (
        {"impulses": (Impulse("stock", 1, 1),), "clamp": {"stock": Schedule.constant(1)}},
        "is clamped and does not integrate",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_interventions_are_refused(model, name):
    changes, message = BAD[name]
    with pytest.raises(InputError, match=message):
        run(model(CHAIN), **changes)


def test_saving_unknown_variables_is_refused(model):
    spec = model(CHAIN + "f((0,0),(1,1))")
    with pytest.raises(InputError, match=r"no variable 'stokc'.*'stock'"):
        simulate(spec, default_experiment(spec), save=["stokc"])
    with pytest.raises(InputError, match="'f' is a lookup table"):
        simulate(spec, default_experiment(spec), save=["f"])
