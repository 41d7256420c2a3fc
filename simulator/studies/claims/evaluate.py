"""Checks evaluated on the results of runs: for every draw at once, with the tolerance band of the conventions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.studies.claims.language import (
    Arithmetic,
    Check,
    Comparator,
    Constant,
    Function,
    Level,
    Moment,
    Node,
    Series,
    is_across_draws,
    parts,
)

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

BAND = 0.005
"""Width of the tolerance band on a scale from 0 to 1."""
RELATIVE_BAND = 0.01
"""Width of the tolerance band elsewhere, as a share of the value compared with."""
_SNAP = 1e-6


@dataclass(frozen=True)
class RunResult:
    """Values of one run: `times` (n_times,) and variable -> array (n_draws, n_times)."""

    times: Floats
    values: Mapping[str, Floats]


@dataclass(frozen=True)
class Evidence:
    """What checks look at: results by run name, the end of the experiment, and which variables live on 0..1."""

    runs: Mapping[str, RunResult]
    end: Mapping[str, float]
    unit_scale: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """Outcome of one check: `holds` (n_draws,) and the compared values, each (n_draws,)."""

    holds: Truths
    values: tuple[Floats, ...]


def judge(check: Check, evidence: Evidence) -> Verdict:
    """Return for every draw whether a check holds. A comparison with a value that is not a number does not hold.

    A run that breaks off has no numbers from there on; what a function makes of them is not a number either, unless
    they cannot change it (a time reached before). Two functions give numbers all the same: `above`, a comparison, is 0
    where a value is missing, and `pick` takes a missing value for the largest.
    """
    with np.errstate(all="ignore"):
        values = [_value(node, evidence) for node in check.values]
        unit = _on_unit_scale(check, evidence)
        holds: Truths = np.ones(np.broadcast_shapes(*(v.shape for v in values)), dtype=bool)
        for left, right, relation in zip(values, values[1:], check.comparators, strict=False):
            holds = holds & _compare(left, right, relation, unit)
    if is_across_draws(check):
        holds = np.broadcast_to(holds, (_draws(evidence),))
    return Verdict(holds, tuple(values))


def _draws(evidence: Evidence) -> int:
    return next(len(array) for run in evidence.runs.values() for array in run.values.values())


def _on_unit_scale(check: Check, evidence: Evidence) -> bool:
    read = [n.variable for value in check.values for n in parts(value) if isinstance(n, Series)]
    return all(variable in evidence.unit_scale for variable in read)


def _compare(left: Floats, right: Floats, relation: Comparator, unit: bool) -> Truths:
    band = BAND if unit else RELATIVE_BAND * np.abs(right)
    found = {
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        "higher than": lambda: left > right + band,
        "lower than": lambda: left < right - band,
        "equal to": lambda: np.abs(left - right) <= band,
        "not higher than": lambda: left <= right + band,
        "not lower than": lambda: left >= right - band,
    }[relation]()
    return np.asarray(found, dtype=bool)


def _value(node: Node, evidence: Evidence) -> Floats:
    if isinstance(node, Constant):
        return np.full(_draws(evidence), node.value)
    if isinstance(node, Level):
        window = _Window.of(node.series, evidence)
        first = window.moment(node.first)
        return window.at(first) if node.last is None else window.mean(first, window.moment(node.last))
    if isinstance(node, Arithmetic):
        left, right = _value(node.left, evidence), _value(node.right, evidence)
        if node.operator == "/":
            return left / right
        return {"+": left + right, "-": left - right, "*": left * right}[node.operator]
    if isinstance(node, Function):
        return _FUNCTIONS[node.name](node, evidence)
    raise TypeError(f"{node} has no value")


@dataclass(frozen=True)
class _Window:
    """A series up to the end of its experiment."""

    times: Floats
    values: Floats

    @classmethod
    def of(cls, series: Series, evidence: Evidence) -> "_Window":
        run = evidence.runs[series.run]
        keep = run.times <= evidence.end[series.run] + _SNAP
        return cls(run.times[keep], run.values[series.variable][:, keep])

    def moment(self, when: Moment) -> float:
        return float(self.times[0]) if when == "start" else float(self.times[-1]) if when == "end" else float(when)

    def at(self, time: float) -> Floats:
        """Return the value at `time`, on the straight line between saved values; not a number outside the run."""
        if not self.times[0] - _SNAP <= time <= self.times[-1] + _SNAP:
            return np.full(len(self.values), np.nan)
        index = int(np.clip(np.searchsorted(self.times, time), 1, len(self.times) - 1))
        low, high = self.times[index - 1], self.times[index]
        share = min(max((time - low) / (high - low), 0.0), 1.0)
        result: Floats = (1 - share) * self.values[:, index - 1] + share * self.values[:, index]
        return result

    def between(self, first: float, last: float) -> "_Window":
        inside = (self.times > first + _SNAP) & (self.times < last - _SNAP)
        times = np.concatenate([[first], self.times[inside], [last]])
        values = np.concatenate([self.at(first)[:, None], self.values[:, inside], self.at(last)[:, None]], axis=1)
        return _Window(times, values)

    def total(self) -> Floats:
        return np.asarray(np.trapezoid(self.values, self.times, axis=1))

    def mean(self, first: float, last: float) -> Floats:
        return self.between(first, last).total() / (last - first)

    def yearly(self) -> "_Window":
        """Return the values at whole years from the window's first time on."""
        times = np.arange(self.times[0], self.times[-1] + _SNAP, 1.0)
        return _Window(times, np.stack([self.at(float(t)) for t in times], axis=1))


