"""gumsim: a system-dynamics policy simulator.

>>> import simulator as sim
>>> model = sim.load_model("first_order")
>>> base = sim.Scenario(name="base")
>>> run = sim.run(model, base)
>>> run.to_csv("out.csv")                                      # doctest: +SKIP

With the flagship model of cluster upgrading::

    model = sim.load_model("gum")
    base = sim.load_scenario("wenzhou_lighters")
    run = sim.run(model, base, levers={"association_building": 60}, clamp={"trust": 0.5})
    run["value_capture_rate"]; run.to_dataframe(); run.to_xarray()

Importing this package is cheap: its parts load when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulator.errors import GumsimError, InputError, ModelError, SimulationError, UnsupportedError
from simulator.version import __version__

if TYPE_CHECKING:
    from simulator.batch import open_store, run_batch, uncertainty_bands
    from simulator.experiment import Experiment
    from simulator.export import csv_text, meta, write_csv
    from simulator.indicators import elasticity, outcome_table, value_at
    from simulator.library import cases, models, scenarios
    from simulator.runner import Model, load_model, model_of, run
    from simulator.scenario import (
        Case,
        LeverSetting,
        Scenario,
        differences,
        load_case,
        load_scenario,
        scenario_from_dict,
        scenario_from_yaml,
        scenario_to_dict,
        scenario_to_yaml,
    )
    from simulator.schedule import Schedule
    from simulator.trajectory import Trajectory

_HOMES = {
    "simulator.batch": ("open_store", "run_batch", "uncertainty_bands"),
    "simulator.experiment": ("Experiment",),
    "simulator.export": ("csv_text", "meta", "write_csv"),
    "simulator.indicators": ("elasticity", "outcome_table", "value_at"),
    "simulator.library": ("cases", "models", "scenarios"),
    "simulator.runner": ("Model", "load_model", "model_of", "run"),
    "simulator.scenario": (
        "Case", "LeverSetting", "Scenario", "differences", "load_case", "load_scenario", "scenario_from_dict",
        "scenario_from_yaml", "scenario_to_dict", "scenario_to_yaml",
    ),
    "simulator.schedule": ("Schedule",),
    "simulator.trajectory": ("Trajectory",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Case",
    "Experiment",
    "GumsimError",
    "InputError",
    "LeverSetting",
    "Model",
    "ModelError",
    "Scenario",
    "Schedule",
    "SimulationError",
    "Trajectory",
    "UnsupportedError",
    "__version__",
    "cases",
    "csv_text",
    "differences",
    "elasticity",
    "load_case",
    "load_model",
    "load_scenario",
    "meta",
    "model_of",
    "models",
    "open_store",
    "outcome_table",
    "run",
    "run_batch",
    "scenario_from_dict",
    "scenario_from_yaml",
    "scenario_to_dict",
    "scenario_to_yaml",
    "scenarios",
    "uncertainty_bands",
    "value_at",
    "write_csv",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'simulator' has no attribute '{name}'")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
