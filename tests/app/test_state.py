"""The page's state as pure data: undo, redo, replay, saved scenarios; nothing of it needs a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.runner import Model
from simulator.ui import edit
from simulator.ui.catalogue import Catalogue
from simulator.ui.state import MAX_SAVED, RUN_PAUSE, PageState, Position


@pytest.fixture
def state(catalogue: Catalogue) -> PageState:
    return PageState(Position(catalogue.start("ningbo_apparel").baseline))


def moved(
    state: PageState, model: Model, catalogue: Catalogue, lever: int, value: float, when: float | None = None
) -> PageState:
    base = catalogue.start(state.scenario.case).base
    item = model.card.levers[lever]
    name = "" if when is None else item.key
    return state.change(lambda s: edit.set_lever(base, s, item, value=value), moving=name, when=when or 0.0)


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


@given(
    moves=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 4).map(lambda n: 25 * n), st.floats(0.0, 2 * RUN_PAUSE)),
        max_size=50,
    )
)
def test_runs_of_moves_undo_to_the_start_and_redo_to_the_end(model: Model, catalogue: Catalogue, moves) -> None:
    first = state = PageState(Position(catalogue.start("wenzhou_lighters").baseline))
    clock, stops = 0.0, [first.present]
    last: int | None = None
    last_time = 0.0
    for lever, value, pause in moves:
        clock += pause
        before = state
        state = moved(state, model, catalogue, lever, value, clock)
        if state.present == before.present:
            continue
        goes_on = last == lever and clock - last_time <= RUN_PAUSE
        last, last_time = lever, clock
        if goes_on:
            stops[-1] = state.present
            if stops[-1] == stops[-2]:
                stops.pop()
                last = None
        else:
            stops.append(state.present)
    end = state.present
    for expected in reversed(stops[:-1]):
        state = state.undo()
        assert state.present == expected
    assert state.present == first.present
    assert state.undo() == state
    for expected in stops[1:]:
        state = state.redo()
        assert state.present == expected
    assert state.present == end
    assert state.redo() == state


def test_a_run_of_quick_moves_of_one_lever_is_one_step(state: PageState, model: Model, catalogue: Catalogue) -> None:
    after = state
    for i in range(1, 8):
        after = moved(after, model, catalogue, 0, 5.0 * i, 10 + i * RUN_PAUSE / 2)
    assert after.undo().present == state.present
    assert after.undo().redo().present == after.present
    later = moved(after, model, catalogue, 0, 80, 100.0)
    assert later.undo().present == after.present, "after a pause a new step begins"
    other = moved(moved(after, model, catalogue, 1, 10, 13.6), model, catalogue, 0, 50, 13.7)
    assert len(other.past) == 3, "another lever in between ends the run"


def test_a_run_that_comes_back_leaves_no_step(state: PageState, model: Model, catalogue: Catalogue) -> None:
    there = moved(state, model, catalogue, 0, 40, 5.0)
    assert moved(there, model, catalogue, 0, 0, 5.1).past == ()


def test_undo_ends_a_run(state: PageState, model: Model, catalogue: Catalogue) -> None:
    after = moved(moved(state, model, catalogue, 0, 10, 1.0).undo(), model, catalogue, 0, 20, 1.1)
    assert len(after.past) == 1
    kept = moved(state, model, catalogue, 0, 10, 1.0).save("Plan")
    assert len(moved(kept, model, catalogue, 0, 20, 1.1).past) == 2, "what was saved can be come back to"


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
