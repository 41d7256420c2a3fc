"""Trajectories -> CSV at full precision, with a table schema and the manifest beside it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simulator.files import write_files
from simulator.trajectory import Column, Trajectory

SCHEMA = "https://specs.frictionlessdata.io/schemas/tabular-data-resource.json"
KEY_COLUMNS = ("scenario", "time")


def csv_text(trajectories: Trajectory | Sequence[Trajectory]) -> str:
    """Return CSV text: ``scenario,time``, then one column per variable; several runs stand below each other.

    Numbers are written so that reading them back gives the same 64-bit value; a variable that a run did not save is
    empty there. Runs of one name are told apart as "name", "name (2)".
    """
    runs = _listed(trajectories)
    keys = [column.key for column in _columns(runs)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*KEY_COLUMNS, *keys])
    for name, run in zip(_names(runs), runs, strict=True):
        positions = {key: i for i, key in enumerate(run.keys)}
        order = [positions.get(key) for key in keys]
        for time, row in zip(run.times.tolist(), run.values.tolist(), strict=True):
            writer.writerow([name, repr(time), *("" if i is None else repr(row[i]) for i in order)])
    return out.getvalue()


def meta(trajectories: Trajectory | Sequence[Trajectory], *, path: str = "data.csv") -> dict[str, Any]:
    """Return a Frictionless Tabular Data Resource of the CSV named `path`, JSON-ready.

    ``schema.fields`` has name, title, type, unit and description of every column; ``runs`` has each run's scenario
    name, warnings and manifest (model hash, scenario, settings, solver, versions).
    """
    runs = _listed(trajectories)
    fields: list[dict[str, str]] = [
        {"name": "scenario", "title": "Scenario", "type": "string", "unit": "", "description": "Name of the scenario"},
        {"name": "time", "title": "Time", "type": "number", "unit": runs[0].time_units if runs else "",
         "description": "Time of the values in this row"},
    ]
    fields += [
        {"name": c.key, "title": c.title, "type": "number", "unit": c.units, "description": c.documentation}
        for c in _columns(runs)
    ]
    return {
        "$schema": SCHEMA,
        "profile": "tabular-data-resource",
        "name": _slug(Path(path).stem),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": list(KEY_COLUMNS), "missingValues": [""]},
        "runs": [
            {"scenario": name, "warnings": list(run.warnings), "manifest": dict(run.provenance)}
            for name, run in zip(_names(runs), runs, strict=True)
        ],
    }


def meta_text(trajectories: Trajectory | Sequence[Trajectory], *, path: str = "data.csv") -> str:
    """Return `meta` as JSON text."""
    return json.dumps(meta(trajectories, path=path), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def meta_path(path: Path) -> Path:
    """Return where the meta file of the CSV at `path` stands: ``NAME.meta.json`` beside ``NAME.csv``."""
    return path.with_suffix(".meta.json")


def write_csv(trajectories: Trajectory | Sequence[Trajectory], path: str | Path) -> None:
    """Write the CSV and its meta file, both or neither. Raises `InputError` if the folder is missing or unwritable."""
    target = Path(path)
    write_files({target: csv_text(trajectories), meta_path(target): meta_text(trajectories, path=target.name)})


def _listed(trajectories: Trajectory | Sequence[Trajectory]) -> list[Trajectory]:
    return [trajectories] if isinstance(trajectories, Trajectory) else list(trajectories)


def _columns(runs: Sequence[Trajectory]) -> list[Column]:
    found: dict[str, Column] = {}
    for run in runs:
        for column in run.columns:
            found.setdefault(column.key, column)
    return list(found.values())


def _names(runs: Sequence[Trajectory]) -> list[str]:
    names: list[str] = []
    for run in runs:
        name, number = run.scenario, 2
        while name in names:
            name, number = f"{run.scenario} ({number})", number + 1
        names.append(name)
    return names


def _slug(text: str) -> str:
    """Return `text` in the letters that Frictionless allows in a resource's name."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text.lower()) or "data"
