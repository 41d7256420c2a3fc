"""CSV at full precision; a schema and a manifest that say what stands in it."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.export import csv_text, meta, write_csv
from simulator.runner import load_model, run
from simulator.scenario import load_scenario
from simulator.trajectory import Column, Trajectory

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def trajectory(values: list[list[float]], keys: tuple[str, ...] = ("a", "b"), name: str = "one") -> Trajectory:
    columns = tuple(Column(key, key.title(), "kg", f"About {key}") for key in keys)
    array = np.array(values, dtype=float).reshape(len(values), len(keys))
    return Trajectory(name, np.arange(len(values)) * 0.1, array, columns, "Year", ("careful",), {"model": "m"})


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@given(st.lists(st.tuples(FINITE, FINITE).map(list), min_size=1, max_size=8))
def test_every_bit_comes_back(values: list[list[float]]):
    run = trajectory(values)
    rows = read(csv_text(run))
    assert [[float(row["a"]), float(row["b"])] for row in rows] == values
    assert [math.copysign(1, float(row["a"])) for row in rows] == [math.copysign(1, a) for a, _ in values]
    assert [float(row["time"]) for row in rows] == run.times.tolist()


def test_pandas_reads_the_same_numbers():
    run = trajectory([[0.1 + 0.2, 1e-300], [1 / 3, 1e300]])
    frame = pd.read_csv(io.StringIO(csv_text(run)))
    pd.testing.assert_frame_equal(frame, run.to_dataframe(), check_dtype=False, check_exact=True)


def test_several_runs_stand_below_each_other():
    text = csv_text([trajectory([[1, 2]]), trajectory([[3], [4]], ("b",), "two")])
    assert text == "scenario,time,a,b\none,0.0,1.0,2.0\ntwo,0.0,,3.0\ntwo,0.1,,4.0\n"


@pytest.mark.parametrize("name", ['a,b', 'say "x"', "温州", "=1+1", "  spaces "])
def test_any_name_survives(name: str):
    assert read(csv_text(trajectory([[1, 2]], name=name)))[0]["scenario"] == name


def test_runs_of_one_name_are_told_apart():
    runs = [trajectory([[1, 2]]), trajectory([[3, 4]]), trajectory([[5, 6]])]
    assert [row["scenario"] for row in read(csv_text(runs))] == ["one", "one (2)", "one (3)"]
    assert [entry["scenario"] for entry in meta(runs)["runs"]] == ["one", "one (2)", "one (3)"]


def test_the_schema_describes_every_column():
    found = meta(trajectory([[1, 2]]), path="Über all.csv")
    header = csv_text(trajectory([[1, 2]])).splitlines()[0].split(",")
    assert [field["name"] for field in found["schema"]["fields"]] == header
    assert found["schema"]["fields"][2] == {
        "name": "a", "title": "A", "type": "number", "unit": "kg", "description": "About a"
    }
    assert found["schema"]["fields"][1]["unit"] == "Year"
    assert (found["path"], found["profile"]) == ("Über all.csv", "tabular-data-resource")
    assert found["name"] == "-ber-all"
    assert found["runs"] == [{"scenario": "one", "warnings": ["careful"], "manifest": {"model": "m"}}]


def test_both_files_or_none(tmp_path: Path):
    trajectory([[1, 2]]).to_csv(tmp_path / "x.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.csv", "x.meta.json"]
    (tmp_path / "y.meta.json").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_csv(trajectory([[1, 2]]), tmp_path / "y.csv")
    assert not (tmp_path / "y.csv").exists()


def test_the_manifest_is_enough_to_run_again(tank: Path):
    model = load_model("tank.mdl")
    first = run(model, load_scenario("open_tap.yaml"), levers={"valve": 30}, clamp={"level": [(2000, 1), (2010, 2)]},
                stop=2015)
    write_csv(first, "x.csv")
    manifest = json.loads((tank / "x.meta.json").read_text(encoding="utf-8"))["runs"][0]["manifest"]
    assert manifest["model"]["sha256"] == model.spec.sha256
    assert set(manifest["versions"]) == {"gumsim", "numpy", "scipy", "python"}
    assert manifest["solver"] == {"method": "LSODA", "rtol": 1e-6, "atol": 1e-9}
    assert manifest["time"] == {"start": 2000, "stop": 2015, "step": 0.125, "every": 0.5, "unit": "Year"}
    again = dict(manifest["scenario"])
    (tank / "again.yaml").write_text(json.dumps(again), encoding="utf-8")
    second = run(model, "again.yaml")
    assert np.array_equal(second.values, first.values)
