"""The flagship's card agrees with its model file, and the model file completes the card."""

import re
from pathlib import Path

import pytest

from simulator.card import AssumptionNote, Card, Text
from simulator.card_assumptions import with_model_assumptions
from simulator.card_file import load_card
from simulator.errors import InputError
from simulator.expressions import Number
from simulator.library import cases, find_model
from simulator.model import ModelSpec, TimeSettings, Variable
from simulator.readers import read_model
from simulator.runner import Model, run
from simulator.scenario import Scenario

HEADLINES = {
    "value_capture_rate", "upgraded_share", "lock_in_risk", "mean_capability", "sme_firms",
    "cumulative_public_expenditure",
}
SECTION = re.compile(r"\d{3} (part [A-E] )?(§\d|ch\.|table )")
EVIDENCE_ID = re.compile(r"[a-z]{2,}[a-z0-9]*(_[A-Za-z0-9]+)+")
COST_CONSTANTS = {
    "light_measure_cost": {
        "business_environment", "entrepreneur_cultivation", "market_order_and_credit", "association_building",
        "ipr_protection", "standards_and_regulation",
    },
    "service_measure_cost": {
        "training_and_talent", "regional_brand_promotion", "intermediary_platforms", "openness_and_fdi",
        "innovation_incentives", "domestic_market_development",
    },
    "capital_measure_cost": {"capital_supply", "direct_intervention"},
}


@pytest.fixture(scope="module")
def spec() -> ModelSpec:
    return read_model(find_model("gum"))


@pytest.fixture(scope="module")
def card(spec: ModelSpec) -> Card:
    return load_card(Path(find_model("gum")).with_suffix(".yaml"), spec)


@pytest.fixture(scope="module")
def full(card: Card, spec: ModelSpec) -> Card:
    return with_model_assumptions(card, spec)


def _value(variable: Variable) -> float:
    assert isinstance(variable.equation, Number)
    return variable.equation.value


@pytest.mark.parametrize(("sector", "part"), [("Levers", "levers"), ("Drivers", "drivers")])
def test_every_lever_and_driver_of_the_model_stands_in_the_card(card: Card, spec: ModelSpec, sector: str, part: str):
    in_model = [v.key for v in spec.variables.values() if v.sector.endswith(sector)]
    assert in_model
    assert sorted(item.key for item in getattr(card, part)) == sorted(in_model)


def test_neutral_range_and_unit_are_the_files(full: Card, spec: ModelSpec):
    for key, item in full.inputs().items():
        variable = spec[key]
        assert variable.kind == "constant", key
        assert (item.neutral, item.range, item.units) == (_value(variable), variable.limits[:2], variable.units), key


def test_everything_the_card_names_is_in_the_model(card: Card, spec: ModelSpec):
    named = {
        *card.inputs(), *(n.key for n in card.assumption_notes), *(o.key for o in card.outcomes),
        *(key for chart in card.charts for key in chart.variables), *(key for group in card.conserved for key in group),
        *card.elements.values(), *card.titles,
    }
    assert named <= set(spec.variables), sorted(named - set(spec.variables))
    assert set(card.sectors) == {v.sector for v in spec.variables.values()}


def test_keys_stand_once(card: Card):
    for part in (card.levers, card.drivers, card.assumption_notes, card.outcomes, card.charts, card.groups):
        keys = [item.key for item in part]  # type: ignore[attr-defined]
        assert len(keys) == len(set(keys))


def test_every_variable_has_one_chinese_title_of_its_own(card: Card, spec: ModelSpec):
    assert sorted(set(spec.variables) - set(card.titles)) == []
    assert len(set(card.titles.values())) == len(card.titles)
    assert [title for title in card.titles.values() if not re.search(r"[\u4e00-\u9fff]", title)] == []


