"""Changes to a scenario as pure functions, and what a widget should show of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.card import Input, Lever
from simulator.errors import InputError
from simulator.scenario import Knots, LeverSetting, Scenario, lever_schedule
from simulator.schedule import Schedule

DEFAULT_RAMP = 1.0
MOST_OPTIONS = 400


@dataclass(frozen=True)
class LeverView:
    """What the page shows of one lever: its value under the scenario, its schedule, and whether that is set in it."""

    value: float
    start: float
    ramp: float
    end: float | None
    changed: bool


@dataclass(frozen=True)
class Base:
    """What the case gives: the path of every input nothing was changed in, and the year policy starts by default."""

    paths: Mapping[str, Schedule]
    policy_start: float

    def path(self, item: Input) -> Schedule:
        """Return the case's own path of a lever, driver or assumption; its neutral value where the case has none."""
        return self.paths.get(item.key) or Schedule.constant(item.neutral)

    def value(self, item: Input) -> float:
        """Return the case's value of an input in the year policy starts."""
        return self.path(item).at(self.policy_start)


def lever_view(base: Base, scenario: Scenario, lever: Lever) -> LeverView:
    """Return the lever as the scenario has it: untouched, its value in the case when policy starts.

    On a path of its own, it is the value that the path leads to.
    """
    setting = scenario.levers.get(lever.key)
    if isinstance(setting, LeverSetting):
        start = base.policy_start if setting.start is None else setting.start
        return LeverView(setting.value, start, setting.ramp, setting.end, True)
    value = base.value(lever) if setting is None else setting.schedule().knots[-1][1]
    return LeverView(value, base.policy_start, DEFAULT_RAMP, None, setting is not None)


def lever_path(base: Base, scenario: Scenario, lever: Lever) -> Schedule:
    """Return the lever's path over time under the scenario."""
    setting = scenario.levers.get(lever.key)
    if setting is None:
        return base.path(lever)
    if isinstance(setting, Knots):
        return setting.schedule()
    return lever_schedule(base.path(lever), setting, base.policy_start)


def lever_ends(base: Base, scenario: Scenario, lever: Lever) -> tuple[Schedule, Schedule]:
    """Return the lever's path over time with its slider at each end of its range, knots at equal times."""
    view = lever_view(base, scenario, lever)
    low, high = (
        lever_schedule(
            base.path(lever), LeverSetting(value=v, start=view.start, ramp=view.ramp, end=view.end), base.policy_start
        )
        for v in lever.range
    )
    return low, high


def set_lever(base: Base, scenario: Scenario, lever: Lever, **changes: float | None) -> Scenario:
    """Return the scenario with a lever's value, start, ramp or end changed.

    A lever put back on the case's own value, with no schedule of its own, counts as untouched again. Raises
    `InputError` if a value lies outside the lever's range, the ramp is negative, or the end comes before the lever is
    fully up.
    """
    view = lever_view(base, scenario, lever)
    wanted = {"value": view.value, "start": view.start, "ramp": view.ramp, "end": view.end} | changes
    value, start, ramp, end = (wanted[name] for name in ("value", "start", "ramp", "end"))
    if value is None or start is None or ramp is None:
        raise InputError(f"'{lever.key}' needs a value, a start and a ramp")
    check_range(lever, value)
    if ramp < 0:
        raise InputError(f"'{lever.key}': the ramp takes 0 years or more")
    if end is not None and end < start + ramp:
        raise InputError(f"'{lever.key}': the end ({end:g}) comes before the lever is fully up ({start + ramp:g})")
    if value == _steady(base.path(lever), start) and (start, ramp, end) == (base.policy_start, DEFAULT_RAMP, None):
        return reset_levers(scenario, [lever.key])
    setting = LeverSetting(value=value, start=None if start == base.policy_start else start, ramp=ramp, end=end)
    return scenario.changed(levers={**scenario.levers, lever.key: setting})


def _steady(path: Schedule, start: float) -> float | None:
    """Return the value the path keeps from `start` on, None if it moves."""
    value = path.at(start)
    return value if all(later == value for time, later in path.knots if time >= start) else None


def options(lever: Lever, value: float) -> list[float]:
    """Return the values a lever's slider steps through: its range in the card's steps, and `value` itself."""
    low, high = lever.range
    count = min(max(1, round((high - low) / lever.step)), MOST_OPTIONS)
    found = {round(low + (high - low) * i / count, 9) for i in range(count + 1)}
    return sorted(found | {value})


def reset_levers(scenario: Scenario, keys: Iterable[str]) -> Scenario:
    """Return the scenario with these levers as the case has them."""
    gone = set(keys)
    return scenario.changed(levers={k: v for k, v in scenario.levers.items() if k not in gone})


def reset_policies(scenario: Scenario) -> Scenario:
    """Return the scenario with every lever as the case has it."""
    return scenario.changed(levers={})


def reset_drivers(scenario: Scenario) -> Scenario:
    """Return the scenario with every outside driver as the case has it."""
    return scenario.changed(drivers={})


def reset_assumptions(scenario: Scenario) -> Scenario:
    """Return the scenario with every assumption as the case has it."""
    return scenario.changed(assumptions={})


def reset_input(scenario: Scenario, key: str) -> Scenario:
    """Return the scenario with one driver or assumption as the case has it."""
    return scenario.changed(
        drivers={k: v for k, v in scenario.drivers.items() if k != key},
        assumptions={k: v for k, v in scenario.assumptions.items() if k != key},
    )


def input_shown(base: Base, scenario: Scenario, item: Input) -> float:
    """Return a driver's or assumption's value under the scenario, in the year policy starts."""
    return input_path(base, scenario, item).at(base.policy_start)


def input_path(base: Base, scenario: Scenario, item: Input) -> Schedule:
    """Return a driver's or assumption's path over time under the scenario."""
    setting = scenario.drivers.get(item.key, scenario.assumptions.get(item.key))
    if setting is None:
        return base.path(item)
    return setting.schedule() if isinstance(setting, Knots) else Schedule.constant(setting)


def set_driver(base: Base, scenario: Scenario, driver: Input, value: float) -> Scenario:
    """Return the scenario with the driver held at `value` throughout, in place of the case's history."""
    check_range(driver, value)
    if base.path(driver).is_constant and value == base.value(driver):
        return reset_input(scenario, driver.key)
    return scenario.changed(drivers={**scenario.drivers, driver.key: value})


def set_assumption(base: Base, scenario: Scenario, assumption: Input, value: float) -> Scenario:
    """Return the scenario with the assumption at `value`; back on the case's value it counts as untouched."""
    check_range(assumption, value)
    if base.path(assumption).is_constant and value == base.value(assumption):
        return reset_input(scenario, assumption.key)
    return scenario.changed(assumptions={**scenario.assumptions, assumption.key: value})


def differs(item: Input, value: float, shown: float) -> bool:
    """Tell a changed value from one a widget only hands back: by over a millionth of the item's range.

    A field that is left hands back what it shows; without this, looking at an input that follows the case's history
    would hold it at today's value.
    """
    return abs(value - shown) > 1e-6 * (item.range[1] - item.range[0])


def check_range(item: Input, value: float) -> None:
    """Raise `InputError` if `value` lies outside the range of an item that has one."""
    low, high = item.range
    if item.bounded and not low <= value <= high:
        raise InputError(f"'{item.key}' takes a value from {low:g} to {high:g}, not {value:g}")
