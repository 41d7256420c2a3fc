"""Extreme conditions: every input at zero, at its bounds and tenfold; every stock emptied; stated expectations."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from simulator.errors import GumsimError
from simulator.experiment import Experiment
from simulator.schedule import Schedule
from simulator.studies.passport.rows import Chinese, Context, Row, number, table
from simulator.trajectory import Trajectory

YEARS = 15.0
ROUNDING = 1e-6
NEARLY_EMPTY = 1e-6


@dataclass(frozen=True)
class Expectation:
    """What must happen in an extreme world: parameters and start values set, and a test against the default run."""

    text: str
    text_zh: str
    holds: Callable[[Trajectory, Trajectory], bool]
    parameters: tuple[tuple[str, float], ...] = ()
    initial: tuple[tuple[str, float], ...] = ()


def _last(key: str) -> Callable[[Trajectory], float]:
    return lambda run: float(run[key][-1])


EXPECTATIONS = (
    Expectation(
        "hardly any demand: output falls below a tenth",
        "几乎没有需求：产出降到十分之一以下",
        lambda run, base: _last("output_volume")(run) < 0.1 * _last("output_volume")(base),
        (("world_demand_index", 0.02), ("home_demand_index", 0.02)),
    ),
    Expectation(
        "no firm left: none appears from nothing",
        "没有企业：不会凭空出现",
        lambda run, base: float(run["sme_firms"].max()) == 0.0,
        initial=(("sme_firms", 0.0),),
    ),
    Expectation(
        "full lock-in: learning starts lower",
        "完全锁定：学习的起点更低",
        lambda run, base: run["cluster_learning"][0] < base["cluster_learning"][0],
        initial=(("functional_lock_in", 1.0), ("cognitive_lock_in", 1.0), ("political_lock_in", 1.0)),
    ),
    Expectation(
        "no technique at all: a unit costs more at the start",
        "毫无技术：开始时单位成本更高",
        lambda run, base: run["unit_cost_index"][0] > base["unit_cost_index"][0],
        initial=(("technical_capability", 0.0),),
    ),
    Expectation(
        "full protection from the start: no fakes at the start",
        "一开始就全面保护：开始时没有假冒",
        lambda run, base: run["counterfeiting"][0] == 0,
        initial=(("ipr_regime", 1.0),),
    ),
    Expectation(
        "no capacity: no output at the start",
        "没有产能：开始时没有产出",
        lambda run, base: run["output_volume"][0] < 1e-3 * base["output_volume"][0],
        initial=(("output_capacity", 1e-3),),
    ),
    Expectation(
        "a frontier that stands still: technique rises further",
        "前沿静止不动：技术升得更高",
        lambda run, base: _last("technical_capability")(run) > _last("technical_capability")(base),
        (("frontier_growth", 0.0),),
    ),
    Expectation(
        "lead firms obstruct with all their will: less own brand",
        "领先企业全力阻碍：自主品牌更少",
        lambda run, base: _last("obm_output_share")(run) < _last("obm_output_share")(base),
        (("lead_firm_obstruction", 1.0),),
    ),
    Expectation(
        "every buyer gone over to barriers: fewer exports",
        "买方国家普遍设限：出口更少",
        lambda run, base: _last("export_volume")(run) < _last("export_volume")(base),
        (("trade_barrier", 1.0),),
    ),
    Expectation(
        "research impossible (no effort, no gain from it): innovation no higher",
        "研究无从开展（无投入、无收益）：创新不会更高",
        lambda run, base: _last("innovation_capability")(run) <= _last("innovation_capability")(base),
        (("base_rnd_effort", 0.05),),
    ),
)


def extremes(context: Context) -> Row:
    """Run every extreme; inside the declared ranges nothing may fail or leave its bounds."""
    spec, card = context.model.spec, context.model.card
    base = replace(
        context.default, time=replace(context.default.time, stop=context.default.time.start + YEARS, every=1.0)
    )
    inside = outside = 0
    broken: list[list[str]] = []
    beyond: list[list[str]] = []
    inputs = card.inputs()
    for position, item in enumerate(inputs.values()):
        if context.quick and position % 4:
            continue
        for value in dict.fromkeys((item.range[0], item.range[1], 0.0, 10 * item.neutral)):
            within = item.range[0] <= value <= item.range[1]
            inside, outside = inside + within, outside + (not within)
            finding = _try(context, replace(base, parameters={**base.parameters, item.key: Schedule.constant(value)}))
            if finding:
                (broken if within else beyond).append([spec[item.key].title, number(value), finding])
    emptied = []
    for variable in spec.of_kind("stock"):
        finding = _try(context, replace(base, initial={**base.initial, variable.key: 0.0}))
        nearly = _try(context, replace(base, initial={**base.initial, variable.key: NEARLY_EMPTY})) if finding else ""
        emptied.append([variable.title, finding or "sound", nearly or ("sound" if finding else "")])
    reference = context.run(base)
    expected = [[e.text, "holds" if e.holds(_run(context, base, e), reference) else "FAILS"] for e in EXPECTATIONS]
    unsound = [row for row in emptied if row[1] != "sound" and row[2] != "sound"]
    failed = [row for row in expected if row[1] == "FAILS"]
    return Row(
        "extremes",
        "Extreme conditions",
        "inside the declared ranges nothing fails or leaves its bounds; emptied stocks are sound; expectations hold",
        not broken and not unsound and not failed,
        f"{inside} runs inside the ranges, {len(broken)} unsound; {outside} outside (0 and tenfold), "
        f"{len(beyond)} unsound; {len(emptied)} stocks emptied, {len(unsound)} unsound; "
        f"{len(expected) - len(failed)} of {len(expected)} expectations hold",
        tuple(
            table(columns, rows)
            for columns, rows in (
                (["expectation", "result"], expected),
                (["inside its range", "value", "finding"], broken),
                (["outside its range", "value", "finding"], beyond),
                (
                    ["stock that cannot be exactly empty", "at 0", f"at {NEARLY_EMPTY:g}"],
                    [r for r in emptied if r[1] != "sound"],
                ),
            )
            if rows
        ),
        ("values outside a declared range are refused on the page and the command line; here they are forced",),
        zh=Chinese(
            "极端条件",
            "在声明的范围内没有失败或越界；清空的存量运行正常；预期成立",
            f"范围内运行 {inside} 次，{len(broken)} 次不正常；范围外（0 与十倍）{outside} 次，{len(beyond)} 次不正常；"
            f"清空 {len(emptied)} 个存量，{len(unsound)} 个不正常；"
            f"{len(expected)} 项预期中 {len(expected) - len(failed)} 项成立",
            ("页面与命令行会拒绝超出声明范围的取值；这里强行设定",),
            {e.text: e.text_zh for e in EXPECTATIONS},
        ),
    )


def _run(context: Context, base: Experiment, expectation: Expectation) -> Trajectory:
    parameters = {**base.parameters, **{key: Schedule.constant(value) for key, value in expectation.parameters}}
    return context.run(replace(base, parameters=parameters, initial={**base.initial, **dict(expectation.initial)}))


def _try(context: Context, experiment: Experiment) -> str:
    """Return what is wrong with a run, or nothing."""
    try:
        run = context.run(experiment)
    except GumsimError as error:
        return " ".join(str(error).split())[:110]
    for variable in context.model.spec.variables.values():
        if variable.key not in run or variable.kind == "constant":
            continue
        values, (low, high, _) = run[variable.key], variable.limits
        if not np.all(np.isfinite(values)):
            return f"{variable.title} is not finite"
        if low is not None and values.min() < low - ROUNDING:
            return f"{variable.title} falls to {number(float(values.min()))}"
        if high is not None and values.max() > high + ROUNDING:
            return f"{variable.title} rises to {number(float(values.max()))}"
    return ""
