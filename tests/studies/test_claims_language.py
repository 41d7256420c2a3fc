"""The language of checks: every function and relation against values worked out by hand; text it must refuse."""

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.studies.claims.evaluate import Evidence, RunResult, judge
from simulator.studies.claims.language import FUNCTIONS, parse_check, series_of

TIMES = np.arange(0, 10.25, 0.25)
LINE = 1 + 0.5 * TIMES
HUMP = 4 - (TIMES - 4) ** 2 / 4
DIP = np.where((TIMES > 2) & (TIMES < 6), 0.5, 1.0)
WAVES = 5 + np.sin(TIMES * np.pi / 2)
HALF = 1 - 2.0**-TIMES


def evidence(*, draws: int = 2, end: float = 10.0) -> Evidence:
    """Runs a and b; b's line is a's times two; in the second draw everything stands 10 % higher."""
    factor = np.array([1 + 0.1 * d for d in range(draws)])[:, None]
    values = {"line": LINE, "hump": HUMP, "dip": DIP, "waves": WAVES, "half": HALF, "share": LINE / 10}
    one = {key: factor * row for key, row in values.items()}
    two = {key: 2 * array for key, array in one.items()}
    two["flat"] = one["flat"] = np.ones((draws, len(TIMES)))
    runs = {"a": RunResult(TIMES, one), "b": RunResult(TIMES, two)}
    return Evidence(runs, {"a": end, "b": end}, frozenset({"share"}))


def value(text: str, **options) -> float:
    """Return what an expression is worth in the first draw."""
    return float(judge(parse_check(f"{text} > -1e30"), evidence(**options)).values[0][0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.line@2", 2.0),
        ("a.line@2.1", 2.05),
        ("a.line@start", 1.0),
        ("a.line@end", 6.0),
        ("a.line@2..4", 2.5),
        ("2*a.line@2 - (3 + 1)/2", 2.0),
        ("-a.line@0 + 3", 2.0),
        ("gain(a.line)", 5.0),
        ("gain(a.line, 2, 4)", 1.0),
        ("change(a.line, 0, 2)", 1.0),
        ("rate(a.line, 0, 2)", np.log(2) / 2),
        ("trend(a.line, 1, 9)", 0.5),
        ("peak(a.hump)", 4.0),
        ("peak_time(a.hump)", 4.0),
        ("low(a.hump, 4, 6)", 3.0),
        ("low_time(a.hump, 3, 6)", 6.0),
        ("fastest(a.hump)", 0.0),
        ("first(a.line, 3)", 4.0),
        ("first(a.line, 100)", np.inf),
        ("first_gain(a.line, 0.5)", 1.0),
        ("first_total(a.flat, 2.5)", 2.5),
        ("half_way(a.line)", 5.0),
        ("least_step(a.line, 0, 10)", 0.5),
        ("largest_step(a.hump, 4, 6)", -0.25),
        ("maxima(a.waves, 0, 10)", 3.0),
        ("maxima(a.line, 0, 10)", 0.0),
        ("total(a.flat, 2, 5)", 3.0),
        ("recovery(a.dip, 2, 0.95)", 4.0),
        ("recovery(a.flat, 2, 0.95)", 0.0),
        ("co_movement(a.line, b.hump)", np.nan),
        ("co_movement(a.hump, b.hump)", 1.0),
        ("log_slope(b.line, a.line, 0, 10)", 1.0),
        ("half_time(a.half, a.flat)", 0.0),
        ("half_time(b.line, a.line)", 4.0),
        ("min(3, a.line@0, 2)", 1.0),
        ("max(3, a.line@0, 2)", 3.0),
        ("width(1, 2, 6)", 5.0),
        ("mean(1, 2, 6)", 3.0),
        ("abs(1 - a.line@end)", 5.0),
        ("above(2, 1) + above(1, 2)", 1.0),
        ("pick(1, 3, 2, 10, 30, 20)", 30.0),
        ("rank_correlation(1, 2, 3, 10, 20, 30)", 1.0),
        ("rank_correlation(1, 2, 3, 30, 20, 10)", -1.0),
    ],
)  # fmt: skip
def test_values(text, expected):
    assert value(text) == pytest.approx(expected, nan_ok=True)


