"""The public SDXorg test models, when they are at hand: every file agrees with its canonical output or is refused.

The files are data of other projects and do not belong to this repository; a clean clone skips this module. Pass rule:
every canonical column at every canonical time within 1e-5 + 1e-5*|canonical|, at the file's own method and step.
"""

import csv
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import ModelError, UnsupportedError
from simulator.model import ModelSpec
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate
from simulator.trajectory import Trajectory

ROOT = Path(__file__).parents[2].parent / "shared" / "conformance" / "sdx" / "tests"
FILES = sorted(p for p in ROOT.glob("*/*") if p.suffix in (".mdl", ".xmile", ".stmx")) if ROOT.is_dir() else []
CLOCK = {"time", "initial_time", "final_time", "time_step", "saveper", ""}

pytestmark = pytest.mark.skipif(not FILES, reason="the SDXorg test models are not beside this repository")

EMPTY = {"comparisons.stmx", "test_lookups_no-indirect.stmx"}
"""Old STELLA layouts that hold no XMILE equations."""

XMILE_MACROS = "macro_"
"""Folders whose XMILE files call macros that the files do not hold."""


def plain(name: str) -> str:
    bare = name.strip().strip('"').replace('\\"', '"').replace("\\n", " ")
    return re.sub(r"[\s_]+", "_", bare.lower()).strip("_")


@cache
def canonical(path: Path) -> tuple[list[str], np.ndarray] | None:
    """Return the header and rows of the canonical output of a model file, NaN where a cell is empty."""
    names = ["output.tab", "output.csv"]
    if path.suffix == ".stmx":
        names = ["output_stella.csv", "output_stella1006.csv", *names]
    found = next((path.parent / name for name in names if (path.parent / name).exists()), None)
    if found is None:
        return None
    try:
        text = found.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = found.read_bytes().decode("cp1252")
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if found.suffix == ".tab" else ","))
    width = len(rows[0])
    cells = [[_number(cell) for cell in (row + [""] * width)[:width]] for row in rows[1:] if row]
    return rows[0], np.array(cells)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def read_and_run(path: Path) -> tuple[ModelSpec, Trajectory]:
    """Return model and run; skip the test for a refused construct, fail for any other error."""
    try:
        spec = read_model(path)
        keys = [v.key for v in spec.variables.values() if v.kind != "lookup"]
        return spec, simulate(spec, default_experiment(spec), save=keys)
    except UnsupportedError as error:
        pytest.skip(f"refused: {str(error).removeprefix(str(path))}")
    except ModelError as error:
        excused = path.name in EMPTY or (path.parent.name.startswith(XMILE_MACROS) and path.suffix != ".mdl")
        if not excused:
            raise
        pytest.skip(f"not a runnable file: {str(error).removeprefix(str(path))}")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_file(path):
    output = canonical(path)
    if output is None:
        pytest.skip("no canonical output")
    spec, run = read_and_run(path)
    header, rows = output
    by_title = {plain(v.title): v.key for v in spec.variables.values()}
    index = np.abs(run.times[None, :] - rows[:, :1]).argmin(axis=1)
    kept = ~np.isnan(rows[:, 0])
    assert np.abs(run.times[index] - rows[:, 0])[kept].max() < 1e-6
    compared = 0
    for position, title in enumerate(header):
        key = by_title.get(plain(title))
        if position == 0 or plain(title) in CLOCK or (key in spec.variables and spec[key].kind == "lookup"):
            continue
        assert key is not None, f"the run has no '{title}'"
        expected = rows[:, position]
        known = kept & ~np.isnan(expected)
        difference = np.abs(run[key][index] - expected)[known]
        assert (difference <= 1e-5 + 1e-5 * np.abs(expected[known])).all(), f"{title}: off by {difference.max()}"
        compared += 1
    assert compared
