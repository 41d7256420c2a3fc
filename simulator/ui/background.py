"""Long work off the page's script: jobs by key, shared by the sessions that wait for them, in a bounded memory."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import streamlit as st

from simulator.errors import GumsimError

Report = Callable[[Any, float], bool]
"""Takes what there is so far and the share done (0..1); returns False if the work should stop."""
Work = Callable[[Report], Any]

MAX_KEPT = 12
"""Finished jobs kept: eight runs in 500 futures take about 15 MB each."""
WORKERS = 2


@dataclass
class Job:
    """One piece of work: `result` is the best so far, `share` how far it is (0..1), `error` one line if it failed.

    `owners` are the sessions that wait for it; it is `stopped` once the last of them has left it unfinished.
    """

    result: Any = None
    share: float = 0.0
    done: bool = False
    error: str = ""
    stopped: bool = False
    finished: Event = field(default_factory=Event)
    owners: set[str] = field(default_factory=set)

    def report(self, result: Any, share: float) -> bool:
        """Keep an intermediate result; return False once the work should stop."""
        self.result, self.share = result, share
        return not self.stopped


class Board:
    """Jobs by key: the same work asked for by several sessions is done once, for as long as one of them waits.

    The oldest finished ones are forgotten.
    """

    def __init__(self, workers: int = WORKERS, kept: int = MAX_KEPT) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="gumsim-job")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._kept = kept
        self._lock = Lock()

    def find(self, key: str) -> Job | None:
        """Return the job of that key, None if nobody asked for it or it was forgotten."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None:
                self._jobs.move_to_end(key)
            return job

    def start(self, key: str, work: Work, owner: str) -> Job:
        """Return the job of that key with `owner` waiting for it; one that was stopped or failed is started anew."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not (job.done or not (job.stopped or job.error)):
                job = self._jobs[key] = Job()
                self._pool.submit(self._run, job, work)
            job.owners.add(owner)
            self._jobs.move_to_end(key)
            ended = [k for k, j in self._jobs.items() if j.finished.is_set()]
            for old in ended[: max(0, len(self._jobs) - self._kept)]:
                del self._jobs[old]
            return job

    def leave(self, key: str, owner: str) -> None:
        """Take `owner` off the job of that key; if nobody else waits, it stops at its next report with what it has."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and owner in job.owners:
                job.owners.discard(owner)
                job.stopped = not job.owners and not job.finished.is_set()

    @staticmethod
    def _run(job: Job, work: Work) -> None:
        try:
            if not job.stopped:
                job.result = work(job.report)
                job.done = not job.stopped
                job.share = 1.0 if job.done else job.share
        except GumsimError as error:
            job.error = str(error)
        except Exception as error:  # a thread has nobody above it who could tell the user
            job.error = f"{type(error).__name__}: {error}"
        finally:
            job.finished.set()


@st.cache_resource(show_spinner=False)
def board() -> Board:
    """Return the board that all sessions share."""
    return Board()
