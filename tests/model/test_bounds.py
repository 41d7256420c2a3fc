"""No stock or share leaves its range and the chains are conserved, whatever the levers, drivers and assumptions."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.runner import Model, load_model, run
from simulator.trajectory import Trajectory

ROUNDING = 1e-6
CASES = ("ningbo_apparel", "wenzhou_lighters", "yongkang_hardware", "shaoxing_textile", "indigenous", "embedded",
         "early_stage", "mature")


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


def _bounded(model: Model) -> dict[str, tuple[float, float]]:
    return {
        v.key: (-np.inf if v.limits[0] is None else v.limits[0], np.inf if v.limits[1] is None else v.limits[1])
        for v in model.spec.variables.values() if v.kind != "constant" and v.limits[:2] != (None, None)
    }


def _assert_in_bounds(model: Model, trajectory: Trajectory) -> None:
    for key, (low, high) in _bounded(model).items():
        values = trajectory[key]
        assert values.min() >= low - ROUNDING, f"{key} falls to {values.min()}"
        assert values.max() <= high + ROUNDING, f"{key} rises to {values.max()}"


def _ladder(trajectory: Trajectory) -> np.ndarray:
    return sum(trajectory[f"{step}_output_share"] for step in ("oea", "oem", "odm", "obm"))  # type: ignore[return-value]


def test_all_stocks_and_shares_have_declared_bounds(gum: Model) -> None:
    unbounded = [v.key for v in gum.spec.of_kind("stock") if v.limits[:2] == (None, None)]
    assert unbounded == ["perceived_margin"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bounds_hold_under_any_levers_and_drivers(gum: Model, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    chosen = {
        item.key: data.draw(st.sampled_from([item.range[0], item.range[1]]) | st.floats(*item.range), label=item.key)
        for item in (*gum.card.levers, *gum.card.drivers)
    }
    drivers = {item.key for item in gum.card.drivers}
    trajectory = run(
        gum, case, save="all", every=1.0,
        levers={key: value for key, value in chosen.items() if key not in drivers},
        drivers={key: value for key, value in chosen.items() if key in drivers},
    )
    _assert_in_bounds(gum, trajectory)
    np.testing.assert_allclose(_ladder(trajectory), 1.0, atol=1e-9)


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("case", ["indigenous", "mature"])
def test_bounds_hold_with_every_assumption_at_its_end(gum: Model, case: str, end: int) -> None:
    assumptions = {item.key: item.range[end] for item in gum.card.assumptions if not item.key.startswith("reference_")}
    trajectory = run(gum, case, assumptions=assumptions, save="all", every=1.0)
    _assert_in_bounds(gum, trajectory)


@pytest.mark.parametrize("case", CASES)
def test_firm_chain_is_conserved(gum: Model, case: str) -> None:
    trajectory = run(gum, case, method="rk4", every=0.0625,
                     save=["sme_firms", "firm_entry", "firm_exit", "firm_relocation"])
    net = trajectory["firm_entry"] - trajectory["firm_exit"] - trajectory["firm_relocation"]
    step = np.diff(trajectory.times)
    booked = trajectory["sme_firms"][0] + np.concatenate([[0.0], np.cumsum(step * (net[1:] + net[:-1]) / 2)])
    np.testing.assert_allclose(trajectory["sme_firms"], booked, rtol=5e-3)


@pytest.mark.parametrize("case", CASES)
def test_ladder_shares_add_up_to_one(gum: Model, case: str) -> None:
    shares = [f"{step}_output_share" for step in ("oea", "oem", "odm", "obm")]
    np.testing.assert_allclose(_ladder(run(gum, case, save=shares)), 1.0, atol=1e-9)


@pytest.mark.parametrize("case", ["ningbo_apparel", "wenzhou_lighters"])
def test_two_integrators_agree(gum: Model, case: str) -> None:
    from simulator.scenario import load_scenario

    fine = load_scenario(case).changed(time={"step": 1 / 64, "every": 1.0})
    adaptive = run(gum, fine, method="LSODA", rtol=1e-8, save="all")
    fixed = run(gum, fine, method="rk4", save="all")
    for key in adaptive.keys:
        spread = np.ptp(adaptive[key])
        if spread > 1e-9:
            worst = np.max(np.abs(adaptive[key] - fixed[key])) / spread
            assert worst < 1e-5, f"{key}: {worst:.1e} of its range"
