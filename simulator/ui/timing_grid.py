"""One lever tried at several starts and strengths: what each gains at the end, and after which start it is too late."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.card import Lever, Outcome
from simulator.runner import Model
from simulator.scenario import Case, Scenario, resolve
from simulator.simulate import simulate
from simulator.ui import edit

STARTS, STRENGTHS = 7, 5
WORTH = 0.1
"""Share of the best gain below which a start counts as too late."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TimingGrid:
    """Values of every outcome at time `stop`, in the model's units.

    values      shape (n_strengths, n_starts, n_outcomes); NaN where a run is not made yet or failed
    reference   without the lever, shape (n_outcomes,)
    """

    starts: Floats
    strengths: Floats
    outcomes: tuple[str, ...]
    values: Floats
    reference: Floats
    stop: float

    def gains(self, outcome: Outcome) -> Floats:
        """Return the change against the reference in display units, shape (n_strengths, n_starts)."""
        i = self.outcomes.index(outcome.key)
        found: Floats = (self.values[:, :, i] - self.reference[i]) * outcome.display
        return found


def start_times(policy_start: float, stop: float) -> Floats:
    """Return the starts tried, from the policy's start on; whole time units where there is room for them."""
    times = np.linspace(policy_start, stop, STARTS + 1)[:-1]
    return np.unique(np.round(times)) if stop - policy_start >= STARTS else times


def strengths_of(lever: Lever) -> Floats:
    """Return the strengths tried: equal steps from neutral (left out) to the far end of the range."""
    low, high = lever.range
    far = high if high > lever.neutral else low
    return lever.neutral + (far - lever.neutral) * np.arange(1, STRENGTHS + 1) / STRENGTHS


def timing_grid(
    model: Model,
    case: Case,
    base: edit.Base,
    scenario: Scenario,
    lever: Lever,
    outcomes: tuple[str, ...],
    progress: Callable[[TimingGrid, float], bool],
) -> TimingGrid:
    """Run `scenario` with `lever` at every start and strength, and once with the lever as the case has it.

    `progress` gets the grid so far and the share done after each start; if it returns False the work stops there.
    Raises `InputError` or `SimulationError` as a single run does.
    """

    def last(changed: Scenario) -> Floats:
        experiment = resolve(model.spec, model.card, case, changed)
        run = simulate(model.spec, experiment, save=outcomes)
        return np.array([run[key][-1] for key in outcomes])

    stop = resolve(model.spec, model.card, case, scenario).time.stop
    without = edit.reset_levers(scenario, [lever.key])
    starts, strengths = start_times(base.policy_start, stop), strengths_of(lever)
    values = np.full((len(strengths), len(starts), len(outcomes)), np.nan)
    reference = last(without)
    for j, start in enumerate(starts):
        for i, value in enumerate(strengths):
            values[i, j] = last(edit.set_lever(base, without, lever, value=float(value), start=float(start)))
        if not progress(TimingGrid(starts, strengths, outcomes, values.copy(), reference, stop), (j + 1) / len(starts)):
            break
    return TimingGrid(starts, strengths, outcomes, values, reference, stop)


def wanted(gains: Floats, outcome: Outcome) -> Floats:
    """Return gains so that more is better: turned round if lower is better, their size if neither is."""
    if outcome.better == "depends":
        return np.abs(gains)
    return -gains if outcome.better == "lower" else gains


def best_cell(gains: Floats, outcome: Outcome) -> tuple[int, int] | None:
    """Return (strength, start) of the best gain; None if nothing gains as much as the last shown digit."""
    good = np.where(np.isnan(gains), -np.inf, wanted(gains, outcome))
    i, j = np.unravel_index(int(np.argmax(good)), good.shape)
    return (int(i), int(j)) if round(float(good[i, j]), outcome.decimals) > 0 else None


def last_useful_start(starts: Floats, gains: Floats, outcome: Outcome) -> float | None:
    """Return the start after which no strength gains `WORTH` of the best any more, by straight-line interpolation.

    Infinity if even the last start tried does; None if there is no best gain at all.
    """
    if best_cell(gains, outcome) is None:
        return None
    most = np.nanmax(np.where(np.isnan(gains), -np.inf, wanted(gains, outcome)), axis=0)
    level = WORTH * float(most.max())
    useful = np.flatnonzero(most >= level)
    j = int(useful[-1])
    if j == len(starts) - 1:
        return float("inf")
    if not np.isfinite(most[j + 1]):
        return float(starts[j])
    share = (most[j] - level) / (most[j] - most[j + 1])
    return float(starts[j] + share * (starts[j + 1] - starts[j]))
