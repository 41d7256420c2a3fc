"""Draws: each distribution's quantiles, each design's promise, common numbers, correlations."""

import numpy as np
import pytest
from scipy import stats

from simulator.errors import InputError
from simulator.plan import Levels, Sampling, Uncertain, design_size, values_of
from simulator.plan.shuffle import shuffled


def draw_levels(sampling, items):
    design = Levels(sampling, items)
    return design.rows(0, design.runs)


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


@pytest.mark.parametrize("sampling", [
    Sampling(runs=37), Sampling(method="sobol", runs=37), Sampling(method="saltelli", runs=16),
    Sampling(method="morris", runs=7), Sampling(method="grid", levels=4), Sampling(method="one_at_a_time", levels=5),
    Sampling(runs=37, correlations=(("a", "c", 0.5),)),
], ids=lambda s: s.method + "-correlated" * bool(s.correlations))
def test_any_rows_are_those_of_the_whole_design(sampling):
    design = Levels(sampling, ITEMS)
    whole = design.rows(0, design.runs)
    assert whole.shape == (design.runs, 3)
    assert np.all((whole >= 0) & (whole <= 1))
    for first, last in ((0, 1), (5, 12), (design.runs - 3, design.runs), (9, 9)):
        assert np.array_equal(Levels(sampling, ITEMS).rows(first, last), whole[first:last])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 65, 1000, 4097])
def test_a_shuffle_is_a_permutation_of_its_own_in_every_stream(size):
    numbers = np.arange(size)
    places = shuffled(numbers, size, np.array([1, 2, 3], dtype=np.uint64))
    assert np.array_equal(np.sort(places, axis=0), np.repeat(numbers[:, None], 3, axis=1))
    if size >= 1000:
        together = np.corrcoef(np.column_stack([numbers, places]).T)
        assert np.abs(together - np.eye(4)).max() < 4 / np.sqrt(size)


def test_latin_hypercubes_of_many_inputs_are_uncorrelated_and_uniform():
    items = [uncertain(f"input_{i}") for i in range(60)]
    levels = draw_levels(Sampling(runs=2000, seed=9), items)
    correlations = np.corrcoef(levels.T)[np.triu_indices(60, 1)]
    assert np.sqrt(np.mean(correlations**2)) == pytest.approx(1 / np.sqrt(2000), rel=0.1)
    inside = np.mod(levels * 2000, 1)
    assert stats.kstest(inside.ravel(), "uniform").pvalue > 0.001


def test_a_design_too_large_is_refused():
    with pytest.raises(InputError, match="futures are too many"):
        draw_levels(Sampling(method="grid", levels=1000), ITEMS)
