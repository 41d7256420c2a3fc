"""What a chart shows, without a browser: units, colours, dashes, stacking, axes; the Plotly twin of the same spec."""

import json

import numpy as np
import pytest

from simulator.card import Chart, Outcome, Text
from simulator.figures import Run, chart_spec, line_chart, spark_svg, time_label
from simulator.trajectory import Column, Trajectory


def text(words: str) -> Text:
    return Text(en=words, zh=f"{words}（中）")


def outcome(key: str, **changes: object) -> Outcome:
    fields: dict[str, object] = {
        "key": key,
        "label": text(key.upper()),
        "help": text("help"),
        "range": (0, 1),
        "better": "higher",
        "units": Text(en="%", zh="百分比"),
        "display": 100,
    }
    return Outcome.model_validate(fields | changes)


def trajectory(name: str, level: float, keys: tuple[str, ...] = ("a", "b")) -> Trajectory:
    times = np.arange(2000, 2011, dtype=float)
    values = np.stack([level * (i + 1) * np.linspace(0.1, 0.2, 11) for i in range(len(keys))], axis=1)
    return Trajectory(name, times, values, tuple(Column(k, f"Title {k}", "Dmnl") for k in keys))


OUTCOMES = {"a": outcome("a"), "b": outcome("b", range=(0, 0.5))}
ONE = Chart(key="one", label=text("One"), theme="t", variables=("a",), help=text("h"))
TWO = Chart(key="two", label=text("Two"), theme="t", variables=("a", "b"), help=text("h"))
SHARES = Chart(key="shares", label=text("Shares"), theme="t", variables=("a", "b"), kind="area", help=text("h"))
RUNS = [
    Run("Base", trajectory("b", 1), "baseline"),
    Run("S1", trajectory("s", 2), "saved"),
    Run("S2", trajectory("s", 3), "saved"),
    Run("S3", trajectory("s", 4), "saved"),
    Run("S4", trajectory("s", 5), "saved"),
    Run("Now", trajectory("c", 1.5), "current"),
]


def test_values_are_in_display_units_and_the_axis_is_the_declared_range() -> None:
    spec = chart_spec(RUNS, ONE, OUTCOMES)
    now = next(s for s in spec.series if s.role == "current")
    assert now.values[0] == pytest.approx(15.0)
    assert spec.unit == "%"
    assert spec.limits == (0, 100)
    assert chart_spec(RUNS, ONE, OUTCOMES, fixed=False).limits is None


def test_every_run_is_drawn_and_told_apart_by_dash_alone() -> None:
    spec = chart_spec(RUNS, ONE, OUTCOMES)
    assert {s.run for s in spec.series} == {run.label for run in RUNS}
    dashes = {s.run: s.dash for s in spec.series}
    assert dashes["Now"] == "solid"
    assert dashes["Base"] == "dash"
    assert len(set(dashes.values())) == len(RUNS)
    assert spec.series[-1].role == "current", "the current run is drawn last, on top"


def test_several_variables_take_colours_and_runs_keep_their_dashes() -> None:
    spec = chart_spec(RUNS, TWO, OUTCOMES)
    colours = {(s.variable, s.colour) for s in spec.series}
    assert len(colours) == 2
    assert {s.dash for s in spec.series if s.run == "Base"} == {"dash"}
    assert [e.label for e in spec.entries[:2]] == ["A", "B"]
    for series in spec.series:
        assert set(series.entries) <= {entry.key for entry in spec.entries}


def test_a_saved_scenario_called_like_the_baseline_keeps_its_own_line_and_entry() -> None:
    runs = [Run("Base", trajectory("b", 1), "baseline"), Run("Base", trajectory("s", 2), "saved")]
    spec = chart_spec(runs, ONE, OUTCOMES)
    assert len({s.entries[0] for s in spec.series}) == 2
    assert len({entry.key for entry in spec.entries}) == 2


