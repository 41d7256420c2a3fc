"""The passport as Markdown and as JSON-ready data."""

from typing import Any

from simulator.studies.passport.rows import Row, Table
from simulator.studies.passport.study import LIMITS, LIMITS_ZH, Passport

_WORDS = {True: "pass", False: "FAIL", None: "not judged"}


def as_data(found: Passport) -> dict[str, Any]:
    """Return the passport as plain data for JSON."""
    return {
        "model": found.model,
        "sha256": found.sha256,
        "quick": found.quick,
        "passed": found.passed,
        "rows": [_row(row, seconds) for row, seconds in zip(found.rows, found.seconds, strict=True)],
        "limits": list(LIMITS),
        "limits_zh": list(LIMITS_ZH),
    }


def _row(row: Row, seconds: float) -> dict[str, Any]:
    data: dict[str, Any] = {
        "key": row.key,
        "title": row.title,
        "rule": row.rule,
        "passed": row.passed,
        "summary": row.summary,
        "tables": [_table_data(item) for item in row.tables],
        "notes": list(row.notes),
        "seconds": round(seconds, 2),
    }
    if row.zh is not None:
        zh = row.zh
        data["zh"] = {"title": zh.title, "rule": zh.rule, "summary": zh.summary, "notes": list(zh.notes)}
    return data


def _table_data(item: Table) -> dict[str, Any]:
    data: dict[str, Any] = {"columns": list(item.columns), "rows": [list(row) for row in item.rows]}
    if item.columns_zh:
        data["columns_zh"] = list(item.columns_zh)
    if item.rows_zh and item.rows_zh != item.rows:
        data["rows_zh"] = [list(row) for row in item.rows_zh]
    if item.labels:
        data["labels"] = dict(item.labels)
    return data


def markdown(found: Passport) -> str:
    """Return the passport as a page."""
    command = f"gumsim validate{' --quick' if found.quick else ''} --write docs/passport.md"
    lines = [
        f"# Passport of the model `{found.model}`",
        "",
        f"Made by `{command}`; do not edit by hand. Model file sha256 `{found.sha256[:16]}`. Rows after Rahmandad & "
        "Sterman 2012, Barlas 1996, Sterman 2000 ch. 21, SDM-Doc.",
        "",
        "| test | result | numbers | rule |",
        "|---|---|---|---|",
        *(f"| [{row.title}](#{row.key}) | {_WORDS[row.passed]} | {row.summary} | {row.rule} |" for row in found.rows),
        "",
    ]
    for row in found.rows:
        lines += [
            f'## <a id="{row.key}"></a>{row.title}: {_WORDS[row.passed]}',
            "",
            f"Rule: {row.rule}. {row.summary}.",
            "",
        ]
        for note in row.notes:
            lines += [f"- {note}."]
        lines += [""] if row.notes else []
        for item in row.tables:
            lines += [*_table(item), ""]
    lines += ["## Limits of use", "", *(f"- {text}" for text in LIMITS), ""]
    return "\n".join(lines)


def _table(item: Table) -> list[str]:
    head = "| " + " | ".join(item.columns) + " |"
    named = {key: f"{label} ({key})" for key, label in item.labels.items()}
    rows = ["| " + " | ".join(named.get(cell, cell).replace("|", "/") for cell in row) + " |" for row in item.rows]
    return [head, "|" + "---|" * len(item.columns), *rows]
