"""One ModelSpec + one Experiment -> one Trajectory, or many runs at once. Pure: no run leaves anything for the next."""

from simulator.simulate.batch import simulate_batch
from simulator.simulate.run import default_experiment, saved_keys, simulate

__all__ = ["default_experiment", "saved_keys", "simulate", "simulate_batch"]
