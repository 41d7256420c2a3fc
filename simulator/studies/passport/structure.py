"""Boundary, structure, units and parameters: what can be read off the model file and its card."""

from dataclasses import replace

import numpy as np

from simulator.lint import grade, lint
from simulator.schedule import Schedule
from simulator.studies.passport.chinese import WORDS
from simulator.studies.passport.draws import one_at_a_time
from simulator.studies.passport.rows import Chinese, Context, Row, number, percent, table
from simulator.units import check_units

CASES = ("wenzhou_lighters", "ningbo_apparel", "yongkang_hardware", "shaoxing_textile")
LEAK = 1e-9
LEFT_OUT = {
    "national politics and growth targets": "全国政治与增长目标",
    "single firms and their accounts": "单个企业及其账目",
    "export tax rebates (in driver paths only)": "出口退税（仅体现在外部因素路径中）",
    "rival clusters as actors (they are a driver)": "作为行动者的竞争集群（它们是外部因素）",
    "migration and the city's labour market beyond skills": "人口迁移及技能以外的城市劳动力市场",
    "banking and credit cycles": "银行与信贷周期",
    "technology as distinct fields (only their number)": "分领域的技术（只计领域数目）",
}
"""What the model leaves out: English -> Chinese."""


def boundary(context: Context) -> Row:
    """Boundary adequacy: what is inside, what is given, what is left out; each given path frozen in turn."""
    spec, card = context.model.spec, context.model.card
    inside = (
        f"{len(spec.of_kind('stock'))} stocks, {len(spec.of_kind('flow'))} flows, "
        f"{len(spec.of_kind('auxiliary'))} auxiliaries"
    )
    rows = []
    for case in CASES[:1] if context.quick else CASES:
        experiment = context.scenario(case)
        base = context.run(experiment, context.headlines)
        for key, path in experiment.parameters.items():
            if path.is_constant:
                continue
            frozen = {**experiment.parameters, key: Schedule.constant(path.at(experiment.time.start))}
            held = context.run(replace(experiment, parameters=frozen), context.headlines)
            cells = [number(held[o][-1] - base[o][-1]) for o in context.headlines]
            rows.append([case, spec[key].title, *cells])
    titles = [spec[o].title for o in context.headlines]
    return Row(
        "boundary",
        "Boundary adequacy",
        "boundary chart present, effect of each given path listed",
        bool(rows),
        f"inside: {inside}; given: {len(card.levers)} levers, {len(card.drivers)} drivers; "
        f"left out: {len(LEFT_OUT)} subjects",
        (
            table(["left out"], [[text] for text in LEFT_OUT]),
            table(["case", "path held at its first value", *(f"change of {t}" for t in titles)], rows),
        ),
        zh=Chinese(
            "边界是否恰当",
            "列出边界，以及每条给定路径的影响",
            f"内部：{len(spec.of_kind('stock'))} 个存量、{len(spec.of_kind('flow'))} 个流量、"
            f"{len(spec.of_kind('auxiliary'))} 个辅助变量；给定：{len(card.levers)} 个杠杆、"
            f"{len(card.drivers)} 个外部因素；未纳入：{len(LEFT_OUT)} 项内容",
            words=LEFT_OUT,
        ),
    )


def structure(context: Context) -> Row:
    """Structure assessment: the ladder and the firm chain are conserved, no material stock falls below zero."""
    spec = context.model.spec
    shares = [f"{step}_output_share" for step in ("oea", "oem", "odm", "obm")]
    material = [v.key for v in spec.of_kind("stock") if v.limits[0] == 0]
    rows = []
    worst_leak, lowest = 0.0, 0.0
    for case in CASES:
        run = context.run(context.scenario(case))
        leak = float(np.max(np.abs(sum(run[key] for key in shares) - 1.0)))
        low = min(float(run[key].min()) for key in material)
        worst_leak, lowest = max(worst_leak, leak), min(lowest, low)
        rows.append([case, f"{leak:.1e}", number(low)])
    return Row(
        "structure",
        "Structure assessment",
        f"ladder leaks under {LEAK:g}; no material stock below zero",
        worst_leak < LEAK and lowest >= 0,
        f"largest leak {worst_leak:.1e}, lowest material stock {number(lowest)}",
        (table(["case", "ladder shares less 1", "lowest material stock"], rows),),
        zh=Chinese(
            "结构评估",
            f"阶梯的泄漏小于 {LEAK:g}；没有实物存量低于零",
            f"最大泄漏 {worst_leak:.1e}，最低的实物存量 {number(lowest)}",
        ),
    )


def units(context: Context) -> Row:
    """Dimensional consistency of every equation."""
    problems = check_units(context.model.spec)
    return Row(
        "units",
        "Dimensional consistency",
        "no error in any equation",
        not problems,
        f"{len(problems)} errors in {len(context.model.spec.variables)} variables",
        (table(["variable", "line", "finding"], [[p.variable, p.line, p.message] for p in problems]),)
        if problems
        else (),
        zh=Chinese(
            "量纲一致性", "任何方程都没有错误",
            f"{len(context.model.spec.variables)} 个变量中有 {len(problems)} 个错误",
        ),
    )


def parameters(context: Context) -> Row:
    """Parameter assessment: every constant graded; the most influential ones named with their grade."""
    spec = context.model.spec
    constants = spec.of_kind("constant")
    grades = [grade(v) or "ungraded" for v in constants]
    effects = one_at_a_time(context)
    top = sorted(effects, key=lambda key: -max(effects[key]))[:20]
    rows = [
        [
            spec[key].title,
            grade(spec[key]) or "ungraded",
            number(effects[key][0]),
            number(effects[key][1]),
            spec[key].documentation,
        ]
        for key in top
    ]
    errors = [f for f in lint(spec) if f.severity == "error"]
    return Row(
        "parameters",
        "Parameter assessment",
        "all graded; none ungraded among the 20 most influential",
        "ungraded" not in grades and not errors,
        ", ".join(f"{grades.count(name)} {name}" for name in ("evidence", "assumed", "input", "scale", "ungraded")),
        (
            table(
                ["most influential constant", "grade", "effect at its low end", "effect at its high end", "card"], rows
            ),
        ),
        (
            f"{percent(grades.count('assumed') / len(grades))} of the constants rest on assumptions with a reason and "
            "a range; no source gives a coefficient for the links between factors",
            "effect: sum over headline outcomes of the change at year 20 as a share of the outcome's range",
        ),
        zh=Chinese(
            "参数评估",
            "全部有等级；影响最大的 20 个中没有未评级的",
            "、".join(
                f"{WORDS[name]} {grades.count(name)} 个"
                for name in ("evidence", "assumed", "input", "scale", "ungraded")
            ),
            (
                f"{percent(grades.count('assumed') / len(grades))} 的常数依据带理由与范围的假设；"
                "没有文献给出因素之间联系的系数",
                "影响：各主要结果在第 20 年的变化占其范围的比例之和",
            ),
        ),
    )
