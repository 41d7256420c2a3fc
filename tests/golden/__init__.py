"""Stored runs: the numbers of today, so that a change of them is seen and meant."""
