"""Lint: the built-in models are clean, and each rule finds what it names."""

from pathlib import Path

import pytest

from simulator.library import models
from simulator.lint import Finding, grade, lint
from simulator.readers import read_model

CLOCK = """
INITIAL TIME = 0 ~ Year ~ Start. |
FINAL TIME = 1 ~ Year ~ End. |
TIME STEP = 0.5 ~ Year ~ Step. |
SAVEPER = 0.5 ~ Year ~ Saved. |
Goods = INTEG(Rate, 1) ~ ton ~ Stock of goods. |
Rate = 3 ~ ton/Year ~ assumption: a rate |
"""


def found(tmp_path: Path, equation: str) -> list[Finding]:
    path = tmp_path / "model.mdl"
    path.write_text("{UTF-8}\n" + equation + CLOCK, encoding="utf-8")
    return lint(read_model(path))


@pytest.mark.parametrize("name", sorted(models()))
def test_built_in_models_have_no_finding(name: str) -> None:
    assert lint(read_model(models()[name])) == []


@pytest.mark.parametrize(("equation", "severity", "rule", "message"), [
    ("X = Goods ~ ton ~ |", "error", "undocumented", "has no documentation"),
    ("X = 2 ~ ton ~ Just a number. | Y = X ~ ton ~ Uses it. |", "error", "ungraded", "names no evidence"),
    ("X = Goods*1.7 + 0.3*Goods ~ ton ~ Text. |", "note", "embedded data", "has the numbers 0.3, 1.7"),
    ("X = 2 ~ ton ~ assumption: none |", "note", "unused", "is used by no equation"),
    ("X = IF THEN ELSE(Goods > 0, 1, 0) ~ Dmnl ~ Text. |", "note", "switch on a stock", "switches on Goods"),
])
def test_each_rule_finds_its_fault(tmp_path: Path, equation: str, severity: str, rule: str, message: str) -> None:
    findings = found(tmp_path, equation)
    assert [(f.severity, f.rule, f.variable) for f in findings] == [(severity, rule, "x")]
    assert message in findings[0].message


def test_many_causes_are_noted(tmp_path: Path) -> None:
    extra = "".join(f"A{i} = Goods*{i % 2} ~ ton ~ Text. |\n" for i in range(15))
    names = " + ".join(f"A{i}" for i in range(15))
    findings = found(tmp_path, extra + f"X = {names} ~ ton ~ Text. |")
    assert [(f.rule, f.variable) for f in findings] == [("many causes", "x")]


@pytest.mark.parametrize(("text", "expected"), [
    ("evidence: wz_pact; strength", "evidence"), ("002 §4.1.2 (1): low; number is an assumption", "evidence"),
    ("assumption: a reason", "assumed"), ("case: firms at the start", "assumed"), ("lever: credit", "input"),
    ("driver: demand", "input"), ("scale: percent", "scale"), ("assumption:", ""), ("because", ""),
])
def test_grades(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "model.mdl"
    path.write_text("{UTF-8}\n" + f"X = 2 ~ ton ~ {text} |" + CLOCK, encoding="utf-8")
    assert grade(read_model(path)["x"]) == expected
