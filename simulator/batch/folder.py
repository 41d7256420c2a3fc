"""The folder of a batch: what stands in it, written so that a kill at any moment leaves it whole."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from simulator.batch.prepare import PreparedPlan, policy_record
from simulator.errors import InputError
from simulator.plan import plan_to_dict
from simulator.trajectory import Column
from simulator.version import __version__

STORE_FORMAT = "gumsim-batch/1"
ROW_GROUP = 5_000
MANIFEST, INPUTS, RUNS, STATUS = "manifest.json", "inputs.parquet", "runs", "status.json"


def manifest(prepared: PreparedPlan, chunk: int) -> dict[str, Any]:
    """Return what a batch is, JSON-ready; equal batches have equal manifests (no dates in it)."""
    import scipy

    time = prepared.time
    items = prepared.groups[0][1]
    return {
        "format": STORE_FORMAT,
        "plan": plan_to_dict(prepared.plan),
        "identity": prepared.identity,
        "model": {
            "name": prepared.model.name, "file": prepared.model.path.name, "sha256": prepared.model.spec.sha256,
            "title": prepared.model.card.title.model_dump(),
        },
        "seed": prepared.plan.sampling.seed,
        "runs": prepared.runs,
        "chunk": chunk,
        "time": {"start": time.start, "stop": time.stop, "step": time.step, "every": time.every,
                 "units": prepared.model.spec.time.units},
        "times": prepared.times.tolist(),
        "method": prepared.method,
        "policies": [policy_record(policy, prepared.groups) for policy in prepared.policies],
        "inputs": [_input_record(prepared, item.key) for item in items],
        "outcomes": [_outcome_record(prepared, column) for column in prepared.columns],
        "notes": list(prepared.notes),
        "versions": {"gumsim": __version__, "numpy": np.__version__, "scipy": scipy.__version__,
                     "pyarrow": pa.__version__},
    }


def _input_record(prepared: PreparedPlan, key: str) -> dict[str, Any]:
    per_case = {}
    for name, items in prepared.groups:
        item = next(item for item in items if item.key == key)
        per_case[name] = {"distribution": item.distribution, "low": item.low, "centre": item.centre, "high": item.high}
    return {"key": key, "title": prepared.model.spec[key].title, "kind": item.kind, "units": item.units,
            "cases": per_case}


def _outcome_record(prepared: PreparedPlan, column: Column) -> dict[str, Any]:
    record = {"key": column.key, "title": column.title, "units": column.units, "description": column.documentation}
    card = next((o for o in prepared.model.card.outcomes if o.key == column.key), None)
    if card is None:
        return {**record, "better": "depends"}
    return {**record, "better": card.better, "label": card.label.model_dump(), "shown_in": card.units.model_dump(),
            "display": card.display, "decimals": card.decimals}


def write_inputs(prepared: PreparedPlan, path: Path) -> None:
    """Write the draws: columns case and run, then one per input with its unit as metadata; some rows at a time."""
    fields = [pa.field("case", pa.string()), pa.field("run", pa.int64())]
    fields += [
        pa.field(item.key, pa.float64(),
                 metadata={"title": prepared.model.spec[item.key].title, "units": item.units, "kind": item.kind})
        for item in prepared.groups[0][1]
    ]
    schema = pa.schema(fields)
    with parquet.ParquetWriter(path, schema, compression="zstd", use_dictionary=["case"], write_statistics=["case"]
                               ) as writer:
        for group, (name, _) in enumerate(prepared.groups):
            for first in range(0, prepared.runs, ROW_GROUP):
                last = min(first + ROW_GROUP, prepared.runs)
                values = prepared.values(group, first, last)
                arrays = [pa.array([name] * (last - first)), pa.array(np.arange(first, last, dtype=np.int64)),
                          *(pa.array(values[key]) for key in prepared.inputs)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


class BatchFolder:
    """A folder that a batch is written into. Every file appears in full or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, prepared: PreparedPlan, chunk: int, *, resume: bool) -> int:
        """Make the folder ready and return the chunk size in force.

        Raises `InputError` if the folder holds anything and `resume` is not asked for, if what it holds is no batch,
        or if plan, model or versions are not those it was begun with.
        """
        with self.guarded():
            found = [p.name for p in self.path.iterdir()]
        if MANIFEST in found:
            if not resume:
                raise InputError(f"{self.path}: holds a batch already; --resume goes on with it (resume=True), or give "
                                 "another folder")
            old = read_manifest(self.path)
            self._refuse_change(old, manifest(prepared, int(old["chunk"])))
            self._tidy()
            chunk = int(old["chunk"])
        elif [name for name in found if not name.startswith(".") and name not in (INPUTS, RUNS)] or (
            found and not resume
        ):
            raise InputError(f"{self.path}: is not empty and holds no batch; give an empty or new folder")
        with self.guarded():
            (self.path / RUNS).mkdir(exist_ok=True)
        if not (self.path / MANIFEST).is_file():
            self.write_json(MANIFEST, manifest(prepared, chunk))
        return chunk

    def write_inputs(self, prepared: PreparedPlan) -> None:
        """Write the table of draws, unless it is there."""
        if not (self.path / INPUTS).is_file():
            temporary = self.path / f".{INPUTS}.new"
            with self.guarded(temporary):
                write_inputs(prepared, temporary)
                os.replace(temporary, self.path / INPUTS)

    def part(self, policy: int, number: int) -> Path:
        """Return where chunk `number` of a policy stands."""
        return self.path / RUNS / f"part-{policy:05d}-{number:05d}.parquet"

    def write(self, target: Path, content: bytes) -> None:
        """Write a file in full, then put it in its place. Raises `InputError` if the disk is full or read-only."""
        temporary = target.with_name(f".{target.name}.new")
        with self.guarded(temporary):
            with temporary.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(temporary, target)

    def write_json(self, name: str, data: Mapping[str, Any]) -> None:
        """Write a JSON file of the folder."""
        text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        self.write(self.path / name, text.encode())

    @contextmanager
    def guarded(self, temporary: Path | None = None) -> Iterator[None]:
        """Turn failures of the disk into one line; parts already written stay."""
        try:
            yield
        except OSError as error:
            if temporary is not None:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror or str(error)
            raise InputError(f"{self.path}: cannot be written ({reason}); finished parts are kept, make room and go on "
                             "with --resume") from None

    @contextmanager
    def locked(self) -> Iterator[int | None]:
        """Make the folder and hold it for one batch at a time; the lock of a process that died is free again.

        Yields the lock's file descriptor, which forked workers close, or None where there are no such locks.
        """
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path}: is a file; give a folder for the batch")
        with self.guarded():
            self.path.mkdir(parents=True, exist_ok=True)
        try:
            import fcntl
        except ImportError:  # not on this system: two batches at once in one folder are the user's own care
            yield None
            return
        with self.guarded():
            descriptor = os.open(self.path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"{self.path}: another gumsim is writing this batch right now") from None
            except OSError:  # a file system without locks
                pass
            yield descriptor
        finally:
            os.close(descriptor)

    def _refuse_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for name, said in (("model", "the model file has changed"), ("plan", "the plan has changed"),
                           ("policies", "a scenario or case of the plan has changed"),
                           ("draws", "the draws have changed (a range on the card, or a scenario's own value)")):
            if old["identity"].get(name) != new["identity"][name]:
                raise InputError(f"{self.path}: {said} since this batch began; undo the change, or start in another "
                                 "folder")
        if old["versions"] != new["versions"]:
            changes = ", ".join(f"{k} {old['versions'].get(k)} -> {v}" for k, v in new["versions"].items()
                                if old["versions"].get(k) != v)
            raise InputError(f"{self.path}: versions have changed since this batch began ({changes}); parts of two "
                             "versions are not mixed: go back, or start in another folder")

    def _tidy(self) -> None:
        for place in (self.path, self.path / RUNS):
            for leftover in place.glob(".*.new"):
                with suppress(OSError):
                    leftover.unlink()


def read_manifest(path: Path) -> dict[str, Any]:
    """Return a batch's manifest. Raises `InputError` if the folder holds none."""
    from simulator.files import read_text

    file = path / MANIFEST
    if not file.is_file():
        raise InputError(f"{path}: holds no batch ({MANIFEST} is missing)")
    try:
        data = json.loads(read_text(file, max_bytes=500_000_000))
    except ValueError:
        raise InputError(f"{file}: is not valid JSON") from None
    if not isinstance(data, dict) or data.get("format") != STORE_FORMAT:
        raise InputError(f"{file}: is not of format {STORE_FORMAT}")
    return data