def test_shares_stack_current_and_baseline_only_and_unstack_on_request() -> None:
    stacked = chart_spec(RUNS, SHARES, OUTCOMES)
    assert {s.run for s in stacked.series} == {"Base", "Now"}
    assert all(s.stacked for s in stacked.series)
    side_by_side = chart_spec(RUNS, SHARES, OUTCOMES, panels=True)
    assert {s.run for s in side_by_side.series} == {run.label for run in RUNS}
    assert all(s.stacked for s in side_by_side.series)
    assert [entry.label for entry in side_by_side.entries if entry.key.startswith("run:")] == ["Base", "Now"]
    lines = chart_spec(RUNS, SHARES, OUTCOMES, stacked=False)
    assert {s.run for s in lines.series} == {run.label for run in RUNS}
    assert not any(s.stacked for s in lines.series)


def test_language_policy_mark_and_json() -> None:
    spec = chart_spec(RUNS, ONE, OUTCOMES, "zh", policy_start=2004)
    assert (spec.title, spec.unit, spec.time_label) == ("One（中）", "百分比", "年份")
    assert spec.marks == [(2004, "政策开始")]
    assert json.loads(json.dumps(spec.to_data()))["marks"] == [[2004, "政策开始"]]


def test_time_is_named_as_the_model_counts_it_and_the_mark_needs_a_place() -> None:
    daily = Trajectory("d", np.arange(3.0), np.ones((3, 1)), (Column("a", "A", "Dmnl"),), time_units="Days")
    spec = chart_spec([Run("Now", daily)], ONE, OUTCOMES, "zh", policy_start=0.0)
    assert (spec.time_label, spec.time_range, spec.marks) == ("天", (0.0, 2.0), [])
    assert [time_label(units, "en") for units in ("Year", "years", "", "fortnight")] == [
        "Year",
        "Year",
        "Time",
        "fortnight",
    ]


def test_variables_a_run_lacks_are_left_out_and_unknown_outcomes_keep_the_models_title_and_units() -> None:
    runs = [Run("Now", trajectory("c", 1, ("a",)))]
    spec = chart_spec(runs, TWO, {})
    assert [(s.variable, s.name) for s in spec.series] == [("a", "Title a")]
    assert spec.unit == "Dmnl"
    assert spec.limits is None


def test_runs_with_different_clocks_keep_their_own_times() -> None:
    short = Trajectory("x", np.array([2000.0, 2005.0]), np.array([[0.1], [0.2]]), (Column("a", "A", "Dmnl"),))
    spec = chart_spec([*RUNS, Run("Short", short, "saved")], ONE, OUTCOMES)
    assert len(spec.grids) == 2
    for series in spec.series:
        assert len(series.values) == len(spec.grids[series.grid])


def test_plotly_twin_draws_the_same_numbers() -> None:
    figure = line_chart(RUNS, TWO, OUTCOMES, policy_start=2004)
    spec = chart_spec(RUNS, TWO, OUTCOMES)
    assert [list(trace.y) for trace in figure.data] == [s.values for s in spec.series]
    assert figure.layout.yaxis.title.text == "%"
    assert figure.layout.shapes[0].x0 == 2004
    stacked = line_chart(RUNS, SHARES, OUTCOMES)
    assert {trace.stackgroup for trace in stacked.data} == {"current", "baseline"}


def test_plotly_takes_plain_trajectories_and_a_dashed_baseline() -> None:
    figure = line_chart([trajectory("plan", 2)], ONE, OUTCOMES, baseline=trajectory("base", 1))
    assert [(t.name, t.line.dash) for t in figure.data] == [("base", "dash"), ("plan", "solid")]


def test_spark_has_a_line_per_run_and_escapes_its_title() -> None:
    svg = spark_svg(RUNS, "a", '<b>"x"</b>')
    assert svg.count("<path") == len(RUNS)
    assert "<b>" not in svg
    assert "<path" not in spark_svg(RUNS, "missing", "t")


def test_an_axis_that_depends_on_the_case_is_fitted_even_with_full_range_axes() -> None:
    sized = {"a": outcome("a", axis="fit"), "b": OUTCOMES["b"]}
    assert chart_spec(RUNS, ONE, sized, fixed=True).limits is None
    assert chart_spec(RUNS, TWO, sized, fixed=True).limits is None
    assert chart_spec(RUNS, ONE, OUTCOMES, fixed=True).limits == (0, 100)
