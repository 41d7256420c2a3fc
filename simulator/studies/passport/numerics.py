"""Integration error, agreement with another engine, equilibrium and step test."""

from dataclasses import replace

import numpy as np

from simulator.experiment import Experiment
from simulator.schedule import Schedule
from simulator.studies.passport.rows import SEED, Context, Row, number, percent, table, with_solver
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
    try:
        import simlin
    except ImportError:
        return Row("engines", title, rule, None, "not run: pysimlin is not installed (pip install 'gumsim[test]')")
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
    return Row(
        "equilibrium",
        "Equilibrium and step test",
        f"from its steady state no stock drifts by over {STEADY:g}; a step moves nothing before it and something after",
        passed,
        f"largest drift in 30 years {drift:.1e}; step of openness: {before:.1e} before, {after:+.3f} of linkage after",
        (table(["steady state of the default cluster", "value"], rows),),
        (
            "the default cluster does not start in equilibrium, on purpose: without policy it falls slowly behind a "
            f"moving frontier (technique {percent(base_value(context, 'technical_capability'))} at the start); the "
            "steady state is found with the frontier's level and the cluster's age held",
        ),
    )


def base_value(context: Context, key: str) -> float:
    """Return a stock's start value in the default cluster."""
    return float(context.run(context.default, [key])[key][0])
