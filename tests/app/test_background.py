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

    first = board.start("a", work, "me")
    assert first.finished.wait(5)
    assert board.start("a", work, "me") is first
    assert (first.result, first.share, first.done, calls) == ("whole", 1.0, True, [1])
    assert board.find("b") is None


def test_cancel_keeps_what_there_was_and_a_new_start_works_again() -> None:
    board, ready, asked = Board(), Event(), Event()

    def work(report: Report) -> str:
        report("draft", 0.25)
        ready.set()
        assert asked.wait(5)
        return "whole" if report("more", 0.5) else "partial"

    job = board.start("a", work, "me")
    assert ready.wait(5)
    board.leave("a", "me")
    asked.set()
    assert job.finished.wait(5)
    assert (job.result, job.done, job.stopped) == ("partial", False, True)
    again = board.start("a", work, "me")
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
        job = board.start("a", work, "me")
        assert job.finished.wait(5)
        assert (job.error, job.done) == (words, False)


def test_memory_is_bounded_and_running_work_is_never_forgotten() -> None:
    board, go = Board(workers=1, kept=3), Event()
    running = board.start("running", lambda report: go.wait(5), "me")
    waiting = [board.start(f"k{i}", lambda report, i=i: i, "me") for i in range(6)]
    assert board.find("running") is running
    go.set()
    for job in waiting:
        assert job.finished.wait(5)
    board.start("last", lambda report: 1, "me").finished.wait(5)
    board.start("very last", lambda report: 1, "me").finished.wait(5)
    assert sum(board.find(key) is not None for key in ["running", *(f"k{i}" for i in range(6))]) <= 3


def test_one_who_leaves_does_not_stop_the_work_another_waits_for() -> None:
    board, ready, asked = Board(), Event(), Event()

    def work(report: Report) -> str:
        report("draft", 0.25)
        ready.set()
        assert asked.wait(5)
        return "whole" if report("more", 0.5) else "partial"

    job = board.start("a", work, "first")
    assert board.start("a", work, "second") is job
    assert ready.wait(5)
    board.leave("a", "first")
    board.leave("a", "a stranger")
    asked.set()
    assert job.finished.wait(5)
    assert (job.result, job.done, job.stopped) == ("whole", True, False)


def test_whoever_comes_while_work_is_being_stopped_gets_work_of_their_own() -> None:
    board, ready, asked = Board(), Event(), Event()

    def work(report: Report) -> str:
        report("draft", 0.25)
        ready.set()
        assert asked.wait(5)
        return "whole" if report("more", 0.5) else "partial"

    job = board.start("a", work, "first")
    assert ready.wait(5)
    board.leave("a", "first")
    other = board.start("a", work, "second")
    assert other is not job
    asked.set()
    assert job.finished.wait(5)
    assert other.finished.wait(5)
    assert (job.result, other.result, other.done) == ("partial", "whole", True)


def test_leaving_what_is_finished_keeps_it() -> None:
    board = Board()
    job = board.start("a", lambda report: 1, "me")
    assert job.finished.wait(5)
    board.leave("a", "me")
    assert board.start("a", lambda report: 2, "other") is job
    assert (job.result, job.stopped) == (1, False)
