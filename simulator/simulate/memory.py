"""Discrete memory (DELAY FIXED, SAMPLE IF TRUE, PREVIOUS): values that change once per step of a fixed-step run."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulator.compile import Program
from simulator.compile.emit import Flavour
from simulator.errors import SimulationError, UnsupportedError
from simulator.model import ModelSpec
from simulator.solvers.fixed import Remember, State

MAX_LENGTH = 1_000_000


def refuse_memory(spec: ModelSpec, program: Program, method: str) -> None:
    """Raise `UnsupportedError` if a model keeps something step by step that an adaptive method cannot."""
    reasons = {key: memory.construct for key, memory in program.system.memories.items()}
    reasons |= dict.fromkeys(program.system.non_negative, "a non-negative stock")
    for key, construct in reasons.items():
        variable = spec[key.split("@")[0]]
        raise UnsupportedError(
            f"{spec.source}:{variable.line}: {variable.title}: {construct} changes step by step, which {method} cannot "
            "do; choose method euler or rk4"
        )


def remember(
    program: Program,
    flavour: Flavour,
    state: State,
    captured: Sequence[Any],
    step: float,
    read: Callable[[Callable[..., Any], float, State], Any],
) -> Remember | None:
    """Return what a fixed-step method calls at the start of each step, or None if there is no discrete memory.

    `read` evaluates a generated function at a time and state. Raises `UnsupportedError` if runs of a batch differ in
    the length of a pipeline, `SimulationError` if a pipeline is longer than a million steps.
    """
    memories = program.system.memories
    if not memories:
        return None
    positions = [program.stocks.index(key) for key in memories]
    lines: list[deque[Any] | None] = []
    for position, memory in zip(positions, memories.values(), strict=True):
        if memory.delay is None:
            lines.append(None)
            continue
        delay = captured[program.captured.index(memory.delay)] if memory.delay in program.captured else step
        lines.append(deque([state[position]] * (_length(delay, step) - 1)))
    inputs = program.memory_inputs(flavour).function

    def at_start(time: float, before: State) -> Callable[[State], None]:
        seen = read(inputs, time, before)

        def at_end(after: State) -> None:
            for position, line, value in zip(positions, lines, seen, strict=True):
                if line is None:
                    after[position] = value
                else:
                    line.append(value)
                    after[position] = line.popleft()

        return at_end

    return at_start


def _length(delay: Any, step: float) -> int:
    delays = np.unique(np.asarray(delay, dtype=float))
    if len(delays) > 1:
        raise UnsupportedError("the runs of a batch must have the same DELAY FIXED time; run them one by one")
    steps = float(delays[0]) / step
    if not steps < MAX_LENGTH:
        raise SimulationError(f"a DELAY FIXED of {delays[0]:g} is longer than {MAX_LENGTH:,} steps; raise the step")
    return max(round(steps + 1e-6), 1)
