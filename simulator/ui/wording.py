"""Numbers into words: level words of levers, verdicts on outcomes, and one way to write a number."""

from dataclasses import dataclass
from math import isfinite, log10
from typing import Literal

from simulator.card import Card, Level, Lever, Outcome

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
