"""Charts and outcomes as tables: the same numbers for eyes, screen readers and spreadsheets."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.card import Outcome
from simulator.figures import ChartSpec, Run
from simulator.trajectory import Trajectory
from simulator.ui.wording import number, signed

if TYPE_CHECKING:
    import pandas as pd


def chart_table(spec: ChartSpec) -> "pd.DataFrame":
    """Return a chart's numbers: one row per time, one column per line, units in the column names."""
    import pandas as pd

    single = len({s.variable for s in spec.series}) == 1
    columns = [
        pd.Series(
            s.values, index=spec.grids[s.grid], name=f"{s.run if single else f'{s.name} · {s.run}'} [{spec.unit}]"
        )
        for s in spec.series
    ]
    frame = pd.concat(columns, axis=1).sort_index() if columns else pd.DataFrame()
    frame.index.name = spec.time_label
    return frame.reset_index()


def value_at(trajectory: Trajectory, key: str, time: float) -> float:
    """Return the variable at `time` by straight-line interpolation; NaN outside the run or if it was not saved."""
    if key not in trajectory or not trajectory.times[0] - 1e-9 <= time <= trajectory.times[-1] + 1e-9:
        return float("nan")
    return float(np.interp(time, trajectory.times, trajectory[key]))


def outcome_rows(
    outcomes: Sequence[Outcome], runs: Sequence[Run], year: float, language: str, names: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return one row per outcome with its value in each run and, in brackets, the change against the baseline.

    `names` gives the headings of the columns 'outcome' and 'unit'.
    """
    base = next((run.trajectory for run in runs if run.role == "baseline"), None)
    rows: list[dict[str, str]] = []
    for outcome in outcomes:
        row = {
            names["outcome"]: outcome.label.in_language(language),
            names["unit"]: outcome.units.in_language(language),
        }
        before = value_at(base, outcome.key, year) * outcome.display if base else float("nan")
        for run in runs:
            now = value_at(run.trajectory, outcome.key, year) * outcome.display
            text = number(now, outcome.decimals)
            known = run.role != "baseline" and np.isfinite(now) and np.isfinite(before)
            row[run.label] = f"{text} ({signed(now - before, outcome.decimals)})" if known else text
        rows.append(row)
    return rows
