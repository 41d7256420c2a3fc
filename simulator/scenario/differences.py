"""What differs between two scenarios, as rows for a table."""

from typing import NamedTuple

from simulator.scenario.data import ImpulseSetting, Knots, LeverSetting, Scenario

_PATH_FIELDS = ("levers", "drivers", "assumptions", "initial", "clamp")


class Difference(NamedTuple):
    """One row: the field (`what`), the key in it, and each side's setting as text ("" = not set)."""

    what: str
    key: str
    a: str
    b: str


def differences(a: Scenario, b: Scenario) -> list[Difference]:
    """Return what is set otherwise in `b` than in `a`, field by field; names and texts do not count."""
    rows = [Difference(what, "", getattr(a, what), getattr(b, what)) for what in ("case", "model")]
    for what in _PATH_FIELDS:
        first, second = getattr(a, what), getattr(b, what)
        rows += [Difference(what, key, _text(first.get(key)), _text(second.get(key))) for key in {**first, **second}]
    rows += [
        Difference("freeze", link, "frozen" if link in a.freeze else "", "frozen" if link in b.freeze else "")
        for link in dict.fromkeys((*a.freeze, *b.freeze))
    ]
    rows += [
        Difference("impulse", impulse.stock, _text(impulse) if impulse in a.impulse else "",
                   _text(impulse) if impulse in b.impulse else "")
        for impulse in {repr(i): i for i in (*a.impulse, *b.impulse)}.values()
    ]
    for what in ("time", "solver"):
        first, second = getattr(a, what), getattr(b, what)
        rows += [
            Difference(what, key, _text(getattr(first, key)), _text(getattr(second, key)))
            for key in type(first).model_fields
        ]
    return [row for row in rows if row.a != row.b]


def _text(value: float | str | Knots | LeverSetting | ImpulseSetting | None) -> str:
    """Return a setting in words, such as '60 from 2009 over 2 until 2030'."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, LeverSetting):
        start = "" if value.start is None else f" from {value.start:.12g}"
        end = "" if value.end is None else f" until {value.end:.12g}"
        return f"{value.value:.12g}{start} over {value.ramp:.12g}{end}"
    if isinstance(value, Knots):
        return ", ".join(f"{time:.12g}: {level:.12g}" for time, level in value.knots)
    if isinstance(value, ImpulseSetting):
        return f"{value.amount:+.12g} at {value.time:.12g}"
    return f"{value:.12g}"
