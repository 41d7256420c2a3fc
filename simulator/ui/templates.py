"""Ready-made paths over time for one lever: ramp, pilot then scale, sunset."""

from typing import Literal

from simulator.card import Lever
from simulator.scenario import Knots, LeverSetting, Scenario
from simulator.ui.edit import Base, lever_view

Template = Literal["ramp", "pilot", "sunset"]
TEMPLATES: tuple[Template, ...] = ("ramp", "pilot", "sunset")
PILOT_SHARE = 0.25


def apply_template(base: Base, scenario: Scenario, lever: Lever, name: Template, stop: float) -> Scenario:
    """Return the scenario with the lever on a ready-made path, scaled to the time from policy start to `stop`.

    ramp    from its start up over a quarter of the time
    pilot   a quarter of the strength for a sixth of the time, then up to all of it over another sixth
    sunset  up over a twelfth, held until half of the time is over, then back to the case's own path

    The strength is the one set now, or half of the lever's range where it stands on the case's own value.
    """
    start = base.policy_start
    span = max(stop - start, 1e-9)
    view = lever_view(base, scenario, lever)
    far = lever.range[1] if lever.range[1] > lever.neutral else lever.range[0]
    value = view.value if view.changed and view.value != base.value(lever) else (lever.neutral + far) / 2
    if name == "ramp":
        setting: LeverSetting | Knots = LeverSetting(value=value, ramp=_whole(span / 4, span))
    elif name == "sunset":
        ramp = _whole(span / 12, span)
        setting = LeverSetting(value=value, ramp=ramp, end=start + max(_whole(span / 2, span), ramp))
    else:
        own = base.path(lever)
        before = own.at(start)
        step = _whole(span / 6, span)
        soon = _whole(span / 24, span) / 2
        trial = before + PILOT_SHARE * (value - before)
        history = tuple(knot for knot in own.knots if knot[0] < start)
        setting = Knots(
            knots=(*history, (start, before), (start + soon, trial), (start + step, trial), (start + 2 * step, value))
        )
    return scenario.changed(levers={**scenario.levers, lever.key: setting})


def _whole(time: float, span: float) -> float:
    """Return a duration in whole time units where the run is long enough for them."""
    return float(max(1, round(time))) if span >= 12 else time
