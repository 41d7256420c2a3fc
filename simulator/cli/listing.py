"""``gumsim list``: what is built in, and what a model has."""

import json
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from simulator.cli.tables import text_table
from simulator.errors import GumsimError
from simulator.library import cases, models, scenarios
from simulator.plan import load_plan, plans
from simulator.runner import Model, load_model
from simulator.scenario import load_case, load_scenario

Row = dict[str, Any]


def execute(options: Namespace) -> int:
    """Print a table, or JSON with everything known."""
    rows = _ROWS[options.what](options)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        columns = [name for name in _COLUMNS[options.what] if name in rows[0]]
        print(text_table(columns, [[_cell(row.get(name)) for name in columns] for row in rows], left=len(columns)))
    return 0


def _models(options: Namespace) -> list[Row]:
    return [{"name": name, "file": path.name, "card": path.with_suffix(".yaml").is_file()}
            for name, path in models().items()]


def _scenarios(options: Namespace) -> list[Row]:
    rows: list[Row] = []
    for name in {**scenarios(), **cases()}:
        try:
            scenario = load_scenario(name)
        except GumsimError as error:
            rows.append({"name": name, "case": "", "title": f"cannot be read: {error}"})
            continue
        title, about = scenario.title, scenario.description
        rows.append({"name": name, "case": scenario.case, "title": title.en if title else "",
                     "title_zh": title.zh if title else "", "description": about.en if about else "",
                     "baseline": name not in scenarios()})
    return rows


def _cases(options: Namespace) -> list[Row]:
    rows = []
    for name in cases():
        case = load_case(name)
        rows.append({"name": name, "model": case.model, "title": case.title.en if case.title else "",
                     "title_zh": case.title.zh if case.title else "",
                     "description": case.description.en if case.description else "", **case.time.model_dump()})
    return rows


def _plans(options: Namespace) -> list[Row]:
    rows = []
    for name, path in plans().items():
        plan = load_plan(path)
        rows.append({"name": name, "file": path.name, "title": plan.title.en if plan.title else "",
                     "title_zh": plan.title.zh if plan.title else ""})
    return rows


def _inputs(kind: str) -> Callable[[Namespace], list[Row]]:
    def rows(options: Namespace) -> list[Row]:
        model = load_model(options.model)
        found = []
        for item in getattr(model.card, kind):
            row = item.model_dump(mode="json")
            row["title"] = row["label"]["en"]
            if kind == "levers":
                row["levels"] = row["levels"] or [level.model_dump(mode="json") for level in model.card.levels]
            found.append(row)
        return found

    return rows


def _outcomes(options: Namespace) -> list[Row]:
    outcomes = load_model(options.model).card.outcomes
    return [{**item.model_dump(mode="json"), "title": item.label.en} for item in outcomes]


def _variables(options: Namespace) -> list[Row]:
    model: Model = load_model(options.model)
    return [
        {"key": v.key, "kind": v.kind, "units": v.units, "title": v.title, "sector": v.sector, "limits": list(v.limits),
         "documentation": v.documentation, "equation": v.text, "line": v.line}
        for v in model.spec.variables.values()
    ]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return " to ".join(_cell(part) for part in value)
    if isinstance(value, dict):
        return str(value.get("en", ""))
    return "" if value is None else str(value)


_ROWS: dict[str, Callable[[Namespace], list[Row]]] = {
    "models": _models,
    "scenarios": _scenarios,
    "plans": _plans,
    "cases": _cases,
    "levers": _inputs("levers"),
    "drivers": _inputs("drivers"),
    "assumptions": _inputs("assumptions"),
    "outcomes": _outcomes,
    "variables": _variables,
}
_COLUMNS = {
    "models": ("name", "file", "card"),
    "scenarios": ("name", "case", "title"),
    "plans": ("name", "title"),
    "cases": ("name", "model", "start", "stop", "policy_start", "title"),
    "levers": ("key", "group", "range", "neutral", "units", "title"),
    "drivers": ("key", "range", "neutral", "units", "title"),
    "assumptions": ("key", "range", "neutral", "units", "distribution", "grade", "title"),
    "outcomes": ("key", "units", "headline", "better", "title"),
    "variables": ("key", "kind", "units", "sector"),
}
