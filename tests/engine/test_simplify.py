"""Taking out constant and repeated parts changes no bit of a result and never evaluates what was guarded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.compile import compile_model, program
from simulator.experiment import SolverSettings
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate

FILES = sorted((Path(__file__).parents[2] / "models").glob("*.mdl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_results_are_the_same_bit_for_bit(path, monkeypatch):
    with_it = read_model(path)
    experiment = replace(default_experiment(with_it), solver=SolverSettings("euler"))
    found = simulate(with_it, experiment).values
    monkeypatch.setattr(program, "simplify", lambda system, *_: system)
    without = simulate(replace(with_it), experiment).values
    assert np.array_equal(found, without)


def test_constant_and_repeated_parts_are_computed_once(model):
    spec = model("s = INTEG(c * d * s + EXP(s) + b, 1)\nb = EXP(s) * 2\nc = 3\nd = 4")
    source = compile_model(spec).rhs("float").source
    assert source.count("f_exp(") == 1
    assert source.count("*") == 2


def test_a_guarded_part_stays_guarded(model):
    spec = model(
        "s = INTEG(IF THEN ELSE(s > 5, 1 / zero, 1) + IF THEN ELSE(s > 6 :AND: 1 / zero > 1, 9, 0), 1)\nzero = 0",
        stop=3, step=0.5, every=0.5,
    )  # fmt: skip
    assert simulate(spec, default_experiment(spec))["s"][-1] == 4.0
