"""Work off the script: done once per key, cancelled when asked, forgotten when old, failing in one line."""

from threading import Event

from simulator.errors import SimulationError
from simulator.ui.background import Board, Report


def test_the_same_work_is_done_once_and_keeps_its_result() -> None:
    board, calls = Board(), []

    def work(report: Report) -> str:
        calls.append(1)
        report("draft", 0.5)
        return "whole"

    first = board.start("a", work)
    assert first.finished.wait(5)
    assert board.start("a", work) is first
    assert (first.result, first.share, first.done, calls) == ("whole", 1.0, True, [1])
    assert board.find("b") is None


def test_cancel_keeps_what_there_was_and_a_new_start_works_again() -> None:
    board, ready, asked = Board(), Event(), Event()

    def work(report: Report) -> str:
        report("draft", 0.25)
        ready.set()
        assert asked.wait(5)
        return "whole" if report("more", 0.5) else "partial"

    job = board.start("a", work)
    assert ready.wait(5)
    job.cancel()
    asked.set()
    assert job.finished.wait(5)
    assert (job.result, job.done, job.stopped) == ("partial", False, True)
    again = board.start("a", work)
    assert again is not job
    assert again.finished.wait(5)
    assert again.result == "whole"


def test_a_failure_is_one_line_and_can_be_tried_again() -> None:
    board = Board()

    def fails(report: Report) -> None:
        raise SimulationError("not finite at time 3")

    def breaks(report: Report) -> None:
        raise ZeroDivisionError("by nought")

    for work, words in ((fails, "not finite at time 3"), (breaks, "ZeroDivisionError: by nought")):
        job = board.start("a", work)
        assert job.finished.wait(5)
        assert (job.error, job.done) == (words, False)


def test_memory_is_bounded_and_running_work_is_never_forgotten() -> None:
    board, go = Board(workers=1, kept=3), Event()
    running = board.start("running", lambda report: go.wait(5))
    waiting = [board.start(f"k{i}", lambda report, i=i: i) for i in range(6)]
    assert board.find("running") is running
    go.set()
    for job in waiting:
        assert job.finished.wait(5)
    board.start("last", lambda report: 1).finished.wait(5)
    board.start("very last", lambda report: 1).finished.wait(5)
    assert sum(board.find(key) is not None for key in ["running", *(f"k{i}" for i in range(6))]) <= 3
