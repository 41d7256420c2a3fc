"""One run of the flagship: time and error of gumsim and of PySD on the same file in the same process.

    python -m tests.benchmarks.single_run [--repeats 5]

Errors are the largest difference from a DOP853 run at rtol 1e-11, as a share of each variable's range, over all
variables and saved times. Runs of the two engines alternate, so that a busy machine slows both.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pysd

from simulator.experiment import SolverSettings
from simulator.model import ModelSpec
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate
from simulator.trajectory import Trajectory

TIGHT = SolverSettings("DOP853", 1e-11, 1e-13)


@dataclass(frozen=True)
class Row:
    """One way of running the model: seconds per run (median) and error as a share of each variable's range."""

    name: str
    seconds: float
    error: float


def measure(model_file: Path, repeats: int) -> list[Row]:
    """Return gumsim's adaptive run, gumsim's own-step run and PySD's run, all saving every stock and auxiliary."""
    spec = read_model(model_file)
    own = default_experiment(spec)
    adaptive = replace(own, solver=SolverSettings())
    reference = simulate(spec, replace(own, solver=TIGHT))
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copy = Path(shutil.copy(model_file, scratch))
        other = pysd.read_vensim(copy)
        columns = [spec[key].title for key in reference.keys]
        ways: dict[str, Callable[[], Trajectory | pd.DataFrame]] = {
            "gumsim LSODA rtol 1e-6": lambda: simulate(spec, adaptive),
            f"gumsim {own.solver.method} at the file's step": lambda: simulate(spec, own),
            f"PySD {pysd.__version__} at the file's step": lambda: other.run(return_columns=columns),
        }
        results = {name: way() for name, way in ways.items()}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                started = time.perf_counter()
                way()
                seconds[name].append(time.perf_counter() - started)
    return [
        Row(name, statistics.median(seconds[name]), _error(spec, reference, result)) for name, result in results.items()
    ]


def _error(spec: ModelSpec, reference: Trajectory, result: Trajectory | pd.DataFrame) -> float:
    worst = 0.0
    for key in reference.keys:
        values = np.asarray(result[key] if isinstance(result, Trajectory) else result[spec[key].title], dtype=float)
        spread = np.ptp(reference[key])
        if spread > 1e-9:
            worst = max(worst, float(np.max(np.abs(values - reference[key])) / spread))
    return worst


def main() -> int:
    """Print the table and the two ratios; return 1 if a tenth of PySD's time or a hundredth of its error is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.single_run", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="timed runs of each engine (default 5)")
    options = parser.parse_args()
    rows = measure(Path(__file__).parents[2] / "models" / "gum.mdl", options.repeats)
    print(f"{'':36s}{'ms per run':>12s}{'error':>12s}")
    for row in rows:
        print(f"{row.name:36s}{1000 * row.seconds:12.1f}{row.error:12.1e}")
    ours, theirs = rows[0], rows[-1]
    print(f"time ratio {theirs.seconds / ours.seconds:.0f}, error ratio {theirs.error / ours.error:.0f}")
    return 0 if theirs.seconds >= 10 * ours.seconds and theirs.error >= 100 * ours.error else 1


if __name__ == "__main__":
    sys.exit(main())
