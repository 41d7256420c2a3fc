"""Runs are pure, cached, guarded, and read the clock as the languages say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.compile import causes, classify, compile_model, uses
from simulator.compile.inputs import sample
from simulator.errors import InputError, ModelError, SimulationError
from simulator.experiment import ADAPTIVE_METHODS, SolverSettings
from simulator.schedule import Schedule
from simulator.simulate import default_experiment, simulate
from simulator.solvers import adaptive

GROWTH = """
Firms = INTEG(Entry - Exit, Initial)
Entry = Firms * Rate * (1 - Firms / Room)
Exit = SMOOTH(Firms, 2) * 0.05
Rate = 0.3
Room = 100
Initial = 5
Share = Rate / 0.3
"""


def with_method(spec, method, **changes):
    return replace(default_experiment(spec), solver=SolverSettings(method), **changes)


def test_saved_by_default_are_stocks_flows_and_auxiliaries(model):
    spec = model(GROWTH)
    run = simulate(spec, default_experiment(spec), scenario="base", provenance={"case": "x"})
    assert run.keys == ("firms", "entry", "exit", "share")
    assert run.values.shape == (21, 4)
    assert (run.scenario, run.time_units) == ("base", "Year")
    assert run.provenance["method"] == "euler"
    assert run.provenance["model_sha256"] == spec.sha256
    assert run.provenance["case"] == "x"
    assert run.column("firms").kind == "stock"


def test_saved_times_do_not_drift(model):
    run = simulate(spec := model("S = INTEG(1, 0)", stop=1000, step=0.1, every=0.1), default_experiment(spec))
    assert len(run.times) == 10_001
    assert run.times[-1] == 1000.0
    assert run["s"][-1] == pytest.approx(1000.0, rel=1e-12)


@pytest.mark.parametrize("method", ["LSODA", "rk4"])
def test_runs_do_not_depend_on_what_ran_before(model, method):
    spec = model(GROWTH)
    plain = with_method(spec, method)
    changed = [
        replace(plain, parameters={"rate": Schedule(((2, 0.3), (4, 0.6)))}),
        replace(plain, clamp={"firms": Schedule.constant(7)}),
        replace(plain, freeze=(("firms", "entry"),)),
        replace(plain, initial={"firms": 50.0}),
        replace(plain, time=replace(plain.time, start=1, stop=4)),
    ]
    alone = [simulate(spec, e).values.copy() for e in [plain, *changed]]
    mixed = [simulate(spec, e).values for e in [*changed[::-1], plain, *changed, plain]]
    assert np.array_equal(mixed[5], alone[0])
    assert np.array_equal(mixed[-1], alone[0])
    for i in range(5):
        assert np.array_equal(mixed[4 - i], alone[1 + i])
        assert np.array_equal(mixed[6 + i], alone[1 + i])


def test_moving_a_lever_compiles_nothing_new(model):
    spec = model(GROWTH)
    plain = with_method(spec, "LSODA")
    simulate(spec, replace(plain, parameters={"rate": Schedule(((2, 0.3), (4, 0.6)))}))
    program = compile_model(spec)
    made = dict(program._made)
    for value in (0.1, 0.2, 0.5):
        simulate(spec, replace(plain, parameters={"rate": Schedule(((3, 0.3), (5, value), (5, 0.1)))}))
        simulate(spec, replace(plain, parameters={"rate": Schedule.constant(value), "room": Schedule.constant(80)}))
    assert compile_model(spec) is program
    assert dict(program._made) == made


def test_the_experiment_and_model_are_left_as_they_were(model):
    spec = model(GROWTH)
    experiment = replace(default_experiment(spec), parameters={"rate": Schedule(((0, 0.1), (5, 0.4)))})
    before = repr(experiment), repr(spec)
    simulate(spec, experiment)
    assert (repr(experiment), repr(spec)) == before


CLOCKS = {
    # expression -> its values at 0, 1, ... 8 with TIME STEP 1
    "STEP(2, 3)": [0, 0, 0, 2, 2, 2, 2, 2, 2],
    "STEP(2, 2.5)": [0, 0, 0, 2, 2, 2, 2, 2, 2],
    "PULSE(2, 3)": [0, 0, 1, 1, 1, 0, 0, 0, 0],
    "PULSE(2, 0)": [0, 0, 1, 0, 0, 0, 0, 0, 0],
    "PULSE TRAIN(1, 1, 3, 7)": [0, 1, 0, 0, 1, 0, 0, 1, 0],
    "PULSE TRAIN(1, 0, 3, 6)": [0, 1, 0, 0, 1, 0, 0, 0, 0],
    "RAMP(2, 2, 5)": [0, 0, 0, 2, 4, 6, 6, 6, 6],
    "IF THEN ELSE(Time >= 4, 1, 0)": [0, 0, 0, 0, 1, 1, 1, 1, 1],
    "IF THEN ELSE(Time > 4, 1, 0)": [0, 0, 0, 0, 0, 1, 1, 1, 1],
    "IF THEN ELSE(Time >= 3 :AND: Time < 5, 1, 0)": [0, 0, 0, 1, 1, 0, 0, 0, 0],
    "MAX(Time, 4)": [4, 4, 4, 4, 4, 5, 6, 7, 8],
    "MODULO(Time, 3)": [0, 1, 2, 0, 1, 2, 0, 1, 2],
    "WITH LOOKUP(Time, ((1,0),(3,4),(5,4)))": [0, 0, 2, 4, 4, 4, 4, 4, 4],
    "TIME STEP + INITIAL TIME + FINAL TIME + SAVEPER": [10] * 9,
    "INITIAL(Time + 5)": [5] * 9,
    "ACTIVE INITIAL(Time, 9)": [0, 1, 2, 3, 4, 5, 6, 7, 8],
}


@pytest.mark.parametrize("method", ["euler", "rk4", "LSODA"])
@pytest.mark.parametrize("written", CLOCKS)
def test_functions_of_the_clock(model, written, method):
    spec = model(f"x = {written}\ns = INTEG(x, 0)", stop=8, step=1, every=1)
    run = simulate(spec, with_method(spec, method))
    expected = CLOCKS[written]
    if method == "LSODA" and written == "STEP(2, 2.5)":
        assert run["s"][-1] == pytest.approx(11.0)  # the exact time, not the step's
    assert run["x"] == pytest.approx(expected, abs=1e-9)


def test_active_initial_and_initial_in_stocks(model):
    spec = model("s = INTEG(0, x)\nx = ACTIVE INITIAL(s * 2, 7)\ny = INITIAL(x) + 1\nz = INTEG(1, y)")
    run = simulate(spec, default_experiment(spec))
    assert (run["s"][0], run["x"][0], run["y"][5], run["z"][0]) == (7.0, 14.0, 8.0, 8.0)


def test_adaptive_methods_do_not_miss_a_short_pulse(model):
    spec = model("s = INTEG(PULSE(50, 0.01) * 100, 0)", stop=100, step=0.5, every=1)
    with_width = replace(default_experiment(spec), time=replace(default_experiment(spec).time, step=0.01))
    for method in ADAPTIVE_METHODS:
        run = simulate(spec, replace(with_width, solver=SolverSettings(method)))
        assert run["s"][-1] == pytest.approx(1.0, rel=1e-6)


FAILING = {
    "division": ("x = 1 / (Time - 5)", "'x' .*at time 5"),
    "static division": ("x = 1 / c\nc = 0", "'x' cannot be computed: float division by zero .*line 2: x = 1 / c"),
    "root": ("x = SQRT(4 - Time)", "'x' cannot be computed at time"),
    "overflow": ("x = EXP(s * 200)", "'x' cannot be computed at time"),
    "lookup of nothing": ("x = f(1e308 * 10 * s - 1e308 * 10 * s)\nf((0,1),(1,2))", "not a finite number at time 0"),
    "power": ("x = (4 - Time)^0.5", "'x' cannot be computed at time"),
}


@pytest.mark.parametrize("method", ["LSODA", "RK45", "rk4"])
@pytest.mark.parametrize("name", FAILING)
def test_what_cannot_be_computed_names_variable_and_time(model, name, method):
    equations, message = FAILING[name]
    spec = model(equations + "\ns = INTEG(x * 0 + 1, 0)")
    with pytest.raises(SimulationError, match=message):
        simulate(spec, with_method(spec, method))


def test_a_stock_that_runs_away_is_refused_not_returned(model):
    spec = model("s = INTEG(s * s, 1)", stop=10, step=0.25)
    for method in (*ADAPTIVE_METHODS, "rk4", "euler"):
        with pytest.raises(SimulationError):
            simulate(spec, with_method(spec, method))


def test_simultaneous_equations_are_named(model):
    spec = model("a = b + 1\nb = c * 2\nc = a - 1\ns = INTEG(a, 0)")
    with pytest.raises(ModelError, match="simultaneous equations: a -> b -> c -> a; break the loop"):
        simulate(spec, default_experiment(spec))


def test_initial_values_that_wait_for_each_other_are_named(model):
    spec = model("a = INTEG(1, b)\nb = INTEG(1, x)\nx = a + 1")
    with pytest.raises(ModelError, match="initial values wait for each other"):
        simulate(spec, default_experiment(spec))


def test_a_saving_interval_off_the_grid_is_refused(model):
    spec = model("s = INTEG(1, 0)", step=0.25, every=0.5)
    experiment = default_experiment(spec)
    off = replace(experiment, time=replace(experiment.time, every=0.3))
    with pytest.raises(InputError, match=r"every \(0.3\) must be a multiple of step \(0.25\)"):
        simulate(spec, off)
    assert len(simulate(spec, replace(off, solver=SolverSettings("LSODA"))).times) == 34


def test_a_lookup_read_outside_its_range_is_told(model):
    spec = model("x = WITH LOOKUP(Time, ((0,0),(4,8)))\ns = INTEG(x, 0)")
    run = simulate(spec, with_method(spec, "LSODA"))
    assert run["x"][-1] == 8.0
    assert run.warnings == (
        "the lookup in 'x' was read at 4.5, outside its range 0 to 4, first at time 4.5; its end value was held",
    )


def test_a_model_without_stocks_runs(model):
    spec = model("x = Time * a\na = 2")
    for method in ("LSODA", "rk4", "euler"):
        assert simulate(spec, with_method(spec, method))["x"].tolist() == (2 * np.arange(21) * 0.5).tolist()


def test_causes_and_uses(model):
    spec = model(GROWTH)
    assert causes(spec)["entry"] == ("firms", "rate", "room")
    assert causes(spec)["firms"] == ("entry", "exit")
    assert uses(spec)["firms"] == ("entry", "exit")
    assert uses(spec)["initial"] == ()


@pytest.mark.parametrize(
    ("equations", "label"),
    [
        ("s = INTEG(-s * c, 1)\nc = MAX(1, 2 * d)\nd = 1", "smooth"),
        ("s = INTEG(-s * IF THEN ELSE(c > 1, 1, 2), 1)\nc = 1", "smooth"),
        ("s = INTEG(-s + STEP(1, c), 1)\nc = 1", "time events"),
        ("s = INTEG(-s + IF THEN ELSE(Time > c, 1, 0), 1)\nc = 1", "time events"),
        ("s = INTEG(IF THEN ELSE(s > 2, -1, 1), 1)", "state switches"),
        ("s = INTEG(STEP(1, s), 1)", "state switches"),
        ("s = INTEG(INTEGER(s), 1)", "state switches"),
        ("s = INTEG(-s / TIME STEP, 1)", "step-dependent"),
    ],
)
def test_classification(model, equations, label):
    assert classify(model(equations)).label == label


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 8).map(float), st.floats(-5, 5)), min_size=1, max_size=6),
    st.lists(st.floats(-1, 9), min_size=1, max_size=10),
)
def test_sampling_a_schedule_is_reading_it_time_by_time(knots, times):
    schedule = Schedule(tuple(sorted(knots, key=lambda knot: knot[0])))
    assert sample(schedule, times) == pytest.approx([schedule.at(t) for t in times])


def test_a_model_that_switches_without_end_is_stopped(model, monkeypatch):
    monkeypatch.setattr(adaptive, "MAX_EVALUATIONS", 3_000)
    spec = model("s = INTEG(IF THEN ELSE(s > 2, -1, 1), 1)")
    for method in ("LSODA", "DOP853"):
        with pytest.raises(SimulationError, match=r"over 3,000 evaluations \(now at time 1\..*use rk4 or euler"):
            simulate(spec, with_method(spec, method))
    assert simulate(spec, with_method(spec, "rk4"))["s"][-1] == pytest.approx(2.0, abs=0.2)


def test_stiff_models_are_easy_for_the_default_method(model):
    spec = model("fast = INTEG(-1e6 * (fast - SIN(Time)), 1)\nslow = INTEG(-slow * 0.1, 1)")
    run = simulate(spec, with_method(spec, "LSODA"))
    assert run["fast"][1:] == pytest.approx(np.sin(run.times[1:]), abs=1e-4)
    assert run.provenance["evaluations"] < 5_000


@pytest.mark.parametrize("method", ["LSODA", "RK45"])
def test_runs_in_several_threads_do_not_mix(model, method):
    spec = model(GROWTH)
    experiments = [
        replace(with_method(spec, method), parameters={"rate": Schedule(((0, 0.1), (i + 1, 0.3)))}) for i in range(8)
    ]
    alone = [simulate(spec, experiment).values for experiment in experiments]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda experiment: simulate(spec, experiment).values, experiments * 5))
    for i, values in enumerate(together):
        assert np.array_equal(values, alone[i % 8])
