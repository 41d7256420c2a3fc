"""``gumsim compare``: outcome table, what differs in the inputs, charts."""

import csv
import io
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from simulator.card import Outcome
from simulator.cli.execution import Prepared, prepare, run_all
from simulator.cli.report import html_report
from simulator.cli.tables import shown, text_table
from simulator.errors import InputError
from simulator.files import check_writable, write_files
from simulator.indicators import OutcomeRow, elasticity, outcome_table
from simulator.runner import Model
from simulator.scenario import Difference, differences
from simulator.trajectory import Trajectory

TABLE_COLUMNS = ("outcome", "title", "unit", "time", "scenario", "value", "baseline", "change", "change_share")
VOLUME, VALUE = "export_volume", "export_value"
"""Where a model has both, the elasticity of value to volume is an outcome of its own."""


def execute(options: Namespace) -> int:
    """Compare the first scenario with each of the others."""
    if len(options.scenarios) < 2:
        raise InputError("compare takes two scenarios or more; the first is the one compared with")
    targets = _targets(options.out)
    prepared = prepare(options)
    model = _one_model(prepared)
    known = {outcome.key: outcome for outcome in model.card.outcomes}
    keys = options.outcomes or [o.key for o in known.values() if o.headline] or list(known)
    charted = [key for chart in model.card.charts for key in chart.variables]
    runs = run_all(prepared, list(dict.fromkeys([*keys, *charted, *(k for k in (VALUE, VOLUME) if k in known)])))
    rows = outcome_table(runs, keys, options.years or [float(runs[0].times[-1])])
    differing = [(item.scenario.name, differences(prepared[0].scenario, item.scenario)) for item in prepared[1:]]
    if options.out == "-":
        sys.stdout.write(table_csv(rows))
        return 0
    print(_outcomes_text(rows, known))
    print(_elasticities(runs), end="")
    print(_differences_text(prepared[0].scenario.name, differing))
    if targets:
        contents = {path: table_csv(rows) if path.suffix == ".csv" else "" for path in targets}
        for path in targets:
            if path.suffix != ".csv":
                contents[path] = html_report(model.card, runs, rows, prepared[0].scenario.name, differing)
        write_files(contents)
        print("written: " + ", ".join(str(path) for path in targets))
    return 0


def table_csv(rows: Sequence[OutcomeRow]) -> str:
    """Return the outcome table as CSV at full precision; a change is empty for the baseline itself."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TABLE_COLUMNS)
    for row in rows:
        numbers = (row.value, row.baseline, row.change, row.change_share)
        writer.writerow([row.key, row.title, row.units, repr(row.time), row.scenario,
                         *("" if number is None else repr(number) for number in numbers)])
    return out.getvalue()


def _targets(out: str | None) -> list[Path]:
    if not out or out == "-":
        return []
    path = Path(out)
    if path.suffix.lower() not in (".csv", ".html"):
        raise InputError(f"--out {out}: compare writes .csv (the table) or .html (a page with charts)")
    targets = [path] if path.suffix.lower() == ".csv" else [path, path.with_suffix(".csv")]
    for target in targets:
        check_writable(target)
    return targets


def _one_model(prepared: Sequence[Prepared]) -> Model:
    model = prepared[0].model
    for item in prepared[1:]:
        if item.model.spec.sha256 != model.spec.sha256:
            raise InputError(f"'{item.scenario.name}' runs on model '{item.model.name}', "
                             f"'{prepared[0].scenario.name}' on '{model.name}'; compare scenarios of one model")
    return model


def _outcomes_text(rows: Sequence[OutcomeRow], known: dict[str, Outcome]) -> str:
    lines = []
    for row in rows:
        outcome = known.get(row.key)
        change = "" if row.change is None else shown(row.change, outcome, sign=True)
        share = "" if row.change_share is None else f"{row.change_share:+.1%}"
        label, unit = (outcome.label.en, outcome.units.en) if outcome else (row.title, row.units)
        lines.append([label, unit, f"{row.time:g}", row.scenario, shown(row.value, outcome), change, share])
    return text_table(["outcome", "unit", "time", "scenario", "value", "change", "in %"], lines, left=4) + "\n"


def _elasticities(runs: Sequence[Trajectory]) -> str:
    lines = []
    for run in runs:
        if VALUE in run and VOLUME in run:
            try:
                found = elasticity(run, VALUE, VOLUME)
            except InputError:
                continue
            lines.append([run.scenario, f"{found.slope:.3f}", f"{found.standard_error:.3f}", f"{found.r_squared:.3f}"])
    if not lines:
        return ""
    return text_table(["elasticity of export value to volume", "slope", "s.e.", "R2"], lines) + "\n\n"


def _differences_text(first: str, differing: Sequence[tuple[str, list[Difference]]]) -> str:
    parts = []
    for name, rows in differing:
        lines = [[row.what, row.key, row.a or "-", row.b or "-"] for row in rows]
        parts.append(text_table(["differs", "key", first, name], lines, left=4) if lines
                     else f"'{name}' sets the same inputs as '{first}'")
    return "\n\n".join(parts)
