"""A small plan on the tank model of the tests' ground: two policies, a few inputs, quick to run."""

from pathlib import Path

import pytest

PLAN = """format: gumsim-plan/1
name: taps
scenarios: [house.yaml, open_tap.yaml]
sampling: {method: lhs, runs: 50, seed: 3, assumptions: {leak: {}, area: {range: [2, 8], distribution: uniform}}}
outcomes: [water, level]
time: {every: 1, step: 0.125}
"""


@pytest.fixture
def plan_file(tank: Path) -> Path:
    """Return a plan file beside the tank model, its case and its scenario."""
    path = tank / "taps.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def write(plan_file: Path):
    """Return a function that writes a changed plan and returns its path; each pair is (old text, new text)."""

    def change(*pairs: tuple[str, str]) -> Path:
        text = PLAN
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        plan_file.write_text(text, encoding="utf-8")
        return plan_file

    return change
