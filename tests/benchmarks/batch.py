"""Batches of the flagship: rate and error beside PySD's loop, growth with chunk size and workers, flat memory.

    python -m tests.benchmarks.batch [--runs 10000] [--memory-runs 10000,100000] [--pysd-runs 4]

Every run draws all uncertain assumptions of the card and keeps the headline outcomes every year. Errors are the
largest difference from rk4 at a 64th of the file's step, as a share of each outcome's range, over outcomes and times,
for the same draws. PySD runs the same file with the same draws in a loop, at the file's step (Euler is all it has).
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.batch import PreparedPlan, open_store, prepare, run_batch
from simulator.experiment import SolverSettings
from simulator.plan import plan_from_dict
from simulator.runner import load_model
from simulator.schedule import Schedule
from simulator.simulate import simulate

STEP = 0.5


@dataclass(frozen=True)
class Rate:
    """Runs per second of one way, and its largest error as a share of the outcomes' ranges."""

    name: str
    rate: float
    error: float | None = None


def plan(folder: Path, runs: int) -> PreparedPlan:
    """Return the plan: the flagship's own base run over `runs` futures."""
    scenario = folder / "base.yaml"
    scenario.write_text("format: gumsim-scenario/1\nname: base\nmodel: gum\n", encoding="utf-8")
    data = {"name": "benchmark", "scenarios": [str(scenario)], "time": {"step": STEP, "every": 1},
            "sampling": {"runs": runs, "seed": 1}}
    return prepare(plan_from_dict(data))


def processor_seconds() -> float:
    """Return what this process and its finished children have used of processors, whatever else the machine did."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(prepared: PreparedPlan, workers: int, chunk: int) -> tuple[float, Path]:
    """Return the rate of a batch and its folder."""
    out = Path(tempfile.mkdtemp(prefix="gumsim-batch-"))
    started = time.perf_counter()
    summary = run_batch(prepared, out=out, workers=workers, chunk=chunk)
    return summary.runs / (time.perf_counter() - started), out


def references(prepared: PreparedPlan, count: int) -> np.ndarray:
    """Return the outcomes of the first futures at a very small step, shape (n_runs, n_times, n_outcomes)."""
    policy, keys = prepared.policies[0], [c.key for c in prepared.columns]
    own = load_model("gum").spec.time.step
    found = []
    for i in range(count):
        values = {k: Schedule.constant(float(v[0])) for k, v in prepared.parameters(0, i, i + 1).items()}
        experiment = replace(
            policy.experiment, parameters={**policy.experiment.parameters, **values}, solver=SolverSettings("rk4"),
            time=replace(policy.experiment.time, step=own / 64),
        )
        found.append(simulate(prepared.spec, experiment, save=keys).values)
    return np.array(found)


def error_of(values: np.ndarray, reference: np.ndarray) -> float:
    """Return the largest difference over each run's and outcome's range; outcomes that never move are left out."""
    spread = np.ptp(reference, axis=1)
    moving = spread > 1e-9
    return float((np.abs(values - reference).max(axis=1)[moving] / spread[moving]).max())


def pysd_loop(prepared: PreparedPlan, count: int) -> tuple[float, float, np.ndarray]:
    """Return PySD's rate, its processor seconds per run, and its outcomes, shape (n_runs, n_times, n_outcomes)."""
    import pysd

    spec = prepared.model.spec
    titles = [column.title for column in prepared.columns]
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = pysd.read_vensim(shutil.copy(prepared.model.path, scratch))
        times = prepared.times.tolist()
        model.run(return_columns=titles, return_timestamps=times)
        found, started, before = [], time.perf_counter(), processor_seconds()
        for i in range(count):
            drawn = {spec[k].title: float(v[0]) for k, v in prepared.parameters(0, i, i + 1).items()}
            frame = model.run(params=drawn, return_columns=titles, return_timestamps=times)
            found.append(frame[titles].to_numpy(dtype=float))
        work = (processor_seconds() - before) / count
        return count / (time.perf_counter() - started), work, np.array(found)


