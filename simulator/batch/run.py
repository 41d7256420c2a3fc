"""A plan -> a folder of results: chunks on any executor, written as they come, resumable at any moment."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.batch.chunk import ChunkResult, Job, job_of, pack, run_chunk
from simulator.batch.folder import STATUS, BatchFolder
from simulator.batch.part import failures_in, is_whole
from simulator.batch.pool import worker_pool
from simulator.batch.prepare import PreparedPlan, prepare
from simulator.batch.progress import Progress, Report
from simulator.batch.store import Store, open_store
from simulator.errors import InputError, SimulationError
from simulator.plan import Plan

CHUNK = 2000
"""Futures of one policy that are run and written together: enough to hide Python's cost, few enough for memory."""


@dataclass(frozen=True)
class BatchSummary:
    """What a batch came to: runs in all, those done by this call, seconds it took, members that failed."""

    path: Path
    runs: int
    fresh: int
    seconds: float
    failed: int

    @property
    def rate(self) -> float:
        """Runs per second of this call."""
        return self.fresh / self.seconds if self.seconds > 0 else 0.0

    def open(self) -> Store:
        """Open the results."""
        return open_store(self.path)


def run_batch(
    plan: Plan | PreparedPlan | str | Path | Mapping[str, Any],
    *,
    out: str | Path,
    workers: int | None = None,
    executor: Executor | Any | None = None,
    resume: bool = False,
    chunk: int = CHUNK,
    progress: Report | None = None,
) -> BatchSummary:
    """Run every policy of a plan over every future and write the results into the folder `out`.

    workers    processes of this machine (default 1: no process is started); with an `executor`, how many it has
    executor   anything with the ``submit`` of `concurrent.futures`: a pool, or ``Client(...).get_executor()`` of Dask
    resume     go on with the batch in `out`; parts that are whole are kept
    chunk      futures of one policy that are run together (a resumed batch keeps its own)
    progress   called after every chunk

    The same plan gives the same bytes whatever the executor and however often it was stopped. A member that fails is
    NaN and is listed by `Store.failures`. Raises `InputError` for a bad plan, a folder that is not empty (without
    `resume`), a plan or model that is not the one the folder was begun with, a full disk.
    """
    prepared = plan if isinstance(plan, PreparedPlan) else prepare(plan)
    if workers is not None and workers < 1:
        raise InputError(f"workers must be at least 1, not {workers}")
    if chunk < 1:
        raise InputError(f"chunk must be at least 1, not {chunk}")
    folder = BatchFolder(Path(out))
    with folder.locked() as lock, worker_pool(executor, workers or 1, lock) as pool:
        return _run(prepared, folder, folder.start(prepared, chunk, resume=resume), pool, workers or 1, progress)


def _run(
    prepared: PreparedPlan, folder: BatchFolder, chunk: int, pool: Any, workers: int, progress: Report | None
) -> BatchSummary:
    total = prepared.runs * len(prepared.policies)
    times = len(prepared.times)
    every = [(p, n, first) for n, first in enumerate(range(0, prepared.runs, chunk))
             for p in range(len(prepared.policies))]  # policies of the same futures in a row: drawn once
    size = {(p, n): min(chunk, prepared.runs - first) for p, n, first in every}
    missing = [(p, n, first) for p, n, first in every if not is_whole(folder.part(p, n), size[p, n] * times)]
    fresh, started = 0, time.monotonic()
    done = total - sum(size[p, n] for p, n, _ in missing)

    def state(word: str) -> None:
        folder.write_json(STATUS, {
            "state": word, "runs_done": done, "runs": total, "seconds": round(time.monotonic() - started, 3),
            "runs_this_start": fresh,
        })

    if missing:
        state("running")
    try:
        for (policy, number), result in _results(
            prepared, missing, chunk, pool, workers, meanwhile=lambda: folder.write_inputs(prepared)
        ):
            folder.write(folder.part(policy, number), result.content)
            done += size[policy, number]
            fresh += size[policy, number]
            if progress is not None:
                progress(Progress(done, total, time.monotonic() - started, fresh))
    except BaseException:
        _try(lambda: state("stopped"))
        raise
    seconds = time.monotonic() - started
    failed = sum(len(failures_in(folder.part(p, n))) for p, n, _ in every)
    if missing:
        state("done")
    return BatchSummary(folder.path, total, fresh, seconds, failed)


def _results(
    prepared: PreparedPlan, missing: list[tuple[int, int, int]], chunk: int, pool: Any, workers: int, *,
    meanwhile: Callable[[], None],
) -> Iterator[tuple[tuple[int, int], ChunkResult]]:
    """Yield every missing chunk as it is finished; at most two per worker are under way, so that memory stays flat.

    `meanwhile` is called whenever the workers have got their chunks.
    """
    if not missing or pool is None:
        meanwhile()
    if not missing:
        return
    packed = pack(prepared)

    def job(policy: int, first: int) -> Job:
        return job_of(prepared, packed, policy, first, min(chunk, prepared.runs - first))

    if pool is None:
        for policy, number, first in missing:
            yield (policy, number), run_chunk(job(policy, first))
        return
    waiting: dict[Any, tuple[int, int]] = {}
    todo = iter(missing)
    try:
        while True:
            for policy, number, first in todo:
                waiting[pool.submit(run_chunk, job(policy, first))] = (policy, number)
                if len(waiting) >= 2 * workers:
                    break
            meanwhile()
            if not waiting:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield waiting.pop(future), future.result()
    except BrokenExecutor:
        raise SimulationError("a worker process was ended from outside (out of memory?); finished parts are kept, "
                              "go on with --resume and fewer workers") from None
    finally:
        for future in waiting:
            future.cancel()


def _try(call: Callable[[], None]) -> None:
    with suppress(InputError):  # what ended the batch matters more than that its end could not be noted
        call()