def _numbers(node: Function, skip: int, evidence: Evidence) -> list[float]:
    return [float(_value(argument, evidence)[0]) for argument in node.arguments[skip:]]


def _window(node: Function, evidence: Evidence, place: int = 0, series: int = 1) -> _Window:
    """Return the series in argument `place`, from t1 to t2 where they are given."""
    argument = node.arguments[place]
    assert isinstance(argument, Series)
    window = _Window.of(argument, evidence)
    limits = _numbers(node, series, evidence)
    return window.between(limits[0], limits[1]) if len(limits) == 2 else window


def _known(measure: Callable[..., Floats], *parts: _Window) -> Floats:
    """Return the measure of series, not a number in draws in which one of them breaks off."""
    broken = np.logical_or.reduce([np.isnan(part.values).any(axis=1) for part in parts])
    return np.where(broken, np.nan, measure(*parts))


def _of_window(measure: Callable[[_Window], Floats]) -> Callable[[Function, Evidence], Floats]:
    return lambda node, evidence: _known(measure, _window(node, evidence))


def _of_pair(measure: Callable[[_Window, _Window], Floats]) -> Callable[[Function, Evidence], Floats]:
    return lambda node, evidence: _known(
        measure, _window(node, evidence, 0, series=2), _window(node, evidence, 1, series=2)
    )


def _of_values(measure: Callable[[Floats], Floats]) -> Callable[[Function, Evidence], Floats]:
    """Return a function of the stacked values, shape (n_values, n_draws)."""
    return lambda node, evidence: measure(np.stack([_value(argument, evidence) for argument in node.arguments]))


def _first_time(window: _Window, reached: Truths) -> Floats:
    """Return the first time that is reached, infinity for never, not a number if the run breaks off before."""
    never = np.where(np.isnan(window.values).any(axis=1), np.nan, np.inf)
    return np.where(reached.any(axis=1), window.times[np.argmax(reached, axis=1)], never)


def _first(node: Function, evidence: Evidence) -> Floats:
    window = _window(node, evidence)
    return _first_time(window, window.values >= _value(node.arguments[1], evidence)[:, None])


def _first_gain(node: Function, evidence: Evidence) -> Floats:
    window = _window(node, evidence)
    return _first_time(window, window.values >= window.values[:, :1] + _value(node.arguments[1], evidence)[:, None])


def _first_total(node: Function, evidence: Evidence) -> Floats:
    window = _window(node, evidence)
    steps = np.diff(window.times) * (window.values[:, 1:] + window.values[:, :-1]) / 2
    so_far = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    return _first_time(window, so_far >= _value(node.arguments[1], evidence)[:, None])


def _half_way(window: _Window) -> Floats:
    change = window.values - window.values[:, :1]
    whole = change[:, -1:]
    return _first_time(window, np.where(whole >= 0, change >= whole / 2, change <= whole / 2))


def _recovery(node: Function, evidence: Evidence) -> Floats:
    argument = node.arguments[0]
    assert isinstance(argument, Series)
    window = _Window.of(argument, evidence)
    start, share = _numbers(node, 1, evidence)
    goal = share * window.at(start)[:, None]
    after = (window.times > start + _SNAP) & np.ones_like(window.values, dtype=bool)
    fell = after & (window.values < goal)
    begun = np.cumsum(fell, axis=1) > 0
    back = begun & ~fell & after
    found = _first_time(window, back) - start
    return np.where(fell.any(axis=1) | np.isnan(found), found, 0.0)


def _half_time(one: _Window, other: _Window) -> Floats:
    gap = one.values - other.values
    final = gap[:, -1:]
    return _first_time(one, np.where(final >= 0, gap >= final / 2, gap <= final / 2))