def test_every_function_is_tried_here():
    tried = {name for name in FUNCTIONS if any(f"{name}(" in str(mark.args) for mark in test_values.pytestmark)}
    assert set(FUNCTIONS) - tried == {"across_draws", "spread"}


def test_functions_over_the_draws_leave_out_the_point():
    known = evidence(draws=4)
    assert judge(parse_check("across_draws(a.line@1, b.line@1) > 0.99"), known).holds.all()
    spread = judge(parse_check("spread(a.line@0) > 0"), known).values[0]
    assert spread == pytest.approx(np.std([1.1, 1.2, 1.3]))


def test_series_end_with_the_experiment():
    assert value("gain(a.line)", end=4.0) == pytest.approx(2.0)
    assert np.isnan(value("a.line@6", end=4.0))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a.line@2 > a.line@1", True),
        ("a.line@1 > a.line@2", False),
        ("a.line@1 >= 1.5", True),
        ("1 < a.line@1 < 2", True),
        ("2 < a.line@1 < 3", False),
        ("a.line@1 in 1.4..1.6", True),
        ("a.line@1 in 1.6..1.8", False),
        ("-1 in -2..0", True),
        # beyond 1 % of the right side
        ("1.0101 higher than 1", True),
        ("1.0099 higher than 1", False),
        ("0.9899 lower than 1", True),
        ("0.9901 lower than 1", False),
        ("1.009 equal to 1", True),
        ("1.011 equal to 1", False),
        ("0.991 not lower than 1", True),
        ("0.989 not lower than 1", False),
        ("1.009 not higher than 1", True),
        ("1.011 not higher than 1", False),
        # beyond 0.005 where all that is read lives on 0..1
        ("a.share@0 + 0.0051 higher than a.share@0", True),
        ("a.share@0 + 0.0049 higher than a.share@0", False),
        ("a.line@0 + 0.0051 higher than a.line@0", False),
        # not a number never holds
        ("a.line@99 > 0", False),
        ("a.line@99 <= 0", False),
        ("first(a.line, 100) < first(a.line, 200)", False),
    ],
)  # fmt: skip
def test_relations(text, holds):
    known = evidence()
    # a bare number reads nothing; the relative band is meant
    known = Evidence(known.runs, known.end, known.unit_scale if "share" in text else frozenset())
    if "a." not in text:
        text = f"0*a.line@0 + {text}"
    assert bool(judge(parse_check(text), known).holds[0]) is holds


def test_each_draw_is_judged_by_itself():
    assert judge(parse_check("a.line@0 > 1.05"), evidence()).holds.tolist() == [False, True]


def test_series_of_a_check():
    read = series_of(parse_check("gain(a.x) > b.y@2 + b.y@3"))
    assert [(s.run, s.variable) for s in read] == [("a", "x"), ("b", "y")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.line@2", "expected a comparison"),
        ("a.line > 2", "needs a time"),
        ("a.line@2 > ", "expected a number"),
        ("a.line@2 > 1 1", "expected a comparison or the end"),
        ("grain(a.line) > 1", "did you mean 'gain'"),
        ("gain(3) > 1", "must be a series"),
        ("gain(a.line, 3) > 1", "wrong number of arguments"),
        ("min(a.line) > 1", "needs a time"),
        ("__import__('os') > 1", "cannot read"),
        ("open(1) > 1", "no function 'open'"),
        ("a@2 > 1", "expected '.'"),
        ("a.line@2 in 3", "expected '..'"),
        ("(" * 5000 + "1 > 0", "longer than"),
        ("1" + "+1" * 1900 + " > 0", "more than"),
    ],
)  # fmt: skip
def test_refused(text, words):
    with pytest.raises(InputError, match="check") as caught:
        parse_check(text)
    assert words in str(caught.value)
