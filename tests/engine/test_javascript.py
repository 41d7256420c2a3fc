"""The browser's form of a model: the same numbers as Python's, and nothing of the model file in the source."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.builtin_functions import FUNCTIONS
from simulator.compile import compile_model
from simulator.compile.inputs import lay_out_inputs
from simulator.compile.javascript import JavascriptProgram, javascript
from simulator.errors import ModelError, UnsupportedError
from simulator.experiment import Experiment, Impulse, SolverSettings
from simulator.expressions import Call, Number, Reference
from simulator.library import find_model
from simulator.model import ModelSpec
from simulator.readers import read_model
from simulator.runner import load_model
from simulator.schedule import Schedule
from simulator.simulate import simulate
from simulator.time_grid import TimeGrid
from tests.engine.node import WORKER, Node, needs_node, running
from tests.engine.test_slow_twin import STOCKS, VALUES, Undefined, program_of, settled, trees

Read = Callable[..., ModelSpec]

WORDS = re.compile(
    r"const|function|return|initial|prepare|rhs|outputs|events|given|table|interpolate|extrapolate|hold_backward|"
    rf"Math|Infinity|Number|isNaN|at|pulse|pulse_train|[syodte]|tg|te|[vk]\d+|f_({'|'.join(FUNCTIONS)})|"
    r"abs|exp|log|log10|sqrt|a?sin|a?cos|a?tan|sinh|cosh|tanh|trunc|pow"
)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    yield from running()


def written(spec: ModelSpec, *outputs: str, freeze: frozenset[tuple[str, str]] = frozenset()) -> JavascriptProgram:
    return javascript(compile_model(spec, frozenset(), freeze), outputs)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.family not in ("initial", "memory")])
def test_every_function_has_a_form(name: str) -> None:
    arguments = tuple(Reference(key) for key in (*VALUES, "time"))[: FUNCTIONS[name].least]
    extra = {"pulse": 1, "pulse_train": 2}.get(name, 0)
    call = Call(name, (*arguments, *[Number(1.0)] * extra))
    assert "function outputs" in javascript(program_of(call), ["x"]).source


def test_the_source_holds_no_word_of_the_file() -> None:
    for name in ("gum", "sir"):
        program = compile_model(load_model(name).spec)
        source = javascript(program, program.stocks).source
        lines = source[source.index("\nfunction initial") :] + "".join(re.findall(r"const k\d+ = .*", source))
        found = set(re.findall(r"[^\W\d]\w*", lines))
        assert {word for word in found if not WORDS.fullmatch(word)} == set()
        assert len(found) > 20


def test_what_a_file_calls_its_variables_cannot_reach_the_source(model: Read) -> None:
    hostile = '"a\'];alert(1)//" = INTEG("</script> `${x}`", 1) ~ u ~ "*/ alert(2) /*"'
    spec = model(f'{hostile}\n"</script> `${{x}}`" = -"a\'];alert(1)//" / 2')
    source = written(spec, *spec.variables).source
    for piece in ("alert", "script", "`", "$", "//", "/*"):
        assert piece not in source


@pytest.mark.parametrize(
    "equation", ["late = DELAY FIXED(x, 1, 0)", "late = SAMPLE IF TRUE(x > 2, x, 0)"]
)
def test_what_changes_once_per_step_is_refused(model: Read, equation: str) -> None:
    spec = model(f"x = INTEG(1, 0)\n{equation}")
    with pytest.raises(UnsupportedError, match="no JavaScript form"):
        written(spec, "late")


def test_initial_values_that_wait_for_each_other_are_refused(model: Read) -> None:
    spec = model("x = INTEG(1, y)\ny = INTEG(1, x)")
    with pytest.raises(ModelError, match="wait for each other"):
        written(spec, "x")


@needs_node
@settings(max_examples=300, deadline=None)
@given(expression=trees, time=st.sampled_from([0.0, 1.0, 2.5, 7.0]))
def test_every_expression_equals_the_slow_twin(node: Node, expression, time: float) -> None:
    try:
        expected = settled(expression, time)
    except Undefined:
        return
    program = program_of(expression)
    found = node.ask(
        javascript(program, ["x"]).source,
        "const s = Float64Array.from(given.s), o = new Float64Array(1); prepare(s);"
        "outputs(given.t, given.t, given.t, given.y, s, o); return o[0];",
        {
            "t": time,
            "y": [VALUES[key] for key in STOCKS],
            "s": [VALUES.get(key, 0.0) for key in program.inputs] + [0.0] * len(program.static_names),
        },
    )
    assert float(found) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@needs_node
def test_the_flagships_net_flows_equal_pythons(node: Node) -> None:
    spec = load_model("gum").spec
    program = compile_model(spec)
    source = written(spec, "trust")
    time = spec.time
    grid = TimeGrid(time.initial, time.final, time.step, time.step)
    inputs = lay_out_inputs(spec, Experiment(grid), program, 1e-6)
    t, overrides = time.initial, [None] * len(program.stocks)
    state, captured = program.initial("float").function(t, t, t, inputs.values, overrides)
    values = program.prepare("float").function(inputs.values, captured)
    generator = np.random.default_rng(4)
    states = [state] + [[v * float(generator.uniform(0.7, 1.3)) for v in state] for _ in range(20)]
    body = """
      const { size, stocks, inputs, t, states } = given;
      const s = new Float64Array(size), y = new Float64Array(stocks);
      s.set(inputs); initial(t, t, t, s, new Float64Array(stocks).fill(NaN), y); prepare(s);
      const flows = (z) => { const d = new Float64Array(stocks); rhs(t, t, t, z, s, d); return d; };
      return { start: y, flows: states.map(flows) };
    """
    known = {"size": source.length, "stocks": len(state), "inputs": inputs.values, "t": t, "states": states}
    found = node.ask(source.source, body, known)
    assert found["start"] == pytest.approx(state, rel=1e-9)
    for given_state, flows in zip(states, found["flows"], strict=True):
        expected = program.rhs("float").function(t, t, t, given_state, program.select(values))
        assert flows == pytest.approx(expected, rel=1e-9, abs=1e-12)


def in_browser(
    node: Node, spec: ModelSpec, experiment: Experiment, step: float, *outputs: str
) -> dict[str, list[float]]:
    """Return the outputs of the worker's run."""
    program = compile_model(spec, frozenset(experiment.clamp), frozenset(experiment.freeze))
    made = javascript(program, outputs)
    inputs = lay_out_inputs(spec, experiment, program, step * 1e-6)
    job = {
        "values": inputs.values,
        "moving": [[m.position, m.schedule.knots] for m in inputs.moving],
        "given": [experiment.initial.get(key) for key in program.stocks],
        "impulses": [[program.stocks.index(i.stock), i.time, i.amount] for i in experiment.impulses],
        "times": experiment.time.saved.tolist(),
        "step": step,
        "size": {"values": made.length, "stocks": len(program.stocks), "outputs": len(outputs)},
    }
    source = f"{made.source}\n{WORKER.read_text(encoding='utf-8')}"
    found = node.ask(source, "return run(given);", job)
    return dict(zip(outputs, found, strict=True)) if found else {}


