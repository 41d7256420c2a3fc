"""``gumsim batch``: run a plan into a folder."""

import sys
from argparse import Namespace
from typing import Any

from simulator.batch import Progress, prepare, run_batch
from simulator.batch.dask_cluster import cluster_executor
from simulator.batch.progress import duration


def execute(options: Namespace) -> int:
    """Run, or go on with, a batch; 1 if members failed."""
    prepared = prepare(options.plan)
    for note in prepared.notes:
        print(f"gumsim: note: {note}", file=sys.stderr)
    shown = sys.stderr.isatty()
    try:
        if options.dask:
            with cluster_executor(options.dask) as (executor, workers):
                summary = _run(prepared, options, shown, executor=executor, workers=workers)
        else:
            summary = _run(prepared, options, shown, workers=options.workers)
    except KeyboardInterrupt:
        _clear(shown)
        print(f"gumsim: stopped; go on with: gumsim batch {options.plan} --out {options.out} --resume", file=sys.stderr)
        raise
    except BaseException:
        _clear(shown)
        raise
    _clear(shown)
    rate = f", {summary.rate:,.0f} runs/s" if summary.fresh else ""
    kept = f" ({summary.runs - summary.fresh:,} were there already)" if summary.fresh < summary.runs else ""
    print(f"{options.out}: {summary.runs:,} runs{kept} in {duration(summary.seconds)}{rate}")
    if summary.failed:
        print(f"{summary.failed:,} runs failed and are empty from where they failed; "
              f"see: gumsim read {options.out}")
    return 1 if summary.failed else 0


def _run(prepared: Any, options: Namespace, shown: bool, **how: Any) -> Any:
    return run_batch(prepared, out=options.out, resume=options.resume, progress=_show if shown else None, **how)


def _show(progress: Progress) -> None:
    print(f"\r\033[K{progress.line()}", end="", file=sys.stderr, flush=True)


def _clear(shown: bool) -> None:
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
