"""The scenario of a page as code: what to type in Python or in a shell to get the same numbers."""

import re
import shlex
from typing import Any

from simulator.runner import Model
from simulator.scenario import Scenario, scenario_to_dict

_CODE_FIELDS = ("levers", "drivers", "assumptions", "initial", "clamp", "freeze", "impulse", "time", "solver")


def file_name(scenario: Scenario) -> str:
    """Return a name for downloads: the scenario's, with letters, digits, hyphens and underscores only."""
    return re.sub(r"[^\w-]+", "_", scenario.name).strip("_") or "scenario"


def python_code(model: Model, scenario: Scenario, outcome: str) -> str:
    """Return a script that runs the scenario and prints the last value of `outcome`."""
    settings = scenario_to_dict(scenario)
    changes = {name: settings[name] for name in _CODE_FIELDS if name in settings}
    reference = scenario.model or model.name
    lines = ["import simulator as sim", "", f"model = sim.load_model({reference!r})"]
    if scenario.case:
        lines.append(f"scenario = sim.load_scenario({scenario.case!r})")
    else:
        lines.append(f"scenario = sim.Scenario(name={scenario.name!r}, model={reference!r})")
    if changes:
        lines.append("scenario = scenario.changed(")
        for name, value in changes.items():
            lines += _argument(name, value)
        lines.append(")")
    lines += ["run = sim.run(model, scenario)", f"print(run[{outcome!r}][-1])"]
    return "\n".join(lines) + "\n"


def _argument(name: str, value: Any) -> list[str]:
    """Return the lines of one keyword argument: a mapping's entries each on its own line."""
    if not isinstance(value, dict):
        return [f"    {name}={value!r},"]
    return [f"    {name}={{", *(f"        {key!r}: {entry!r}," for key, entry in value.items()), "    },"]


def command_line(model: Model, scenario: Scenario) -> str:
    """Return the shell command that runs the downloaded scenario file and writes its CSV."""
    name = file_name(scenario)
    command = ["gumsim", "run", f"{name}.yaml", "--out", f"{name}.csv"]
    if scenario.model:
        command += ["--model", scenario.model]
    return shlex.join(command)
