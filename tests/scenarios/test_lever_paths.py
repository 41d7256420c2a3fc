"""A lever setting over a history: history until the start, up, held, and back to the history."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenario import LeverSetting, lever_schedule
from simulator.schedule import Schedule

NUMBER = st.integers(-1000, 1000).map(lambda n: n / 8)
LENGTH = st.integers(0, 80).map(lambda n: n / 8)
HISTORY = st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=6).map(lambda knots: Schedule(tuple(sorted(knots))))
FLAT = Schedule.constant(10.0)


def test_the_example_of_the_documentation():
    path = lever_schedule(FLAT, LeverSetting(value=60, start=2009, ramp=2, end=2030), 2000)
    assert path.knots == ((0.0, 10.0), (2009, 10.0), (2011, 60), (2030, 60), (2032, 10.0))
    assert [path.at(t) for t in (1990, 2009, 2010, 2011, 2030, 2031, 2032, 2050)] == [10, 10, 35, 60, 60, 35, 10, 10]


def test_start_defaults_to_the_policy_start_and_ramp_to_one():
    assert lever_schedule(FLAT, LeverSetting(value=60), 2009).knots == ((0.0, 10.0), (2009, 10.0), (2010, 60))


def test_a_ramp_of_nothing_is_a_jump_both_ways():
    path = lever_schedule(FLAT, LeverSetting(value=60, start=5, ramp=0, end=9), 0)
    assert (path.at(5, before=True), path.at(5), path.at(9, before=True), path.at(9)) == (10, 60, 60, 10)


def test_a_start_of_zero_is_a_start():
    assert lever_schedule(FLAT, LeverSetting(value=60, start=0, ramp=0), 2009).at(1) == 60


def test_it_goes_back_to_where_the_history_is_by_then():
    history = Schedule(((0, 0), (20, 20)))
    path = lever_schedule(history, LeverSetting(value=100, start=5, ramp=1, end=10), 0)
    assert (path.at(5), path.at(6), path.at(10), path.at(11), path.at(15)) == (5, 100, 100, 11, 15)


def test_a_jump_of_the_history_at_the_start_does_not_show():
    history = Schedule(((0, 0), (5, 0), (5, 50)))
    path = lever_schedule(history, LeverSetting(value=100, start=5, ramp=2), 0)
    assert (path.at(5), path.at(6), path.at(7)) == (0, 50, 100)


@pytest.mark.parametrize("end", [4.0, 5.0, 5.5])
def test_an_end_before_the_lever_is_up_is_refused(end: float):
    with pytest.raises(InputError, match="raise end or shorten ramp"):
        lever_schedule(FLAT, LeverSetting(value=60, start=5, ramp=1, end=end), 0)


@given(HISTORY, NUMBER, NUMBER, LENGTH, LENGTH, NUMBER)
def test_before_start_and_after_the_way_back_it_is_the_history(
    history: Schedule, value: float, start: float, ramp: float, hold: float, time: float
):
    end = start + ramp + hold
    path = lever_schedule(history, LeverSetting(value=value, start=start, ramp=ramp, end=end), 0)
    assume(time < start or time >= end + ramp)
    assert path.at(time) == pytest.approx(history.at(time), abs=1e-9)


@given(HISTORY, NUMBER, NUMBER, LENGTH, LENGTH, st.floats(0, 1))
def test_between_ramp_and_end_it_is_the_value(
    history: Schedule, value: float, start: float, ramp: float, hold: float, part: float
):
    assume(hold > 0)
    end = start + ramp + hold
    path = lever_schedule(history, LeverSetting(value=value, start=start, ramp=ramp, end=end), 0)
    assert path.at(start + ramp + part * hold * 0.999) == value


@given(HISTORY, NUMBER, NUMBER, LENGTH, LENGTH, NUMBER)
def test_it_never_leaves_the_span_of_history_and_value(
    history: Schedule, value: float, start: float, ramp: float, hold: float, time: float
):
    path = lever_schedule(history, LeverSetting(value=value, start=start, ramp=ramp, end=start + ramp + hold), 0)
    values = [v for _, v in history.knots]
    assert min(value, *values) - 1e-9 <= path.at(time) <= max(value, *values) + 1e-9


@given(HISTORY, NUMBER, NUMBER, LENGTH)
def test_without_an_end_it_stays(history: Schedule, value: float, start: float, ramp: float):
    assert lever_schedule(history, LeverSetting(value=value, start=start, ramp=ramp), 0).at(1e6) == value