def memory(runs: int) -> tuple[float, float, float]:
    """Return peak memory (MB) of a fresh process and of its two workers over a batch of so many runs, and its rate."""
    command = [sys.executable, "-m", "tests.benchmarks.batch", "--measure-memory", str(runs)]
    text = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
    parent, worker, rate = json.loads(text.splitlines()[-1])
    return parent, worker, rate


def measure_memory(runs: int) -> None:
    """Print the peak memory of this process and of its largest worker, in MB, and the rate."""
    with tempfile.TemporaryDirectory() as folder:
        rate, out = timed(plan(Path(folder), runs), 2, 1000)
        shutil.rmtree(out)
    peaks = [resource.getrusage(who).ru_maxrss / 1000 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([*peaks, rate]))


def main() -> int:
    """Print the tables; return 1 if 1,000 times PySD's rate at a twentieth of its error, or flat memory, is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.batch", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="runs of the main figure (default 10,000)")
    parser.add_argument("--memory-runs", default="5000,20000", help="sizes of the memory test (default 5000,20000)")
    parser.add_argument("--pysd-runs", type=int, default=4, help="runs of PySD's loop (default 4)")
    parser.add_argument("--measure-memory", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure_memory:
        measure_memory(options.measure_memory)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        small, large = plan(Path(folder), 2000), plan(Path(folder), options.runs)
        print(f"{len(large.inputs)} inputs drawn, {len(large.columns)} outcomes at {len(large.times)} times, rk4 at "
              f"step {STEP:g}; load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        reference = references(large, options.pysd_runs)
        pysd_rate, pysd_work, pysd_values = pysd_loop(large, options.pysd_runs)
        before = processor_seconds()
        theirs = Rate("PySD in a loop, Euler at the file's step", pysd_rate, error_of(pysd_values, reference))
        rate, out = timed(large, 2, 2000)
        work = (processor_seconds() - before) / options.runs
        store = open_store(out)
        ours = np.stack([store.values(c.key, "base", stop=options.pysd_runs) for c in large.columns], axis=2)
        mine = Rate(f"gumsim, {options.runs:,} runs, 2 workers", rate, error_of(ours, reference))
        failed = len(store.failures())
        shutil.rmtree(out)
        print(f"\n{'':44s}{'runs/s':>10s}{'error':>10s}")
        for row in (theirs, mine):
            print(f"{row.name:44s}{row.rate:10.2f}{row.error:10.1e}")
        faster, closer = mine.rate / theirs.rate, (theirs.error or 0) / (mine.error or 1)
        print(f"{faster:,.0f} times PySD's rate at 1/{closer:,.0f} of its error; {failed} runs failed\n")
        print(f"processor time per run: PySD {1000 * pysd_work:.0f} ms, "
              f"gumsim {1000 * work:.3f} ms: {pysd_work / work:,.0f} times less on one processor\n")
        print(f"{'chunk':>8s}{'1 worker':>12s}{'2 workers':>12s}   runs/s, {small.runs:,} runs")
        for chunk in (100, 250, 500, 1000, 2000):
            rates = []
            for workers in (1, 2):
                rate, out = timed(small, workers, chunk)
                shutil.rmtree(out)
                rates.append(rate)
            print(f"{chunk:8,d}{rates[0]:12,.0f}{rates[1]:12,.0f}")
    sizes = [int(size) for size in options.memory_runs.split(",")]
    print(f"\n{'runs':>9s}{'parent MB':>12s}{'worker MB':>12s}{'runs/s':>10s}   peak memory, chunk 1,000, 2 workers")
    peaks = []
    for size in sizes:
        parent, worker, rate = memory(size)
        peaks.append(max(parent, worker))
        print(f"{size:9,d}{parent:12.0f}{worker:12.0f}{rate:10,.0f}")
    flat = max(peaks) <= 1.25 * min(peaks) + 40
    return 0 if faster >= 1000 and closer >= 20 and flat else 1


if __name__ == "__main__":
    sys.exit(main())