def _correlation(one: Floats, other: Floats) -> Floats:
    a, b = one - one.mean(axis=-1, keepdims=True), other - other.mean(axis=-1, keepdims=True)
    result: Floats = (a * b).sum(axis=-1) / np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return result


def _slope(y: Floats, x: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    result: Floats = (x * (y - y.mean(axis=-1, keepdims=True))).sum(axis=-1) / (x * x).sum(axis=-1)
    return result


def _maxima(window: _Window) -> Floats:
    """Count inner peaks that rise by 1 % of the window's range above the lowest values on both sides."""
    counts = []
    for row in window.values:
        least = 0.01 * (row.max() - row.min())
        found, low, high, rising = 0, row[0], row[0], False
        for value in row[1:]:
            if rising:
                high = max(high, value)
                if value < high - least:
                    found, rising, low = found + 1, False, value
            else:
                low = min(low, value)
                if value > low + least:
                    rising, high = True, value
        counts.append(found)
    return np.array(counts, dtype=float)


def _ranks(values: Floats) -> Floats:
    return np.asarray(np.argsort(np.argsort(values, axis=-1), axis=-1), dtype=float)


def _pick(stack: Floats) -> Floats:
    half = len(stack) // 2
    return np.asarray(np.take_along_axis(stack[half:], stack[:half].argmax(axis=0)[None, :], axis=0)[0])


def _unless_missing(stack: Floats, found: Floats) -> Floats:
    """Return `found` for each draw, not a number for draws in which one of the stacked values is not."""
    return np.where(np.isnan(stack).any(axis=0), np.nan, found)


def _rank_correlation(stack: Floats) -> Floats:
    half = len(stack) // 2
    return _unless_missing(stack, _correlation(_ranks(stack[:half].T), _ranks(stack[half:].T)))


def _draws_only(values: Floats) -> Floats:
    """Leave out the calibrated point, which stands first, and draws whose runs broke off, if not all did."""
    drawn = values[..., 1:] if values.shape[-1] > 1 else values
    known = ~np.isnan(drawn).any(axis=0)
    return drawn[..., known] if known.any() else drawn


def _across(stack: Floats) -> Floats:
    return _unless_missing(stack, _correlation(*_draws_only(stack)))


def _spread(stack: Floats) -> Floats:
    return _unless_missing(stack, _draws_only(stack)[0].std())


_FUNCTIONS: dict[str, Callable[[Function, Evidence], Floats]] = {
    "gain": _of_window(lambda w: w.values[:, -1] - w.values[:, 0]),
    "change": _of_window(lambda w: w.values[:, -1] / w.values[:, 0] - 1),
    "rate": _of_window(lambda w: np.log(w.values[:, -1] / w.values[:, 0]) / (w.times[-1] - w.times[0])),
    "trend": _of_window(lambda w: _slope(w.values, np.broadcast_to(w.times, w.values.shape))),
    "peak": _of_window(lambda w: w.values.max(axis=1)),
    "low": _of_window(lambda w: w.values.min(axis=1)),
    "peak_time": _of_window(lambda w: w.times[w.values.argmax(axis=1)]),
    "low_time": _of_window(lambda w: w.times[w.values.argmin(axis=1)]),
    "fastest": _of_window(lambda w: w.times[np.diff(w.values, axis=1).argmax(axis=1)]),
    "first": _first,
    "first_gain": _first_gain,
    "first_total": _first_total,
    "half_way": _of_window(_half_way),
    "least_step": _of_window(lambda w: np.diff(w.yearly().values, axis=1).min(axis=1)),
    "largest_step": _of_window(lambda w: np.diff(w.yearly().values, axis=1).max(axis=1)),
    "maxima": _of_window(_maxima),
    "total": _of_window(lambda w: w.total()),
    "recovery": _recovery,
    "co_movement": _of_pair(
        lambda a, b: _correlation(np.diff(a.yearly().values, axis=1), np.diff(b.yearly().values, axis=1))
    ),
    "log_slope": _of_pair(lambda y, x: _slope(np.log(y.yearly().values), np.log(x.yearly().values))),
    "half_time": _of_pair(_half_time),
    "min": _of_values(lambda s: s.min(axis=0)),
    "max": _of_values(lambda s: s.max(axis=0)),
    "width": _of_values(lambda s: s.max(axis=0) - s.min(axis=0)),
    "mean": _of_values(lambda s: s.mean(axis=0)),
    "abs": _of_values(lambda s: np.abs(s[0])),
    "above": _of_values(lambda s: (s[0] > s[1]).astype(float)),
    "pick": _of_values(_pick),
    "rank_correlation": _of_values(_rank_correlation),
    "across_draws": _of_values(_across),
    "spread": _of_values(_spread),
}
