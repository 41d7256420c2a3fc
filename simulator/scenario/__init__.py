"""Cases and scenarios: the files users write, the data they become, and the experiment they stand for."""

from simulator.scenario.data import Case, CaseTime, ImpulseSetting, Knots, LeverSetting, RunTime, Scenario, SolverChoice
from simulator.scenario.differences import Difference, differences
from simulator.scenario.lever_path import lever_schedule
from simulator.scenario.load import baseline, case_of, load_case, load_scenario
from simulator.scenario.resolve import resolve
from simulator.scenario.text import scenario_from_dict, scenario_from_yaml, scenario_to_dict, scenario_to_yaml

__all__ = [
    "Case",
    "CaseTime",
    "Difference",
    "ImpulseSetting",
    "Knots",
    "LeverSetting",
    "RunTime",
    "Scenario",
    "SolverChoice",
    "baseline",
    "case_of",
    "differences",
    "lever_schedule",
    "load_case",
    "load_scenario",
    "resolve",
    "scenario_from_dict",
    "scenario_from_yaml",
    "scenario_to_dict",
    "scenario_to_yaml",
]
