"""Plan files: which policies, over which futures, what is kept. Data, loading and sampling; nothing runs here."""

from simulator.plan.data import Grid, InputDraw, Method, Plan, Sampling
from simulator.plan.design import Levels, design_size
from simulator.plan.distributions import Uncertain, values_of
from simulator.plan.load import find_plan, load_plan, plan_from_dict, plan_to_dict, plans

__all__ = [
    "Grid",
    "InputDraw",
    "Levels",
    "Method",
    "Plan",
    "Sampling",
    "Uncertain",
    "design_size",
    "find_plan",
    "load_plan",
    "plan_from_dict",
    "plan_to_dict",
    "plans",
    "values_of",
]
