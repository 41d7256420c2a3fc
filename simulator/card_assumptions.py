"""A card completed from its model: every constant that the model file bounds becomes an assumption a user may vary."""

import math
import re

from simulator.card import Assumption, AssumptionNote, Card, Grade, Text
from simulator.errors import InputError, did_you_mean
from simulator.expressions import Number
from simulator.model import ModelSpec, Variable

_SECTION = re.compile(r"\d{3} (?:part [A-E] )?(?:§\d+(?:\.\d+)*(?: ?\(\d+\))?|ch\. ?\d+(?: note \d+)?|table \d+)")
_EVIDENCE = re.compile(r"evidence:\s*([^;.]+)")
_PREFIX = re.compile(r"^(assumption|case):\s*")
_LONGEST = 1500

_Bounds = tuple[float, float, float]
"""Lower limit, value, upper limit."""


def with_model_assumptions(card: Card, spec: ModelSpec) -> Card:
    """Return the card with an assumption for every constant of the model that has a number and both limits.

    Value, range, unit and sector are the file's; label, help and distribution the card's note on it, if there is one,
    else the file's title and documentation. Grade and sources not given by a note are read from the documentation:
    a text that cites evidence is "evidence", one that rests on a section of a source "derived", any other "assumed";
    a text that begins with ``case:`` marks case data. The card's own levers, drivers and assumptions stay as they are,
    and come first; then noted constants in the card's order; then the rest in file order. A constant whose value lies
    outside its limits is left out. Raises `InputError` if a note names no such constant.
    """
    taken = card.inputs()
    free = (v for v in spec.of_kind("constant") if v.key not in taken)
    bounded = {v.key: (v, bounds) for v in free if (bounds := _bounds(v)) is not None}
    notes: dict[str, AssumptionNote] = {}
    for note in card.assumption_notes:
        if note.key in taken or note.key in notes:
            raise InputError(f"card of '{card.model}': assumption note '{note.key}' stands twice; keep one of the two")
        if note.key not in bounded:
            raise InputError(
                f"card of '{card.model}': assumption note '{note.key}': the model file has no constant of that name "
                f"with a value between two limits{did_you_mean(note.key, bounded)}"
            )
        notes[note.key] = note
    order = [*notes, *(key for key in bounded if key not in notes)]
    added = tuple(_assumption(*bounded[key], notes.get(key), card.titles.get(key)) for key in order)
    return card.model_copy(update={"assumptions": (*card.assumptions, *added)})


def _assumption(variable: Variable, bounds: _Bounds, note: AssumptionNote | None, chinese: str | None) -> Assumption:
    low, value, high = bounds
    text = variable.documentation.strip()[:_LONGEST]
    grade, reason, sources, case_data = _standing(text)
    about = text or variable.title
    return Assumption(
        key=variable.key,
        label=note.label if note else Text(en=variable.title, zh=chinese or variable.title),
        help=note.help if note else Text(en=about, zh=f"模型文件的说明：{about}"),
        range=(low, high),
        neutral=value,
        step=variable.limits[2] or _step(high - low),
        units=variable.units,
        sources=(note.sources if note else ()) or sources,
        distribution=note.distribution if note else "triangular",
        grade=(note.grade if note else None) or grade,
        reason=(note.reason if note else "") or reason,
        sector=variable.sector,
        case_data=case_data,
    )


def _standing(text: str) -> tuple[Grade, str, tuple[str, ...], bool]:
    """Return (grade, reason, sources, case data?) as the documentation states them."""
    prefix = _PREFIX.match(text)
    word = prefix.group(1) if prefix else ""
    cited = [name.strip() for group in _EVIDENCE.findall(text) for name in group.split(",") if name.strip()]
    sections = _SECTION.findall(text)
    reason = _EVIDENCE.sub("", text[prefix.end():] if prefix else text).strip(" ;.") if word == "assumption" else ""
    grade: Grade = "assumed"
    if cited:
        grade = "evidence"
    elif word == "case" or (word != "assumption" and sections):
        grade = "derived"
    sources = (*sections, *cited) or (f"assumption: {reason}" if reason else text or "model file",)
    return grade, reason, tuple(dict.fromkeys(sources)), word == "case"


def _bounds(variable: Variable) -> _Bounds | None:
    low, high, _ = variable.limits
    if low is None or high is None or not isinstance(variable.equation, Number):
        return None
    value = variable.equation.value
    return (low, value, high) if low < high and low <= value <= high else None


def _step(width: float) -> float:
    """Return 1, 2 or 5 times a power of ten, about a hundredth of the width."""
    power: float = 10.0 ** math.floor(math.log10(width / 100))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width / 100 * (1 - 1e-9))
