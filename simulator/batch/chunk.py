"""One chunk of a batch, wherever it is run: members in, one Parquet part as bytes out. Pure: same job, same bytes."""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.batch.draws import Draws
from simulator.batch.members import run_members
from simulator.batch.part import Failure, part_bytes
from simulator.batch.prepare import PreparedPlan
from simulator.batch.tables import Table
from simulator.errors import InputError, ModelError, SimulationError, UnsupportedError
from simulator.experiment import Experiment
from simulator.model import ModelSpec
from simulator.trajectory import Column

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What all chunks of a batch share; `draws` None if each job brings its own values along."""

    spec: ModelSpec
    experiments: tuple[Experiment, ...]
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    groups: tuple[int, ...]
    draws: Draws | None
    method: str
    refine: bool
    time_units: str


@dataclass(frozen=True)
class Job:
    """One chunk: the shared task as bytes with their digest, policy, first run and how many.

    `parameters` are the members' values where they cannot be drawn on the spot.
    """

    task: bytes
    digest: str
    policy: int
    first: int
    runs: int
    parameters: Mapping[str, Floats] | None = None


@dataclass(frozen=True)
class ChunkResult:
    """A part as the bytes of a Parquet file, and the members that failed."""

    content: bytes
    failures: tuple[Failure, ...]


def pack(prepared: PreparedPlan) -> tuple[bytes, str]:
    """Return what all chunks share as bytes, and their digest."""
    task = Task(
        replace(prepared.spec, variables=dict(prepared.spec.variables)),
        tuple(policy.experiment for policy in prepared.policies),
        tuple(policy.name for policy in prepared.policies), prepared.columns,
        tuple(policy.group for policy in prepared.policies),
        None if isinstance(prepared.draws.design, Table) else prepared.draws, prepared.method,
        prepared.refine, prepared.model.spec.time.units,
    )
    content = pickle.dumps(task)
    return content, hashlib.sha256(content).hexdigest()


def job_of(prepared: PreparedPlan, packed: tuple[bytes, str], policy: int, first: int, count: int) -> Job:
    """Return the job of `count` futures of a policy from `first` on; rows of a table travel with it."""
    parameters = None
    if isinstance(prepared.draws.design, Table):
        parameters = prepared.parameters(prepared.policies[policy].group, first, first + count)
    return Job(*packed, policy, first, count, parameters)


def run_chunk(job: Job) -> ChunkResult:
    """Run a chunk and return its part. Raises `InputError` or `ModelError` if the batch as a whole cannot run."""
    task = _task(job)
    parameters = job.parameters
    if parameters is None:
        parameters = _drawn(task, job)
    values, failures = _values(task, job.policy, parameters, job.first)
    times = task.experiments[job.policy].time.saved
    failures += _non_finite(values, times, task.columns, job.first, {f.run for f in failures})
    failures.sort(key=lambda failure: failure.run)
    content = part_bytes(
        values, times, task.names[job.policy], job.first, task.columns, task.time_units, failures
    )
    return ChunkResult(content, tuple(failures))


_tasks: OrderedDict[str, Task] = OrderedDict()


def _task(job: Job) -> Task:
    """Return the shared task, unpacked once per process, so that its model is compiled once."""
    if job.digest not in _tasks:
        _tasks[job.digest] = pickle.loads(job.task)
        while len(_tasks) > 2:
            _tasks.popitem(last=False)
    return _tasks[job.digest]


_last: dict[tuple[str, int, int, int], dict[str, Floats]] = {}


def _drawn(task: Task, job: Job) -> dict[str, Floats]:
    """Return the values of a job's futures, kept for the next policy that meets them."""
    assert task.draws is not None
    key = (job.digest, task.groups[job.policy], job.first, job.runs)
    found = _last.get(key)
    if found is None:
        found = task.draws.parameters(key[1], job.first, job.first + job.runs)
        _last.clear()
        _last[key] = found
    return found


def _values(
    task: Task, policy: int, parameters: Mapping[str, Floats], first: int
) -> tuple[Floats, list[Failure]]:
    """Return the values, shape (n_runs, n_times, n_columns); a chunk that fails is halved to find the culprit."""
    experiment, keys = task.experiments[policy], [column.key for column in task.columns]
    method: Any = task.method
    try:
        return run_members(task.spec, experiment, parameters, keys, method, refine=task.refine), []
    except (InputError, ModelError, UnsupportedError):
        raise
    except (SimulationError, ArithmeticError, ValueError) as error:
        count = len(next(iter(parameters.values())))
        if count == 1:
            nothing = np.full((1, len(experiment.time.saved), len(keys)), np.nan)
            return nothing, [Failure(first, None, " ".join(str(error).split()))]
        half = count // 2
        parts = [
            _values(task, policy, {k: v[part] for k, v in parameters.items()}, first + (part.start or 0))
            for part in (slice(0, half), slice(half, count))
        ]
        return np.concatenate([values for values, _ in parts]), [f for _, found in parts for f in found]


def _non_finite(
    values: Floats, times: Floats, columns: tuple[Column, ...], first: int, known: set[int]
) -> list[Failure]:
    bad = ~np.isfinite(values)
    found = []
    for row in np.flatnonzero(bad.any(axis=(1, 2))):
        if first + int(row) not in known:
            moment, column = np.argwhere(bad[row])[0]
            what = f"{columns[column].key} is not finite"
            found.append(Failure(first + int(row), float(times[moment]), what))
    return found
