"""Draws: each distribution's quantiles, each design's promise, common numbers, correlations."""

import numpy as np
import pytest
from scipy import stats

from simulator.errors import InputError
from simulator.plan import Sampling, Uncertain, draw_levels, values_of
from simulator.plan.sample import design_size

LEVELS = np.linspace(0.001, 0.999, 997)


def uncertain(key="x", distribution="uniform", low=1.0, centre=3.0, high=5.0, **more):
    return Uncertain(key, "assumption", distribution, low, centre, high, **more)


@pytest.mark.parametrize(("item", "reference"), [
    (uncertain(), stats.uniform(1, 4)),
    (uncertain(distribution="triangular", centre=2.0), stats.triang(0.25, 1, 4)),
    (uncertain(distribution="triangular", centre=1.0), stats.triang(0.0, 1, 4)),
    (uncertain(distribution="normal", spread=1.0), stats.truncnorm(-2, 2, 3, 1)),
])
def test_quantiles_are_those_of_the_distribution(item, reference):
    assert values_of(item, LEVELS) == pytest.approx(reference.ppf(LEVELS), rel=1e-9)


def test_a_lognormal_is_cut_at_its_range_and_normal_in_its_logarithm():
    item = uncertain(distribution="lognormal", low=1.0, centre=4.0, high=16.0, spread=np.log(2))
    drawn = values_of(item, LEVELS)
    expected = np.exp(stats.truncnorm(-2, 2, np.log(4), np.log(2)).ppf(LEVELS))
    assert drawn == pytest.approx(expected, rel=1e-9)
    assert values_of(item, np.array([0.0, 0.5, 1.0])) == pytest.approx([1.0, 4.0, 16.0])


def test_a_discrete_input_takes_its_values_as_often_as_its_weights_say():
    item = uncertain(distribution="discrete", values=(1.0, 2.0, 5.0), weights=(0.2, 0.5, 0.3))
    levels = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(values_of(item, levels), return_counts=True)
    assert values.tolist() == [1.0, 2.0, 5.0]
    assert counts.tolist() == [200, 500, 300]


@pytest.mark.parametrize("distribution", ["uniform", "triangular", "normal", "lognormal"])
def test_the_level_of_the_centre_gives_the_centre(distribution):
    item = uncertain(distribution=distribution, centre=2.0, spread=0.4)
    assert values_of(item, np.array([item.centre_level]))[0] == pytest.approx(2.0)


ITEMS = [uncertain(key) for key in ("a", "b", "c")]


def test_a_latin_hypercube_puts_one_future_into_each_stratum():
    levels = draw_levels(Sampling(runs=40, seed=1), ITEMS)
    assert levels.shape == (40, 3)
    assert np.array_equal(np.sort(np.floor(levels * 40), axis=0), np.tile(np.arange(40.0)[:, None], 3))


def test_an_input_keeps_its_draws_whatever_else_is_drawn():
    together, alone = (draw_levels(Sampling(runs=20, seed=1), items) for items in (ITEMS, ITEMS[2:]))
    assert np.array_equal(together[:, 2], alone[:, 0])


@pytest.mark.parametrize("method", ["lhs", "sobol", "saltelli", "morris"])
def test_draws_depend_on_the_seed_and_on_nothing_else(method):
    first, again, other = (draw_levels(Sampling(method=method, runs=8, seed=s), ITEMS) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (design_size(Sampling(method=method, runs=8), 3), 3)


def test_a_grid_holds_every_combination_and_both_ends():
    levels = draw_levels(Sampling(method="grid", levels=3), ITEMS[:2])
    assert sorted(map(tuple, levels.tolist())) == [(a, b) for a in (0, 0.5, 1) for b in (0, 0.5, 1)]


def test_one_at_a_time_moves_one_input_and_starts_at_the_centre():
    items = [uncertain("a", "triangular", centre=2.0), *ITEMS[1:]]
    levels = draw_levels(Sampling(method="one_at_a_time", levels=3), items)
    assert values_of(items[0], levels[:1, 0]) == pytest.approx(2.0)
    moved = (levels[1:] != levels[0]).sum(axis=1)
    assert len(levels) == 10
    assert moved.max() == 1


def test_saltelli_blocks_take_one_column_from_b():
    levels = draw_levels(Sampling(method="saltelli", runs=8), ITEMS).reshape(5, 8, 3)
    for i in range(3):
        assert np.array_equal(levels[2 + i][:, i], levels[1][:, i])
        others = [j for j in range(3) if j != i]
        assert np.array_equal(levels[2 + i][:, others], levels[0][:, others])


def test_morris_paths_change_one_input_by_half_the_range_at_a_time():
    paths = draw_levels(Sampling(method="morris", runs=6, levels=4), ITEMS).reshape(6, 4, 3)
    steps = np.abs(np.diff(paths, axis=1))
    assert np.allclose(np.sort(steps, axis=2)[:, :, -1], 0.5)
    assert np.allclose(np.sort(steps, axis=2)[:, :, :-1], 0.0)
    assert np.all(steps.sum(axis=1) > 0)


def test_correlations_are_kept_and_so_are_the_strata():
    sampling = Sampling(runs=4000, seed=5, correlations=(("a", "b", 0.7), ("b", "c", -0.4)))
    levels = draw_levels(sampling, ITEMS)
    found = np.corrcoef(stats.norm.ppf(levels).T)
    assert found[0, 1] == pytest.approx(0.7, abs=0.03)
    assert found[1, 2] == pytest.approx(-0.4, abs=0.03)
    assert found[0, 2] == pytest.approx(0.0, abs=0.05)
    assert np.array_equal(np.sort(np.floor(levels * 4000), axis=0)[:, 1], np.arange(4000.0))


@pytest.mark.parametrize(("correlations", "message"), [
    ([("a", "z", 0.5)], "'z' is not among"),
    ([("a", "a", 0.5)], "with itself"),
    ([("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)], "no inputs can have all"),
])
def test_impossible_correlations_are_refused(correlations, message):
    with pytest.raises(InputError, match=message):
        draw_levels(Sampling(runs=20, correlations=correlations), ITEMS)


def test_a_design_too_large_to_hold_is_refused():
    with pytest.raises(InputError, match="too many to hold"):
        draw_levels(Sampling(method="grid", levels=1000), ITEMS)
