"""Which way each link works at a time, measured on the compiled equations, and the feedback loops links close."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.builtin_functions import FUNCTIONS
from simulator.compile import uses
from simulator.experiment import Experiment
from simulator.expressions import Call, Expression, Number, Reference, references, transform
from simulator.model import ModelSpec, Variable
from simulator.schedule import Schedule
from simulator.simulate import simulate_batch
from simulator.time_grid import TimeGrid

Sign = Literal["+", "-", "0", "?"]
"""More cause makes more effect; makes less; makes none at that time; works both ways or cannot be measured."""

LONGEST = 8
"""Links of the longest feedback loop looked for."""

MOST_LOOPS = 60
NUDGE = 1e-4
"""How far a cause is moved, as a share of its span."""

STILL = 1e-9
"""An effect below this share of the effect's own size is none."""

_OUT, _HELD = "_out_", "_held_"


@dataclass(frozen=True)
class Loop:
    """A feedback loop, from its first variable round to it again; `signs[i]` is that of the link out of `keys[i]`."""

    keys: tuple[str, ...]
    signs: tuple[Sign, ...]

    @property
    def kind(self) -> Literal["R", "B", "0", "?"]:
        """R reinforcing, B balancing, 0 if one of its links does not act at that time, ? if one is not clear."""
        if "0" in self.signs:
            return "0"
        if "?" in self.signs:
            return "?"
        return "B" if self.signs.count("-") % 2 else "R"


def moving_links(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """Return variable -> the variables it acts on at every time, constants and tables left out."""
    return {
        key: found for key, found in uses(spec).items() if spec[key].kind not in ("constant", "lookup")
    }


def loops_through(
    graph: Mapping[str, Sequence[str]], key: str, longest: int = LONGEST, most: int = MOST_LOOPS
) -> list[tuple[str, ...]]:
    """Return at most `most` loops of at most `longest` links, shortest first; each begins with `key`."""
    back: dict[str, list[str]] = {}
    for cause, effects in graph.items():
        for effect in effects:
            back.setdefault(effect, []).append(cause)
    distance, queue = {key: 0}, [key]
    for node in queue:
        for cause in back.get(node, ()):
            if cause not in distance:
                distance[cause] = distance[node] + 1
                queue.append(cause)
    found: list[tuple[str, ...]] = []
    for length in range(1, longest + 1):
        for loop in _closed(graph, distance, (key,), length):
            found.append(loop)
            if len(found) == most:
                return found
    return found


def _closed(
    graph: Mapping[str, Sequence[str]], distance: Mapping[str, int], path: tuple[str, ...], length: int
) -> Iterator[tuple[str, ...]]:
    """Yield the loops of exactly `length` links that begin with `path`."""
    left = length - len(path)
    for effect in graph.get(path[-1], ()):
        if left == 0 and effect == path[0]:
            yield path
        elif left > 0 and effect not in path and distance.get(effect, length) <= left:
            yield from _closed(graph, distance, (*path, effect), length)


def measure(
    spec: ModelSpec, experiment: Experiment, pairs: Iterable[tuple[str, str]], values: Mapping[str, float],
    spans: Mapping[str, float], time: float,
) -> dict[tuple[str, str], Sign]:
    """Return the sign of each direct link (cause, effect) at `time`.

    `values` holds every moving variable's value at that time, `spans` how far a cause reaches over the run (or its
    range). Each cause is moved a little up and down with all else held, and the effect's compiled equation read. What
    is smoothed or delayed is taken as if at once. A clamped effect and a frozen link do not act.
    """
    wanted = dict.fromkeys(pairs)
    if not wanted:
        return {}
    cut = {(a, b) for a, b in wanted if b in experiment.clamp or (a, b) in experiment.freeze}
    effects = list(dict.fromkeys(effect for _, effect in wanted))
    causes = list(dict.fromkeys(cause for cause, _ in wanted))
    small = _as_one_moment(spec, effects, causes, values, experiment, time)
    steps = {key: NUDGE * max(spans.get(key, 0.0), 1e-3 * abs(_number(small[key])), 1e-9) for key in causes}
    runs = 1 + 2 * len(causes)
    rows = {key: np.full(runs, _number(small[key])) for key in causes}
    for i, key in enumerate(causes):
        rows[key][1 + 2 * i] += steps[key]
        rows[key][2 + 2 * i] -= steps[key]
    step = experiment.time.step
    clock = TimeGrid(time, time + step, step, step)
    saved = simulate_batch(
        small, Experiment(clock), rows, save=[_OUT + effect for effect in effects], method="euler"
    )[:, 0, :]
    return {
        (cause, effect): "0" if (cause, effect) in cut
        else _sign(saved[:, effects.index(effect)], causes.index(cause))
        for cause, effect in wanted
    }


def _sign(effect: "np.ndarray[tuple[int], np.dtype[np.float64]]", cause: int) -> Sign:
    middle, above, below = effect[0], effect[1 + 2 * cause], effect[2 + 2 * cause]
    changes = [change for change in (above - middle, middle - below) if np.isfinite(change)]
    still = STILL * NUDGE * max(abs(float(middle)), 1e-300) if np.isfinite(middle) else 0.0
    if not changes:
        return "?"
    ups, downs = any(c > still for c in changes), any(c < -still for c in changes)
    return "?" if ups and downs else "+" if ups else "-" if downs else "0"


def _as_one_moment(
    spec: ModelSpec, effects: Sequence[str], causes: Sequence[str], values: Mapping[str, float],
    experiment: Experiment, time: float,
) -> ModelSpec:
    """Return a model of one moment: all that the effects use as constants, each effect's equation as an auxiliary."""
    variables: dict[str, Variable] = {}
    for effect in effects:
        equation = transform(spec[effect].equation, _at_once)
        for key in (*references(equation), *causes):
            source = spec.variables.get(key.removeprefix(_HELD))
            if source is None:
                continue
            if source.kind == "lookup":
                variables[key] = source
            else:
                number = Number(_value(source, values, experiment, time))
                variables[key] = Variable(key, key, "constant", number)
        variables[_OUT + effect] = Variable(_OUT + effect, _OUT + effect, "auxiliary", equation)
    return replace(spec, variables=variables)


def _at_once(node: Expression) -> Expression:
    """Return smooths and delays as what goes into them; start values as constants that nothing moves."""
    if not isinstance(node, Call):
        return node
    if node.function == "initial":
        return transform(
            node.arguments[0], lambda n: Reference(_HELD + n.key) if isinstance(n, Reference) else n
        )
    if node.function == "active_initial":
        return node.arguments[0]
    if FUNCTIONS[node.function].family == "memory":
        return node.arguments[1 if node.function == "sample_if_true" else 0]
    return node


def _value(variable: Variable, values: Mapping[str, float], experiment: Experiment, time: float) -> float:
    if variable.kind != "constant":
        return values[variable.key]
    path: Schedule | None = experiment.parameters.get(variable.key)
    return path.at(time) if path is not None else _number(variable)


def _number(variable: Variable) -> float:
    return variable.equation.value if isinstance(variable.equation, Number) else 0.0


def pairs_of(key: str, causes: Collection[str], effects: Collection[str], loops: Iterable[Sequence[str]]
             ) -> list[tuple[str, str]]:
    """Return the links (cause, effect) into `key`, out of it, and along the loops, without repeats."""
    found = [(cause, key) for cause in causes] + [(key, effect) for effect in effects]
    for loop in loops:
        found += list(zip(loop, [*loop[1:], loop[0]], strict=True))
    return list(dict.fromkeys(found))