EVENTS = """
x = INTEG(STEP(2, 3.3) - 0.5*x + PULSE(5.1, 0.7) - PULSE TRAIN(1.2, 0.3, 2, 8), base)
base = 1
rate = 0.3
z = INTEG(rate*x + RAMP(0.4, 2.2, 6.6) + IF THEN ELSE(Time > 4.4, 1, 0) + late(Time) - lag, 2*base)
late( (0,0),(3.7,1),(9,0) )
lag = SMOOTH3(x, 1.5)
first = INITIAL(z) + x
"""


@needs_node
def test_a_run_with_events_schedules_and_interventions_equals_pythons(node: Node, model: Read) -> None:
    spec = model(EVENTS)
    experiment = Experiment(
        TimeGrid(0, 10, 0.125, 0.5),
        parameters={"rate": Schedule(((0.0, 0.3), (2.7, 0.3), (2.7, 0.9), (6.1, 0.1))), "base": Schedule.constant(1.5)},
        initial={"x": 0.25},
        freeze=(("x", "first"),),
        impulses=(Impulse("z", 7.7, -1.0), Impulse("x", 10.0, 3.0)),
        solver=SolverSettings(rtol=1e-10, atol=1e-12),
    )
    keys = ("x", "z", "lag", "first")
    expected = simulate(spec, experiment, save=keys)
    found = in_browser(node, spec, experiment, 0.0625, *keys)
    for key in keys:
        assert found[key] == pytest.approx(expected[key].tolist(), rel=1e-6, abs=1e-6), key


@needs_node
@pytest.mark.parametrize("name", ["sir", "first_order", "oscillator", "s_curve"])
def test_shipped_models_run_as_in_python(node: Node, name: str) -> None:
    spec = read_model(find_model(name))
    time = spec.time
    grid = TimeGrid(time.initial, time.final, time.step, time.saveper)
    keys = tuple(v.key for v in spec.of_kind("stock", "flow"))
    expected = simulate(spec, Experiment(grid, solver=SolverSettings(rtol=1e-10, atol=1e-12)), save=keys)
    found = in_browser(node, spec, Experiment(grid), time.step, *keys)
    for key in keys:
        span = float(np.ptp(expected[key])) or 1.0
        assert np.abs(np.array(found[key]) - expected[key]).max() < 1e-4 * span, key


@needs_node
def test_a_run_that_leaves_the_finite_numbers_gives_nothing(node: Node, model: Read) -> None:
    spec = model("x = INTEG(x*x, 1)")
    assert in_browser(node, spec, Experiment(TimeGrid(0, 10, 0.125, 0.5)), 0.125, "x") == {}
    assert in_browser(node, spec, Experiment(TimeGrid(0, 0.5, 0.125, 0.5)), 1e-9, "x") == {}, "too many steps"
