"""A batch's results, opened lazily: nothing is read until it is asked for, and then only that."""

import csv
import io
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.batch.folder import INPUTS, RUNS, STATUS, BatchFolder, read_manifest
from simulator.batch.part import Failure, failures_in, is_whole
from simulator.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.dataset as ds
    import xarray as xr

Floats = NDArray[np.float64]


def open_store(path: str | Path) -> "Store":
    """Open the results in a folder. Raises `InputError` if it holds no batch or the batch is not finished."""
    store = Store(Path(path))
    store.require_complete()
    return store


class Store:
    """The results of one batch: policies x futures x times, one variable at a time.

    policies, outcomes   names and keys, in the plan's order
    times                saved times, shape (n_times,)
    runs                 futures per policy
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest: dict[str, Any] = read_manifest(path)
        self.policies: tuple[str, ...] = tuple(p["name"] for p in self.manifest["policies"])
        self.outcomes: tuple[str, ...] = tuple(o["key"] for o in self.manifest["outcomes"])
        self.times: Floats = np.array(self.manifest["times"], dtype=float)
        self.runs: int = int(self.manifest["runs"])
        self.chunk: int = int(self.manifest["chunk"])

    # -- what there is --

    @property
    def parts(self) -> list[Path]:
        """Every part that the batch has when it is finished."""
        folder = BatchFolder(self.path)
        return [folder.part(p, n) for p in range(len(self.policies)) for n in range(self._chunks)]

    @property
    def _chunks(self) -> int:
        return -(-self.runs // self.chunk)

    def require_complete(self) -> None:
        """Raise `InputError` if parts are missing."""
        missing = sum(not part.is_file() for part in self.parts)
        if missing:
            raise InputError(f"{self.path}: {missing} of {len(self.parts)} parts are missing; finish the batch with "
                             "'gumsim batch ... --resume'")

    def damaged(self) -> list[Path]:
        """Return the parts that are not whole."""
        found = []
        for number, part in enumerate(self.parts):
            first = number % self._chunks * self.chunk
            if not is_whole(part, min(self.chunk, self.runs - first) * len(self.times)):
                found.append(part)
        return found

    def units(self, outcome: str) -> str:
        """Return an outcome's unit."""
        units: str = self.manifest["outcomes"][self._outcome(outcome)]["units"]
        return units

    def title(self, outcome: str) -> str:
        """Return an outcome's title."""
        title: str = self.manifest["outcomes"][self._outcome(outcome)]["title"]
        return title

    def better(self, outcome: str) -> str:
        """Return what the card says is good: "higher", "lower" or "depends"."""
        better: str = self.manifest["outcomes"][self._outcome(outcome)]["better"]
        return better

    def failures(self) -> list[tuple[str, Failure]]:
        """Return the members without a full set of values, with their policy."""
        return [(self.policies[number // self._chunks], failure)
                for number, part in enumerate(self.parts) for failure in failures_in(part)]

    # -- reading --

    def values(self, outcome: str, policy: str, *, start: int = 0, stop: int | None = None) -> Floats:
        """Return one variable under one policy for runs `start` to `stop` (exclusive), shape (n_runs, n_times)."""
        from pyarrow import parquet

        self._outcome(outcome)
        stop = self.runs if stop is None else min(stop, self.runs)
        position, folder = self._policy(policy), BatchFolder(self.path)
        found = []
        for number in range(start // self.chunk, -(-stop // self.chunk)):
            path = folder.part(position, number)
            try:
                column = parquet.ParquetFile(path).read(columns=[outcome])[outcome]
                whole = column.to_numpy().reshape(-1, len(self.times))
            except (OSError, ValueError) as error:
                reason = str(error).splitlines()[0]
                raise InputError(f"{path}: cannot be read ({reason}); 'gumsim batch ... --resume' mends it") from None
            first = number * self.chunk
            found.append(whole[max(start - first, 0) : stop - first])
        return np.concatenate(found) if found else np.empty((0, len(self.times)))

    def at(self, outcome: str, policy: str, time: float | None = None) -> Floats:
        """Return one variable under one policy at a saved time (default: the last), shape (n_runs,)."""
        return self.values(outcome, policy)[:, self.moment(time)]

    def moment(self, time: float | None = None) -> int:
        """Return the position of a saved time (None: the last). Raises `InputError` for another time."""
        if time is None:
            return len(self.times) - 1
        nearest = int(np.argmin(np.abs(self.times - time)))
        if abs(self.times[nearest] - time) > 1e-6 * max(1.0, abs(time)):
            raise InputError(f"time {time:g} was not saved; nearest is {self.times[nearest]:g}")
        return nearest

    @cached_property
    def input_keys(self) -> tuple[str, ...]:
        """Keys of the inputs that were drawn."""
        return tuple(record["key"] for record in self.manifest["inputs"])

    def inputs(self, policy: str | None = None) -> "pd.DataFrame":
        """Return the draws that a policy (default: the first) met, one row per run, indexed by run."""
        from pyarrow import parquet

        case = self.manifest["policies"][self._policy(policy or self.policies[0])]["case"]
        table = parquet.read_table(self.path / INPUTS, filters=[("case", "=", case)])
        frame: pd.DataFrame = table.to_pandas()
        return frame.drop(columns="case").set_index("run")

    def dataset(self) -> "ds.Dataset":
        """Return all parts as a lazy pyarrow dataset with columns policy, run, time and one per outcome."""
        import pyarrow.dataset as ds

        return ds.dataset(self.path / RUNS, format="parquet")

    def to_dataframe(
        self, *, policies: Sequence[str] | None = None, outcomes: Sequence[str] | None = None,
        times: Sequence[float] | None = None, runs: tuple[int, int] | None = None,
    ) -> "pd.DataFrame":
        """Return a selection as a DataFrame with columns policy, run, time and one per outcome."""
        import pandas as pd

        chosen = [self.outcomes[self._outcome(key)] for key in outcomes or self.outcomes]
        moments = list(range(len(self.times))) if times is None else [self.moment(time) for time in times]
        first, last = runs or (0, self.runs)
        frames = []
        for policy in policies or self.policies:
            columns = {key: self.values(key, policy, start=first, stop=last)[:, moments] for key in chosen}
            count = len(next(iter(columns.values())))
            frames.append(pd.DataFrame({
                "policy": policy, "run": np.repeat(np.arange(first, first + count), len(moments)),
                "time": np.tile(self.times[moments], count), **{key: v.reshape(-1) for key, v in columns.items()},
            }))
        return pd.concat(frames, ignore_index=True)

    def to_xarray(self) -> "xr.Dataset":
        """Return a Dataset over policy, run and time that reads what is computed with, when it is computed with."""
        from simulator.batch.lazy import lazy_dataset

        return lazy_dataset(self)

    def csv_text(self, **selection: Any) -> str:
        """Return a selection (as of `to_dataframe`) as CSV at full precision."""
        frame = self.to_dataframe(**selection)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(
            [cell if isinstance(cell, str) else repr(cell) for cell in row]
            for row in zip(*(frame[name].tolist() for name in frame.columns), strict=True)
        )
        return out.getvalue()

    def status(self) -> dict[str, Any]:
        """Return what ``status.json`` says: state, runs done, seconds of the last start."""
        import json

        file = self.path / STATUS
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return data

    def _policy(self, name: str) -> int:
        if name not in self.policies:
            raise InputError(f"this batch has no policy '{name}'{did_you_mean(name, self.policies)}")
        return self.policies.index(name)

    def _outcome(self, key: str) -> int:
        if key not in self.outcomes:
            raise InputError(f"this batch did not save '{key}'{did_you_mean(key, self.outcomes)}")
        return self.outcomes.index(key)
