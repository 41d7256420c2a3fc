"""Model + card + case + scenario -> Experiment, with every key, range and reference checked."""

from collections.abc import Mapping
from math import isfinite
from typing import TypeVar

from simulator.card import Card, Input
from simulator.data_files import Origin
from simulator.errors import InputError, did_you_mean
from simulator.experiment import Experiment, Impulse
from simulator.expressions import Number, Reference, references
from simulator.model import ModelSpec, Variable
from simulator.scenario.data import Case, Knots, LeverSetting, Scenario
from simulator.scenario.lever_path import lever_schedule
from simulator.schedule import Schedule
from simulator.time_grid import TimeGrid

T = TypeVar("T")
CONSERVATION_TOLERANCE = 1e-6
"""How far the initial values of a conserved group may be from adding up to 1."""


def resolve(
    spec: ModelSpec, card: Card, case: Case | None, scenario: Scenario, *, default_method: str = "LSODA"
) -> Experiment:
    """Return the experiment a scenario describes; `default_method` where the scenario names none.

    Raises `InputError` naming file, line and key for: unknown keys, values outside the card's range or the stock's
    limits, conserved groups whose initial values do not add up to 1, links that do not exist, an impossible clock.
    """
    return _Resolution(spec, card, case, scenario).experiment(default_method)


