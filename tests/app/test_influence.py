"""Signs of links measured on the compiled equations, and the loops they close."""

from pathlib import Path

import numpy as np
import pytest

from simulator.experiment import Experiment
from simulator.readers import read_model
from simulator.runner import Model, experiment_of, load_scenario
from simulator.schedule import Schedule
from simulator.simulate import default_experiment, simulate
from simulator.ui.influence import Loop, loops_through, measure, moving_links, pairs_of

TOY = """{UTF-8}
Stock = INTEG(Inflow - Outflow, 10) ~ ~ |
Inflow = Gain * Stock ~ ~ |
Outflow = Stock * Table(Stock/100) / Life ~ ~ |
Gain = 0.1 ~ ~ |
Life = 5 ~ ~ |
Table( (0,1),(1,1),(2,3) ) ~ ~ |
Slow = SMOOTH(Stock, 3) ~ ~ |
Against = -Slow + Start ~ ~ |
Start = INITIAL(Stock) ~ ~ |
Bowl = (Stock - Now)^2 ~ ~ |
Now = Stock + 0 ~ ~ |
Limit = MIN(Stock, 1) ~ ~ |
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 10 ~ ~ |
TIME STEP = 0.125 ~ ~ |
SAVEPER = 1 ~ ~ |
"""


@pytest.fixture
def toy(tmp_path: Path):
    path = tmp_path / "toy.mdl"
    path.write_text(TOY, encoding="utf-8")
    return read_model(path)


def signs(spec, pairs, time=5.0, **changes):
    experiment = default_experiment(spec)
    run = simulate(spec, experiment)
    values = {c.key: float(np.interp(time, run.times, run[c.key])) for c in run.columns}
    spans = {c.key: float(np.ptp(run[c.key])) for c in run.columns}
    from dataclasses import replace

    return measure(spec, replace(experiment, **changes), pairs, values, spans, time)


@pytest.mark.parametrize(
    ("cause", "effect", "sign"),
    [
        ("inflow", "stock", "+"), ("outflow", "stock", "-"), ("stock", "inflow", "+"), ("stock", "outflow", "+"),
        ("life", "outflow", "-"), ("gain", "inflow", "+"), ("stock", "slow", "+"), ("slow", "against", "-"),
        ("stock", "start", "0"), ("start", "against", "+"), ("stock", "limit", "0"), ("stock", "bowl", "?"),
        ("stock", "now", "+"),
    ],
)
def test_a_link_has_the_sign_of_its_partial_effect(toy, cause: str, effect: str, sign: str) -> None:
    assert signs(toy, [(cause, effect)]) == {(cause, effect): sign}


def test_measured_together_or_alone_the_signs_are_the_same(toy) -> None:
    pairs = [("inflow", "stock"), ("outflow", "stock"), ("stock", "outflow"), ("slow", "against"), ("life", "outflow")]
    together = signs(toy, pairs)
    assert together == {pair: signs(toy, [pair])[pair] for pair in pairs}


def test_what_is_clamped_or_frozen_does_not_act(toy) -> None:
    pair = ("stock", "inflow")
    assert signs(toy, [pair], clamp={"inflow": Schedule.constant(1.0)})[pair] == "0"
    assert signs(toy, [pair], freeze=(pair,))[pair] == "0"


def test_loops_are_found_shortest_first_and_classified(toy) -> None:
    graph = moving_links(toy)
    loops = loops_through(graph, "stock")
    assert loops == [("stock", "inflow"), ("stock", "outflow")]
    found = signs(toy, pairs_of("stock", [], [], loops))
    kinds = [Loop(k, tuple(found[a, b] for a, b in zip(k, (*k[1:], k[0]), strict=True))).kind for k in loops]
    assert kinds == ["R", "B"]


def test_loops_by_brute_force_on_a_random_graph() -> None:
    from itertools import permutations

    random = np.random.default_rng(4)
    names = list("abcdef")
    graph = {a: [b for b in names if random.uniform() < 0.4] for a in names}
    expected = set()
    for size in range(1, 5):
        for path in permutations(names[1:], size - 1):
            loop = ("a", *path)
            if all(b in graph[a] for a, b in zip(loop, (*loop[1:], "a"), strict=True)):
                expected.add(loop)
    found = loops_through(graph, "a", longest=4)
    assert len(found) == len(expected)
    assert set(found) == expected
    assert [len(loop) for loop in found] == sorted(len(loop) for loop in found)
    assert loops_through(graph, "a", longest=4, most=2) == found[:2]


@pytest.mark.parametrize(
    ("signs_of", "kind"), [("++", "R"), ("+-", "B"), ("--", "R"), ("+0", "0"), ("-?", "?"), ("0?", "0")]
)
def test_kinds_of_loops(signs_of: str, kind: str) -> None:
    assert Loop(("a", "b"), tuple(signs_of)).kind == kind  # type: ignore[arg-type]


def test_signs_of_the_flagship_agree_with_runs_of_the_whole_model(model: Model) -> None:
    """A flow into a stock raises it, an outflow lowers it, whatever else the equations say."""
    scenario = load_scenario("ningbo_apparel")
    experiment: Experiment = experiment_of(model, scenario)
    run = simulate(model.spec, experiment)
    time = 2015.0
    values = {c.key: float(np.interp(time, run.times, run[c.key])) for c in run.columns}
    spans = {c.key: float(np.ptp(run[c.key])) for c in run.columns}
    from simulator.compile import causes

    every = causes(model.spec)
    pairs = [(c, k) for k in every for c in every[k] if model.spec[k].kind not in ("constant", "lookup")
             and model.spec[c].kind not in ("constant", "lookup")]
    found = measure(model.spec, experiment, pairs, values, spans, time)
    flows = [(a, b) for a, b in pairs if model.spec[a].kind == "flow" and model.spec[b].kind == "stock"]
    assert len(flows) > 30
    assert {found[pair] for pair in flows} <= {"+", "-"}
    assert sum(sign == "?" for sign in found.values()) < 0.02 * len(found)
