"""Constants among a variable's causes as rows: value now and in the baseline, range, grade, reason, sources."""

from simulator.card import Assumption, Input, Lever
from simulator.expressions import Number
from simulator.model import Variable
from simulator.scenario import Scenario
from simulator.ui import edit
from simulator.ui.names import name_of
from simulator.ui.session import Page
from simulator.ui.wording import number, unit_text


def is_constant(variable: Variable) -> bool:
    """Tell whether a variable has no path of its own: a constant (levers and drivers too) or a lookup."""
    return variable.kind in ("constant", "lookup")


def constant_rows(page: Page, keys: tuple[str, ...], year: float) -> list[dict[str, str]]:
    """Return one row per constant among `keys`, those the scenario changes first; values are those at `year`."""
    spec = page.model.spec
    rows = [(_row(page, spec[key], year)) for key in keys if spec[key].kind == "constant"]
    return [row for _, row in sorted(rows, key=lambda pair: not pair[0])]


def _row(page: Page, variable: Variable, year: float) -> tuple[bool, dict[str, str]]:
    item = page.card.inputs().get(variable.key)
    now, before = (_value(page, s, item, variable, year) for s in (page.state.scenario, page.baseline))
    changed = now != before
    value = f"{number(before)} → {number(now)}" if changed else number(now)
    low, high = item.range if item else variable.limits[:2]
    span = "–" if low is None or high is None else f"{number(low)} – {number(high)}"
    reason = item.reason if isinstance(item, Assumption) else ""
    sources = "; ".join(item.sources) if item else variable.documentation
    return changed, {
        page.say("constant"): name_of(page, variable.key),
        page.say("value"): f"{value} {unit_text(variable.units, page.language)}".strip(),
        page.say("range"): span,
        page.say("standing"): _standing(page, item),
        page.say("sources"): f"{sources} ({reason})" if reason and reason not in sources else sources,
    }


def _standing(page: Page, item: Input | None) -> str:
    if isinstance(item, Assumption):
        return page.say("kind_case_data") if item.case_data else page.say(f"grade_{item.grade}")
    if item is None:
        return "–"
    return page.say("kind_lever" if isinstance(item, Lever) else "kind_driver")


def _value(page: Page, scenario: Scenario, item: Input | None, variable: Variable, year: float) -> float:
    if isinstance(item, Lever):
        return edit.lever_path(page.base, scenario, item).at(year)
    if item is not None:
        return edit.input_path(page.base, scenario, item).at(year)
    path = page.base.paths.get(variable.key)
    if path is not None:
        return path.at(year)
    return variable.equation.value if isinstance(variable.equation, Number) else float("nan")
