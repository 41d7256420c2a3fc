"""Numbers, level words and verdicts as the page writes them."""

import re

import pytest

from simulator.card import Level, Outcome, Text
from simulator.runner import Model
from simulator.ui.wording import (
    change_unit,
    headline,
    level_intervals,
    level_word,
    number,
    sentences,
    signed,
    time_units,
    unit_text,
    verdict,
    year_text,
)

LEVELS = tuple(
    Level(word=Text(en=en, zh=zh), upto=upto)
    for en, zh, upto in (("none", "无", 0), ("low", "低", 25), ("high", "高", 100))
)


def outcome(better: str, decimals: int = 1) -> Outcome:
    return Outcome.model_validate(
        {
            "key": "x",
            "label": {"en": "X", "zh": "某"},
            "help": {"en": "h", "zh": "h"},
            "range": (0, 1),
            "better": better,
            "units": {"en": "%", "zh": "%"},
            "display": 100,
            "decimals": decimals,
        }
    )


@pytest.mark.parametrize(
    ("value", "word"), [(0, "none"), (0.1, "low"), (25, "low"), (25.1, "high"), (100, "high"), (120, "high")]
)
def test_a_level_ends_at_its_upper_bound(value: float, word: str) -> None:
    assert level_word(value, LEVELS, "en") == word


def test_levels_in_chinese_and_none_at_all() -> None:
    assert level_word(10, LEVELS, "zh") == "低"
    assert level_word(10, (), "en") == ""
    assert level_intervals(LEVELS, 0, "en") == [("none", "0"), ("low", "0 – 25"), ("high", "25 – 100")]


@pytest.mark.parametrize(
    ("change", "better", "expected"),
    [
        (1, "higher", "better"),
        (-1, "higher", "worse"),
        (1, "lower", "worse"),
        (-1, "lower", "better"),
        (1, "depends", "changed"),
        (0.04, "higher", "same"),
        (-0.04, "lower", "same"),
        (float("nan"), "higher", "same"),
    ],
)
def test_verdict(change: float, better: str, expected: str) -> None:
    assert verdict(change, outcome(better)) == expected


def test_headline_is_in_display_units() -> None:
    card = headline(outcome("higher"), 0.126, 0.1, "zh")
    assert (card.label, card.value, card.unit, card.change, card.verdict) == ("某", "12.6", "%", "+2.6", "better")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (0.00123456, "0.001235"), (12.5, "12.5"), (100, "100"), (float("nan"), "–")],
)
def test_numbers_without_stated_decimals(value: float, text: str) -> None:
    assert number(value) == text


def test_signs_are_always_written() -> None:
    assert signed(1.25, 1) in ("+1.2", "+1.3")
    assert signed(-1234.4, 0) == "−1,234"
    assert signed(-0.01, 1) == "±0.0"
    assert number(-0.01, 1) == "0.0"
    assert number(-2.5, 1) == "−2.5"
    assert year_text(2025.0) == "2025"


@pytest.mark.parametrize(
    ("units", "en", "zh"),
    [
        ("Dmnl", "", ""),
        ("", "", ""),
        ("1/Year", "1/year", "1/年"),
        ("percent", "%", "%"),
        ("million CNY/Year", "million CNY/year", "百万元/年"),
        ("million units/(firm*Year)", "million units/(firm·year)", "百万件/(家企业·年)"),
        ("<b>widget</b>", "<b>widget</b>", "<b>widget</b>"),
    ],
)
def test_units_of_model_files_read_as_the_page_writes_them(units: str, en: str, zh: str) -> None:
    assert unit_text(units, "en") == en
    assert unit_text(units, "zh") == zh


def test_every_unit_of_the_flagship_has_a_chinese_text(model: Model) -> None:
    left = {v.units: unit_text(v.units, "zh") for v in model.spec.variables.values()}
    assert not {units: text for units, text in left.items() if re.search("[A-Za-z]", text)}


def test_a_change_of_a_percentage_is_in_points(model: Model) -> None:
    share = next(o for o in model.card.outcomes if o.units.en == "%")
    count = next(o for o in model.card.outcomes if o.units.en != "%")
    assert change_unit(share, "en") == "percentage points"
    assert change_unit(share, "zh") == "个百分点"
    assert change_unit(count, "en") == count.units.en


def test_sentences_and_lengths_of_time() -> None:
    assert sentences("en", "One.", "", "Two.") == "One. Two."
    assert sentences("zh", "一。", "二。") == "一。二。"
    assert [time_units("Year", n, "en") for n in (1, 2, 0.5)] == ["year", "years", "years"]
    assert time_units("Year", 2, "zh") == "年"
    assert time_units("Dmnl", 2, "en") == ""
