"""Numbers into words: level words of levers, verdicts on outcomes, and one way to write a number."""

import re
from dataclasses import dataclass
from math import isfinite, log10
from typing import Literal

from simulator.card import Card, Level, Lever, Outcome
from simulator.ui.strings import say

_UNITS = {
    "en": {"Dmnl": "", "percent": "%", "Year": "year", "Month": "month", "Day": "day"},
    "zh": {
        "Dmnl": "", "percent": "%", "Year": "年", "Month": "月", "Day": "日", "million": "百万", "CNY": "元",
        "USD": "美元", "firm": "家企业", "firms": "家企业", "person": "人", "unit": "件", "units": "件",
    },
}  # fmt: skip

Verdict = Literal["better", "worse", "changed", "same"]


def levels_of(lever: Lever, card: Card) -> tuple[Level, ...]:
    """Return the lever's own level words, or the card's."""
    return lever.levels or card.levels


def level_word(value: float, levels: tuple[Level, ...], language: str) -> str:
    """Return the word whose interval holds `value`: the first level with ``value <= upto``, else the last one."""
    if not levels:
        return ""
    chosen = next((level for level in levels if value <= level.upto + 1e-9), levels[-1])
    return chosen.word.in_language(language)


def level_intervals(levels: tuple[Level, ...], low: float, language: str) -> list[tuple[str, str]]:
    """Return (word, interval) pairs, from the lowest level up; `low` is where the lever's range begins."""
    rows: list[tuple[str, str]] = []
    below = low
    for level in levels:
        interval = number(level.upto) if level.upto <= below else f"{number(below)} – {number(level.upto)}"
        rows.append((level.word.in_language(language), interval))
        below = max(below, level.upto)
    return rows


def number(value: float, decimals: int | None = None) -> str:
    """Return `value` with thousands separators; without `decimals`, with as few as show four significant digits."""
    if not isfinite(value):
        return "–"
    if decimals is None:
        if value == 0:
            return "0"
        decimals = max(0, 3 - int(log10(abs(value)) // 1)) if abs(value) < 1000 else 0
        text = f"{value:,.{min(decimals, 8)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) != 0 else text.lstrip("-")


def year_text(year: float) -> str:
    """Return a year as people write it: no thousands separator, no decimals where there are none."""
    return f"{year:g}"


def unit_text(units: str, language: str) -> str:
    """Return a model file's units as the page writes them, '' for none; words it does not know stay as they are."""
    known = _UNITS[language]
    text = re.sub(r"[A-Za-z]+", lambda word: known.get(word.group(), word.group()), units).replace("*", "·")
    return re.sub(r"(?<=[一-鿿]) (?=[一-鿿])", "", text).strip()


def time_units(units: str, count: float, language: str) -> str:
    """Return the unit of so many of the model's time units: '2 years', '1 year', '2 年'."""
    text = unit_text(units, language)
    return text + "s" if language == "en" and count != 1 and text and not text.endswith("s") else text


def change_unit(outcome: Outcome, language: str) -> str:
    """Return the unit of a change in an outcome: percentage points where the outcome is in per cent."""
    units = outcome.units.in_language(language)
    return say("points", language) if units == "%" else units


def sentences(language: str, *parts: str) -> str:
    """Return sentences one after the other: with a space between them in English, without in Chinese."""
    return ("" if language == "zh" else " ").join(part for part in parts if part)


def signed(value: float, decimals: int) -> str:
    """Return `value` with its sign always written: +1.2, −0.3, ±0."""
    text = number(abs(value), decimals)
    if float(text.replace(",", "")) == 0:
        return "±" + text
    return ("+" if value > 0 else "−") + text


@dataclass(frozen=True)
class Headline:
    """One headline card: value and change against the baseline in display units, and what to make of the change."""

    key: str
    label: str
    help: str
    value: str
    unit: str
    change: str
    verdict: Verdict


def verdict(change: float, outcome: Outcome) -> Verdict:
    """Judge a change in display units: 'same' if it would be shown as zero, else by the outcome's `better`."""
    if not isfinite(change) or round(abs(change), outcome.decimals) == 0:
        return "same"
    if outcome.better == "depends":
        return "changed"
    return "better" if (change > 0) == (outcome.better == "higher") else "worse"


def headline(outcome: Outcome, value: float, baseline: float, language: str) -> Headline:
    """Return the card of `outcome`; `value` and `baseline` are in the variable's own unit."""
    now, before = value * outcome.display, baseline * outcome.display
    return Headline(
        key=outcome.key,
        label=outcome.label.in_language(language),
        help=outcome.help.in_language(language),
        value=number(now, outcome.decimals),
        unit=outcome.units.in_language(language),
        change=signed(now - before, outcome.decimals),
        verdict=verdict(now - before, outcome),
    )
