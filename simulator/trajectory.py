"""The frozen result of one run: times, one array per variable, units, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class Column:
    """What one saved variable is: snake_case key, title as in the model file, units, documentation, kind."""

    key: str
    title: str
    units: str
    documentation: str = ""
    kind: str = "auxiliary"


@dataclass(frozen=True)
class Trajectory:
    """Saved values of one run.

    times       shape (n_times,), in the model's time unit
    values      shape (n_times, n_columns), read-only, in the order of `columns`
    columns     one `Column` per variable; ``trajectory["key"]`` returns its values, shape (n_times,)
    scenario    the scenario's name, first column of a CSV
    warnings    plain sentences the user should see (a lookup left its range, method changed, ...)
    provenance  manifest: model hash, scenario, settings, solver, versions (JSON-ready)

    Raises `InputError` from ``[...]`` for an unknown key, naming near matches.
    """

    scenario: str
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    columns: tuple[Column, ...]
    time_units: str = "Year"
    warnings: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.times.flags.writeable = False
        self.values.flags.writeable = False
        object.__setattr__(self, "_index", {column.key: i for i, column in enumerate(self.columns)})

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the saved variables, in column order."""
        return tuple(column.key for column in self.columns)

    def __contains__(self, key: str) -> bool:
        return key in self._index  # type: ignore[attr-defined]

    def __getitem__(self, key: str) -> NDArray[np.float64]:
        return self.values[:, self._position(key)]

    def column(self, key: str) -> Column:
        """Return the `Column` (title, units, documentation) of a saved variable."""
        return self.columns[self._position(key)]

    def _position(self, key: str) -> int:
        index: dict[str, int] = self._index  # type: ignore[attr-defined]
        if key not in index:
            raise InputError(f"this run did not save '{key}'{did_you_mean(key, index)}")
        return index[key]

    def to_csv(self, path: "str | Path") -> None:
        """Write the run as CSV with its meta file beside it (``NAME.meta.json``), both or neither.

        Raises `InputError` if the folder is missing or not writable.
        """
        from simulator.export import write_csv

        write_csv(self, path)

    def to_dataframe(self) -> "pd.DataFrame":
        """Return a DataFrame with columns scenario, time and one per variable."""
        import pandas as pd

        frame = pd.DataFrame(np.asarray(self.values), columns=list(self.keys))
        frame.insert(0, "time", np.asarray(self.times))
        frame.insert(0, "scenario", self.scenario)
        return frame

    def to_xarray(self) -> "xr.Dataset":
        """Return a Dataset over ``time`` with units and title on every variable."""
        import xarray as xr

        data = {
            c.key: ("time", np.array(self[c.key]), {"units": c.units, "long_name": c.title, "comment": c.documentation})
            for c in self.columns
        }
        coords = {"time": ("time", np.array(self.times), {"units": self.time_units})}
        return xr.Dataset(data, coords=coords, attrs={"scenario": self.scenario})
