"""Worker processes of this machine: quiet at Ctrl-C, gone at once when the batch stops, never outliving it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

_LOOK_SECONDS = 0.5
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


@contextmanager
def worker_pool(executor: Any, workers: int, lock: int | None) -> Iterator[Any]:
    """Yield the executor given, else a pool of so many processes, else (one worker) None: work in this process.

    `lock` is a file descriptor that forked workers close. Processes are forked where that is safe, so that a script
    needs no ``if __name__ == "__main__"``; elsewhere they start afresh, and it does.
    """
    if executor is not None or workers == 1:
        yield executor
        return
    forked = sys.platform.startswith("linux") and threading.active_count() == 1
    context = get_context("fork" if forked else "spawn")
    stop = context.Event()
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_become_worker, initargs=(os.getpid(), lock if forked else None, stop)
    ) as pool:
        try:
            yield _Pool(pool)
        except BaseException:
            stop.set()  # what is queued comes back undone; ending the processes instead can leave the queue stuck
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Pool:
    """Submits work that is left undone once the batch has stopped."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return self.pool.submit(_unless_stopped, function, *arguments)


_stop: Any = None


def _become_worker(parent: int, lock: int | None, stop: Any) -> None:
    """Make a process a worker: Ctrl-C is the parent's, one thread of linear algebra, no life beyond the batch.

    A parent that is killed cannot end its workers; each looks for itself.
    """
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    if lock is not None:
        os.close(lock)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _unless_stopped(function: Callable[..., Any], *arguments: Any) -> Any:
    return None if _stop is not None and _stop.is_set() else function(*arguments)
