"""What is read off a batch, against brute force, known answers and other people's programs."""

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from scipy import stats

from simulator.batch import run_batch
from simulator.errors import InputError
from simulator.studies.compare_policies import bands, ranking, regret, versus
from simulator.studies.discovery import discover
from simulator.studies.modes import modes, name_of
from simulator.studies.prim import chosen, measured, paste, peel
from simulator.studies.sensitivity import pawn, sensitivity

ISHIGAMI = """{UTF-8}
X1 = 0 ~ Dmnl [-3.141592653589793,3.141592653589793] ~ |
X2 = 0 ~ Dmnl [-3.141592653589793,3.141592653589793] ~ |
X3 = 0 ~ Dmnl [-3.141592653589793,3.141592653589793] ~ |
Level = INTEG( 1, 1) ~ Dmnl ~ |
Ishigami = (SIN(X1) + 7*SIN(X2)*SIN(X2) + 0.1*X3*X3*X3*X3*SIN(X1)) * Level ~ Dmnl ~ |
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 2 ~ Year ~ |
TIME STEP = 1 ~ Year ~ |
SAVEPER = 1 ~ Year ~ |
"""


@pytest.fixture
def ishigami(tmp_path, monkeypatch):
    """Return a function that runs a plan of this sampling on the Ishigami function."""
    (tmp_path / "ishigami.mdl").write_text(ISHIGAMI)
    (tmp_path / "base.yaml").write_text("format: gumsim-scenario/1\nname: base\nmodel: ishigami.mdl\n")
    monkeypatch.chdir(tmp_path)

    def run(method, runs, **more):
        uniform = {key: {"distribution": "uniform", "range": [-np.pi, np.pi]} for key in ("x1", "x2", "x3")}
        sampling = {"method": method, "runs": runs, "seed": 1, "assumptions": uniform, **more}
        plan = {"name": method, "scenarios": ["base.yaml"], "outcomes": ["ishigami"], "sampling": sampling}
        return run_batch(plan, out=tmp_path / f"{method}-{runs}").open()

    return run


def test_the_sobol_indices_of_ishigami_are_recovered_through_a_batch(ishigami):
    variance = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
    first = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0]) / variance
    mixed = 8 * 0.01 * np.pi**8 / 225 / variance
    found = sensitivity(ishigami("saltelli", 4096), "ishigami")
    assert found.method == "sobol"
    for moment in range(3):
        assert found.measures["first"][:, moment] == pytest.approx(first, abs=0.015)
        assert found.measures["total"][:, moment] == pytest.approx(first + np.array([mixed, 0, mixed]), abs=0.01)
    assert np.all(np.abs(found.measures["total"][:, -1] - first - np.array([mixed, 0, mixed])) < found.error + 0.005)
    assert list(found.convergence) == [5 * n for n in (512, 1024, 2048, 4096)]
    steps = np.abs(np.diff(list(found.convergence.values()), axis=0)).max(axis=1)
    assert steps[-1] < 0.02


def test_morris_is_that_of_salib(ishigami):
    store = ishigami("morris", 40, levels=4)
    found = sensitivity(store, "ishigami")
    inputs = store.inputs().to_numpy()
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
    # SALib divides by the step in units of the range, a half here; our effect is the change itself
    theirs = salib_morris.analyze(problem, inputs, store.at("ishigami", "base"), num_levels=4, seed=1)
    delta = 4 / (2 * (4 - 1))
    assert found.measures["mu_star"][:, -1] == pytest.approx(np.asarray(theirs["mu_star"]) * delta)
    assert found.measures["sigma"][:, -1] == pytest.approx(np.asarray(theirs["sigma"]) * delta)


