"""Integration error, agreement with another engine, equilibrium and step test."""

from dataclasses import replace

import numpy as np

from simulator.experiment import Experiment
from simulator.schedule import Schedule
from simulator.studies.passport.rows import SEED, Chinese, Context, Row, number, percent, table, with_solver
from simulator.trajectory import Trajectory

ENOUGH = 0.005
ENGINES_AGREE = 1e-6
STEADY = 1e-3


def integration(context: Context) -> Row:
    """Halve the step twice; Euler, RK4 and LSODA side by side against a tight reference."""
    rows, worst = [], 0.0
    for case in ("indigenous",) if context.quick else ("indigenous", "ningbo_apparel", "wenzhou_lighters"):
        experiment = context.scenario(case)
        reference = context.run(with_solver(experiment, "DOP853", 1e-10), context.headlines)
        step = experiment.time.step
        for name, method, size in (
            ("LSODA rtol 1e-6", "LSODA", step),
            *((f"{m} step {step / k:g}", m, step / k) for m in ("rk4", "euler") for k in (1, 2, 4)),
        ):
            run = context.run(with_solver(experiment, method, step=size), context.headlines)
            error = _largest(context, run, reference)
            if method != "euler":
                worst = max(worst, error)
            rows.append([case, name, f"{error:.1e}"])
    return Row(
        "integration",
        "Integration error",
        "headline outcomes move by under 0.5 % of their span (LSODA, RK4)",
        worst < ENOUGH,
        f"largest error {worst:.1e} of an outcome's span; Euler is printed for comparison",
        (table(["case", "method", "largest error over headline outcomes, share of the outcome's span"], rows),),
        zh=Chinese(
            "积分误差",
            "主要结果的变动小于其变动幅度的 0.5 %（LSODA、RK4）",
            f"最大误差为结果变动幅度的 {worst:.1e}；欧拉法列出以供比较",
        ),
    )


def _largest(context: Context, run: Trajectory, reference: Trajectory) -> float:
    return (
        max(
            float(np.max(np.abs(run[key] - reference[key])) / span)
            for key in context.headlines
            if (span := float(np.ptp(reference[key]))) > 0
        )
        if any(np.ptp(reference[key]) > 0 for key in context.headlines)
        else 0.0
    )


def engines(context: Context) -> Row:
    """Run the same file in simlin: its own values and ten random lever settings, equal method and step."""
    title, rule = "Two engines", f"largest difference under {ENGINES_AGREE:g} of a variable's range"
    title_zh, rule_zh = "两个引擎", f"最大差异小于变量变动幅度的 {ENGINES_AGREE:g}"
    try:
        import simlin
    except ImportError:
        missing = "pip install 'gumsim[test]'"
        return Row(
            "engines", title, rule, None, f"not run: pysimlin is not installed ({missing})",
            zh=Chinese(title_zh, rule_zh, f"未运行：没有安装 pysimlin（{missing}）"),
        )
    model = context.model
    other = simlin.load(str(model.path))
    random = np.random.default_rng(SEED)
    rows, worst = [], 0.0
    for number_of in range(4 if context.quick else 11):
        levers = (
            {}
            if number_of == 0
            else {item.key: round(float(random.uniform(*item.range)), 3) for item in model.card.levers}
        )
        theirs = other.run(overrides=levers or None, analyze_loops=False).results
        time = model.spec.time
        ours = context.run(with_solver(_own(context, levers), time.method))
        differences = {
            key: float(np.max(np.abs(ours[key] - theirs[key].to_numpy())) / max(float(np.ptp(ours[key])), 1e-12))
            for key in ours.keys
            if key in theirs.columns and float(np.ptp(ours[key])) > 1e-9
        }
        key = max(differences, key=differences.__getitem__)
        worst = max(worst, differences[key])
        rows.append(
            [
                "the file's own values" if not levers else f"random levers {number_of}",
                len(differences),
                model.spec[key].title,
                f"{differences[key]:.1e}",
            ]
        )
    return Row(
        "engines",
        title,
        rule,
        worst < ENGINES_AGREE,
        f"largest difference from simlin {worst:.1e} of a variable's range, method {model.spec.time.method}",
        (table(["run", "variables compared", "worst variable", "difference"], rows),),
        (
            "PySD's runtime is compared on the same file by the tests (tests/verification/test_other_engines.py); it "
            "writes and imports Python files, which this command never does",
        ),
        zh=Chinese(
            title_zh,
            rule_zh,
            f"与 simlin 的最大差异为变量变动幅度的 {worst:.1e}，方法 {model.spec.time.method}",
            (
                "PySD 的运行结果由测试在同一文件上比较（tests/verification/test_other_engines.py）；"
                "它会写出并导入 Python 文件，本命令从不这样做",
            ),
        ),
    )


