"""The reference of a model: every sector drawn, every variable with equation, unit, meaning, source, causes and uses.

``python -m simulator.studies.model_reference`` prints it as Markdown; ``--write FILE`` writes it; ``--model`` takes
another model than the flagship.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from simulator.card import Card
from simulator.compile import causes, uses
from simulator.expressions import Number
from simulator.model import ModelSpec, Variable
from simulator.runner import Model, load_model
from simulator.studies.page_command import page_command
from simulator.typeset import equation

_SHAPES = {"stock": "[{}]", "flow": "([{}])", "auxiliary": "({})", "lookup": "{{{{{}}}}}"}


def markdown(model: Model) -> str:
    """Return the whole reference as one Markdown page with Mermaid diagrams and LaTeX equations."""
    spec, card = model.spec, model.card
    sectors = list(dict.fromkeys(v.sector for v in spec.variables.values()))
    before, after = causes(spec), uses(spec)
    kinds = ", ".join(f"{len(spec.of_kind(kind))} {name}" for kind, name in (  # type: ignore[arg-type]
        ("stock", "stocks"), ("flow", "flows"), ("auxiliary", "auxiliaries"), ("constant", "constants")))
    lines = [
        f"# Reference of the model `{spec.name}`", "",
        "Made by `python -m simulator.studies.model_reference --write docs/model.md`; do not edit by hand. "
        f"{len(spec.variables)} variables: {kinds}. In the diagrams boxes are stocks, rounded boxes flows, ovals "
        "auxiliaries; constants are left out.", "",
        "## How the sectors act on each other", "",
        "A number counts the links from variables of the row's sector to variables of the column's.", "",
        *_sector_matrix(spec, before), "",
    ]
    for sector in sectors:
        variables = [v for v in spec.variables.values() if v.sector == sector]
        chinese = card.sectors.get(sector, "")
        lines += [f"## {sector or 'Variables'}{f' · {chinese}' if chinese else ''}", ""]
        if sum(v.kind in _SHAPES for v in variables) > 1:
            lines += [*_fenced(_sector_diagram(variables, before)), ""]
        for variable in variables:
            if variable.kind != "constant":
                lines += _entry(spec, card, variable, before[variable.key], after[variable.key])
        constants = [v for v in variables if v.kind == "constant"]
        if constants:
            lines += ["| constant | 中文 | value | unit | range | source or reason |", "|---|---|---:|---|---|---|"]
            lines += [_constant_row(card, v) for v in constants]
            lines.append("")
    return "\n".join(lines)


def _fenced(body: Iterable[str]) -> list[str]:
    return ["```mermaid", *body, "```"]


def _entry(
    spec: ModelSpec, card: Card, variable: Variable, before: Sequence[str], after: Sequence[str]
) -> list[str]:
    chinese = card.titles.get(variable.key, "")
    return [
        f"### {variable.title}{f' · {chinese}' if chinese else ''}", "",
        f"`{variable.key}`, {variable.kind}, unit {variable.units}{_limits(variable)}. {variable.documentation}", "",
        f"$${equation(spec, variable.key)}$$", "",
        f"Causes: {_linked(spec, before)}. Uses: {_linked(spec, after)}.", "",
    ]


def _constant_row(card: Card, variable: Variable) -> str:
    chinese = card.titles.get(variable.key, "")
    return (f"| {variable.title} | {chinese} | {_value(variable)} | {variable.units} | {_limits(variable).strip(' ,')} "
            f"| {variable.documentation} |")


def _value(variable: Variable) -> str:
    return f"{variable.equation.value:g}" if isinstance(variable.equation, Number) else variable.text


def _limits(variable: Variable) -> str:
    low, high, _ = variable.limits
    if low is None and high is None:
        return ""
    return f", {'no bound' if low is None else f'{low:g}'} to {'no bound' if high is None else f'{high:g}'}"


def _linked(spec: ModelSpec, keys: Sequence[str]) -> str:
    return ", ".join(spec[key].title for key in keys if key in spec.variables) or "none"


def _sector_matrix(spec: ModelSpec, before: dict[str, tuple[str, ...]]) -> list[str]:
    sector = {v.key: v.sector for v in spec.variables.values() if v.kind != "constant"}
    counted = Counter((sector[cause], sector[key]) for key in sector for cause in before[key] if cause in sector)
    names = list(dict.fromkeys(sector.values()))
    lines = ["| from, to | " + " | ".join(name.split(" ")[0] for name in names) + " |", "|---|" + "---:|" * len(names)]
    for row in names:
        cells = " | ".join(str(counted[row, column] or "") if row != column else "·" for column in names)
        lines.append(f"| {row} | {cells} |")
    return lines


def _sector_diagram(variables: Sequence[Variable], before: dict[str, tuple[str, ...]]) -> list[str]:
    drawn = {v.key: v for v in variables if v.kind in _SHAPES}
    lines = ["flowchart LR"]
    lines += ["  " + key + _SHAPES[v.kind].format(f'"{v.title}"') for key, v in drawn.items()]
    for key, variable in drawn.items():
        arrow = "==>" if variable.kind == "stock" else "-->"
        lines += [f"  {cause} {arrow} {key}" for cause in before[key] if cause in drawn and cause != key]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the reference; return 0, or 2 after one line on stderr for bad input."""
    return page_command(
        "simulator.studies.model_reference",
        __doc__,
        lambda options: markdown(load_model(options.model)) + "\n",
        arguments,
        add_options=lambda parser: parser.add_argument("--model", default="gum", help="model name or file (gum)"),
    )


if __name__ == "__main__":
    sys.exit(main())
