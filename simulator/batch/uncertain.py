"""Which inputs of a plan are drawn, and from what: the plan's words, completed from card, case and scenario."""

from collections.abc import Mapping, Sequence

from simulator.batch.drivers import DriverDraw
from simulator.card import Assumption, Distribution, Input
from simulator.errors import InputError, did_you_mean
from simulator.experiment import Experiment
from simulator.expressions import Number
from simulator.model import Variable
from simulator.plan import InputDraw, Plan, Uncertain
from simulator.runner import Model
from simulator.scenario import Scenario
from simulator.time_grid import TimeGrid

Members = Sequence[tuple[Scenario, Experiment]]
Groups = tuple[tuple[Uncertain, ...], ...]


def uncertain_inputs(plan: Plan, model: Model, groups: Sequence[Members]) -> tuple[Groups, tuple[str, ...]]:
    """Return, per group of policies that share a case, the uncertain inputs, and the keys that "all" leaves out.

    Left out is what a policy sets itself.
    Keys and order are the same in all groups; centres are the cases' own. Raises `InputError`.
    """
    wanted, left_out = _wanted(plan, model, [member for group in groups for member in group])
    found = []
    for members in groups:
        _, experiment = members[0]
        items = []
        for kind, key, draw in wanted:
            where = _place(plan, kind, key)
            items.append(_uncertain(plan, model, kind, key, draw, experiment, where))
        found.append(tuple(items))
    return tuple(found), left_out


def driver_draws(
    plan: Plan, items: Sequence[Uncertain], policy_start: float, time: TimeGrid
) -> dict[str, DriverDraw]:
    """Return how each drawn driver's draw is applied; one that starts with the run needs no path and is left out."""
    found = {}
    for item in items:
        if item.kind != "driver":
            continue
        given = plan.sampling.drivers
        draw = given[item.key] if isinstance(given, Mapping) else InputDraw()
        start = policy_start if draw.start is None else draw.start
        if draw.applied == "factor" or start > time.start:
            found[item.key] = DriverDraw(draw.applied or "value", start, 1.0 if draw.ramp is None else draw.ramp)
    return found


def _place(plan: Plan, kind: str, key: str) -> str:
    """Return where an input stands in the plan's file; in a list of keys only the list has a line known."""
    path = ("sampling", _field(kind))
    if (*path, key) in plan.origin.lines or path not in plan.origin.lines:
        return plan.origin.place((*path, key))
    return f"{plan.origin.place(path)}{key}: "


def _field(kind: str) -> str:
    return "drivers" if kind == "driver" else "assumptions"


def _wanted(plan: Plan, model: Model, members: Members) -> tuple[list[tuple[str, str, InputDraw]], tuple[str, ...]]:
    """Return (kind, key, draw) of every input to be drawn, and what "all" leaves out; refuse one a policy sets."""
    wanted: list[tuple[str, str, InputDraw]] = []
    left_out: list[str] = []
    for kind, given in (("assumption", plan.sampling.assumptions), ("driver", plan.sampling.drivers)):
        known = _known(model, kind)
        if given == "all":
            for key in _all_of(model, kind):
                if _why_not(kind, key, members):
                    left_out.append(key)
                else:
                    wanted.append((kind, key, InputDraw()))
        elif isinstance(given, Mapping):
            for key, draw in given.items():
                where = _place(plan, kind, key)
                if key not in known:
                    raise InputError(f"{where}{_unknown(model, kind, key, known)}")
                if reason := _why_not(kind, key, members):
                    raise InputError(f"{where}{reason}")
                if kind == "assumption" and (draw.applied or draw.start is not None or draw.ramp is not None):
                    raise InputError(f"{where}'as', 'start' and 'ramp' belong to drivers")
                wanted.append((kind, key, draw))
    return wanted, tuple(left_out)


def _known(model: Model, kind: str) -> list[str]:
    drivers = {item.key for item in model.card.drivers}
    if kind == "driver":
        return sorted(drivers)
    return [v.key for v in model.spec.of_kind("constant") if v.key not in drivers]


def _all_of(model: Model, kind: str) -> list[str]:
    if kind == "driver":
        return [item.key for item in model.card.drivers]
    return [a.key for a in model.card.assumptions if not a.case_data and not a.key.startswith("reference_")]


