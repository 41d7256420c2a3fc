"""``gumsim run``: scenarios -> CSV, or a short table of outcomes."""

import sys
from argparse import Namespace
from pathlib import Path

from simulator.card import Outcome
from simulator.cli.execution import Prepared, prepare, run_all
from simulator.cli.tables import shown, text_table
from simulator.errors import InputError
from simulator.export import csv_text, meta_path, write_csv
from simulator.files import check_writable
from simulator.runner import Saved
from simulator.trajectory import Trajectory

SHORT = 12
"""How many outcomes the table shows of a card that marks none as headline."""


def execute(options: Namespace) -> int:
    """Run and write; nothing is written unless every run is done."""
    if not options.scenarios and not options.model:
        raise InputError("name a scenario (see: gumsim list scenarios) or give --model FILE")
    target = Path(options.out) if options.out and options.out != "-" else None
    if target is not None:
        check_writable(target)
        check_writable(meta_path(target))
    save: Saved = "all" if options.all else options.save or "default"
    prepared = prepare(options)
    runs = run_all(prepared, save)
    if options.out == "-":
        sys.stdout.write(csv_text(runs))
    elif target is not None:
        write_csv(runs, target)
        rows = sum(len(run.times) for run in runs)
        print(f"{target}: {rows} rows, {len({key for run in runs for key in run.keys})} variables; {meta_path(target)}")
    else:
        for item, trajectory in zip(prepared, runs, strict=True):
            print(_summary(item, trajectory))
    return 0


def _summary(item: Prepared, run: Trajectory) -> str:
    outcomes = {outcome.key: outcome for outcome in item.model.card.outcomes}
    keys = [key for key in run.keys if key in outcomes and outcomes[key].headline]
    keys = keys or [key for key in run.keys if key in outcomes][:SHORT] or list(run.keys[:SHORT])
    first, last = run.times[0], run.times[-1]
    rows = [_row(run, key, outcomes.get(key)) for key in keys]
    return text_table([run.scenario, "unit", f"{first:g}", f"{last:g}"], rows, left=2) + "\n"


def _row(run: Trajectory, key: str, outcome: Outcome | None) -> list[str]:
    values = run[key]
    label, unit = (outcome.label.en, outcome.units.en) if outcome else (run.column(key).title, run.column(key).units)
    return [label, unit, shown(float(values[0]), outcome), shown(float(values[-1]), outcome)]
