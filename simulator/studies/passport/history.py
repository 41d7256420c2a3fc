"""Behaviour reproduction and family members: simulated beside dated evidence."""

import numpy as np

from simulator.indicators import elasticity
from simulator.runner import run
from simulator.studies.case_figures import Comparison, baselines, compare, load_figures
from simulator.studies.passport.rows import Chinese, Context, Row, Table, number, percent, table
from simulator.trajectory import Trajectory

CLOSE = 0.15
SERIES = 3
ELASTICITIES = (
    ("1997-2005", 1997.0, 2005.0, 0.9, "nb_reg_slope_9705"),
    ("1997-2008", 1997.0, 2008.0, 1.02, "nb_reg_slope_9708"),
)


def theil(simulated: np.ndarray, observed: np.ndarray) -> tuple[float, float, float, float]:
    """Return Theil's U (against the observed size) and the shares of bias, variation and covariation in the error.

    Arrays of shape (n,), n >= 2. Source: Sterman 2000 ch. 21.
    """
    error = float(np.mean((simulated - observed) ** 2))
    size = float(np.sqrt(np.mean(observed**2)))
    if error == 0.0:
        return 0.0, 0.0, 0.0, 0.0
    spread, wanted = float(np.std(simulated)), float(np.std(observed))
    bias = float(np.mean(simulated) - np.mean(observed)) ** 2 / error
    variation = (spread - wanted) ** 2 / error
    return float(np.sqrt(error)) / size, bias, variation, max(0.0, 1.0 - bias - variation)


def reproduction(context: Context) -> Row:
    """Per case: mean errors over all figures, and Theil's shares where a variable has several dated levels."""
    figures = load_figures()
    runs = baselines(context.model, dict.fromkeys(f.case for f in figures))
    compared = [compare(runs[f.case], f) for f in figures]
    rows, series = [], []
    for case in runs:
        own = [c for c in compared if c.figure.case == case]
        for held_out in (False, True):
            group = [c for c in own if c.figure.fitted is not held_out]
            levels = [c for c in group if c.figure.since is None and c.figure.value != 0]
            errors = np.array([_miss(c) for c in levels])
            bounds = [c.holds for c in group if c.holds is not None]
            rows.append(
                [
                    case,
                    "held out" if held_out else "fitted",
                    len(group),
                    percent(float(errors.mean())) if len(errors) else "",
                    percent(float(np.sqrt((errors**2).mean()))) if len(errors) else "",
                    f"{sum(bounds)} of {len(bounds)}",
                ]
            )
        for variable in dict.fromkeys(c.figure.variable for c in own):
            dated = [c for c in own if c.figure.variable == variable and c.figure.since is None]
            if len(dated) >= SERIES:
                u, bias, variation, rest = theil(
                    np.array([c.simulated for c in dated]), np.array([c.figure.value for c in dated])
                )
                series.append(
                    [
                        case,
                        context.model.spec[variable].title,
                        len(dated),
                        number(u),
                        percent(bias),
                        percent(variation),
                        percent(rest),
                    ]
                )
    near = sum(_near(c) for c in compared)
    return Row(
        "reproduction",
        "Behaviour reproduction",
        "printed per case and variable; held-out figures named",
        None,
        f"{near} of {len(compared)} figures kept or within {percent(CLOSE)}",
        (
            table(["case", "figures", "number", "mean error", "root mean square error", "bounds kept"], rows),
            table(["case", "variable", "dates", "Theil U", "bias", "variation", "covariation"], series),
            _elasticities(context),
        ),
        (
            "every figure beside the model's value, and what is not matched: docs/cases.md",
            "an error beyond a bound counts as its distance from the bound; one inside as 0",
        ),
        zh=Chinese(
            "行为再现",
            "按案例与变量列出；标明留作检验的数据",
            f"{len(compared)} 个数据中有 {near} 个满足界限或误差在 {percent(CLOSE)} 以内",
            (
                "每个数据与模型取值的对照，以及未能吻合之处：docs/cases.md",
                "超出界限的误差按其到界限的距离计；界限之内计为 0",
            ),
        ),
    )


def _miss(comparison: Comparison) -> float:
    """Return the size of the error as a share of the figure; 0 for a bound that is kept."""
    if comparison.holds:
        return 0.0
    return abs(comparison.simulated - comparison.figure.value) / abs(comparison.figure.value)


def _near(comparison: Comparison) -> bool:
    if comparison.holds is not None:
        return comparison.holds
    figure = comparison.figure
    if figure.since is not None or figure.value == 0:
        return abs(comparison.simulated - figure.value) <= (5.0 if figure.since is not None else CLOSE)
    return _miss(comparison) <= CLOSE


def _elasticities(context: Context) -> Table:
    yearly = run(
        context.model, "ningbo_apparel", every=1.0, save=["export_value", "export_volume", "exchange_rate_index"]
    )
    in_yuan = Trajectory(
        yearly.scenario,
        yearly.times.copy(),
        np.column_stack([yearly["export_value"] / yearly["exchange_rate_index"], yearly["export_volume"]]),
        yearly.columns[:2],
    )
    rows = []
    for name, start, stop, observed, source in ELASTICITIES:
        dollars = elasticity(yearly, "export_value", "export_volume", start=start, stop=stop)
        yuan = elasticity(in_yuan, "export_value", "export_volume", start=start, stop=stop)
        rows.append(
            [
                name,
                number(observed),
                f"{dollars.slope:.2f} (s.e. {dollars.standard_error:.2f})",
                f"{yuan.slope:.2f} (s.e. {yuan.standard_error:.2f})",
                source,
            ]
        )
    return table(
        [
            "Ningbo: ln export value on ln volume",
            "evidence",
            "model, in dollars",
            "model, in yuan of the day",
            "source",
        ],
        rows,
    )


def family(context: Context) -> Row:
    """Run the same structure for every case and archetype; in what they differ is data."""
    from simulator.library import cases
    from simulator.scenario import load_case

    rows = []
    for name in cases():
        case = load_case(name)
        final = run(
            context.model, name, save=["upgraded_share", "mean_capability", "value_capture_rate", "lock_in_risk"]
        )
        rows.append(
            [
                name,
                len(case.initial),
                len(case.assumptions),
                len(case.drivers),
                len(case.levers),
                *(number(float(final[key][-1])) for key in final.keys),
            ]
        )
    return Row(
        "family",
        "Family members",
        "same structure, several clusters; they differ in data with sources only",
        None,
        f"{len(rows)} members run on one structure",
        (
            table(
                [
                    "member",
                    "start values",
                    "assumptions",
                    "drivers",
                    "levers",
                    "upgraded share",
                    "mean capability",
                    "value capture",
                    "lock-in risk",
                ],
                rows,
            ),
        ),
        (
            "the growth of Xiaolan and Shengzhou follows their demand paths, so only its split into firms and jobs "
            "tests the model",
        ),
        zh=Chinese(
            "同族成员",
            "同一结构，多个集群；差别仅在于有来源的数据",
            f"{len(rows)} 个成员在同一结构上运行",
            ("小榄与嵊州的增长随其需求路径而定，因此只有企业数与就业的分配检验了模型",),
        ),
    )
