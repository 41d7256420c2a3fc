"""Plan files: what they become, and one clear line for what is wrong with them."""

import numpy as np
import pytest

from simulator.batch import check_plan, prepare
from simulator.errors import InputError
from simulator.plan import load_plan, plan_from_dict, plan_to_dict, plans


def test_every_built_in_plan_is_bound_to_its_model():
    assert "policy_grid" in plans()
    for name in plans():
        prepared = prepare(name)
        assert prepared.plan.name == name
        assert prepared.runs * len(prepared.policies) > 0
    assert prepare("policy_grid").runs * len(prepare("policy_grid").policies) >= 10_000


def test_plans_go_through_plain_values_and_back(plan_file):
    plan = load_plan(plan_file)
    again = plan_from_dict(plan_to_dict(plan))
    assert plan_to_dict(again) == plan_to_dict(plan)
    assert again.sampling == plan.sampling


def test_all_assumptions_leave_out_case_data_and_scales_of_reference():
    prepared = prepare({"name": "p", "scenarios": ["wenzhou_lighters"], "sampling": {"runs": 3}})
    card = prepare("policy_grid").model.card
    left_out = {a.key for a in card.assumptions} - set(prepared.inputs)
    assert left_out == {a.key for a in card.assumptions if a.case_data or a.key.startswith("reference_")}


def test_the_centre_is_the_cases_value(plan_file):
    items = {item.key: item for item in prepare(plan_file).groups[0][1]}
    assert (items["leak"].low, items["leak"].centre, items["leak"].high) == (0.0, 0.2, 0.5)
    assert items["area"].distribution == "uniform"


def test_a_grid_of_levers_is_every_combination_on_its_base(write):
    path = write(("scenarios: [house.yaml, open_tap.yaml]",
                  "grid: {base: house.yaml, levers: {tap: [10, {value: 90, start: 2010}], valve: [0, 50]}}"))
    prepared = prepare(path)
    assert [p.name for p in prepared.policies] == [
        "house tap=10 valve=0", "house tap=10 valve=50", "house tap=90@2010 valve=0", "house tap=90@2010 valve=50"]
    last = prepared.policies[-1].experiment.parameters
    assert last["tap"].at(2020) == 90
    assert last["tap"].at(2009.9) == pytest.approx(40)


def test_a_driver_keeps_its_history_and_then_goes_to_the_draw(write):
    path = write(("assumptions: {leak: {}, area: {range: [2, 8], distribution: uniform}}",
                  "drivers: {pressure: {distribution: uniform, range: [5, 45], start: 2008, ramp: 2}}, assumptions: []"
                  ), ("outcomes: [water, level]", "outcomes: [pressure]"))
    prepared = prepare(path)
    from simulator.simulate import simulate_batch

    values = simulate_batch(prepared.spec, prepared.policies[0].experiment, prepared.parameters(0, 0, 50),
                            save=["pressure"])[:, :, 0]
    times, drawn = prepared.times, prepared.values(0, 0, 50)["pressure"]
    history = np.interp(times, [2000, 2010], [10, 20])
    assert np.allclose(values[:, times <= 2008], history[times <= 2008])
    assert np.allclose(values[:, times >= 2010], drawn[:, None])
    middle = values[:, times == 2009][:, 0]
    assert middle == pytest.approx((19 + drawn) / 2)


def test_a_factor_scales_the_drivers_path(write):
    path = write(("assumptions: {leak: {}, area: {range: [2, 8], distribution: uniform}}",
                  "assumptions: none, drivers: {pressure: {as: factor, range: [0.5, 2], start: 2004, ramp: 0}}"),
                 ("outcomes: [water, level]", "outcomes: [pressure]"))
    prepared = prepare(path)
    from simulator.simulate import simulate_batch

    values = simulate_batch(prepared.spec, prepared.policies[0].experiment, prepared.parameters(0, 0, 50),
                            save=["pressure"])[:, :, 0]
    factor = prepared.values(0, 0, 50)["pressure"]
    assert values[:, -1] == pytest.approx(20 * factor)
    assert np.allclose(values[:, prepared.times < 2004], np.interp(prepared.times, [2000, 2010], [10, 20])[
        prepared.times < 2004])


def test_a_table_gives_the_futures(write, tank):
    (tank / "draws.csv").write_text("run,leak,area\n0,0.1,3\n1,0.3,5.5\n")
    path = write(("method: lhs", "method: table, table: draws.csv"))
    prepared = prepare(path)
    assert prepared.runs == 2
    assert prepared.values(0, 0, 2)["area"].tolist() == [3.0, 5.5]


