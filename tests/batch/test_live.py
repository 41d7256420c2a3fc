"""Bands while somebody waits: the same futures as a batch, a first draft, cancelling, a step fine enough."""

import numpy as np
import pytest

import simulator as sim
from simulator.batch import run_batch, uncertainty_bands
from simulator.batch.live import GOOD_ENOUGH
from simulator.errors import InputError, SimulationError


@pytest.fixture
def pair(tank):
    return sim.load_model("tank.mdl"), [sim.load_scenario("house.yaml"), sim.load_scenario("open_tap.yaml")]


def test_live_futures_are_those_of_a_batch(pair, write, tank):
    model, scenarios = pair
    found = uncertainty_bands(model, scenarios, runs=50, seed=3, outcomes=["water"], assumptions={"leak": {}})
    area = ", area: {range: [2, 8], distribution: uniform}"
    store = run_batch(write((area, "")), out=tank / "out").open()
    assert found.policies == ("house", "open_tap")
    shared = np.isin(store.times, found.times)
    mine = np.isin(found.times, store.times)
    for policy in found.policies:
        batch = store.values("water", policy)[:, shared]
        assert np.allclose(found.futures[policy, "water"][:, mine], batch, rtol=2 * GOOD_ENOUGH)
    versus = np.mean(found.futures["open_tap", "water"][:, -1] > found.futures["house", "water"][:, -1])
    assert found.wins("open_tap", "house", "water") == versus
    assert found.wins("house", "open_tap", "water") == 1 - versus
    assert found.wins("open_tap", "house", "water", higher_is_better=False) == 1 - versus


def test_bands_are_percentiles_over_the_futures(pair):
    model, scenarios = pair
    found = uncertainty_bands(model, scenarios, runs=40, outcomes=["water", "level"])
    band = found.band("level", "house", (10, 90))
    assert np.array_equal(band.values, np.percentile(found.futures["house", "level"], (10, 90), axis=0))


def test_a_first_draft_comes_early_and_the_work_can_be_stopped(pair):
    model, scenarios = pair
    drafts = []
    whole = uncertainty_bands(model, scenarios, runs=300, outcomes=["water"], progress=drafts.append)
    assert [d.runs for d in drafts] == [100, 300]
    assert drafts[-1] is whole
    assert np.array_equal(drafts[0].futures["house", "water"], whole.futures["house", "water"][:100])
    stopped = uncertainty_bands(model, scenarios, runs=300, outcomes=["water"], progress=lambda draft: False)
    assert (stopped.runs, stopped.wanted) == (100, 300)


def test_one_scenario_twice_gets_two_names_and_no_winner(pair):
    model, scenarios = pair
    found = uncertainty_bands(model, [scenarios[0], scenarios[0]], runs=20, outcomes=["water"])
    assert found.policies == ("house", "house (2)")
    assert found.wins("house", "house (2)", "water") == 0.5


def test_the_flagships_bands_come_from_every_assumption():
    model = sim.load_model("gum")
    scenarios = [sim.load_scenario(name) for name in ("wenzhou_lighters", "wenzhou_governance_first")]
    found = uncertainty_bands(model, scenarios, runs=30, outcomes=["value_capture_rate", "lock_in_risk"])
    assert found.inputs > 300
    assert found.failed == 0
    own = sim.run(model, "wenzhou_governance_first", save=["value_capture_rate"])
    low, high = found.band("value_capture_rate", "wenzhou_governance_first", (0, 100)).values
    at = np.interp(found.times, own.times, own["value_capture_rate"])
    assert np.all(low <= at)
    assert np.all(at <= high)
    assert found.wins("wenzhou_governance_first", "wenzhou_lighters", "value_capture_rate") > 0.9


def test_a_step_that_is_too_coarse_is_not_taken(tank):
    path = tank / "tank.mdl"
    path.write_text(path.read_text().replace("Leak = 0.1", "Leak = 0.9"))
    (tank / "tank.yaml").unlink()
    model = sim.load_model("tank.mdl")
    found = uncertainty_bands(model, [sim.Scenario(name="a", model="tank.mdl")], runs=5, outcomes=["water"],
                              assumptions={"tap": {"range": [10, 30]}})
    single = sim.run(model, sim.Scenario(name="a", model="tank.mdl"), levers={"tap": 20}, every=0.5)
    spread = np.ptp(single["water"])
    tap = uncertainty_bands(model, [sim.Scenario(name="a", model="tank.mdl")], runs=2, outcomes=["water"],
                            assumptions={"tap": {"values": [20]}})
    wanted = np.interp(tap.times, single.times, single["water"])
    assert np.abs(tap.futures["a", "water"] - wanted).max() <= 2 * GOOD_ENOUGH * spread
    assert found.runs == 5


def test_what_cannot_be_drawn_is_refused(pair, tank):
    model, scenarios = pair
    with pytest.raises(InputError, match="at least 2 futures"):
        uncertainty_bands(model, scenarios, runs=1, outcomes=["water"])
    with pytest.raises(InputError, match="no variable 'watr'"):
        uncertainty_bands(model, scenarios, outcomes=["watr"])
    path = tank / "tank.mdl"
    path.write_text(path.read_text().replace("Level = Water/Area", "Level = LN(0*Area)"))
    with pytest.raises(SimulationError, match="no future"):
        uncertainty_bands(sim.load_model("tank.mdl"), scenarios, runs=5, outcomes=["level"])


def test_ticks_tell_how_far_it_is_and_stop_it_once_there_is_a_draft(pair):
    model, scenarios = pair
    shares = []
    uncertainty_bands(model, scenarios, runs=400, outcomes=["water"], tick=shares.append)
    assert shares == [0.0, 0.125, 0.25, 0.625]
    stopped = uncertainty_bands(model, scenarios, runs=400, outcomes=["water"], tick=lambda share: False)
    assert (stopped.runs, stopped.wanted) == (100, 400)


def test_draws_are_kept_beside_the_futures(pair):
    model, scenarios = pair
    found = uncertainty_bands(model, scenarios, runs=40, outcomes=["water"], assumptions={"leak": {}})
    assert list(found.draws) == ["leak"]
    alone = uncertainty_bands(model, [scenarios[0]], runs=40, outcomes=["water"], assumptions={"leak": {}})
    assert np.array_equal(found.draws["leak"], alone.draws["leak"])
    assert np.array_equal(found.futures["house", "water"], alone.futures["house", "water"])
    lost = np.argsort(found.draws["leak"])
    assert np.all(np.diff(found.futures["house", "water"][lost, -1]) <= 0), "the more leaks, the less is left"


def test_the_step_is_fine_enough_for_every_scenario_not_only_the_first(tank):
    card = tank / "tank.yaml"
    card.write_text(card.read_text().replace("range: [0, 0.5]", "range: [0, 1]"))
    model = sim.load_model("tank.mdl")
    slow = sim.Scenario(name="slow", model="tank.mdl", assumptions={"leak": 0.02})
    fast = sim.Scenario(name="fast", model="tank.mdl", assumptions={"leak": 1.0})
    found = uncertainty_bands(model, [slow, fast], runs=2, outcomes=["water"], assumptions={"tap": {"values": [20]}})
    single = sim.run(model, fast, levers={"tap": 20}, every=0.5)
    wanted = np.interp(found.times, single.times, single["water"])
    assert np.abs(found.futures["fast", "water"] - wanted).max() <= 2 * GOOD_ENOUGH * np.ptp(single["water"])
