"""The same file in two independent engines: PySD's runtime (Euler) and simlin (the file's own method)."""

import re
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.experiment import SolverSettings
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate

FILES = sorted((Path(__file__).parents[2] / "models").glob("*.mdl"))


def key_of(column: str) -> str:
    return re.sub(r"_+", "_", re.sub(r"\W+", "_", column.lower())).strip("_")


def worst_difference(run, frame) -> dict[str, float]:
    """Return variable -> largest difference, relative to the variable's largest value."""
    columns = {key_of(column): frame[column].to_numpy(dtype=float) for column in frame.columns}
    missing = [key for key in run.keys if key not in columns]
    assert not missing
    return {
        key: float(np.abs(run[key] - columns[key]).max() / max(np.abs(columns[key]).max(), 1e-9)) for key in run.keys
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pysd_runtime(path, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd

        scratch = shutil.copy(path, tmp_path)
        frame = pysd.read_vensim(str(scratch)).run()
    spec = read_model(path)
    run = simulate(spec, replace(default_experiment(spec), solver=SolverSettings("euler")))
    differences = worst_difference(run, frame)
    assert max(differences.values()) < 1e-9, max(differences, key=differences.__getitem__)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_simlin(path):
    simlin = pytest.importorskip("simlin")
    frame = simlin.load(str(path)).run(analyze_loops=False).results
    spec = read_model(path)
    run = simulate(spec, default_experiment(spec))
    assert len(frame) == len(run.times)
    differences = worst_difference(run, frame)
    assert max(differences.values()) < 1e-9, max(differences, key=differences.__getitem__)


def test_simlin_with_levers_moved():
    simlin = pytest.importorskip("simlin")
    from simulator.schedule import Schedule

    path = Path(__file__).parents[2] / "models" / "sir.mdl"
    moved = {"contact_rate": 9.0, "infectivity": 0.05, "time_to_perceive": 12.0}
    spec = read_model(path)
    experiment = default_experiment(spec)
    parameters = {key: Schedule.constant(value) for key, value in moved.items()}
    run = simulate(spec, replace(experiment, parameters=parameters))
    overrides = {key.replace("_", " "): value for key, value in moved.items()}
    frame = simlin.load(str(path)).run(overrides=overrides, analyze_loops=False).results
    assert max(worst_difference(run, frame).values()) < 1e-9
