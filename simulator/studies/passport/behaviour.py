"""Behaviour anomaly by loop cuts, sensitivity of numbers, modes and rankings, claims, and the surprise log."""

from dataclasses import replace

import numpy as np

from simulator.studies.passport.draws import batch, triangular
from simulator.studies.passport.rows import Chinese, Context, Row, number, percent, table
from simulator.studies.passport.surprises import Surprise, load_surprises, still_seen

LOOPS = (
    ("learning makes able to learn", "reinforcing", "technical_capability", "absorptive_capacity"),
    ("networks breed networks", "reinforcing", "innovation_network_membership", "core_participants"),
    ("rents are reinvested in research", "reinforcing", "value_capture_rate", "rnd_drive"),
    ("rents raise leaders", "reinforcing", "value_capture_rate", "schumpeterian_rent"),
    ("trust carries co-operation", "reinforcing", "trust", "repeated_cooperation"),
    ("leaders open the gate to outside knowledge", "reinforcing", "dominant_firm_capability", "gatekeeping"),
    ("government learns by doing", "reinforcing", "local_government_capability", "policy_delivery"),
    ("governance ties the factors", "reinforcing", "governance_effectiveness", "governance_tie"),
    ("captivity holds the ladder", "reinforcing", "buyer_dependence", "captive_power"),
    ("lock-in slows learning", "reinforcing", "lock_in_risk", "cluster_learning"),
    ("crisis calls for joint action", "balancing", "crisis_perception", "collective_action"),
    ("outside ahead of inside loses", "balancing", "outward_linkage", "inside_outside_balance"),
    ("technology ages", "balancing", "technology_age", "inside_knowledge_flow"),
    ("too many firms live off too little", "balancing", "crowding", "exit_fraction"),
    ("factor cost presses margins", "balancing", "factor_cost_index", "unit_cost_index"),
    ("glut breeds price war", "balancing", "excess_capacity", "price_war"),
)
LOOP_NAMES_ZH = {
    "learning makes able to learn": "学习提升学习能力",
    "networks breed networks": "网络催生网络",
    "rents are reinvested in research": "租金再投入研究",
    "rents raise leaders": "租金造就领先企业",
    "trust carries co-operation": "信任支撑合作",
    "leaders open the gate to outside knowledge": "领先企业打开外部知识之门",
    "government learns by doing": "政府在实践中学习",
    "governance ties the factors": "治理把各因素连接起来",
    "captivity holds the ladder": "俘获关系卡住阶梯",
    "lock-in slows learning": "锁定减缓学习",
    "crisis calls for joint action": "危机促成集体行动",
    "outside ahead of inside loses": "外部超前于内部则受损",
    "technology ages": "技术老化",
    "too many firms live off too little": "僧多粥少",
    "factor cost presses margins": "要素成本挤压利润",
    "glut breeds price war": "过剩引发价格战",
}
POLICY = "indigenous_measured_package"
RANKED = (
    "ningbo_apparel",
    "ningbo_governance_first",
    "ningbo_brand_first",
    "ningbo_sales_first",
    "ningbo_subsidy_race",
)
OUTCOMES = ("value_capture_rate", "upgraded_share", "lock_in_risk", "mean_capability", "sme_firms")


def anomaly(context: Context) -> Row:
    """Cut each major loop at one link and compare with the whole model, under policy."""
    experiment = context.scenario(POLICY)
    base = context.run(experiment, OUTCOMES)
    rows = []
    for name, kind, cause, effect in LOOPS:
        cut = context.run(replace(experiment, freeze=(*experiment.freeze, (cause, effect))), OUTCOMES)
        changes = [float(cut[key][-1] - base[key][-1]) for key in OUTCOMES]
        rows.append([name, kind, f"{cause} -> {effect}", *(number(c) for c in changes)])
    titles = [context.model.spec[key].title for key in OUTCOMES]
    return Row(
        "anomaly",
        "Behaviour anomaly (loop cuts)",
        "anomaly listed for each major loop",
        len(rows) == len(LOOPS),
        f"{len(rows)} loops cut in scenario {POLICY}; change of the final value against the whole model",
        (table(["loop", "kind", "link held at its first value", *titles], rows),),
        zh=Chinese(
            "行为异常（切断回路）",
            "逐一列出每个主要回路的异常",
            f"在情景 {POLICY} 中切断 {len(rows)} 个回路；所列为期末值与完整模型之差",
            words=LOOP_NAMES_ZH,
        ),
    )