def _own(context: Context, levers: dict[str, float]) -> Experiment:
    from simulator.simulate import default_experiment

    experiment = default_experiment(context.model.spec)
    return replace(experiment, parameters={key: Schedule.constant(value) for key, value in levers.items()})


def equilibrium(context: Context) -> Row:
    """Find the steady state of the default cluster under a standing frontier, start in it, and step one lever."""
    clock = {"frontier_level": Schedule.constant(1.0), "cluster_age": Schedule.constant(15.0)}
    base = context.default
    stocks = [
        v.key
        for v in context.model.spec.of_kind("stock")
        if v.key not in clock and v.key != "cumulative_public_expenditure"
    ]
    long = replace(
        base, clamp={**base.clamp, **clock}, time=replace(base.time, stop=base.time.start + 4000.0, every=100.0)
    )
    settled = context.run(long, stocks)
    start = {key: float(settled[key][-1]) for key in stocks}
    steady = replace(base, clamp={**base.clamp, **clock}, initial={**base.initial, **start})
    rest = context.run(steady, stocks)
    drift = max(float(np.max(np.abs(rest[key] - start[key])) / max(abs(start[key]), 1e-6)) for key in stocks)
    pulse = Schedule(((0.0, 0.0), (5.0, 0.0), (5.0, 50.0)))
    stepped = context.run(replace(steady, parameters={**steady.parameters, "openness_and_fdi": pulse}), stocks)
    times = rest.times - rest.times[0]
    before = float(np.max(np.abs(stepped["outward_linkage"] - rest["outward_linkage"])[times < 5.0]))
    after = float((stepped["outward_linkage"] - rest["outward_linkage"])[-1])
    rows = [
        [context.model.spec[key].title, number(start[key])]
        for key in (
            "technical_capability",
            "innovation_capability",
            "outward_linkage",
            "bridging_social_capital",
            "trust",
            "governance_effectiveness",
            "sme_firms",
            "lock_in_risk",
        )
        if key in start
    ]
    passed = drift < STEADY and before < STEADY and after > 0.01
    technique = context.run(context.default, ["technical_capability"])["technical_capability"]
    first, last = float(technique[0]), float(technique[-1])
    return Row(
        "equilibrium",
        "Equilibrium and step test",
        f"from its steady state no stock drifts by over {STEADY:g}; a step moves nothing before it and something after",
        passed,
        f"largest drift in 30 years {drift:.1e}; step of openness: {before:.1e} before, {after:+.3f} of linkage after",
        (table(["steady state of the default cluster", "value"], rows),),
        (
            "the default cluster does not start in equilibrium, on purpose: without policy, against a moving frontier, "
            f"its technique goes from {percent(first)} to {percent(last)} over the run; the steady state is found with "
            "the frontier's level and the cluster's age held",
        ),
        zh=Chinese(
            "均衡与阶跃检验",
            f"从稳态出发，没有存量漂移超过 {STEADY:g}；阶跃在发生之前不起作用，之后起作用",
            f"30 年内最大漂移 {drift:.1e}；开放度的阶跃：之前 {before:.1e}，之后外向联系 {after:+.3f}",
            (
                "默认集群有意不从均衡出发：没有政策时，相对于移动的前沿，"
                f"其技术在运行期内从 {percent(first)} 变为 {percent(last)}；稳态在固定前沿水平与集群年龄后求得",
            ),
        ),
    )
