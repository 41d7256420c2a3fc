"""Runs of today against the stored ones."""

import csv
import io

import numpy as np
import pytest

from simulator.export import csv_text
from tests.golden.regenerate import FOLDER, RUNS, golden_run

TOLERANCE = 1e-6
"""Of each column's largest size: room for another processor or SciPy, none for another result."""

HOW = "if this change is meant: python -m tests.golden.regenerate"


def table(text: str) -> tuple[list[str], np.ndarray]:
    header, *rows = csv.reader(io.StringIO(text))
    return header, np.array([[float(cell) for cell in row[1:]] for row in rows])


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_what_it_was(name: str):
    header, stored = table((FOLDER / f"{name}.csv").read_text(encoding="utf-8"))
    now_header, now = table(csv_text(golden_run(name)))
    assert now_header == header, HOW
    assert now.shape == stored.shape, HOW
    scale = np.maximum(np.abs(stored).max(axis=0), 1e-12)
    worst = np.abs(now - stored) / scale
    row, column = np.unravel_index(np.argmax(worst), worst.shape)
    assert worst.max() <= TOLERANCE, f"{header[column + 1]} at {stored[row, 0]:g} moved by {worst.max():.2e}; {HOW}"


def test_every_stored_file_is_compared():
    assert sorted(path.stem for path in FOLDER.glob("*.csv")) == sorted(RUNS)
