"""Reality checks: the claims of the sources, at the point and over draws of the uncertain assumptions."""

from simulator.studies.claims import load_claims, study
from simulator.studies.claims.study import DRAWS, GOAL, QUICK_DRAWS
from simulator.studies.passport.rows import Chinese, Context, Row, percent, table


def claims(context: Context) -> Row:
    """Test every claim; list those that do not hold with the reason given in the claims file."""
    found, origin = load_claims()

    def report(done: int, total: int, what: str) -> None:
        context.progress(f"claims {done} of {total}")

    result = study(context.model, found, origin, draws=QUICK_DRAWS if context.quick else DRAWS, progress=report)
    groups = list(dict.fromkeys(r.claim.group for r in result.results))
    by_group = [
        [
            group,
            sum(r.claim.group == group for r in result.results),
            sum(r.claim.group == group and r.status == "holds" for r in result.results),
        ]
        for group in groups
    ]
    missing = [
        [r.claim.id, r.claim.statement.en, r.status, percent(r.share), r.rule]
        for r in result.results
        if r.status != "holds"
    ]
    holding = sum(r.status == "holds" for r in result.results)
    return Row(
        "claims",
        "Reality checks",
        f"at least {GOAL:.0%} of the claims hold; each that does not is explained",
        result.share >= GOAL,
        f"{holding} of {len(result.results)} claims hold ({percent(result.share)}), {result.draws} draws",
        (
            table(["group", "claims", "hold"], by_group, {group: found.groups[group].en for group in groups}),
            table(["claim", "statement", "result", "share of draws", "needed"], missing),
        ),
        ("each claim with its experiment, and the analysis of those that do not hold: docs/claims.md",),
        zh=Chinese(
            "现实检验",
            f"至少 {GOAL:.0%} 的论断成立；不成立的逐一说明",
            f"{len(result.results)} 条论断中 {holding} 条成立（{percent(result.share)}），{result.draws} 次抽样",
            ("每条论断及其实验，以及对不成立者的分析：docs/claims.md",),
            {
                **{r.claim.statement.en: r.claim.statement.zh for r in result.results},
                **{group: found.groups[group].zh for group in groups},
            },
        ),
    )
