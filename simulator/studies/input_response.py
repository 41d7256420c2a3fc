"""What each lever and each driver does alone: moved from its neutral value to its maximum, in every case.

``python -m simulator.studies.input_response`` prints the table as Markdown; ``--write FILE`` writes it.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.card import Driver, Lever, Outcome
from simulator.library import cases
from simulator.runner import Model, load_model, run
from simulator.scenario import load_case
from simulator.studies.page_command import page_command

HORIZON = 20.0
"""Years after the move within which a response counts."""


@dataclass(frozen=True)
class Response:
    """The largest move of one headline outcome within `HORIZON` years, as a share of the outcome's range (signed)."""

    case: str
    key: str
    outcome: str
    share: float


def headline(model: Model) -> tuple[Outcome, ...]:
    """Return the headline outcomes but public expenditure, which every government lever moves by its cost alone."""
    return tuple(o for o in model.card.outcomes if o.headline and o.key != "cumulative_public_expenditure")


def responses(
    model: Model, *, inputs: Iterable[Lever | Driver] | None = None, case_names: Iterable[str] | None = None
) -> list[Response]:
    """Return the response of every headline outcome to each input (default: all) in each case (default: all).

    The input takes its neutral value from the case's policy start on in one run, its maximum in the other; all
    else is the case's baseline.
    """
    found = []
    outcomes = headline(model)
    for case in case_names or cases():
        time = load_case(case).time
        start = time.policy_start if time.policy_start is not None else time.start or 0.0
        stop = start + HORIZON
        for item in inputs or (*model.card.levers, *model.card.drivers):
            runs = [_run(model, case, item, value, start, stop, outcomes) for value in (item.neutral, item.range[1])]
            for outcome in outcomes:
                low, high = outcome.range
                change = (runs[1][outcome.key] - runs[0][outcome.key]) / (high - low)
                found.append(Response(case, item.key, outcome.key, float(change[np.argmax(np.abs(change))])))
    return found


def _run(
    model: Model, case: str, item: Lever | Driver, value: float, start: float, stop: float, outcomes: Sequence[Outcome]
) -> Mapping[str, NDArray[np.float64]]:
    keys = [o.key for o in outcomes]
    path = {item.key: {"knots": [[start, value]]}}
    settings = {"levers": path} if isinstance(item, Lever) else {"drivers": path}
    trajectory = run(model, case, **settings, stop=stop, save=keys)  # type: ignore[arg-type]
    return {key: trajectory[key][trajectory.times >= start] for key in keys}


def largest(found: Iterable[Response]) -> dict[str, Response]:
    """Return, for each input, its largest response over cases and outcomes."""
    best: dict[str, Response] = {}
    for response in found:
        if response.key not in best or abs(response.share) > abs(best[response.key].share):
            best[response.key] = response
    return best


def markdown(model: Model, found: Sequence[Response]) -> str:
    """Return the page: each input's largest response, then its response by outcome in its strongest case."""
    outcomes = headline(model)
    lines = [
        "# What each lever and driver does alone", "",
        "Made by `python -m simulator.studies.input_response --write docs/responses.md`; do not edit by hand. Each "
        "input is moved from its neutral value to its maximum at the case's policy start; the largest move within "
        f"{HORIZON:.0f} years is given in percent of the outcome's range, in the case where the input is strongest.",
        "",
        "| input | case | " + " | ".join(o.label.en for o in outcomes) + " |",
        "|---|---|" + "---:|" * len(outcomes),
    ]
    by_place = {(r.case, r.key, r.outcome): r.share for r in found}
    for key, response in largest(found).items():
        cells = " | ".join(f"{100 * by_place[response.case, key, o.key]:+.1f}" for o in outcomes)
        lines.append(f"| {model.spec[key].title} | {response.case} | {cells} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the table; return 0, or 2 after one line on stderr for bad input."""
    return page_command("simulator.studies.input_response", __doc__, _page, arguments)


def _page(options: argparse.Namespace) -> str:
    model = load_model("gum")
    return markdown(model, responses(model))


if __name__ == "__main__":
    sys.exit(main())
