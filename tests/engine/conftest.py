"""Small models written as a few equations, read through the real reader."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.model import ModelSpec
from simulator.readers import read_model

CLOCK = """
INITIAL TIME = {start} ~ Year ~ |
FINAL TIME = {stop} ~ Year ~ |
TIME STEP = {step} ~ Year ~ |
SAVEPER = {every} ~ Year ~ |
\\\\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
///---\\\\\\
:L<%^E!@
15:0,0,0,{code},0,0
"""


def vensim_text(
    equations: str, *, start: float = 0, stop: float = 10, step: float = 0.125, every: float = 0.5, code: int = 0
) -> str:
    """Return a .mdl file's text: one equation per line, optionally with ``~ units ~ documentation``."""
    entries = []
    for line in equations.strip().splitlines():
        parts = [part.strip() for part in line.split("~")] + ["", ""]
        if line.strip():
            entries.append(f"{parts[0]}\n\t~\t{parts[1]}\n\t~\t{parts[2]}\n\t|\n")
    clock = CLOCK.format(start=start, stop=stop, step=step, every=every, code=code)
    return "{UTF-8}\n" + "\n".join(entries) + clock


@pytest.fixture
def model(tmp_path: Path) -> Callable[..., ModelSpec]:
    """Return a function that reads a model from its equations."""

    def read(equations: str, **clock: float) -> ModelSpec:
        path = tmp_path / "small.mdl"
        path.write_text(vensim_text(equations, **clock), encoding="utf-8")  # type: ignore[arg-type]
        return read_model(path)

    return read
