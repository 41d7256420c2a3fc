"""What the browser needs to run the model itself while a slider is dragged: program, present run, sliders.

A preview is only ever shown between the first movement of a slider and the server's answer; see `docs/page.md`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import streamlit as st

from simulator.card import Input, Outcome
from simulator.compile import compile_model
from simulator.compile.inputs import lay_out_inputs
from simulator.compile.javascript import JavascriptProgram, javascript
from simulator.errors import UnsupportedError
from simulator.experiment import Experiment
from simulator.figures.spec import rounded
from simulator.runner import Model, experiment_of
from simulator.scenario import Scenario
from simulator.schedule import Schedule
from simulator.solvers.grid import GRID_TOLERANCE
from simulator.trajectory import Trajectory
from simulator.ui.component_files import component_file
from simulator.ui.names import headlines
from simulator.ui.runs import Runs, shown_keys
from simulator.ui.session import Page, css_class

TOLERANCE = 0.005
"""Share of an outcome's range by which the browser's run of the present scenario may differ from the server's."""

_CHECKS = 9


@dataclass(frozen=True)
class Slider:
    """One slider on the page and the input it moves.

    key      the widget's key
    shown    the input's value that the slider stands at
    options  the values a slider of positions steps through, ascending; None for a slider of plain values
    paths    returns the input's paths over time with the slider at each end of the input's range, knots at equal
             times; None for an input that the slider holds at one value throughout
    """

    key: str
    item: Input
    shown: float
    options: Sequence[float] | None = None
    paths: Callable[[], tuple[Schedule, Schedule]] | None = None


@dataclass(frozen=True)
class _Program:
    """A model's program for the browser; `defaults` is the input vector without any experiment."""

    javascript: JavascriptProgram
    defaults: tuple[float, ...]
    name: str


def stamp(scenario: Scenario) -> str:
    """Return a short text that is equal for equal scenarios: it says which run a chart draws."""
    return blake2b(scenario.model_dump_json().encode(), digest_size=8).hexdigest()


def show_preview(page: Page, runs: Runs, sliders: Iterable[Slider]) -> None:
    """Hand the browser what it needs to draw charts and headline values while one of `sliders` is dragged.

    A model with discrete memory has no preview: its charts follow when the slider is let go.
    """
    experiment = experiment_of(page.model, page.state.scenario, page.start.case)
    program = _program(page.model, experiment)
    if program is None:
        return
    source = f"{program.javascript.source}\n{component_file('preview_worker.js')}"
    size = {
        "values": program.javascript.length,
        "stocks": len(program.javascript.stocks),
        "outputs": len(program.javascript.outputs),
    }
    made = {"program": program.name, "source": source, "values": program.defaults, "size": size}
    job = plan(page, program.javascript, program.defaults, experiment, runs, sliders)
    with st.container(key="preview"):
        _component()(key="preview_program", data=made)
        _component()(key="preview_plan", data=job | {"of": program.name})


def plan(
    page: Page,
    program: JavascriptProgram,
    defaults: Sequence[float],
    experiment: Experiment,
    runs: Runs,
    sliders: Iterable[Slider],
) -> dict[str, Any]:
    """Return the present run as the browser's job, what each slider changes in it, and the server's values to check by.

    Only what differs from `defaults` (the program's input vector without experiment) is in it. Sliders of inputs that
    the program does not have, or that share one name in the page's style sheet, are left out.
    """
    spec, time = page.model.spec, experiment.time
    compiled = compile_model(spec, frozenset(experiment.clamp), frozenset(experiment.freeze))
    inputs = lay_out_inputs(spec, experiment, compiled, time.step * GRID_TOLERANCE)
    times = time.saved
    return {
        "stamp": stamp(page.state.scenario),
        "times": [float(times[0]), time.every, len(times)],
        "step": time.step,
        "values": [[i, v] for i, v in enumerate(inputs.values) if v != defaults[i]],
        "moving": [[item.position, _knots(item.schedule)] for item in inputs.moving],
        "given": [[i, experiment.initial[key]] for i, key in enumerate(program.stocks) if key in experiment.initial],
        "impulses": [[program.stocks.index(i.stock), i.time, i.amount] for i in experiment.impulses],
        "sliders": _sliders(program, sliders),
        "cards": [_card(page, program, outcome) for outcome in headlines(page) if outcome.key in program.outputs],
        "outputs": {key: _output(page, program, runs.current, key) for key in _charted(page, program, runs.current)},
    }


