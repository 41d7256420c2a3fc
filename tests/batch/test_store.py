"""Reading a batch: arrays, DataFrame, lazy xarray, CSV, and what is refused."""

import csv

import numpy as np
import pytest

from simulator.batch import open_store, run_batch
from simulator.batch.store import Store
from simulator.errors import InputError


@pytest.fixture
def store(plan_file, tank) -> Store:
    return run_batch(plan_file, out=tank / "out", chunk=20).open()


def test_a_part_of_the_runs_is_that_part_of_all(store):
    whole = store.values("water", "open_tap")
    assert whole.shape == (50, 21)
    for first, last in ((0, 50), (5, 15), (19, 41), (49, 50)):
        assert np.array_equal(store.values("water", "open_tap", start=first, stop=last), whole[first:last])
    assert np.array_equal(store.at("water", "open_tap", 2010), whole[:, 10])


def test_dataframe_and_csv_hold_a_selection_at_full_precision(store):
    frame = store.to_dataframe(policies=["open_tap"], outcomes=["level"], times=[2000, 2020], runs=(10, 13))
    assert list(frame.columns) == ["policy", "run", "time", "level"]
    assert frame["run"].tolist() == [10, 10, 11, 11, 12, 12]
    assert frame["level"].to_numpy() == pytest.approx(store.values("level", "open_tap")[10:13][:, [0, 20]].ravel())
    rows = list(csv.reader(store.csv_text(policies=["open_tap"], outcomes=["level"], runs=(10, 13)).splitlines()))
    assert rows[0] == ["policy", "run", "time", "level"]
    assert [float(r[3]) for r in rows[1:]] == store.values("level", "open_tap")[10:13].ravel().tolist()


def test_the_dataset_reads_only_what_is_used(store, monkeypatch):
    read = []
    real = Store.values
    monkeypatch.setattr(Store, "values", lambda self, *a, **k: read.append((a, k)) or real(self, *a, **k))
    data = store.to_xarray()
    assert not read
    assert data["water"].attrs["units"] == "litre"
    one = float(data["water"].sel(policy="open_tap", run=30, time=2015))
    assert len(read) == 1
    assert one == real(store, "water", "open_tap")[30, 15]
    median = data["level"].median("run")
    assert np.allclose(median[0], np.median(real(store, "level", "house"), axis=0))


@pytest.mark.parametrize("index", [
    {"run": -1}, {"run": slice(None, None, 7)}, {"run": slice(40, 10, -3)}, {"policy": [1, 0], "time": slice(3, 9)},
    {"run": [4, 2, 30], "policy": 1}, {"policy": 1, "run": 3, "time": -2}, {"run": slice(5, 5)},
])
def test_lazy_indexing_is_that_of_the_array(store, index):
    lazy = store.to_xarray()["water"].isel(index)
    plain = store.to_xarray()["water"].load().isel(index)
    assert lazy.shape == plain.shape
    assert np.array_equal(lazy.values, plain.values)


def test_pyarrow_sees_one_dataset(store):
    table = store.dataset().to_table(columns=["policy", "run", "time", "water"])
    assert table.num_rows == 2 * 50 * 21


@pytest.mark.parametrize(("call", "message"), [
    (lambda s: s.values("watr", "house"), "did not save 'watr'.*'water'"),
    (lambda s: s.values("water", "hose"), "no policy 'hose'.*'house'"),
    (lambda s: s.at("water", "house", 2010.5), "time 2010.5 was not saved"),
    (lambda s: open_store(s.path / "runs"), "holds no batch"),
])
def test_what_is_not_there_is_refused(store, call, message):
    with pytest.raises(InputError, match=message):
        call(store)


def test_a_damaged_part_is_named(store):
    part = store.parts[1]
    part.write_bytes(part.read_bytes()[:200])
    assert store.damaged() == [part]
    with pytest.raises(InputError, match=r"part-00000-00001.*--resume"):
        store.values("water", "house")
