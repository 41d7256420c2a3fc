"""A model's card: read from its file and checked against the model, or made from the model alone."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from simulator.card import Card, Chart, Group, Level, Lever, Outcome, Text
from simulator.data_files import Origin, load_data
from simulator.errors import InputError, did_you_mean
from simulator.expressions import Number
from simulator.model import ModelSpec, Variable

_LEVELS = (
    ("none", "无", 0.0), ("low", "低", 0.25), ("medium", "中", 0.5), ("high", "高", 0.75), ("very high", "很高", 1.0),
)
_CHARTED = 8


def load_card(path: Path, spec: ModelSpec) -> Card:
    """Read a card and check that the model has all it names. Raises `InputError` with file, line, key, near match."""
    card, origin = load_data(path, Card)
    check_card(card, spec, origin)
    return card


def check_card(card: Card, spec: ModelSpec, origin: Origin | None = None) -> None:
    """Raise `InputError` if a card names what the model lacks, names something twice, or differs on neutral values."""
    origin = origin or Origin()
    constants = {v.key: v for v in spec.of_kind("constant")}
    stocks = {v.key: v for v in spec.of_kind("stock")}
    seen: dict[str, str] = {}
    for part, inputs in (("levers", card.levers), ("drivers", card.drivers), ("assumptions", card.assumptions)):
        for i, item in enumerate(inputs):
            where = origin.place((part, i, "key"))
            if item.key in seen:
                raise InputError(f"{where}'{item.key}' already stands under {seen[item.key]}")
            seen[item.key] = part
            _require(item.key, constants, where, "constant")
            equation = constants[item.key].equation
            if isinstance(equation, Number) and abs(equation.value - item.neutral) > 1e-9 * max(1.0, abs(item.neutral)):
                raise InputError(
                    f"{origin.place((part, i, 'neutral'))}neutral {item.neutral:g} of '{item.key}' differs from the "
                    f"model file's value {equation.value:g}; make them the same"
                )
    groups = [group.key for group in card.groups]
    for i, lever in enumerate(card.levers):
        _require(lever.group, groups, origin.place(("levers", i, "group")), "group", of="the card")
    shown = {key: v for key, v in spec.variables.items() if v.kind != "lookup"}
    for i, outcome in enumerate(card.outcomes):
        _require(outcome.key, shown, origin.place(("outcomes", i, "key")), "variable")
    for i, chart in enumerate(card.charts):
        _require(chart.theme, card.themes, origin.place(("charts", i, "theme")), "theme", of="the card")
        for j, key in enumerate(chart.variables):
            _require(key, shown, origin.place(("charts", i, "variables", j)), "variable")
    for i, group_keys in enumerate(card.conserved):
        for j, key in enumerate(group_keys):
            _require(key, stocks, origin.place(("conserved", i, j)), "stock")
    for element, key in card.elements.items():
        _require(key, spec.variables, origin.place(("elements", element)), "variable")


def default_card(spec: ModelSpec, ranges: Mapping[str, tuple[float, float]] | None = None) -> Card:
    """Return a card made from the model alone: every constant a lever, every stock an outcome, one chart per stock.

    Ranges come from the file's limits. Where it states none, an input's is guessed around its value, scales the slider
    only, and does not limit it; an outcome's comes from `ranges` (lowest and highest value of some run).
    """
    stocks = spec.of_kind("stock")
    shown = [*stocks, *spec.of_kind("flow", "auxiliary")][: max(len(stocks), _CHARTED)]
    flows = [v.key for v in spec.of_kind("flow")][:_CHARTED]
    charts = [
        Chart(key="stocks", label=Text(en="Stocks", zh="存量"), theme="all", help=Text(en="Stocks", zh="存量"),
              variables=tuple(v.key for v in stocks[:_CHARTED]) or tuple(v.key for v in shown[:1])),
        *([Chart(key="flows", label=Text(en="Flows", zh="流量"), theme="all", help=Text(en="Flows", zh="流量"),
                 variables=tuple(flows))] if flows else []),
        *(Chart(key=f"only_{v.key}", label=_both(v.title), theme="all", help=_both(_about(v)), variables=(v.key,))
          for v in shown),
    ]
    return Card(
        format="gumsim-card/1",
        model=spec.name,
        title=_both(spec.name),
        summary=Text(en="This model has no card; its names, units and limits come from the model file.",
                     zh="此模型没有卡片文件；名称、单位和界限取自模型文件。"),
        groups=(Group(key="constants", label=Text(en="Constants of the model", zh="模型常数"),
                      help=Text(en="Every constant of the model file.", zh="模型文件中的全部常数。")),),
        themes={"all": Text(en="All", zh="全部")},
        levels=tuple(Level(word=Text(en=en, zh=zh), upto=upto) for en, zh, upto in _LEVELS),
        levers=tuple(_lever(v) for v in spec.of_kind("constant") if isinstance(v.equation, Number)),
        outcomes=tuple(_outcome(v, (ranges or {}).get(v.key), headline=i < 6) for i, v in enumerate(shown)),
        charts=tuple(charts),
    )


def _lever(variable: Variable) -> Lever:
    value = variable.equation.value if isinstance(variable.equation, Number) else 0.0
    low, high, step = variable.limits
    bounded = low is not None and high is not None and low < high and low <= value <= high
    if not bounded or low is None or high is None:
        low, high = (min(0.0, 2 * value), max(0.0, 2 * value)) if value else (0.0, 1.0)
    levels = tuple(Level(word=Text(en=en, zh=zh), upto=low + part * (high - low)) for en, zh, part in _LEVELS)
    return Lever(
        key=variable.key, label=_both(variable.title), help=_both(_about(variable)), range=(low, high), neutral=value,
        step=step or (high - low) / 100, units=variable.units, sources=("the model file",), group="constants",
        levels=levels, bounded=bounded,
    )


def _outcome(variable: Variable, seen: tuple[float, float] | None, *, headline: bool) -> Outcome:
    low, high, _ = variable.limits
    if low is None or high is None or not low < high:
        low, high = (min(0.0, seen[0]), max(0.0, seen[1]) * 1.25) if seen else (0.0, 1.0)
    return Outcome(
        key=variable.key, label=_both(variable.title), help=_both(_about(variable)), better="depends",
        range=(low, high) if low < high else (low, low + 1.0), headline=headline, units=_both(variable.units),
        decimals=3,
    )


def _about(variable: Variable) -> str:
    return (variable.documentation or variable.title)[:3900]


def _both(text: str) -> Text:
    return Text(en=text[:3900], zh=text[:3900])


def _require(key: str, known: Iterable[str], where: str, noun: str, *, of: str = "the model") -> None:
    known = list(known)
    if key not in known:
        raise InputError(f"{where}{of} has no {noun} '{key}'{did_you_mean(key, known)}")
