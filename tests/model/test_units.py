"""Units: the flagship and the teaching models balance, and every kind of clash is found."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.errors import ModelError
from simulator.library import models
from simulator.readers import read_model
from simulator.units import check_units, parse_units, show_units

HEAD = "{UTF-8}\n"
CLOCK = """
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 1 ~ Year ~ |
TIME STEP = 0.5 ~ Year ~ |
SAVEPER = 0.5 ~ Year ~ |
Goods = 3 ~ ton ~ |
Delay Time = 2 ~ Year ~ |
Share = 0.5 ~ Dmnl ~ |
"""


def problems(tmp_path: Path, equation: str) -> list[str]:
    path = tmp_path / "model.mdl"
    path.write_text(HEAD + equation + CLOCK, encoding="utf-8")
    return [f"{p.variable}: {p.message}" for p in check_units(read_model(path))]


@pytest.mark.parametrize("name", sorted(models()))
def test_built_in_models_balance(name: str) -> None:
    assert check_units(read_model(models()[name])) == []


@pytest.mark.parametrize("equation", [
    "X = Goods/Delay Time ~ ton/Year ~ |",
    "X = Goods*Share + 0 ~ tons ~ |",
    "X = MAX(Goods, 0) ~ ton ~ |",
    "X = SQRT(Goods*Goods) ~ ton ~ |",
    "X = (Goods/Goods)^Share ~ Dmnl ~ |",
    "X = Goods^2 ~ ton*ton ~ |",
    "X = SMOOTH(Goods, Delay Time) ~ ton ~ |",
    "X = STEP(Goods, Delay Time) ~ ton ~ |",
    "X = IF THEN ELSE(Goods > 2*Goods, Goods, 0) ~ ton ~ |",
    "X = EXP(-Time/Delay Time) ~ Dmnl ~ |",
    "X = INTEG(Goods/Delay Time, Goods) ~ ton ~ |",
])
def test_sound_equations_pass(tmp_path: Path, equation: str) -> None:
    assert problems(tmp_path, equation) == []


@pytest.mark.parametrize(("equation", "finding"), [
    ("X = Goods ~ Year ~ |", "x: equation gives ton, not Year"),
    ("X = Goods + Delay Time ~ ton ~ |", "x: equation: add of ton and Year"),
    ("X = Goods + 1 ~ ton ~ |", "x: equation: add of ton and a number without units"),
    ("X = EXP(Goods) ~ Dmnl ~ |", "x: equation: exp of ton"),
    ("X = Goods^Share ~ Dmnl ~ |", "x: equation: ton is raised to a variable power"),
    ("X = Share^Goods ~ Dmnl ~ |", "x: equation: the exponent has units ton"),
    ("X = SMOOTH(Goods, Share) ~ ton ~ |", "x: equation: smooth's time is in Dmnl, not Year"),
    ("X = STEP(Goods, Share) ~ ton ~ |", "x: equation: step's times are in Dmnl, not Year"),
    ("X = IF THEN ELSE(Share > 0, Goods, Share) ~ ton ~ |", "x: equation: if_then_else of ton and Dmnl"),
    ("X = INTEG(Goods, 0) ~ ton ~ |", "x: net flow gives ton, not ton/Year"),
    ("X = INTEG(Goods/Delay Time, Share) ~ ton ~ |", "x: initial value gives Dmnl, not ton"),
    ("X = Goods ~ ~ |", "x: has no unit; write Dmnl if it has none"),
    ("X = Goods ~ ton/ ~ |", "x: 'ton/' is no unit: a name is missing"),
    ("X = Goods ~ (ton ~ |", "x: '(ton' is no unit: a bracket is not closed"),
    ("X = Goods ~ 5 ton ~ |", "x: '5 ton' is no unit"),
])
def test_clashes_are_found(tmp_path: Path, equation: str, finding: str) -> None:
    found = problems(tmp_path, equation)
    assert len(found) == 1
    assert found[0].startswith(finding)


def test_a_changed_unit_in_the_flagship_is_noticed() -> None:
    spec = read_model(models()["gum"])
    wrong = replace(spec["firm_entry"], units="firm")
    changed = replace(spec, variables={**spec.variables, "firm_entry": wrong})
    assert {p.variable for p in check_units(changed)} >= {"firm_entry", "sme_firms"}


@pytest.mark.parametrize(("text", "shown"), [
    ("Dmnl", "Dmnl"), ("1/Year", "1/Year"), ("firms/Year", "firm/Year"),
    ("million units/(firm*Year)", "million*unit/(Year*firm)"),
    ("person*Year/million units", "Year*person/(million*unit)"), ("m^2", "m^2"), ("1/(a*b)", "1/(a*b)"),
])
def test_units_are_read_and_shown(text: str, shown: str) -> None:
    assert show_units(parse_units(text)) == shown
    assert parse_units(shown) == parse_units(text)


@pytest.mark.parametrize("text", ["*ton", "ton^", "ton^x", "a b)", "ton;"])
def test_bad_units_are_refused(text: str) -> None:
    with pytest.raises(ModelError, match="is no unit"):
        parse_units(text)
