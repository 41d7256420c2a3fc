"""Parts of a store: runs x times as rows of a Parquet file whose bytes depend on nothing but its content."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from simulator.trajectory import Column

Floats = NDArray[np.float64]

KEYS = ("policy", "run", "time")
_FAILURES = b"gumsim.failures"


@dataclass(frozen=True)
class Failure:
    """A member without a full set of values: its run, the first time that lacks one (None: all), and why."""

    run: int
    time: float | None
    why: str


def part_bytes(
    values: Floats, times: Floats, policy: str, first: int, columns: Sequence[Column], time_units: str,
    failures: Sequence[Failure],
) -> bytes:
    """Return runs `first`, `first` + 1, ... of a policy as a Parquet file, one row per run and time.

    `values` has the shape (n_runs, n_times, n_columns). Every field carries its ``units`` and ``title`` as metadata;
    the schema carries the failures as JSON.
    """
    runs, moments = values.shape[:2]
    zeros = pa.array(np.zeros(runs * moments, dtype=np.int32))
    arrays: list[Any] = [
        pa.DictionaryArray.from_arrays(zeros, pa.array([policy])),
        pa.array(np.repeat(np.arange(first, first + runs, dtype=np.int64), moments)),
        pa.array(np.tile(times, runs)),
        *(pa.array(np.ascontiguousarray(values[:, :, i]).reshape(-1)) for i in range(len(columns))),
    ]
    table = pa.Table.from_arrays(arrays, schema=schema(columns, time_units, failures))
    sink = pa.BufferOutputStream()
    parquet.write_table(
        table, sink, compression="zstd", compression_level=1, use_dictionary=list(KEYS),
        column_encoding={column.key: "BYTE_STREAM_SPLIT" for column in columns}, row_group_size=max(1, len(table)),
        version="2.6", write_statistics=list(KEYS),
    )
    return bytes(sink.getvalue())


def schema(columns: Sequence[Column], time_units: str, failures: Sequence[Failure] = ()) -> pa.Schema:
    """Return the schema of a part: policy, run, time, then one column per saved variable."""
    fields = [
        pa.field("policy", pa.dictionary(pa.int32(), pa.string()), nullable=False,
                 metadata={"title": "Policy", "units": ""}),
        pa.field("run", pa.int64(), nullable=False, metadata={"title": "Future", "units": ""}),
        pa.field("time", pa.float64(), nullable=False, metadata={"title": "Time", "units": time_units}),
        *(pa.field(c.key, pa.float64(), metadata={"title": c.title, "units": c.units}) for c in columns),
    ]
    metadata = {_FAILURES: json.dumps([asdict(f) for f in failures], ensure_ascii=False)}
    return pa.schema(fields, metadata=metadata)


def failures_in(path: Path) -> list[Failure]:
    """Return the failures that a part's footer tells of."""
    metadata = parquet.read_schema(path).metadata or {}
    return [Failure(**entry) for entry in json.loads(metadata.get(_FAILURES, b"[]"))]


def is_whole(path: Path, rows: int) -> bool:
    """Return whether a part is a complete Parquet file of so many rows."""
    try:
        return int(parquet.read_metadata(path).num_rows) == rows
    except (OSError, pa.ArrowInvalid):
        return False
