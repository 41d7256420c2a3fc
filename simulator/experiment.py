"""What the engine is asked to run: inputs over time and interventions, with no notion of levers, cases or files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.errors import InputError, did_you_mean
from simulator.schedule import Schedule
from simulator.time_grid import TimeGrid

ADAPTIVE_METHODS = ("LSODA", "RK45", "DOP853", "Radau", "BDF")
FIXED_STEP_METHODS = ("euler", "rk4")
METHODS = ADAPTIVE_METHODS + FIXED_STEP_METHODS


@dataclass(frozen=True)
class SolverSettings:
    """Integration method and tolerances.

    `method` is one of `METHODS`; `rtol` (relative) in 1e-13..1e-1 and `atol` (absolute, per unit of each stock's
    scale) above 0 apply to adaptive methods only. Raises `InputError` otherwise.
    """

    method: str = "LSODA"
    rtol: float = 1e-6
    atol: float = 1e-9

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"unknown method '{self.method}'{did_you_mean(self.method, METHODS)}")
        if not 1e-13 <= self.rtol <= 1e-1:
            raise InputError(f"rtol must lie between 1e-13 and 0.1, not {self.rtol:g}")
        if not 0 < self.atol < float("inf"):
            raise InputError(f"atol must be above 0, not {self.atol:g}")

    @property
    def is_adaptive(self) -> bool:
        """True if the method chooses its own step."""
        return self.method in ADAPTIVE_METHODS


@dataclass(frozen=True)
class Impulse:
    """A jump of one stock by `amount` (in the stock's unit) at `time`."""

    stock: str
    time: float
    amount: float


@dataclass(frozen=True)
class Experiment:
    """All that one run needs beside the model; keys are snake_case variable keys.

    parameters  constant -> value over time (unset constants keep the file's value)
    initial     stock -> initial value
    clamp       any variable -> value over time, replacing its equation (a clamped stock does not integrate)
    freeze      pairs (X, Y): Y keeps seeing X at its initial value
    impulses    jumps of stocks
    """

    time: TimeGrid
    parameters: Mapping[str, Schedule] = field(default_factory=dict)
    initial: Mapping[str, float] = field(default_factory=dict)
    clamp: Mapping[str, Schedule] = field(default_factory=dict)
    freeze: tuple[tuple[str, str], ...] = ()
    impulses: tuple[Impulse, ...] = ()
    solver: SolverSettings = field(default_factory=SolverSettings)
