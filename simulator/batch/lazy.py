"""A store as an xarray Dataset whose variables are read part by part, when and where they are used."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

if TYPE_CHECKING:
    from simulator.batch.store import Store


class _Outcome(BackendArray):
    """One outcome over policy, run and time."""

    def __init__(self, store: "Store", key: str) -> None:
        self.store, self.key = store, key
        self.shape = (len(store.policies), store.runs, len(store.times))
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)

    def _read(self, key: tuple[Any, ...]) -> Any:
        policies, runs, times = key
        numbers = range(self.shape[1])[runs]
        span = range(numbers, numbers + 1) if isinstance(numbers, int) else numbers
        first, last = (min(span), max(span) + 1) if len(span) else (0, 0)
        inside: Any = runs - first if isinstance(numbers, int) and runs >= 0 else numbers - first if isinstance(
            numbers, int) else np.array(span, dtype=int) - first
        chosen = range(self.shape[0])[policies]
        several = not isinstance(chosen, int)
        read = [
            self.store.values(self.key, self.store.policies[p], start=first, stop=last)[inside][..., times]
            for p in (chosen if several else [chosen])
        ]
        return np.array(read) if several else read[0]


def lazy_dataset(store: "Store") -> xr.Dataset:
    """Return the Dataset; units and titles stand in the variables' attributes."""
    variables = {
        key: xr.Variable(("policy", "run", "time"), indexing.LazilyIndexedArray(_Outcome(store, key)),
                         {"units": store.units(key), "long_name": store.title(key)})
        for key in store.outcomes
    }
    coords = {
        "policy": list(store.policies), "run": np.arange(store.runs),
        "time": ("time", store.times, {"units": store.manifest["time"]["units"]}),
    }
    return xr.Dataset(variables, coords=coords, attrs={"plan": store.manifest["plan"]["name"]})
