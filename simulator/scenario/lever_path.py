"""From a lever setting (value, start, ramp, end) over a history to one path over time."""

from simulator.errors import InputError
from simulator.scenario.data import LeverSetting
from simulator.schedule import Schedule


def lever_schedule(history: Schedule, setting: LeverSetting, policy_start: float) -> Schedule:
    """Return the path of a lever: `history` until the start, the setting's value, and `history` again after its end.

    Raises `InputError` if the end comes before start + ramp.
    """
    start = policy_start if setting.start is None else setting.start
    full = start + setting.ramp
    knots = [knot for knot in history.knots if knot[0] < start]
    knots += [(start, history.at(start, before=True)), (full, setting.value)]
    if setting.end is not None:
        if setting.end < full:
            raise InputError(
                f"end ({setting.end:g}) comes before the lever is fully up (start {start:g} + ramp {setting.ramp:g}); "
                "raise end or shorten ramp"
            )
        back = setting.end + setting.ramp
        knots += [(setting.end, setting.value), (back, history.at(back))]
        knots += [knot for knot in history.knots if knot[0] > back]
    return Schedule(tuple(knots))
