"""Stepping through time: adaptive methods (SciPy) over segments, and fixed-step methods on the model's grid.

Solvers see callables and numbers, never a model.
"""

from simulator.solvers.adaptive import Segment, integrate_segments
from simulator.solvers.fixed import FIXED_METHODS, StepProblem, integrate_steps

__all__ = ["FIXED_METHODS", "Segment", "StepProblem", "integrate_segments", "integrate_steps"]
