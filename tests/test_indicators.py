"""Outcome tables and elasticities against values worked out by hand or by SciPy."""

import numpy as np
import pytest
from scipy import stats

from simulator.errors import InputError
from simulator.indicators import elasticity, outcome_table, value_at
from simulator.trajectory import Column, Trajectory


def trajectory(name: str, **columns: list[float]) -> Trajectory:
    values = np.array(list(columns.values()), dtype=float).T
    times = 2000.0 + np.arange(values.shape[0])
    return Trajectory(name, times, values, tuple(Column(key, key.upper(), "kg") for key in columns))


def test_values_between_saved_times_lie_on_the_line():
    run = trajectory("a", x=[1, 3, 5])
    assert (value_at(run, "x", 2000), value_at(run, "x", 2000.25), value_at(run, "x", 2002)) == (1, 1.5, 5)


@pytest.mark.parametrize("time", [1999.9, 2002.1, float("nan")])
def test_a_time_outside_the_run_is_refused(time: float):
    with pytest.raises(InputError, match="outside the run 'a'"):
        value_at(trajectory("a", x=[1, 3, 5]), "x", time)


def test_the_table_compares_with_the_first_run():
    rows = outcome_table([trajectory("a", x=[2, 4], y=[0, 0]), trajectory("b", x=[3, 1], y=[1, 1])], ["x", "y"], [2001])
    found = [(r.key, r.scenario, r.value, r.baseline, r.change, r.change_share) for r in rows]
    assert found == [("x", "a", 4, None, None, None), ("x", "b", 1, 4, -3, -0.75),
                     ("y", "a", 0, None, None, None), ("y", "b", 1, 0, 1, None)]


def test_a_change_of_a_negative_baseline_keeps_its_sign():
    rows = outcome_table([trajectory("a", x=[-2, -4]), trajectory("b", x=[0, -2])], ["x"], [2001])
    assert (rows[1].change, rows[1].change_share) == (2, 0.5)


def test_another_baseline():
    a, b = trajectory("a", x=[2, 4]), trajectory("b", x=[3, 1])
    assert [r.change for r in outcome_table([a, b], ["x"], [2001], baseline=b)] == [3, None]


def test_an_exact_power_law():
    volume = [1.0, 2.0, 5.0, 9.0]
    found = elasticity(trajectory("a", q=volume, v=[3 * q**1.02 for q in volume]), "v", "q")
    assert found.slope == pytest.approx(1.02, rel=1e-12)
    assert found.standard_error == pytest.approx(0, abs=1e-12)
    assert (found.r_squared, found.points) == (pytest.approx(1), 4)


def test_against_scipy():
    generator = np.random.default_rng(7)
    volume = generator.uniform(1, 9, 20)
    value = volume**0.9 * generator.uniform(0.8, 1.2, 20)
    found = elasticity(trajectory("a", q=volume.tolist(), v=value.tolist()), "v", "q", start=2003, stop=2015)
    expected = stats.linregress(np.log(volume[3:16]), np.log(value[3:16]))
    assert found.slope == pytest.approx(expected.slope, rel=1e-10)
    assert found.standard_error == pytest.approx(expected.stderr, rel=1e-10)
    assert found.r_squared == pytest.approx(expected.rvalue**2, rel=1e-10)
    assert found.points == 13


@pytest.mark.parametrize(("columns", "said"), [
    ({"q": [1, 2], "v": [1, 2]}, "at least 3"),
    ({"q": [1, 2, 0], "v": [1, 2, 3]}, "above 0"),
    ({"q": [1, 2, 3], "v": [1, -2, 3]}, "above 0"),
    ({"q": [2, 2, 2], "v": [1, 2, 3]}, "does not change"),
])
def test_no_elasticity_without_information(columns: dict[str, list[float]], said: str):
    with pytest.raises(InputError, match=said):
        elasticity(trajectory("a", **columns), "v", "q")
