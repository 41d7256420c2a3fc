"""Batches: a plan bound to its model, run in chunks on one machine or many, kept in a folder, read back lazily."""

from simulator.batch.check import check_plan
from simulator.batch.live import Band, UncertaintyBands, uncertainty_bands
from simulator.batch.prepare import Policy, PreparedPlan, prepare
from simulator.batch.progress import Progress
from simulator.batch.run import BatchSummary, run_batch
from simulator.batch.store import Store, open_store

__all__ = [
    "Band",
    "BatchSummary",
    "Policy",
    "PreparedPlan",
    "Progress",
    "Store",
    "UncertaintyBands",
    "check_plan",
    "open_store",
    "prepare",
    "run_batch",
    "uncertainty_bands",
]
