"""Designs that a user brings along: one future per row of a CSV or Parquet file, one column per input."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError, did_you_mean
from simulator.plan import Plan, Uncertain

Floats = NDArray[np.float64]
Groups = tuple[tuple[Uncertain, ...], ...]

MAX_TABLE_BYTES = 2_000_000_000


class Table:
    """The values of a user's table, one future per row."""

    def __init__(self, values: Floats) -> None:
        self.values, self.runs = values, len(values)

    @property
    def digest(self) -> str:
        """A digest of all values."""
        return hashlib.sha256(np.ascontiguousarray(self.values).tobytes()).hexdigest()

    def rows(self, start: int, stop: int) -> Floats:
        """Return the values of futures `start` to `stop` (exclusive), shape (n_rows, n_inputs)."""
        return self.values[start:stop]


def read_table(plan: Plan, groups: Groups) -> tuple[Table, Groups]:
    """Return the plan's table and the groups reduced to its columns.

    Columns ``run`` and ``case`` are passed over. Raises `InputError` for a file that cannot be read, a column that is
    no uncertain input of the plan, a cell that is no finite number, a value outside an input's range.
    """
    where = plan.origin.place(("sampling", "table"))
    path = Path(plan.folder) / plan.sampling.table if plan.folder else Path(plan.sampling.table)
    names, values = _columns(path, where)
    items = {item.key: item for item in groups[0]}
    for name in names:
        if name not in items:
            raise InputError(f"{where}column '{name}' is no input that this plan draws{did_you_mean(name, items)}")
    for column, name in enumerate(names):
        low, high = min(g[name].low for g in _by_key(groups)), max(g[name].high for g in _by_key(groups))
        bad = ~((values[:, column] >= low) & (values[:, column] <= high))
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(f"{where}row {row + 1}, column '{name}': {values[row, column]:g} lies outside "
                             f"{low:g} to {high:g}")
    reduced = tuple(tuple(replace(group[name]) for name in names) for group in _by_key(groups))
    return Table(values), reduced


def _by_key(groups: Groups) -> list[dict[str, Uncertain]]:
    return [{item.key: item for item in group} for group in groups]


def _columns(path: Path, where: str) -> tuple[list[str], Floats]:
    import pyarrow as pa
    from pyarrow import csv, parquet

    if not path.is_file():
        raise InputError(f"{where}{path}: no such file")
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise InputError(f"{where}{path}: is larger than {MAX_TABLE_BYTES:,} bytes")
    try:
        table = parquet.read_table(path) if path.suffix.lower() == ".parquet" else csv.read_csv(path)
        table = table.select([name for name in table.column_names if name not in ("run", "case")])
        columns = [table[name].cast(pa.float64()).to_numpy() for name in table.column_names]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{where}{path}: cannot be read as a table of numbers ({reason})") from None
    if not columns or not len(columns[0]):
        raise InputError(f"{where}{path}: holds no row of numbers")
    return list(table.column_names), np.column_stack(columns).astype(float)
