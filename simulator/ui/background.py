"""Long work off the page's script: jobs kept by key for all sessions, with progress, cancel and a bounded memory."""

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

MAX_KEPT = 24
WORKERS = 2


@dataclass
class Job:
    """One piece of work: `result` is the best so far, `share` how far it is (0..1), `error` one line if it failed."""

    result: Any = None
    share: float = 0.0
    done: bool = False
    error: str = ""
    stopped: bool = False
    finished: Event = field(default_factory=Event)

    def cancel(self) -> None:
        """Ask the work to stop at its next report; what it has by then is kept."""
        self.stopped = True

    def report(self, result: Any, share: float) -> bool:
        """Keep an intermediate result; return False once the work should stop."""
        self.result, self.share = result, share
        return not self.stopped


class Board:
    """Jobs by key: the same work asked for twice is done once; the oldest finished ones are forgotten."""

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

    def start(self, key: str, work: Work) -> Job:
        """Return the job of that key, started now unless it runs already or has ended undisturbed."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not (job.finished.is_set() and (job.stopped or job.error)):
                return job
            job = self._jobs[key] = Job()
            self._jobs.move_to_end(key)
            ended = [k for k, j in self._jobs.items() if j.finished.is_set()]
            for old in ended[: max(0, len(self._jobs) - self._kept)]:
                del self._jobs[old]
            self._pool.submit(self._run, job, work)
            return job

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
