"""A model whose results depend on its time step: every part of the page runs it by the file's own method."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator.runner import Model, load_model, run
from simulator.ui.background import board
from simulator.ui.catalogue import read_catalogue
from simulator.ui.edit import set_lever
from simulator.ui.share import decode, encode
from simulator.ui.state import VIEWS, Position
from simulator.ui.timing_grid import timing_grid
from tests.app.reading import show

OpenPage = Callable[..., AppTest]

MEMORY = """{UTF-8}
x = INTEG(inflow - late, 1) ~ u ~ |
inflow = 1 ~ u [0,2] ~ |
late = DELAY FIXED(inflow, 2, 0) ~ u ~ |
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 10 ~ Year ~ |
TIME STEP = 0.125 ~ Year ~ |
SAVEPER = 0.5 ~ Year ~ |
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "memory.mdl"
    path.write_text(MEMORY, encoding="utf-8")
    return path


@pytest.fixture
def memory(path: Path) -> Model:
    model = load_model(path)
    assert model.default_method == "euler"
    return model


def test_a_start_and_a_link_have_the_files_method(memory: Model) -> None:
    shipped = read_catalogue(memory)
    start = shipped.start("")
    assert start.experiment.solver.method == "euler"
    moved = Position(set_lever(start.base, start.baseline, memory.card.levers[0], value=1.5))
    assert decode(encode(moved), memory, shipped) == moved


def test_the_timing_of_a_lever_is_that_of_single_runs(memory: Model) -> None:
    start, lever = read_catalogue(memory).start(""), memory.card.levers[0]
    grid = timing_grid(memory, start.case, start.base, start.baseline, [lever], ("x",), lambda g, share: True)
    changed = set_lever(
        start.base, start.baseline, lever, value=float(grid.strengths[1, 0]), start=float(grid.starts[3])
    )
    assert grid.values[1, 3, 0] == run(memory, changed)["x"][-1]
    assert grid.reference[0] == run(memory, start.baseline)["x"][-1] == pytest.approx(3.0)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_stands(open_page: OpenPage, path: Path, view: str) -> None:
    page = show(open_page(model=str(path)), view)
    for job in list(board()._jobs.values()):
        assert job.finished.wait(60)
        assert not job.error
    page.run()
    assert not page.exception
    assert [error.value for error in page.error] == []