def _unknown(model: Model, kind: str, key: str, known: Sequence[str]) -> str:
    if kind == "assumption" and key in {item.key for item in model.card.drivers}:
        return "is a driver; put it under 'drivers'"
    noun = "driver" if kind == "driver" else "constant"
    if key in model.spec.variables and kind == "assumption":
        return f"is a {model.spec[key].kind} of the model, not a constant"
    return f"model '{model.name}' has no {noun} of that name{did_you_mean(key, known)}"


def _why_not(kind: str, key: str, members: Members) -> str:
    """Return why an input cannot be drawn under these policies, "" if it can."""
    for scenario, experiment in members:
        if key in experiment.clamp:
            return f"policy '{scenario.name}' clamps it; keep one of the two"
        if any(key in getattr(scenario, part) for part in ("assumptions", "drivers", "levers")):
            return f"policy '{scenario.name}' sets it itself; keep one of the two"
        path = experiment.parameters.get(key)
        if kind == "assumption" and path is not None and not path.is_constant:
            return f"it follows a path over time under policy '{scenario.name}' and cannot be one drawn number"
    return ""


def _uncertain(
    plan: Plan, model: Model, kind: str, key: str, draw: InputDraw, experiment: Experiment, where: str
) -> Uncertain:
    item = model.card.inputs().get(key)
    variable = model.spec[key]
    allowed = _allowed(item, variable)
    path = experiment.parameters.get(key)
    own = path.at(experiment.time.stop if kind == "driver" else experiment.time.start) if path else _number(variable)
    factor = draw.applied == "factor"
    if factor and draw.range is None and draw.values is None:
        raise InputError(f"{where}a factor needs a range, such as [0.8, 1.2]")
    centre = draw.centre if draw.centre is not None else 1.0 if factor else own
    if draw.values is not None:
        return _discrete(key, kind, draw, centre, None if factor else allowed, variable.units, where)
    span = draw.range or (item.range if item is not None else _limits(variable))
    if span is None:
        raise InputError(f"{where}needs a range: neither the card nor the model file states one")
    low, high = span
    if draw.range is None:
        low, high = min(low, centre), max(high, centre)
    elif not factor:
        _refuse_outside((low, high), allowed, where)
    of_card: Distribution = item.distribution if isinstance(item, Assumption) else "triangular"
    distribution = draw.distribution or of_card
    if distribution == "discrete":
        return _discrete(key, kind, draw.model_copy(update={"values": (low, high)}), centre, allowed, "", where)
    if distribution != "uniform" and not low <= centre <= high:
        raise InputError(f"{where}centre {centre:g} lies outside the range [{low:g}, {high:g}]; give a 'centre' in it")
    spread = draw.spread or 0.0
    if distribution == "lognormal":
        if low <= 0:
            raise InputError(f"{where}a lognormal range must lie above 0, not begin at {low:g}")
        from math import log

        spread = spread or (log(high) - log(low)) / 4
    elif distribution == "normal":
        spread = spread or (high - low) / 4
    middle = min(max(centre, low), high)
    units = "factor" if factor else variable.units
    return Uncertain(key, kind, distribution, low, middle, high, units, spread)


def _discrete(
    key: str, kind: str, draw: InputDraw, centre: float, allowed: tuple[float, float] | None, units: str, where: str
) -> Uncertain:
    values = draw.values or (centre,)
    weights = draw.weights or (1.0,) * len(values)
    if allowed is not None:
        _refuse_outside(values, allowed, where)
    total = sum(weights)
    low, high = min(values), max(values)
    return Uncertain(
        key, kind, "discrete", low, min(max(centre, low), high), high, units,
        values=tuple(values), weights=tuple(w / total for w in weights),
    )


def _allowed(item: Input | None, variable: Variable) -> tuple[float, float]:
    if item is not None:
        return item.range if item.bounded else (-float("inf"), float("inf"))
    low, high, _ = variable.limits
    return (-float("inf") if low is None else low, float("inf") if high is None else high)


def _limits(variable: Variable) -> tuple[float, float] | None:
    low, high, _ = variable.limits
    return (low, high) if low is not None and high is not None and low < high else None


def _number(variable: Variable) -> float:
    return variable.equation.value if isinstance(variable.equation, Number) else 0.0


def _refuse_outside(values: Sequence[float], allowed: tuple[float, float], where: str) -> None:
    for value in values:
        if not allowed[0] <= value <= allowed[1]:
            raise InputError(f"{where}{value:g} lies outside the allowed range {allowed[0]:g} to {allowed[1]:g}")