def test_texts_are_in_both_languages(full: Card):
    def chinese(text: Text) -> bool:
        return bool(re.search(r"[\u4e00-\u9fff]", text.zh))

    texts = [
        full.title, full.summary, *full.themes.values(), *(level.word for level in full.levels),
        *(g.label for g in full.groups), *(g.help for g in full.groups),
        *(i.label for i in full.inputs().values()), *(i.help for i in full.inputs().values()),
        *(o.label for o in full.outcomes), *(o.help for o in full.outcomes),
        *(c.label for c in full.charts), *(c.help for c in full.charts),
    ]
    assert [text.en for text in texts if not chinese(text)] == []
    assert [text.en for text in texts if not re.search(r"[A-Za-z]", text.en)] == []


def test_headline_outcomes_are_the_six_of_the_page(card: Card):
    assert {o.key for o in card.outcomes if o.headline} == HEADLINES


def test_charts_draw_only_described_outcomes_in_like_units(card: Card):
    outcomes = {o.key: o for o in card.outcomes}
    for chart in card.charts:
        assert set(chart.variables) <= set(outcomes), chart.key
        assert len({(outcomes[key].units.en, outcomes[key].axis) for key in chart.variables}) == 1, chart.key
        assert chart.theme in card.themes
    assert {chart.theme for chart in card.charts} == set(card.themes)
    areas = [chart.variables for chart in card.charts if chart.kind == "area"]
    assert areas == list(card.conserved)


def test_initial_values_of_conserved_stocks_add_up_to_one(card: Card, spec: ModelSpec):
    for group in card.conserved:
        starts = [spec[key].initial for key in group]
        assert all(isinstance(start, Number) for start in starts)
        assert sum(start.value for start in starts if isinstance(start, Number)) == pytest.approx(1.0)


def test_outcomes_shown_as_percent_are_shares(card: Card, spec: ModelSpec):
    for outcome in card.outcomes:
        percent = outcome.units.en == "%"
        assert percent == (outcome.display == 100 or spec[outcome.key].units == "percent") or \
            outcome.units.en == "%/year", outcome.key


def test_levels_rise_to_the_end_of_the_range(card: Card):
    for lever in card.levers:
        upto = [level.upto for level in lever.levels or card.levels]
        assert upto == sorted(set(upto)), lever.key
        assert (upto[0], upto[-1]) == lever.range, lever.key


def test_levers_cost_what_the_model_charges(card: Card, spec: ModelSpec):
    costs = {key: _value(spec[constant]) for constant, keys in COST_CONSTANTS.items() for key in keys}
    assert {lever.key: lever.cost for lever in card.levers if lever.cost} == costs


def test_levers_and_drivers_cite_sections_or_evidence(card: Card):
    for item in (*card.levers, *card.drivers):
        assert item.sources, item.key
        odd = [s for s in item.sources if not (SECTION.match(s) or EVIDENCE_ID.fullmatch(s))]
        assert odd == [], item.key
    for lever in card.levers:
        assert any(SECTION.match(source) for source in lever.sources), lever.key


def test_every_bounded_constant_becomes_an_input(full: Card, spec: ModelSpec):
    bounded = {v.key for v in spec.of_kind("constant") if None not in v.limits[:2]}
    assert set(full.inputs()) == bounded
    assert [a.key for a in full.assumptions][:len(full.assumption_notes)] == [n.key for n in full.assumption_notes]


def test_grade_reason_and_sources_come_from_the_documentation(full: Card, spec: ModelSpec):
    assumptions = {a.key: a for a in full.assumptions}
    for key, item in assumptions.items():
        documentation = spec[key].documentation
        if key not in {n.key for n in full.assumption_notes}:
            expected = "evidence" if "evidence:" in documentation else item.grade
            assert item.grade == expected, key
            assert (item.reason != "") == documentation.startswith("assumption:"), key
        assert item.case_data == documentation.startswith("case:"), key
    assert {a.grade for a in assumptions.values()} == {"evidence", "derived", "assumed"}


def _constant(key: str, documentation: str = "", value: float = 0.5,
              limits: tuple[float | None, float | None, float | None] = (0.0, 1.0, None)) -> Variable:
    return Variable(key, key.title(), "constant", Number(value), units="Dmnl", documentation=documentation,
                    limits=limits, sector="S")