SAMPLING = "assumptions: {leak: {}, area: {range: [2, 8], distribution: uniform}}"
BAD = {
    "unknown key": ([("outcomes:", "outcome:")], r"taps.yaml:5: outcome: unknown key; did you mean 'outcomes'"),
    "unknown scenario": ([("open_tap.yaml", "open_tab")], r"taps.yaml:3: scenarios.1: no scenario or case.*open_tab"),
    "missing file": ([("open_tap.yaml", "gone.yaml")], r"taps.yaml:3: scenarios.1: gone.yaml: no such file"),
    "unknown input": ([("leak: {}", "leek: {}")], r"sampling.assumptions.leek: model 'tank' has no constant.*'leak'"),
    "unknown in a list": ([(SAMPLING, "assumptions: [leek]")],
                          r"taps.yaml:4: sampling.assumptions: leek: model 'tank' has no constant.*'leak'"),
    "driver as assumption": ([("leak: {}", "pressure: {}")], "is a driver; put it under 'drivers'"),
    "stock as assumption": ([("leak: {}", "water: {}")], "is a stock of the model"),
    "empty range": ([("[2, 8]", "[8, 2]")], r"taps.yaml:4: .*range \[8, 2\] is empty"),
    "beyond the card": ([("leak: {}", "leak: {range: [0.1, 0.9]}")], "0.9 lies outside the allowed range 0 to 0.5"),
    "no range": ([("range: [2, 8], ", "")], "needs a range"),
    "centre outside": ([("leak: {}", "leak: {range: [0.3, 0.4]}")], "centre 0.2 lies outside"),
    "lognormal at 0": ([("leak: {}", "leak: {distribution: lognormal}")], "must lie above 0"),
    "set by a policy": ([("leak: {}", "valve: {}")], "policy 'open_tap' sets it itself"),
    "method": ([("lhs", "hls")], "'hls' is not allowed"),
    "runs": ([("runs: 50", "runs: 0")], "greater than or equal to 1"),
    "outcome": ([("[water, level]", "[water, levl]")], r"outcomes.1: model 'tank' has no variable 'levl'.*'level'"),
    "nothing to run": ([("scenarios: [house.yaml, open_tap.yaml]\n", "")], "at least one scenario"),
    "twice": ([("open_tap.yaml", "house.yaml")], "'house' stands twice"),
    "table without file": ([("lhs", "table")], "belong together"),
    "no such table": ([("lhs", "table, table: gone.csv")], "no such file"),
    "grid lever": ([("outcomes:", "grid: {base: house.yaml, levers: {tab: [1]}}\noutcomes:")], "no lever .*'tap'"),
    "correlation": ([("runs: 50", "runs: 50, correlations: [[leak, aria, 0.5]]")], "'aria' is not among"),
    "factor": ([(SAMPLING, "drivers: {pressure: {as: factor}}")], "a factor needs a range"),
    "weights": ([("leak: {}", "leak: {values: [0.1, 0.2], weights: [1]}")], "weights need as many values"),
    "as on assumption": ([("leak: {}", "leak: {as: factor, range: [0.5, 2]}")], "belong to drivers"),
    "format": ([("gumsim-plan/1", "gumsim-plan/2")], "gumsim-plan/1"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_in_one_line(name, write):
    changes, message = BAD[name]
    with pytest.raises(InputError, match=message) as caught:
        prepare(write(*changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("content", "message"), [
    ("leak,aria\n0.1,3\n", "column 'aria' is no input.*'area'"),
    ("leak,area\n0.1,x\n", "table of numbers"),
    ("leak,area\n0.1,99\n", "row 1, column 'area': 99 lies outside"),
    ("leak,area\n", "table of numbers|no row"),
])
def test_a_bad_table_is_refused(content, message, write, tank):
    (tank / "draws.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        prepare(write(("method: lhs", "method: table, table: draws.csv")))


def test_policies_on_two_clocks_are_refused(write, tank):
    (tank / "late.yaml").write_text("format: gumsim-scenario/1\nname: late\ncase: house\ntime: {stop: 2015}\n")
    with pytest.raises(InputError, match=r"share one clock.*'late'"):
        prepare(write(("open_tap.yaml", "late.yaml")))


def test_what_policies_set_is_not_drawn_by_all_and_said_so(write, tank):
    (tank / "tight.yaml").write_text("format: gumsim-scenario/1\nname: tight\ncase: house\nassumptions: {leak: 0.05}\n")
    prepared = prepare(write(("open_tap.yaml", "tight.yaml"), (SAMPLING, "assumptions: all")))
    assert prepared.inputs == ("turning",)
    assert "leak" in prepared.notes[0]


def test_checking_a_plan_tells_runs_size_and_time(plan_file, gumsim):
    report, remarks = check_plan(plan_file)
    assert "2 policies x 50 futures = 100 runs" in report
    assert "on one worker" in report
    assert remarks == []
    result = gumsim("check", plan_file)
    assert (result.code, result.out.startswith("ok ")) == (0, True)
