"""A `ChartSpec` as one self-contained SVG drawing, for printed reports: no script, no font, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from simulator.figures.spec import ChartSpec, Series

_DASH = {
    "solid": "", "dash": "7 5", "longdash": "14 5", "dot": "2 4", "dashdot": "9 4 2 4", "longdashdot": "14 4 2 4",
}  # fmt: skip
_INK, _QUIET, _GRID = "#1B2430", "#55606E", "#D5DAE1"
_LEFT, _RIGHT, _TOP, _BOTTOM, _ROW = 58.0, 14.0, 46.0, 30.0, 18.0
_PER_ROW = 2
_STACKS_PER_ROW, _GAP, _STACK_TITLE = 2, 16.0, 20.0


@dataclass(frozen=True)
class _Place:
    """Where one plot stands, and the times and values that lie at its edges; `stack` is the run it is for, if any."""

    left: float
    right: float
    top: float
    bottom: float
    times: tuple[float, float]
    values: tuple[float, float]
    stack: str = ""

    def x(self, time: float) -> float:
        first, last = self.times
        return self.left + (time - first) / ((last - first) or 1.0) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (value - low) / ((high - low) or 1.0) * (self.bottom - self.top)

    def points(self, times: Sequence[float], values: Sequence[float]) -> str:
        return "L".join(f"{self.x(t):.1f},{self.y(v):.1f}" for t, v in zip(times, values, strict=True))


def chart_svg(spec: ChartSpec, *, width: float = 640.0, height: float = 340.0) -> str:
    """Return the chart with title, axes, marks, bands, lines and legend; all texts are escaped.

    Several stacks stand side by side on one scale, each with the baseline's borders, and make the drawing higher.
    """
    rows = -(-len(spec.entries) // _PER_ROW) if len(spec.entries) > 1 else 0
    stacks = _stacks(spec)
    if len(stacks) > 1:
        height *= max(1.0, 0.72 * -(-len(stacks) // _STACKS_PER_ROW))
    places = _places(spec, stacks, width - _RIGHT, height - _BOTTOM - rows * _ROW)
    parts = [_text(4, 16, spec.title, size=15, weight=600), _text(4, _TOP - 12, spec.unit, colour=_QUIET)]
    for place in places:
        parts += _plot(spec, place)
    bottom = height - _BOTTOM - rows * _ROW
    for i, entry in enumerate(spec.entries if rows else []):
        left = _LEFT + (i % _PER_ROW) * (width - _LEFT) / _PER_ROW
        down = bottom + 36 + _ROW * (i // _PER_ROW)
        parts.append(_path(f"{left:.1f},{down - 4:.1f}L{left + 26:.1f},{down - 4:.1f}", entry.colour or _INK,
                           entry.width, entry.dash))
        parts.append(_text(left + 32, down, entry.label))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(spec.title, quote=True)}">{"".join(parts)}</svg>'
    )


def _stacks(spec: ChartSpec) -> list[str]:
    """Return the runs that are stacks of their own, the current one first; the baseline only borders the others."""
    found = dict.fromkeys(s.run for s in spec.series if s.stacked and s.role != "baseline")
    current = {s.run for s in spec.series if s.role == "current"}
    return sorted(found, key=lambda run: run not in current)


def _places(spec: ChartSpec, stacks: Sequence[str], right: float, bottom: float) -> list[_Place]:
    values = _range(spec)
    if len(stacks) < 2:
        return [_Place(_LEFT, right, _TOP, bottom, spec.time_range, values)]
    columns = min(len(stacks), _STACKS_PER_ROW)
    wide = (right - _LEFT - _GAP * (columns - 1)) / columns
    tall = (bottom - _TOP + _BOTTOM) / -(-len(stacks) // columns)
    found = []
    for i, run in enumerate(stacks):
        left, top = _LEFT + (i % columns) * (wide + _GAP), _TOP + (i // columns) * tall
        low = top + tall - _BOTTOM
        found.append(_Place(left, left + wide, top + _STACK_TITLE, low, spec.time_range, values, run))
    return found


def _plot(spec: ChartSpec, place: _Place) -> list[str]:
    """Return axes, marks, bands and lines of one place."""
    parts = [_text(place.left, place.top - 8, place.stack, weight=600)] if place.stack else []
    for tick in ticks(*place.values, 5):
        parts.append(_line(place.left, place.y(tick), place.right, place.y(tick), _GRID))
        if place.left == _LEFT:
            parts.append(_text(_LEFT - 6, place.y(tick) + 4, f"{tick:,.6g}", anchor="end", colour=_QUIET))
    for tick in ticks(*place.times, max(2, round((place.right - place.left) / 82)), whole=True):
        parts.append(_text(place.x(tick), place.bottom + 16, f"{tick:g}", anchor="middle", colour=_QUIET))
    parts.append(_line(place.left, place.bottom, place.right, place.bottom, _QUIET))
    for band in spec.bands:
        times = spec.grids[band.grid]
        there, back = place.points(times, band.high), place.points(times[::-1], band.low[::-1])
        parts.append(f'<path d="M{there}L{back}Z" fill="{band.colour}" fill-opacity="{band.opacity:g}"/>')
    below: dict[str, list[float]] = {}
    for series in spec.series:
        if place.stack and series.stacked and series.role != "baseline" and series.run != place.stack:
            continue
        times = spec.grids[series.grid]
        if series.stacked:
            under = below.get(series.run, [0.0] * len(times))
            over = [a + b for a, b in zip(under, series.values, strict=True)]
            below[series.run] = over
            parts.append(_stacked(series, place.points(times, over), place.points(times[::-1], under[::-1])))
        else:
            parts.append(_path(place.points(times, series.values), series.colour or _INK, series.width, series.dash))
    return parts + _marks(spec, place, _INK if below else _QUIET)


def _marks(spec: ChartSpec, place: _Place, colour: str) -> list[str]:
    """Return the marks, which stand over what is drawn; inside a stack their words stand below its upper edge."""
    parts = []
    for time, words in spec.marks:
        x = place.x(time)
        parts.append(_line(x, place.top - 4, x, place.bottom, colour, dash="2 3"))
        parts.append(_text(x + 4, place.top + (16 if place.stack else 6), words, colour=colour))
    return parts


def ticks(low: float, high: float, count: int, *, whole: bool = False) -> list[float]:
    """Return round values between `low` and `high`, about `count` of them; `whole`: no halves of a step over one."""
    raw = (high - low) / max(1, count)
    if raw <= 0:
        return [low]
    power = 10.0 ** floor(log10(raw))
    steps = (1, 2, 5, 10) if whole and power == 1 else (1, 2, 2.5, 5, 10)
    step = next(m * power for m in steps if m * power >= raw * 0.999)
    first = ceil(low / step - 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, floor(high / step + 1e-6) + 1)]


def _range(spec: ChartSpec) -> tuple[float, float]:
    if spec.limits:
        return spec.limits
    values = [v for s in spec.series for v in s.values] + [v for b in spec.bands for v in (*b.low, *b.high)]
    if not values:
        return 0.0, 1.0
    if any(s.stacked for s in spec.series):
        tops: dict[str, list[float]] = {}
        for s in spec.series:
            tops[s.run] = [a + b for a, b in zip(tops.get(s.run, [0.0] * len(s.values)), s.values, strict=True)]
        return 0.0, max(max(top) for top in tops.values())
    margin = (max(values) - min(values)) * 0.06 or abs(max(values)) * 0.05 or 1.0
    return min(values) - margin, max(values) + margin


def _stacked(series: Series, upper: str, lower: str) -> str:
    if series.role != "baseline":
        return f'<path d="M{upper}L{lower}Z" fill="{series.colour}" fill-opacity="0.62" stroke="{series.colour}"/>'
    return _path(upper, _INK, 1.4, "dash")


def _path(points: str, colour: str, width: float, dash: str) -> str:
    pattern = _DASH.get(dash, dash.replace("px", ""))
    dashes = f' stroke-dasharray="{escape(pattern, quote=True)}"' if pattern else ""
    return f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, weight: int = 400, colour: str = _INK
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}">{escape(words)}</text>'
    )