def _card(page: Page, program: JavascriptProgram, outcome: Outcome) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "index": program.outputs.index(outcome.key),
        "factor": outcome.display,
        "decimals": outcome.decimals,
        "time": page.state.settings.year,
    }


def _charted(page: Page, program: JavascriptProgram, run: Trajectory) -> list[str]:
    wanted = [key for chart in page.state.settings.charts for key in page.charts[chart].variables]
    wanted += [outcome.key for outcome in headlines(page)]
    return [key for key in dict.fromkeys(wanted) if key in program.outputs and key in run]


def _output(page: Page, program: JavascriptProgram, run: Trajectory, key: str) -> dict[str, Any]:
    values = run[key]
    places = sorted({round(i * (len(values) - 1) / (_CHECKS - 1)) for i in range(_CHECKS)})
    outcome = page.outcomes.get(key)
    span = float(values.max() - values.min()) or float(abs(values[0])) or 1.0
    return {
        "index": program.outputs.index(key),
        "factor": outcome.display if outcome else 1.0,
        "places": places,
        "server": rounded(values[places]),
        "tolerance": TOLERANCE * (outcome.range[1] - outcome.range[0] if outcome else span),
    }


def _sliders(program: JavascriptProgram, sliders: Iterable[Slider]) -> list[dict[str, Any]]:
    known = [slider for slider in sliders if slider.item.key in program.inputs]
    names = Counter(css_class(slider.key) for slider in known)
    return [_slider(program, slider) for slider in known if names[css_class(slider.key)] == 1]


def _slider(program: JavascriptProgram, slider: Slider) -> dict[str, Any]:
    low, high = slider.item.range
    found: dict[str, Any] = {
        "css": css_class(slider.key),
        "input": program.inputs.index(slider.item.key),
        "range": [low, high],
        "at": slider.shown if slider.options is None else slider.options.index(slider.shown),
        "near": 1e-6 * (high - low) if slider.options is None else 0.5,
    }
    if slider.options is not None:
        found["options"] = list(slider.options)
    if slider.paths is not None:
        found["paths"] = [_knots(path) for path in slider.paths()]
    return found


def _knots(path: Schedule) -> list[list[float]]:
    return [[time, value] for time, value in path.knots]


def _program(model: Model, experiment: Experiment) -> _Program | None:
    clamp, freeze = frozenset(experiment.clamp), frozenset(experiment.freeze)
    name = f"{model.spec.sha256}|{model.path}|{sorted(clamp)}|{sorted(freeze)}|{shown_keys(model)}"
    return _made(blake2b(name.encode(), digest_size=16).hexdigest(), model, experiment)


@st.cache_resource(max_entries=32, show_spinner=False)
def _made(name: str, _model: Model, _experiment: Experiment) -> _Program | None:
    clamp, freeze = frozenset(_experiment.clamp), frozenset(_experiment.freeze)
    program = compile_model(_model.spec, clamp, freeze)
    try:
        found = javascript(program, shown_keys(_model))
    except UnsupportedError:
        return None
    bare = Experiment(_experiment.time, clamp=_experiment.clamp)
    return _Program(found, lay_out_inputs(_model.spec, bare, program, 0.0).values, name)


def _component() -> Callable[..., Any]:
    return st.components.v2.component("gumsim_preview", html="<div></div>", js=component_file("preview.js"))
