"""A `ChartSpec` as one self-contained SVG drawing, for printed reports: no script, no font, no network."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from simulator.figures.spec import ChartSpec, Series

_DASH = {
    "solid": "", "dash": "7 5", "longdash": "14 5", "dot": "2 4", "dashdot": "9 4 2 4", "longdashdot": "14 4 2 4",
}  # fmt: skip
_INK, _QUIET, _GRID = "#1B2430", "#55606E", "#D5DAE1"
_LEFT, _RIGHT, _TOP, _BOTTOM, _ROW = 58.0, 14.0, 46.0, 30.0, 18.0
_PER_ROW = 2


def chart_svg(spec: ChartSpec, *, width: float = 640.0, height: float = 340.0) -> str:
    """Return the chart with title, axes, marks, bands, lines and legend; all texts are escaped."""
    rows = -(-len(spec.entries) // _PER_ROW) if len(spec.entries) > 1 else 0
    low, high = _range(spec)
    first, last = spec.time_range
    bottom = height - _BOTTOM - rows * _ROW

    def x(time: float) -> float:
        return _LEFT + (time - first) / ((last - first) or 1.0) * (width - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return bottom - (value - low) / ((high - low) or 1.0) * (bottom - _TOP)

    def points(times: Sequence[float], values: Sequence[float]) -> str:
        return "L".join(f"{x(t):.1f},{y(v):.1f}" for t, v in zip(times, values, strict=True))

    parts = [_text(4, 16, spec.title, size=15, weight=600), _text(4, _TOP - 12, spec.unit, colour=_QUIET)]
    for tick in ticks(low, high, 5):
        parts.append(_line(_LEFT, y(tick), width - _RIGHT, y(tick), _GRID))
        parts.append(_text(_LEFT - 6, y(tick) + 4, f"{tick:,.6g}", anchor="end", colour=_QUIET))
    for tick in ticks(first, last, 7):
        parts.append(_text(x(tick), bottom + 16, f"{tick:g}", anchor="middle", colour=_QUIET))
    parts.append(_line(_LEFT, bottom, width - _RIGHT, bottom, _QUIET))
    for time, words in spec.marks:
        parts.append(_line(x(time), _TOP - 4, x(time), bottom, _QUIET, dash="2 3"))
        parts.append(_text(x(time) + 4, _TOP + 6, words, colour=_QUIET))
    for band in spec.bands:
        times = spec.grids[band.grid]
        there, back = points(times, band.high), points(times[::-1], band.low[::-1])
        parts.append(f'<path d="M{there}L{back}Z" fill="{band.colour}" fill-opacity="{band.opacity:g}"/>')
    below: dict[str, list[float]] = {}
    for series in spec.series:
        times = spec.grids[series.grid]
        if series.stacked:
            under = below.get(series.run, [0.0] * len(times))
            over = [a + b for a, b in zip(under, series.values, strict=True)]
            below[series.run] = over
            parts.append(_stacked(series, points(times, over), points(times[::-1], under[::-1])))
        else:
            parts.append(_path(points(times, series.values), series.colour or _INK, series.width, series.dash))
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


def ticks(low: float, high: float, count: int) -> list[float]:
    """Return round values between `low` and `high`, about `count` of them."""
    raw = (high - low) / max(1, count)
    if raw <= 0:
        return [low]
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
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
    if series.role == "current":
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
