"""What the page knows: one position (the scenario) with its history, saved scenarios and view settings. No widgets."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulator.errors import InputError
from simulator.scenario import Scenario

MAX_SAVED = 6
MAX_STEPS = 200
RUN_PAUSE = 1.5
"""Seconds: moves of one slider that follow each other within this time are one step of undo."""

VIEWS = ("explore", "compare", "uncertainty", "timing", "explain", "data", "evidence", "validation")
MAX_TRAIL = 8


@dataclass(frozen=True)
class Position:
    """One state that undo can come back to: the scenario and the policy package it was started from ('' for none)."""

    scenario: Scenario
    preset: str = ""


@dataclass(frozen=True)
class SavedRun:
    """A scenario kept under a name of the user's; `shown` puts it on the charts."""

    name: str
    position: Position
    shown: bool = True


@dataclass(frozen=True)
class ViewSettings:
    """How results are shown; none of it changes a number.

    `charts` are chart keys, left and right; `trail` the variables explained one after the other, the last one shown.
    """

    language: str = "en"
    view: str = "explore"
    charts: tuple[str, str] = ("", "")
    year: float = 0.0
    fixed: bool = False
    stacked: bool = True
    trail: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageState:
    """The single truth of one session; every change returns a new one.

    `run` names the input that the last step moved, and when (seconds of any clock), if another move may join it.
    """

    present: Position
    past: tuple[Position, ...] = ()
    future: tuple[Position, ...] = ()
    saved: tuple[SavedRun, ...] = ()
    settings: ViewSettings = field(default_factory=ViewSettings)
    run: tuple[str, float] | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario the page shows."""
        return self.present.scenario

    def view(self, **changes: object) -> "PageState":
        """Return the state with view settings changed; undo does not touch them."""
        return replace(self, settings=replace(self.settings, **changes))  # type: ignore[arg-type]

    def explain(self, key: str, *, fresh: bool = False) -> "PageState":
        """Return the state that explains a variable: next in the trail, back to it if it is there, or alone."""
        trail = () if fresh else self.settings.trail
        kept = trail[: trail.index(key)] if key in trail else trail
        return self.view(trail=(*kept, key)[-MAX_TRAIL:])

    def do(self, position: Position, *, moving: str = "", when: float = 0.0) -> "PageState":
        """Return the state moved to `position`, one step that undo takes back; nothing happens if it is the present.

        With `moving`, the name of an input, the step goes on from the one before if that moved the same input at most
        `RUN_PAUSE` seconds before `when`: one undo takes back both, and none is left if they lead back.
        """
        if position == self.present:
            return self
        run = (moving, when) if moving else None
        if run and self.run and self.run[0] == moving and 0 <= when - self.run[1] <= RUN_PAUSE:
            if position == self.past[-1]:
                return replace(self, present=position, past=self.past[:-1], run=None)
            return replace(self, present=position, run=run)
        return replace(self, present=position, past=(*self.past, self.present)[-MAX_STEPS:], future=(), run=run)

    def change(
        self, update: Callable[[Scenario], Scenario], *, moving: str = "", when: float = 0.0
    ) -> "PageState":
        """Return the state with the scenario updated, as one undoable step or part of one (see `do`)."""
        return self.do(replace(self.present, scenario=update(self.scenario)), moving=moving, when=when)

    def undo(self) -> "PageState":
        """Return the state before the last step; the same state if there is none."""
        if not self.past:
            return self
        return replace(self, present=self.past[-1], past=self.past[:-1], future=(self.present, *self.future), run=None)

    def redo(self) -> "PageState":
        """Return the state after the last undone step; the same state if there is none."""
        if not self.future:
            return self
        past = (*self.past, self.present)
        return replace(self, present=self.future[0], past=past, future=self.future[1:], run=None)

    def replay(self) -> "PageState":
        """Return the state on the other side of the last change: undone if it was done, done again if undone."""
        return self.redo() if self.future else self.undo()

    def save(self, name: str) -> "PageState":
        """Return the state with the present position kept under `name`.

        Raises `InputError` if the name is empty or over 60 characters, taken, or `MAX_SAVED` are kept already.
        """
        name = " ".join(name.split())
        if not name or len(name) > 60:
            raise InputError("a saved scenario needs a name of 1 to 60 characters")
        if any(saved.name == name for saved in self.saved):
            raise InputError(f"there is already a saved scenario called '{name}'")
        if len(self.saved) >= MAX_SAVED:
            raise InputError(f"{MAX_SAVED} scenarios are saved already; remove one first")
        return replace(self, saved=(*self.saved, SavedRun(name, self.present)), run=None)

    def remove(self, name: str) -> "PageState":
        """Return the state without the saved scenario `name`."""
        return replace(self, saved=tuple(s for s in self.saved if s.name != name))

    def show(self, names: tuple[str, ...]) -> "PageState":
        """Return the state with exactly the saved scenarios `names` on the charts."""
        return replace(self, saved=tuple(replace(s, shown=s.name in names) for s in self.saved))
