"""The page's state as pure data: undo, redo, replay, saved scenarios; nothing of it needs a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.runner import Model
from simulator.ui import edit
from simulator.ui.catalogue import Catalogue
from simulator.ui.state import MAX_SAVED, PageState, Position


@pytest.fixture
def state(catalogue: Catalogue) -> PageState:
    return PageState(Position(catalogue.start("ningbo_apparel").baseline))


def moved(state: PageState, model: Model, catalogue: Catalogue, lever: int, value: float) -> PageState:
    base = catalogue.start(state.scenario.case).base
    item = model.card.levers[lever]
    return state.change(lambda s: edit.set_lever(base, s, item, value=value))


@given(moves=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 100)), max_size=50))
def test_undo_returns_to_the_start_and_redo_to_the_end(model: Model, catalogue: Catalogue, moves) -> None:
    first = state = PageState(Position(catalogue.start("wenzhou_lighters").baseline))
    seen = [state.present]
    for lever, value in moves:
        state = moved(state, model, catalogue, lever, value)
        if state.present != seen[-1]:
            seen.append(state.present)
    last = state.present
    for expected in reversed(seen[:-1]):
        state = state.undo()
        assert state.present == expected
    assert state.present == first.present
    assert state.undo() == state
    for _ in seen[1:]:
        state = state.redo()
    assert state.present == last
    assert state.redo() == state


def test_a_new_move_forgets_what_was_undone(state: PageState, model: Model, catalogue: Catalogue) -> None:
    state = moved(moved(state, model, catalogue, 0, 10), model, catalogue, 0, 20).undo()
    assert moved(state, model, catalogue, 1, 5).future == ()


def test_replay_goes_back_and_forth(state: PageState, model: Model, catalogue: Catalogue) -> None:
    after = moved(state, model, catalogue, 0, 40)
    assert after.replay().present == state.present
    assert after.replay().replay().present == after.present
    assert state.replay() == state


def test_view_settings_are_no_step(state: PageState, model: Model, catalogue: Catalogue) -> None:
    after = moved(state, model, catalogue, 0, 40).view(language="zh", year=2010)
    assert after.undo().settings.language == "zh"
    assert len(after.past) == 1


def test_saving_names_and_removing(state: PageState) -> None:
    saved = state.save("  My   plan ")
    assert [s.name for s in saved.saved] == ["My plan"]
    assert saved.show(()).saved[0].shown is False
    assert saved.remove("My plan").saved == ()
    with pytest.raises(InputError, match="already"):
        saved.save("My plan")
    for name in ("", "   ", "x" * 61):
        with pytest.raises(InputError, match="name"):
            state.save(name)
    full = state
    for i in range(MAX_SAVED):
        full = full.save(f"plan {i}")
    with pytest.raises(InputError, match="remove one"):
        full.save("one more")
    assert MAX_SAVED >= 4
