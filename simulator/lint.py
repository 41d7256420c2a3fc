"""Habits of good models checked, in SDM-Doc's terms: documentation, evidence, embedded data, unused and tangled parts.

Source: Martinez-Moyano (2012), documentation for model transparency, System Dynamics Review 28(2).
"""

import re
from dataclasses import dataclass
from typing import Literal

from simulator.expressions import Call, Number, Reference, references, walk
from simulator.model import ModelSpec, Variable

Severity = Literal["error", "note"]
STRUCTURAL_NUMBERS = frozenset({0.0, 1.0, 2.0, 3.0, 4.0, -1.0})
"""Numbers that belong to a formula's form (1 - X, a mean of two to four, a square), not to the world."""
MANY_CAUSES = 14
_GRADES = {
    "evidence": re.compile(r"evidence:|^\d{3} (part [A-E] )?(§|ch\.|table )", re.IGNORECASE),
    "assumed": re.compile(r"^(assumption|case): *\S", re.IGNORECASE),
    "input": re.compile(r"^(lever|driver): *\S", re.IGNORECASE),
    "scale": re.compile(r"^scale: *\S", re.IGNORECASE),
}


@dataclass(frozen=True)
class Finding:
    """One remark on one variable; an error must be mended, a note is worth a look."""

    severity: Severity
    rule: str
    variable: str
    line: int
    message: str


def grade(variable: Variable) -> str:
    """Return how a constant is grounded: "evidence", "assumed", "input", "scale", or "" if it says nothing."""
    return next((name for name, pattern in _GRADES.items() if pattern.search(variable.documentation.strip())), "")


def lint(spec: ModelSpec) -> list[Finding]:
    """Return every finding in file order.

    Errors: no documentation; a constant without evidence, reason, or the word that it is an input or a scale.
    Notes: numbers embedded in an equation; a constant or lookup that nothing uses; over `MANY_CAUSES` causes; a
    switch (IF THEN ELSE) on a stock.
    """
    used = {key for v in spec.variables.values() for part in (v.equation, v.initial) if part is not None
            for key in references(part)}
    findings: list[Finding] = []
    for variable in spec.variables.values():
        for severity, rule, message in (*_documentation(variable), *_form(spec, variable, variable.key in used)):
            findings.append(Finding(severity, rule, variable.key, variable.line, message))
    return findings


def _documentation(variable: Variable) -> list[tuple[Severity, str, str]]:
    if not variable.documentation.strip():
        return [("error", "undocumented", "has no documentation; say what it means and where it comes from")]
    if variable.kind == "constant" and not grade(variable):
        return [("error", "ungraded",
                 "names no evidence; begin its documentation with 'evidence:', a section, or 'assumption: reason'")]
    return []


def _form(spec: ModelSpec, variable: Variable, used: bool) -> list[tuple[Severity, str, str]]:
    found: list[tuple[Severity, str, str]] = []
    nodes = list(walk(variable.equation))
    if variable.kind in ("flow", "auxiliary", "stock"):
        numbers = sorted({n.value for n in nodes if isinstance(n, Number)} - STRUCTURAL_NUMBERS)
        if numbers:
            shown = ", ".join(f"{value:g}" for value in numbers)
            found.append(("note", "embedded data", f"has the number{'s' * (len(numbers) > 1)} {shown} in its equation"))
        causes = {n.key for n in nodes if isinstance(n, Reference)}
        changing = [key for key in causes if key in spec.variables and spec[key].kind != "constant"]
        if len(changing) > MANY_CAUSES:
            found.append(("note", "many causes", f"has {len(changing)} changing causes; split it"))
    if variable.kind in ("constant", "lookup") and not used:
        found.append(("note", "unused", "is used by no equation"))
    for node in nodes:
        if isinstance(node, Call) and node.function == "if_then_else":
            stocks = [n.key for n in walk(node.arguments[0]) if isinstance(n, Reference)
                      and n.key in spec.variables and spec[n.key].kind == "stock"]
            if stocks:
                found.append(("note", "switch on a stock", f"switches on {spec[stocks[0]].title}; use a smooth effect"))
    return found
