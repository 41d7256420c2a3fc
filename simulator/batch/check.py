"""What a plan comes to before it is run: runs, size on disk, time."""

import time
from pathlib import Path

from simulator.batch.chunk import job_of, pack, run_chunk
from simulator.batch.prepare import PreparedPlan, prepare
from simulator.batch.progress import duration
from simulator.plan import Plan

_SAMPLES = (16, 128)
_CHUNK = 2000


def check_plan(path: str | Path | Plan) -> tuple[str, list[str]]:
    """Return a plan's size in one line, and remarks; two small chunks are run to tell the time.

    Raises `InputError` as `prepare` does.
    """
    prepared = prepare(path)
    runs = prepared.runs * len(prepared.policies)
    rows = runs * len(prepared.times)
    seconds, size = _estimate(prepared)
    report = (
        f"plan '{prepared.plan.name}' on model '{prepared.model.name}': {len(prepared.policies):,} policies x "
        f"{prepared.runs:,} futures = {runs:,} runs; {len(prepared.inputs)} inputs drawn "
        f"({prepared.plan.sampling.method}), {len(prepared.columns)} outcomes at {len(prepared.times)} times; "
        f"{prepared.method}, step {prepared.time.step:g}; "
        f"about {_bytes(size * rows)} and {duration(seconds)} on one worker"
    )
    return report, list(prepared.notes)


def _estimate(prepared: PreparedPlan) -> tuple[float, float]:
    """Return seconds of the whole batch on one worker, and bytes per row.

    A chunk of n members takes a + b n: measured at two sizes.
    """
    packed = pack(prepared)
    counts = [min(count, prepared.runs) for count in _SAMPLES]
    taken, size = [], 0.0
    run_chunk(job_of(prepared, packed, 0, 0, 1))
    for count in counts:
        job = job_of(prepared, packed, 0, 0, count)
        started = time.perf_counter()
        size = len(run_chunk(job).content) / (count * len(prepared.times))
        taken.append(time.perf_counter() - started)
    each = max(0.0, (taken[1] - taken[0]) / (counts[1] - counts[0])) if counts[1] > counts[0] else 0.0
    fixed = max(taken[0] - each * counts[0], 0.0)
    chunks = -(-prepared.runs // _CHUNK) * len(prepared.policies)
    return fixed * chunks + each * prepared.runs * len(prepared.policies), size


def _bytes(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
