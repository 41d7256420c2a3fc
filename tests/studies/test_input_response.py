"""Every lever and every driver matters somewhere: the model has no idle input."""

import pytest

from simulator.card import Driver, Lever
from simulator.runner import Model, load_model
from simulator.studies.input_response import headline, largest, markdown, responses

ENOUGH = 0.01
CASES = ("wenzhou_lighters", "yongkang_hardware", "ningbo_apparel", "shaoxing_textile", "embedded", "mature")


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


def test_every_input_moves_a_headline_outcome_in_some_case(gum: Model) -> None:
    idle: list[Lever | Driver] = [*gum.card.levers, *gum.card.drivers]
    assert len(idle) == 25 + 12
    for case in CASES:
        best = largest(responses(gum, inputs=idle, case_names=[case]))
        idle = [item for item in idle if abs(best[item.key].share) <= ENOUGH]
    assert [item.key for item in idle] == []


def test_public_expenditure_does_not_count_as_a_response(gum: Model) -> None:
    assert {o.key for o in headline(gum)} == {
        "value_capture_rate", "upgraded_share", "lock_in_risk", "mean_capability", "sme_firms"
    }


def test_direct_intervention_hurts_a_mature_cluster_more_than_an_early_one(gum: Model) -> None:
    lever = [item for item in gum.card.levers if item.key == "direct_intervention"]
    found = responses(gum, inputs=lever, case_names=["early_stage", "mature"])
    lock_in = {r.case: r.share for r in found if r.outcome == "lock_in_risk"}
    capability = {r.case: r.share for r in found if r.outcome == "mean_capability"}
    assert lock_in["mature"] > 0
    assert capability["early_stage"] > capability["mature"]


def test_table_names_input_case_and_every_outcome(gum: Model) -> None:
    lever = [item for item in gum.card.levers if item.key == "ipr_protection"]
    text = markdown(gum, responses(gum, inputs=lever, case_names=["mature"]))
    assert "| IPR Protection | mature |" in text
    for outcome in headline(gum):
        assert outcome.label.en in text
