"""Plan files: which policies, over which futures, what is kept. Data, loading and sampling; nothing runs here."""

from simulator.plan.data import Design, Grid, InputDraw, Plan, Sampling
from simulator.plan.load import find_plan, load_plan, plan_from_dict, plan_to_dict, plans
from simulator.plan.sample import Uncertain, draw_levels, values_of

__all__ = [
    "Design",
    "Grid",
    "InputDraw",
    "Plan",
    "Sampling",
    "Uncertain",
    "draw_levels",
    "find_plan",
    "load_plan",
    "plan_from_dict",
    "plan_to_dict",
    "plans",
    "values_of",
]
