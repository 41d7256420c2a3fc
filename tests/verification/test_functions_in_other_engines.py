"""Every function of the languages in PySD's runtime and in simlin, with the few differences named and explained."""

import shutil
import warnings
from pathlib import Path

import pytest

from simulator.simulate import default_experiment, simulate

EQUATIONS = {
    "powers": "two^three^two*(Time+1)/(Time+1)",
    "negative power": "-two^2 + two^-three + (-two)^2",
    "subtraction": "three-two-1-Time",
    "division": "three/two/2*(Time+1)",
    "and before or": "IF THEN ELSE(two=2 :OR: two=2 :AND: three=4, Time, 0)",
    "not after comparing": "IF THEN ELSE(:NOT: Time > 3, 3, 4)",
    "modulo": "MODULO(7.5+Time, 3)",
    "modulo below zero": "MODULO(-7+0*Time, 3)",
    "integer": "INTEGER(2.7+Time)",
    "integer below zero": "INTEGER(-2.7+0*Time)",
    "divide by nothing": "ZIDZ(Time, 0) + XIDZ(Time, 0, 4)",
    "divide by little": "XIDZ(1, 1e-7+0*Time, 5)",
    "circle": "SIN(Time) + COS(Time) + TAN(Time/9) + ARCTAN(Time) + ARCSIN(Time/9) + ARCCOS(Time/9)",
    "elementary": "EXP(-Time) + LN(Time+1) + SQRT(Time) + ABS(Time-2) + LOG(Time+2, two)",
    "extremes": "MIN(Time, three) + MAX(Time, two)",
    "step": "STEP(three, 2) + STEP(1, 2.6)",
    "ramp": "RAMP(two, 2, 4)",
    "pulse": "PULSE(3, 0.75)",
    "empty pulse": "PULSE(3, 0)",
    "train": "PULSE TRAIN(1, 0.25, 1, 3.5)",
    "train to its end": "PULSE TRAIN(1, 0.25, 1, 3)",
    "table": "WITH LOOKUP(Time, ((1,0),(2,5),(4,3)))",
    "smooth": "SMOOTH(Time, 3) + SMOOTHI(Time, 2, 4)",
    "smooth3": "SMOOTH3(Time, 3) + SMOOTH3I(Time, 2, 4)",
    "smooth n": "SMOOTH N(Time, 3, 0, 2)",
    "delay": "DELAY1(Time, 3) + DELAY1I(Time, 2, 4)",
    "delay3": "DELAY3(Time, 3) + DELAY3I(Time, 2, 4) + DELAY3(Time, 3+Time/5)",
    "delay n": "DELAY N(Time, 3, 1, 2)",
    "trend": "TREND(Time+1, 2, 0.1)",
    "forecast": "FORECAST(Time+1, 2, 3)",
    "initial": "INITIAL(Time+5)",
    "active initial": "ACTIVE INITIAL(Time, 9)",
    "delay fixed": "DELAY FIXED(Time, 1.25, -3)",
    "sample": "SAMPLE IF TRUE(MODULO(Time, 1) = 0, Time, -5)",
}
PYSD_DIFFERS = {
    "empty pulse": "Vensim's pulse of no width lasts one step; PySD's is nothing",
    "train to its end": "Vensim includes the end; PySD does not",
}
SIMLIN_DIFFERS = {
    "modulo below zero": "Vensim's result is in (-m, 0]; simlin's in [0, m)",
    "integer below zero": "Vensim cuts towards zero; simlin rounds down",
    "not after comparing": "Vensim's :NOT: takes the whole comparison; simlin's only its first term",
    "divide by little": "Vensim takes less than 1e-6 for zero; simlin only zero",
}
SIMLIN_LACKS = {"smooth n", "delay n", "forecast", "sample", "delay fixed", "active initial"}


@pytest.fixture
def run(model):
    def read(names):
        lines = [f"the {name} = {EQUATIONS[name]}" for name in names]
        spec = model("\n".join(["two = 2", "three = 3", *lines]), stop=6, step=0.25, every=0.25)
        return spec, simulate(spec, default_experiment(spec), save=[f"the_{name.replace(' ', '_')}" for name in names])

    return read


def differing(run, frame):
    """Return the names whose values differ from a frame's by more than 1e-9."""
    columns = {column.lower().replace(" ", "_"): frame[column].to_numpy(dtype=float) for column in frame.columns}
    return {key.removeprefix("the_").replace("_", " ") for key in run.keys if abs(run[key] - columns[key]).max() > 1e-9}


def test_pysd(run, tmp_path):
    spec, found = run(EQUATIONS)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd

        frame = pysd.read_vensim(str(shutil.copy(Path(spec.source), scratch))).run()
    assert differing(found, frame) == set(PYSD_DIFFERS)


def test_simlin(run):
    simlin = pytest.importorskip("simlin")
    spec, found = run([name for name in EQUATIONS if name not in SIMLIN_LACKS])
    frame = simlin.load(spec.source).run(analyze_loops=False).results
    assert differing(found, frame) == set(SIMLIN_DIFFERS)
