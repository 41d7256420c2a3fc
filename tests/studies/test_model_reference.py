"""The reference names every variable with equation, unit, causes and uses, and is what the command makes."""

import re
from pathlib import Path

import pytest

from simulator.expressions import Call, Lookup, Number, Reference, Table
from simulator.runner import Model, load_model
from simulator.studies.model_reference import main, markdown
from simulator.typeset import equation, latex

DOCS = Path(__file__).parents[2] / "docs"
A, B, C = (Reference(key) for key in "abc")


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


@pytest.mark.parametrize(("expression", "text"), [
    (Call("subtract", (A, Call("subtract", (B, C)))), r"\text{a} - \left(\text{b} - \text{c}\right)"),
    (Call("subtract", (Call("subtract", (A, B)), C)), r"\text{a} - \text{b} - \text{c}"),
    (Call("multiply", (Call("add", (A, B)), C)), r"\left(\text{a} + \text{b}\right) \cdot \text{c}"),
    (Call("divide", (Call("add", (A, B)), C)), r"\frac{\text{a} + \text{b}}{\text{c}}"),
    (Call("power", (Call("divide", (A, B)), Number(2))), r"\left(\frac{\text{a}}{\text{b}}\right)^{2}"),
    (Call("negate", (Call("add", (A, B)),)), r"-\left(\text{a} + \text{b}\right)"),
    (Call("multiply", (A, Number(-1))), r"\text{a} \cdot \left(-1\right)"),
    (Call("sqrt", (A,)), r"\sqrt{\text{a}}"),
    (Call("exp", (A,)), r"\exp\left(\text{a}\right)"),
    (Call("less_equal", (A, B)), r"\text{a} \le \text{b}"),
    (Call("if_then_else", (Call("less", (A, B)), A, B)),
     r"\begin{cases}\text{a} & \text{if } \text{a} < \text{b}\\\text{b} & \text{otherwise}\end{cases}"),
    (Lookup(Table((0, 1), (0, 2)), A), r"\{(0, 0), (1, 2)\}\left(\text{a}\right)"),
    (Call("step", (A, Reference("time"))), r"\operatorname{step}\left(\text{a}, t\right)"),
])
def test_expressions_are_typeset_with_the_brackets_they_need(expression: Call, text: str) -> None:
    assert latex(expression, {}) == text


LONG = Reference("a_rather_long_name_of_a_variable")


@pytest.mark.parametrize(("expression", "text"), [
    (Call("multiply", (A, Call("add", (B, C)))), r"\text{a} \cdot (\text{b} + \text{c})"),
    (Call("multiply", (A, Call("add", (B, Call("divide", (B, C)))))),
     r"\text{a} \cdot \left(\text{b} + \frac{\text{b}}{\text{c}}\right)"),
    (Call("max", (A, B)), r"\max(\text{a},\allowbreak \text{b})"),
    (Call("divide", (Call("add", (LONG, LONG)), Call("multiply", (A, B)))),
     r"(\text{a\_rather\_long\_name\_of\_a\_variable} + \text{a\_rather\_long\_name\_of\_a\_variable})"
     r" \mathbin{/} (\text{a} \cdot \text{b})"),
])
def test_breakable_lines_have_no_long_groups(expression: Call, text: str) -> None:
    assert latex(expression, {}, breakable=True) == text


def test_breakable_says_the_same_with_other_brackets(gum: Model) -> None:
    for variable in gum.spec.variables.values():
        rigid, loose = (equation(gum.spec, variable.key, breakable=b) for b in (False, True))
        assert re.findall(r"\\text{(.*?)}", loose) == re.findall(r"\\text{(.*?)}", rigid)
        assert loose.count("(") == loose.count(")")


def test_stock_shows_rate_and_initial_value(gum: Model) -> None:
    line = equation(gum.spec, "cluster_age")
    assert line.startswith(r"\frac{d}{dt}\,\text{Cluster Age} = \text{Ageing}")
    assert line.endswith("= 15")


def test_every_variable_has_its_entry_in_both_languages(gum: Model) -> None:
    text = markdown(gum)
    for variable in gum.spec.variables.values():
        chinese = gum.card.titles[variable.key]
        row, heading = f"| {variable.title} | {chinese} |", f"### {variable.title} · {chinese}"
        assert (row if variable.kind == "constant" else heading) in text, variable.key


def test_committed_reference_is_what_the_command_makes(gum: Model) -> None:
    assert (DOCS / "model.md").read_text(encoding="utf-8") == markdown(gum) + "\n", (
        "run: python -m simulator.studies.model_reference --write docs/model.md"
    )


def test_another_model_gets_its_reference_too(tmp_path: Path) -> None:
    target = tmp_path / "sir.md"
    assert main(["--model", "sir", "--write", str(target)]) == 0
    assert "Reference of the model `sir`" in target.read_text(encoding="utf-8")


def test_unknown_model_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "gumm"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