def _completed(card: Card, *variables: Variable, notes: tuple[AssumptionNote, ...] = ()) -> Card:
    bare = card.model_copy(update={"levers": (), "drivers": (), "assumptions": (), "assumption_notes": notes,
                                   "titles": {"a": "甲"}})
    small = ModelSpec("small", {v.key: v for v in variables}, TimeSettings(0.0, 1.0, 0.5, 0.5))
    return with_model_assumptions(bare, small)


def _note(key: str) -> AssumptionNote:
    return AssumptionNote(key=key, label=Text(en="Note", zh="注"), help=Text(en="Help", zh="说明"))


@pytest.mark.parametrize(
    ("documentation", "grade", "reason", "sources", "case_data"),
    [
        ("assumption: a guess", "assumed", "a guess", ("assumption: a guess",), False),
        ("assumption: a guess (002 §2.4.1)", "assumed", "a guess (002 §2.4.1)", ("002 §2.4.1",), False),
        ("assumption: a guess; evidence: ab_c, de_f", "evidence", "a guess", ("ab_c", "de_f"), False),
        ("002 §2.2.6: stated", "derived", "", ("002 §2.2.6",), False),
        ("sources disagree: 002 §4.1.2 (1), 002 ch.5 note 2", "derived", "",
         ("002 §4.1.2 (1)", "002 ch.5 note 2"), False),
        ("case: its size; evidence: ab_c", "evidence", "", ("ab_c",), True),
        ("", "assumed", "", ("model file",), False),
    ],
)
def test_standing_of_a_constant(card: Card, documentation: str, grade: str, reason: str, sources: tuple[str, ...],
                                case_data: bool):
    item = _completed(card, _constant("a", documentation)).assumptions[0]
    assert (item.grade, item.reason, item.sources, item.case_data) == (grade, reason, sources, case_data)
    assert (item.label.en, item.label.zh, item.sector, item.step) == ("A", "甲", "S", 0.01)


def test_constants_without_both_limits_or_outside_them_are_left_out(card: Card):
    completed = _completed(card, _constant("a", limits=(0.0, None, None)), _constant("b", value=2.0), _constant("c"))
    assert [a.key for a in completed.assumptions] == ["c"]


def test_noted_constants_come_first_with_the_notes_words(card: Card):
    completed = _completed(card, _constant("a"), _constant("b"), notes=(_note("b"),))
    assert [(a.key, a.label.en) for a in completed.assumptions] == [("b", "Note"), ("a", "A")]


def test_a_note_on_an_unknown_constant_is_refused_with_the_nearest_name(card: Card):
    with pytest.raises(InputError, match=r"learning_rte.*learning_rate"):
        _completed(card, _constant("learning_rate"), notes=(_note("learning_rte"),))


def test_a_note_given_twice_is_refused(card: Card):
    with pytest.raises(InputError, match="'a' stands twice"):
        _completed(card, _constant("a"), notes=(_note("a"), _note("a")))


@pytest.mark.parametrize("case", sorted(cases()))
def test_outcomes_stay_on_their_axes_in_every_case(case: str, card: Card, spec: ModelSpec):
    """Charts keep an outcome's declared range, so strong policies must not run off it."""
    model = Model(spec, card, find_model("gum"))
    policies: list[dict[str, float]] = [
        {},
        {lever.key: 60.0 for lever in card.levers if lever.cost == 0 and lever.neutral == 0},
        {lever.key: 30.0 for lever in card.levers if lever.neutral == 0},
        {lever.key: 100.0 for lever in card.levers},
        {"direct_intervention": 100.0},
    ]
    for levers in policies:
        saved = run(model, Scenario(name="axes", case=case), levers=levers, save=[o.key for o in card.outcomes])
        for outcome in card.outcomes:
            slack = 1e-6 * (outcome.range[1] - outcome.range[0])
            values = saved[outcome.key]
            assert outcome.range[0] - slack <= values.min(), (outcome.key, levers)
            assert values.max() <= outcome.range[1] + slack, (outcome.key, levers)