def test_pawn_is_that_of_salib():
    random = np.random.default_rng(0)
    inputs = random.random((400, 3))
    output = inputs[:, 0] ** 2 + 0.3 * inputs[:, 1] + 0.01 * random.random(400)
    theirs = salib_pawn.analyze({"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}, inputs, output, S=10)
    ours = pawn(inputs, np.column_stack([output, np.round(output, 1)]), slices=10)
    assert ours[:, 0] == pytest.approx(np.asarray(theirs["median"], dtype=float))
    rounded = salib_pawn.analyze(
        {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}, inputs, np.round(output, 1), S=10)
    assert ours[:, 1] == pytest.approx(np.asarray(rounded["median"], dtype=float))


def test_pawn_of_a_batch_ranks_the_inputs_of_ishigami(ishigami):
    found = sensitivity(ishigami("lhs", 2000), "ishigami")
    assert found.method == "pawn"
    assert found.inputs[found.ranked()[0]] in ("x1", "x2")
    assert len(found.convergence) == 3


@pytest.mark.parametrize(("design", "method", "message"), [
    ("lhs", "sobol", "needs a plan with sampling method saltelli, not lhs"),
    ("lhs", "morris", "needs a plan with sampling method morris"),
    ("grid", "auto", "not grid"),
])
def test_a_method_that_does_not_fit_the_sampling_is_refused(ishigami, design, method, message):
    with pytest.raises(InputError, match=message):
        sensitivity(ishigami(design, 60), "ishigami", method=method)


@pytest.fixture
def store(write, tank):
    return run_batch(write(("runs: 50", "runs: 300")), out=tank / "out", chunk=100).open()


def test_bands_are_percentiles(store):
    band = bands(store, "water", ["open_tap"], (10, 50))[0]
    assert np.array_equal(band.values, np.percentile(store.values("water", "open_tap"), (10, 50), axis=0))
    assert band.futures == 300


def test_p_a_beats_b_is_that_of_brute_force(store):
    found = versus(store, "open_tap", "house", "water", time=2016)
    wins = ties = 0
    for i in range(300):
        a = store.to_dataframe(policies=["open_tap"], outcomes=["water"], times=[2016], runs=(i, i + 1))["water"][0]
        b = store.to_dataframe(policies=["house"], outcomes=["water"], times=[2016], runs=(i, i + 1))["water"][0]
        wins, ties = wins + (a > b), ties + (a == b)
    assert found.wins == (wins + ties / 2) / 300
    assert found.over_time[0] == 0.5
    assert versus(store, "house", "open_tap", "water", time=2016).wins == 1 - found.wins
    assert versus(store, "open_tap", "house", "water", time=2016, lower=True).wins == 1 - found.wins


def fake(store, monkeypatch, values):
    """Let a store hold these values, policy -> (n_runs,), at all times."""
    monkeypatch.setattr(type(store), "values", lambda self, outcome, policy, **_: np.repeat(
        values[policy][:, None], len(self.times), axis=1))


def test_versus_says_in_which_inputs_the_lost_futures_differ(store, monkeypatch):
    leak = store.inputs()["leak"].to_numpy()
    fake(store, monkeypatch, {"house": np.zeros(300), "open_tap": np.where(leak > 0.3, -1.0, 2.0)})
    found = versus(store, "open_tap", "house", "water")
    assert found.wins == np.mean(leak <= 0.3)
    assert found.where[0].key == "leak"
    assert found.where[0].distance == pytest.approx(1.0)
    assert found.where[0].losing > 0.3 > found.where[0].winning
    area = store.inputs()["area"].to_numpy()
    other = next(shift for shift in found.where if shift.key == "area")
    assert other.distance == pytest.approx(stats.ks_2samp(area[leak > 0.3], area[leak <= 0.3]).statistic)


def test_regret_and_ranking_are_those_of_brute_force(store, monkeypatch):
    random = np.random.default_rng(1)
    values = {"house": random.normal(0, 1, 300), "open_tap": random.normal(0.4, 2, 300)}
    fake(store, monkeypatch, values)
    rows = {row.policy: row for row in regret(store, "water")}
    for name, other in (("house", "open_tap"), ("open_tap", "house")):
        short = [max(a, b) - a for a, b in zip(values[name], values[other], strict=True)]
        assert rows[name].mean == pytest.approx(sum(short) / 300)
        assert rows[name].largest == pytest.approx(max(short))
        assert rows[name].best == sum(s == 0 for s in short) / 300
    found = ranking(store, "water")
    first = np.mean(values["open_tap"] > values["house"])
    assert found.ranks[found.policies.index("open_tap")] == pytest.approx([first, 1 - first])
    assert found.orders["median"][0] == "open_tap"
    assert found.orders["5th percentile"][0] == "house"
    assert not found.robust
    assert found.concordance == pytest.approx((2 * first - 1) ** 2)


def test_prim_finds_the_box_that_was_hidden():
    random = np.random.default_rng(4)
    inputs = random.random((3000, 6))
    interest = (inputs[:, 1] > 0.6) & (inputs[:, 4] < 0.4)
    keys = list("abcdef")
    boxes = peel(inputs, keys, interest)
    densities = [box.density for box in boxes]
    assert densities == sorted(densities)
    box = paste(inputs, keys, interest, chosen(boxes))
    assert set(box.limits) == {"b", "e"}
    assert box.limits["b"][0] == pytest.approx(0.6, abs=0.03)
    assert box.limits["e"][1] == pytest.approx(0.4, abs=0.03)
    assert box.density > 0.95
    assert box.coverage > 0.85
    assert box.limits["b"][1] is None
    assert measured(inputs, keys, interest, box.limits) == box


def test_prim_peels_inputs_of_few_values_and_keeps_noise_out():
    random = np.random.default_rng(5)
    inputs = np.column_stack([random.integers(0, 3, 2000), random.random(2000)]).astype(float)
    interest = (inputs[:, 0] == 2) & (random.random(2000) < 0.8)
    box = paste(inputs, ["kind", "noise"], interest, chosen(peel(inputs, ["kind", "noise"], interest)))
    assert box.limits["kind"] == (2.0, None)
    assert box.coverage > 0.9


def test_discovery_finds_what_makes_the_outcome_small(store):
    found = discover(store, "water", "house", below=60)
    water, leak = store.at("water", "house"), store.inputs()["leak"]
    assert np.array_equal(found.interest, water < 60)
    assert set(found.box.limits) == {"leak"}
    assert found.box.limits["leak"][0] == pytest.approx(leak[water < 60].min(), rel=0.1)
    assert found.box.density > 0.95
    assert set(found.tree[0].limits) == {"leak"}
    assert found.tree[0].density > 0.95
    with pytest.raises(InputError, match="no future is of interest"):
        discover(store, "water", below=-1)


def test_discovery_of_where_one_policy_loses(store, monkeypatch):
    area = store.inputs()["area"].to_numpy()
    fake(store, monkeypatch, {"house": np.zeros(300), "open_tap": area - 4.0})
    found = discover(store, "water", "open_tap", against="house")
    assert np.array_equal(found.interest, area < 4.0)
    assert set(found.box.limits) == {"area"}


T = np.linspace(0, 1, 41)


@pytest.mark.parametrize(("path", "name"), [
    (5 + 0.01 * T, "level"),
    (2 + 3 * T, "steady growth"),
    (-T, "steady decline"),
    (np.exp(4 * T), "accelerating growth"),
    (1 - np.exp(-4 * T), "growth that levels off"),
    (np.exp(-5 * T), "decline that levels off"),
    (1 / (1 + np.exp(-15 * (T - 0.5))), "s-shaped growth"),
    (np.sin(20 * T), "oscillation"),
    (T * np.exp(-6 * T), "rise and fall"),
    (1 - np.exp(-4 * T) * np.cos(7 * T), "overshoot"),
    (np.abs(T - 0.5), "dip and recovery"),
])
def test_modes_are_named_for_what_they_do(path, name):
    assert name_of(path) == name
    assert name_of(path * 1000) == name


def test_modes_tell_shapes_apart(store, monkeypatch):
    random = np.random.default_rng(2)
    times = np.linspace(0, 1, len(store.times))
    kind = random.permutation(np.repeat([0, 1, 2], [180, 90, 30]))
    shapes = np.array([1 - np.exp(-5 * times), np.exp(-3 * times), np.ones_like(times)])
    paths = random.uniform(1, 50, 300)[:, None] * shapes[kind] * (1 + 0.001 * random.normal(size=(300, 1)))
    monkeypatch.setattr(type(store), "values", lambda self, *_, **__: paths)
    found = modes(store, "water", "house")
    assert [mode.name for mode in found] == ["growth that levels off", "decline that levels off", "level"]
    assert [mode.share for mode in found] == [0.6, 0.3, 0.1]
    assert np.array_equal(found[1].members, np.flatnonzero(kind == 1))
