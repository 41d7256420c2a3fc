"""The results of a study of claims as Markdown and as JSON-ready data."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.card import Text
from simulator.studies.claims.study import GOAL, CheckResult, ClaimResult, Study, totals

COMMAND = "python -m simulator.studies.claims --write docs/claims.md"
WIDENED = "python -m simulator.studies.claims --widen {:g} --write FILE"


def markdown(study: Study, groups: Mapping[str, Text]) -> str:
    """Return the page: totals by group, a table of all claims, and what stands behind those that do not hold.

    Title and head name the factor on the ranges unless it is 1.
    """
    results = study.results
    holding = sum(r.status == "holds" for r in results)
    at_point = sum(bool(r.point) for r in results)
    command = WIDENED.format(study.widen) if study.ranges else COMMAND
    lines = [
        f"# Claims of the sources as experiments{', ' if study.ranges else ''}{study.ranges}", "",
        f"Made by `{command}`; do not edit by hand. Each claim is data in `models/gum.claims.yaml` "
        "(runs and checks); a small interpreter runs it at the calibrated point and on "
        f"{study.draws} draws of the uncertain assumptions (Latin hypercube, seed {study.seed}; all runs of all claims "
        "see the same draws). A claim about structure must hold in 95 % of the draws, one about behaviour or "
        "comparison in 80 %; a test against a historical case or a printed figure must hold at the calibrated point. "
        "*Higher* and *lower* mean beyond 0.005 on a scale from 0 to 1, else beyond 1 %.", "",
        f"**{holding} of {len(results)} claims hold ({study.share:.1%}; goal {GOAL:.0%}).** "
        f"At the calibrated point alone {at_point} hold. "
        "Thresholds, start levels, lever sizes and horizons are choices for testing; signs, orders and conditions are "
        "the sources'. How far the number depends on ranges and seed: [command-line.md](command-line.md#validate).", "",
        *_ranges(study),
        "| group | hold | claims |", "|---|---:|---:|",
        *(f"| {groups[g].en} | {good} | {count} |" for g, good, count in totals(results, list(groups))),
        "", "## All claims", "",
    ]
    for group, title in groups.items():
        found = [r for r in results if r.claim.group == group]
        if found:
            lines += [f"### {title.en}", "", *_table(found), ""]
    lines += ["## Claims that do not hold", "", *_failing(results)]
    noted = [r for r in results if r.status == "holds" and r.claim.note]
    if noted:
        lines += ["## How the coding departs from the wording of the evidence", ""]
        lines += [f"- **{r.claim.id}**: {_cell(r.claim.note)}" for r in noted]
    return "\n".join(lines).rstrip() + "\n"


def _ranges(study: Study) -> list[str]:
    if not study.ranges:
        return []
    return [
        f"Every assumption is drawn from a range {study.widen:g} times as wide on each side of its calibrated value as "
        "the model file gives it. A range that starts at 0 or above stays there, a share stays between 0 and 1, and "
        "weights that leave a remainder of 1 are never wider than in the model file. A comparison with a value that is "
        "missing because a draw's run breaks off does not hold in that draw. Reasons and notes below are written for "
        "the ranges of the model file.",
        "",
    ]


def _table(results: Sequence[ClaimResult]) -> list[str]:
    head = ["| claim | statement | experiment | at point | draws | needed | result |", "|---|---|---|---|---:|---|---|"]
    return head + [
        f"| {r.claim.id} | {_cell(r.claim.statement.en)} ({', '.join(r.claim.sources)}) | {_cell(r.claim.test)} | "
        f"{_point(r)} | {'' if r.status == 'untestable' else f'{r.share:.0%}'} | {r.rule} | {_outcome(r)} |"
        for r in results
    ]


def _point(result: ClaimResult) -> str:
    return "" if result.point is None else "yes" if result.point else "no"


def _outcome(result: ClaimResult) -> str:
    return {"holds": "holds", "fails": "**does not hold**", "untestable": "not testable"}[result.status]


def _failing(results: Sequence[ClaimResult]) -> list[str]:
    lines = []
    for r in results:
        if r.status == "holds":
            continue
        reason = "not testable" if r.status == "untestable" else r.claim.failing or "not yet explained"
        lines += [f"### {r.claim.id}: {_cell(r.claim.statement.en)}", "", f"*{reason}.* "
                  f"{_cell(r.claim.untestable or ' '.join((r.claim.why, r.claim.note)))}", ""]
        weak = [c for c in r.checks if not c.point or c.share < r.claim.required]
        if weak:
            lines += ["| check | values at the calibrated point | at point | draws |", "|---|---|---|---:|"]
            lines += [_check(c) for c in weak] + [""]
    return lines or ["None.", ""]


def _check(check: CheckResult) -> str:
    values = ", ".join(f"{value:.4g}" for value in check.values)
    return f"| `{_cell(check.text)}` | {values} | {'yes' if check.point else 'no'} | {check.share:.0%} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def as_data(study: Study) -> dict[str, Any]:
    """Return the results, JSON-ready; a value that is not finite becomes None; `widen` stands there unless it is 1."""
    return {
        "format": "gumsim-claim-results/1",
        "draws": study.draws,
        "seed": study.seed,
        **({"widen": study.widen} if study.ranges else {}),
        "claims": len(study.results),
        "holding": sum(r.status == "holds" for r in study.results),
        "share": round(study.share, 6),
        "goal": GOAL,
        "results": [_result(r) for r in study.results],
    }


def _result(result: ClaimResult) -> dict[str, Any]:
    claim = result.claim
    return {
        "id": claim.id, "group": claim.group, "kind": claim.kind, "evidence": claim.evidence,
        "priority": claim.priority, "sources": list(claim.sources), "statement": claim.statement.model_dump(),
        "test": claim.test, "judged": claim.judged, "threshold": claim.required, "holds_at_point": result.point,
        "share": round(result.share, 6), "status": result.status, "failing": claim.failing,
        "why": claim.why, "note": claim.note, "untestable": claim.untestable,
        "checks": [
            {"check": c.text, "values": [v if abs(v) < float("inf") else None for v in c.values],
             "holds_at_point": c.point, "share": round(c.share, 6)}
            for c in result.checks
        ],
    }