class _Resolution:
    """The parts of one resolution; methods read, none of them changes anything."""

    def __init__(self, spec: ModelSpec, card: Card, case: Case | None, scenario: Scenario) -> None:
        self.spec, self.card, self.scenario = spec, card, scenario
        self.case = case or Case(name=scenario.name)
        self.levers = {item.key: item for item in card.levers}
        self.drivers = {item.key: item for item in card.drivers}
        self.assumptions = {item.key: item for item in card.assumptions}
        self.stocks = {variable.key: variable for variable in spec.of_kind("stock")}
        self.constants = {variable.key: variable for variable in spec.of_kind("constant")}

    def experiment(self, default_method: str) -> Experiment:
        grid = self.grid()
        clamps = self.clamps()
        parameters = {
            **self.assumption_paths(), **self.driver_paths(), **self.lever_paths(self.policy_start(grid.start))
        }
        return Experiment(
            time=grid,
            parameters={key: path for key, path in parameters.items() if key not in clamps},
            initial={key: value for key, value in self.initial_values().items() if key not in clamps},
            clamp=clamps,
            freeze=tuple(self.link(i, text) for i, text in enumerate(self.scenario.freeze)),
            impulses=self.impulses(grid),
            solver=self.scenario.solver.settings(method=default_method),
        )

    # -- clock --

    def grid(self) -> TimeGrid:
        run, case, model = self.scenario.time, self.case.time, self.spec.time
        start = _first(run.start, case.start, model.initial)
        stop = _first(run.stop, case.stop, model.final)
        step = _first(run.step, model.step)
        every = run.every
        if every is None:
            every = max(1, round(model.saveper / step)) * step
            every = min(every, stop - start) if stop > start else every
        try:
            return TimeGrid(start, stop, step, every)
        except InputError as error:
            raise InputError(f"{self.scenario.origin.place(('time',))}{str(error).removeprefix('time ')}") from None

    def policy_start(self, start: float) -> float:
        return _first(self.case.time.policy_start, start)

    # -- levers, drivers, assumptions --

    def lever_paths(self, policy_start: float) -> dict[str, Schedule]:
        paths = self.case_paths("levers", self.levers)
        for key, setting in self.scenario.levers.items():
            lever = self.known("levers", key, self.levers, self.scenario.origin)
            where = self.scenario.origin.place(("levers", key))
            if isinstance(setting, LeverSetting):
                self.in_range(lever, Schedule.constant(setting.value), where)
                history = paths.get(key) or Schedule.constant(self.file_value(key, lever.neutral))
                try:
                    paths[key] = lever_schedule(history, setting, policy_start)
                except InputError as error:
                    raise InputError(f"{where}{error}") from None
            else:
                paths[key] = self.in_range(lever, setting.schedule(), where)
        return paths

    def driver_paths(self) -> dict[str, Schedule]:
        paths = self.case_paths("drivers", self.drivers)
        for key, value in self.scenario.drivers.items():
            driver = self.known("drivers", key, self.drivers, self.scenario.origin)
            paths[key] = self.in_range(driver, _schedule(value), self.scenario.origin.place(("drivers", key)))
        return paths

    def assumption_paths(self) -> dict[str, Schedule]:
        free = {k: v for k, v in self.constants.items() if k not in self.levers and k not in self.drivers}
        paths: dict[str, Schedule] = {}
        values = {k: (v.schedule(), self.case.origin) for k, v in self.case.assumptions.items()}
        values |= {k: (_schedule(v), self.scenario.origin) for k, v in self.scenario.assumptions.items()}
        for key, (schedule, origin) in values.items():
            variable = self.known("assumptions", key, free, origin)
            where = origin.place(("assumptions", key))
            if key in self.assumptions:
                paths[key] = self.in_range(self.assumptions[key], schedule, where)
            else:
                paths[key] = self.in_limits(variable, schedule, where)
        return paths

    def case_paths(self, what: str, known: Mapping[str, Input]) -> dict[str, Schedule]:
        paths: dict[str, Schedule] = {}
        for key, entry in getattr(self.case, what).items():
            item = self.known(what, key, known, self.case.origin)
            paths[key] = self.in_range(item, entry.schedule(), self.case.origin.place((what, key)))
        return paths

    def file_value(self, key: str, otherwise: float) -> float:
        equation = self.constants[key].equation if key in self.constants else None
        return equation.value if isinstance(equation, Number) else otherwise

    # -- stocks and interventions --

    def initial_values(self) -> dict[str, float]:
        values: dict[str, float] = {}
        given: list[tuple[str, float, Origin]] = [
            *((key, entry.value, self.case.origin) for key, entry in self.case.initial.items()),
            *((key, value, self.scenario.origin) for key, value in self.scenario.initial.items()),
        ]
        for key, value, origin in given:
            stock = self.known("initial", key, self.stocks, origin)
            self.in_limits(stock, Schedule.constant(value), origin.place(("initial", key)))
            values[key] = value
        self.check_conserved(values)
        return values

    def check_conserved(self, values: Mapping[str, float]) -> None:
        for group in self.card.conserved:
            if not any(key in values for key in group):
                continue
            whole = [values[key] if key in values else self.stated_initial(key) for key in group]
            if any(value is None for value in whole):
                continue
            total = sum(value for value in whole if value is not None)
            if abs(total - 1.0) > CONSERVATION_TOLERANCE:
                origin = self.scenario.origin if any(k in self.scenario.initial for k in group) else self.case.origin
                key = next(k for k in group if k in values)
                listed = " + ".join(f"{k} {v:g}" for k, v in zip(group, whole, strict=True))
                raise InputError(f"{origin.place(('initial', key))}shares must add up to 1, not {total:.9g}: {listed}")

    def stated_initial(self, key: str) -> float | None:
        """Return a stock's initial value if the file states it as a number or a constant, else None."""
        initial = self.stocks[key].initial
        if isinstance(initial, Number):
            return initial.value
        if isinstance(initial, Reference) and initial.key in self.constants:
            equation = self.constants[initial.key].equation
            return equation.value if isinstance(equation, Number) else None
        return None

    def clamps(self) -> dict[str, Schedule]:
        usable = {key: v for key, v in self.spec.variables.items() if v.kind != "lookup"}
        clamps: dict[str, Schedule] = {}
        for key, value in self.scenario.clamp.items():
            variable = self.known("clamp", key, usable, self.scenario.origin)
            where = self.scenario.origin.place(("clamp", key))
            for what in ("levers", "drivers", "assumptions", "initial"):
                if key in getattr(self.scenario, what):
                    raise InputError(f"{where}is also set under '{what}', which a clamp replaces; keep one of the two")
            clamps[key] = self.in_limits(variable, _schedule(value), where)
        return clamps

    def link(self, position: int, text: str) -> tuple[str, str]:
        where = self.scenario.origin.place(("freeze", position))
        parts = [part.strip() for part in text.split("->")]
        if len(parts) != 2 or not all(parts):
            raise InputError(f"{where}'{text[:80]}' is not a link; write it as 'cause -> effect'")
        cause, effect = parts
        for key in parts:
            if key not in self.spec.variables:
                raise InputError(f"{where}the model has no variable '{key}'{did_you_mean(key, self.spec.variables)}")
        variable = self.spec.variables[effect]
        causes = [*references(variable.equation), *(references(variable.initial) if variable.initial else ())]
        if cause not in causes:
            hint = did_you_mean(cause, (c for c in causes if c in self.spec.variables))
            hint = hint.replace("; allowed:", "; it uses") or "; it uses no variable"
            raise InputError(f"{where}'{effect}' does not use '{cause}'{hint}")
        return cause, effect

    def impulses(self, grid: TimeGrid) -> tuple[Impulse, ...]:
        found = []
        for position, impulse in enumerate(self.scenario.impulse):
            origin = self.scenario.origin
            if impulse.stock not in self.stocks:
                hint = did_you_mean(impulse.stock, self.stocks)
                raise InputError(f"{origin.place(('impulse', position))}no stock '{impulse.stock}'{hint}")
            if not grid.start <= impulse.time <= grid.stop:
                raise InputError(
                    f"{origin.place(('impulse', position))}time {impulse.time:g} lies outside the run "
                    f"({grid.start:g} to {grid.stop:g})"
                )
            found.append(Impulse(impulse.stock, impulse.time, impulse.amount))
        return tuple(found)

    # -- checks --

    def known(self, what: str, key: str, allowed: Mapping[str, T], origin: Origin) -> T:
        if key in allowed:
            return allowed[key]
        raise InputError(f"{origin.place((what, key))}{self.unknown(what, key, allowed)}")

    def unknown(self, what: str, key: str, allowed: Mapping[str, object]) -> str:
        for other, members in (("levers", self.levers), ("drivers", self.drivers)):
            if key in members and what != other:
                return f"is one of the model's {other}; put it under '{other}'"
        if key in self.constants and what in ("levers", "drivers"):
            return f"is a constant of the model but none of the card's {what}; put it under 'assumptions'"
        if key in self.spec.variables:
            needed = {"initial": "stock", "assumptions": "constant"}.get(what)
            kind = self.spec.variables[key].kind
            if needed:
                remedy = "; use 'clamp' to hold it" if kind != "lookup" else ""
                return f"is a {kind} of the model, not a {needed}{remedy}"
            if kind == "lookup":
                return "is a lookup table and has no value over time"
        nouns = {"levers": "lever", "drivers": "driver", "initial": "stock", "assumptions": "constant"}
        return f"model '{self.spec.name}' has no {nouns.get(what, 'variable')} of that name{did_you_mean(key, allowed)}"

    def in_range(self, item: Input, schedule: Schedule, where: str) -> Schedule:
        low, high = item.range
        if item.bounded:
            _refuse_outside(schedule, low, high, where, f"its range {low:g} to {high:g} {item.units}".rstrip())
        return schedule

    def in_limits(self, variable: Variable, schedule: Schedule, where: str) -> Schedule:
        low, high, _ = variable.limits
        lowest, highest = (-float("inf") if low is None else low), (float("inf") if high is None else high)
        said = f"the limits the model gives it, {lowest:g} to {highest:g} {variable.units}".rstrip()
        _refuse_outside(schedule, lowest, highest, where, said)
        return schedule


def _refuse_outside(schedule: Schedule, low: float, high: float, where: str, allowed: str) -> None:
    for _, value in schedule.knots:
        if not isfinite(value) or not low <= value <= high:
            raise InputError(f"{where}{value:g} lies outside {allowed}")


def _schedule(value: float | Knots) -> Schedule:
    return value.schedule() if isinstance(value, Knots) else Schedule.constant(value)


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)

