"""All checks in order, each timed and reported as it runs."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from simulator.errors import InputError, did_you_mean
from simulator.runner import Model
from simulator.studies.passport.behaviour import anomaly, sensitivity, surprise
from simulator.studies.passport.extremes import extremes
from simulator.studies.passport.history import family, reproduction
from simulator.studies.passport.numerics import engines, equilibrium, integration
from simulator.studies.passport.reality import claims
from simulator.studies.passport.rows import Check, Context, Row
from simulator.studies.passport.structure import boundary, parameters, structure, units

CHECKS: dict[str, Check] = {
    "boundary": boundary,
    "structure": structure,
    "units": units,
    "parameters": parameters,
    "extremes": extremes,
    "integration": integration,
    "engines": engines,
    "equilibrium": equilibrium,
    "reproduction": reproduction,
    "family": family,
    "anomaly": anomaly,
    "sensitivity": sensitivity,
    "claims": claims,
    "surprise": surprise,
}
"""The passport's tests by key, in the order they are run."""

LIMITS = (
    "The model argues about directions, orders and thresholds of policy; its figures forecast no real cluster.",
    "No source gives a coefficient for a link between factors: most gains are assumptions with a range, and results "
    "should be read over draws of them, not at the point.",
    "History is thin: a few dated figures per cluster, most of them used to set the case; little is held out.",
    "One representative firm population per cluster: differences among firms show only as shares and stocks.",
    "Evidence ends about 2009; what a run shows later rests on held drivers and the policies of the scenario.",
)


@dataclass(frozen=True)
class Passport:
    """The rows of one run of the passport, in order, with the seconds each took."""

    model: str
    sha256: str
    quick: bool
    rows: tuple[Row, ...]
    seconds: tuple[float, ...]

    @property
    def passed(self) -> bool:
        """True if no row failed."""
        return all(row.passed is not False for row in self.rows)


def passport(
    model: Model,
    *,
    quick: bool = False,
    only: Collection[str] = (),
    progress: Callable[[str], None] = lambda text: None,
) -> Passport:
    """Run the tests (`only`: those keys) on the flagship and return the passport.

    `quick` takes fewer draws and cases (under a minute); `progress` receives one line per test as it starts.
    Raises `InputError` for an unknown key.
    """
    for key in only:
        if key not in CHECKS:
            raise InputError(f"--only: there is no test '{key}'{did_you_mean(key, CHECKS)}")
    chosen = [key for key in CHECKS if not only or key in only]
    context = Context(model, quick, progress)
    rows, seconds = [], []
    for position, key in enumerate(chosen, start=1):
        progress(f"{position} of {len(chosen)}: {key}")
        started = time.perf_counter()
        rows.append(CHECKS[key](context))
        seconds.append(time.perf_counter() - started)
    return Passport(model.name, model.spec.sha256, quick, tuple(rows), tuple(seconds))
