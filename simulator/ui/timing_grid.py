"""One lever, or several together, at several starts and strengths: what each gains, and when it is too late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from simulator.card import Lever, Outcome
from simulator.runner import Model, experiment_of
from simulator.scenario import Case, Scenario
from simulator.simulate import simulate
from simulator.ui import edit

STARTS, STRENGTHS = 7, 5
WORTH = 0.1
"""Share of the best gain below which a start counts as too late."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TimingGrid:
    """Values of every outcome at time `stop`, in the model's units.

    strengths   of each lever, shape (n_strengths, n_levers): all go the same share of their way
    values      all levers together, shape (n_strengths, n_starts, n_outcomes); NaN where a run is not made yet
    parts       each lever alone, shape (n_levers, n_strengths, n_starts, n_outcomes); for one lever no row
    reference   without the levers, shape (n_outcomes,)
    """

    starts: Floats
    strengths: Floats
    outcomes: tuple[str, ...]
    values: Floats
    reference: Floats
    stop: float
    parts: Floats

    def gains(self, outcome: Outcome) -> Floats:
        """Return the change against the reference in display units, shape (n_strengths, n_starts)."""
        i = self.outcomes.index(outcome.key)
        found: Floats = (self.values[:, :, i] - self.reference[i]) * outcome.display
        return found

    def gains_alone(self, outcome: Outcome) -> Floats:
        """Return the same for each lever alone, shape (n_levers, n_strengths, n_starts); no row for one lever."""
        i = self.outcomes.index(outcome.key)
        found: Floats = (self.parts[..., i] - self.reference[i]) * outcome.display
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
    levers: Sequence[Lever],
    outcomes: tuple[str, ...],
    progress: Callable[[TimingGrid, float], bool],
) -> TimingGrid:
    """Run `scenario` with `levers` at every start and strength, then each alone, and once with none of them moved.

    The levers start together and go the same share of their way. `progress` gets the grid so far and the share done
    after each start; if it returns False the work stops there.
    Raises `InputError` or `SimulationError` as a single run does.
    """

    def last(changed: Scenario) -> Floats:
        run = simulate(model.spec, experiment_of(model, changed, case), save=outcomes)
        return np.array([run[key][-1] for key in outcomes])

    stop = experiment_of(model, scenario, case).time.stop
    without = edit.reset_levers(scenario, [lever.key for lever in levers])
    starts = start_times(base.policy_start, stop)
    strengths = np.stack([strengths_of(lever) for lever in levers], axis=1)
    groups = [range(len(levers)), *([i] for i in range(len(levers)) if len(levers) > 1)]
    values = np.full((len(groups), len(strengths), len(starts), len(outcomes)), np.nan)
    reference = last(without)

    def grid() -> TimingGrid:
        kept = values.copy()
        return TimingGrid(starts, strengths, outcomes, kept[0], reference, stop, kept[1:])

    for done, (g, j) in enumerate(product(range(len(groups)), range(len(starts))), start=1):
        for i in range(len(strengths)):
            moved = without
            for n in groups[g]:
                moved = edit.set_lever(
                    base, moved, levers[n], value=float(strengths[i, n]), start=float(starts[j])
                )
            values[g, i, j] = last(moved)
        if not progress(grid(), done / (len(groups) * len(starts))):
            break
    return grid()


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