def sensitivity(context: Context) -> Row:
    """Numbers, modes of behaviour and ranking of policies over common draws of every uncertain assumption."""
    values = triangular(context, context.scenario(RANKED[0]), context.draws)
    runs = {name: batch(context, context.scenario(name), values, OUTCOMES) for name in RANKED}
    spec = context.model.spec
    numeric = []
    for position, key in enumerate(OUTCOMES):
        final = runs[RANKED[0]][:, -1, position]
        low, middle, high = np.nanpercentile(final, [5, 50, 95])
        numeric.append([spec[key].title, number(low), number(middle), number(high)])
    capability = runs[RANKED[0]][:, :, OUTCOMES.index("mean_capability")]
    modes = _modes(capability)
    ranking, kept = [], []
    for position, key in enumerate(OUTCOMES[:4]):
        sign = -1.0 if key == "lock_in_risk" else 1.0
        final = np.stack([sign * runs[name][:, -1, position] for name in RANKED], axis=1)
        point = sign * np.array([context.run(context.scenario(name), [key])[key][-1] for name in RANKED])
        order = [RANKED[i] for i in np.argsort(-point)]
        best = float(np.mean(np.argmax(final, axis=1) == int(np.argmax(point))))
        kept.append(best)
        ranking.append([spec[key].title, " > ".join(name.removeprefix("ningbo_") for name in order), percent(best)])
    lost = int(np.isnan(runs[RANKED[0]][:, -1, 0]).sum())
    return Row(
        "sensitivity",
        "Sensitivity: numbers, modes, ranking",
        "the three kept apart; whether the ranking changes is stated",
        lost == 0,
        f"{context.draws} draws; the best policy at the point stays best in {percent(min(kept))} to "
        f"{percent(max(kept))} of the draws",
        (
            table(["numeric: Ningbo baseline in 2030", "5 %", "50 %", "95 %"], numeric),
            table(
                ["behaviour mode of mean capability, Ningbo baseline", "share of draws"],
                [[name, percent(share)] for name, share in modes],
            ),
            table(["policy ranking by", "order at the point", "draws in which the first stays first"], ranking),
        ),
        (
            "draws: triangular over each assumption's range, independent, the same for every policy; correlations "
            "between assumptions are not known",
        ),
        zh=Chinese(
            "敏感性：数值、模式、排序",
            "三者分开列出；说明排序是否改变",
            f"{context.draws} 次抽样；基准点最好的政策在 {percent(min(kept))} 至 {percent(max(kept))} 的抽样中仍最好",
            ("抽样：在每个假设的范围内取三角分布，相互独立，各政策相同；假设之间的相关性未知",),
        ),
    )


def _modes(paths: np.ndarray) -> list[tuple[str, float]]:
    """Return the share of draws by the path's shape: rise, fall, hump, dip (a tenth of a point is no change)."""
    still = 0.001
    first, last, top, bottom = paths[:, 0], paths[:, -1], paths.max(axis=1), paths.min(axis=1)
    hump = top > np.maximum(first, last) + 10 * still
    dip = bottom < np.minimum(first, last) - 10 * still
    kinds = {
        "rise": (last > first + still) & ~hump & ~dip,
        "fall": (last < first - still) & ~hump & ~dip,
        "hump (up, then down)": hump & ~dip,
        "dip (down, then up)": dip & ~hump,
        "wave": hump & dip,
    }
    shares = [(name, float(np.mean(chosen))) for name, chosen in kinds.items()]
    return [*shares, ("standing", max(0.0, 1.0 - sum(share for _, share in shares)))]


def surprise(context: Context) -> Row:
    """Run every surprise of the log again and say whether it is still seen."""
    entries = load_surprises()
    rows = [[entry.title, entry.explanation, *_seen(context, entry)] for entry in entries]
    return Row(
        "surprise",
        "Surprise behaviour",
        "log not empty; every entry still seen",
        bool(rows) and all(row[3] == "yes" for row in rows),
        f"{len(rows)} surprises logged and run again",
        (table(["what surprised", "explained by", "difference", "still seen"], rows),),
        zh=Chinese(
            "意外行为",
            "记录不为空；每条仍然出现",
            f"记录了 {len(rows)} 个意外，并已重新运行",
            words={
                **{e.title: e.title_zh for e in entries if e.title_zh},
                **{e.explanation: e.explanation_zh for e in entries if e.explanation_zh},
            },
        ),
    )


def _seen(context: Context, entry: Surprise) -> tuple[str, str]:
    difference, seen = still_seen(context, entry)
    return number(difference), "yes" if seen else "NO"
