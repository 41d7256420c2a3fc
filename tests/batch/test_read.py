"""``gumsim read``: every verb prints a table, writes CSV and draws a figure; what cannot be read is one line."""

import csv
import json
import re

import numpy as np
import pytest

from simulator.batch import open_store, run_batch
from simulator.cli.batch_arguments import WHAT
from simulator.cli.read import READINGS
from simulator.studies.compare_policies import bands, versus


@pytest.fixture
def out(write, tank):
    path = tank / "out"
    run_batch(write(("runs: 50", "runs: 240")), out=path)
    return path


FIGURES = [name for name in READINGS if name != "summary"]


def test_every_verb_is_known_to_the_command():
    assert {*READINGS, "csv"} == set(WHAT)


@pytest.mark.parametrize("what", list(READINGS))
def test_every_verb_prints_a_table(what, out, gumsim):
    result = gumsim("read", out, what)
    assert (result.code, result.err) == (0, "")
    assert len(result.out.splitlines()) >= 3
    assert "nan" not in result.out


@pytest.mark.parametrize("what", FIGURES)
def test_every_figure_is_one_page_without_a_network(what, out, gumsim, tank):
    result = gumsim("read", out, what, "--outcome", "water", "--out", tank / "f.html")
    assert result.code == 0, result.err
    page = (tank / "f.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert not re.search(r'<(script|link)[^>]+(src|href)="http', page)


def test_the_band_figure_holds_the_percentiles(out):
    from simulator.figures.bands import band_chart

    store = open_store(out)
    found = bands(store, "water")
    figure = band_chart({b.policy: b.values for b in found}, found[0].percentiles, store.times, title="Water",
                        unit="litre")
    lines = [trace for trace in figure.data if trace.showlegend is not False]
    assert [line.name for line in lines] == ["house", "open_tap"]
    assert np.allclose(lines[1].y, np.median(store.values("water", "open_tap"), axis=0))
    areas = [trace for trace in figure.data if trace.fill == "toself"]
    assert np.allclose(areas[0].y[: len(store.times)], np.percentile(store.values("water", "house"), 95, axis=0))


def test_versus_prints_what_the_study_finds(out, gumsim):
    found = versus(open_store(out), "open_tap", "house", "water", time=2016)
    result = gumsim("read", out, "versus", "open_tap", "house", "--outcome", "water", "--time", 2016)
    assert f"open_tap is better than house in {found.wins:.1%}" in result.out


def test_tables_as_csv_are_at_full_precision(out, gumsim):
    rows = list(csv.reader(gumsim("read", out, "bands", "--out", "-").out.splitlines()))
    assert rows[0] == ["policy", "time", "5%", "25%", "50%", "75%", "95%"]
    found = bands(open_store(out), "water")
    assert len(rows) == 1 + 2 * 21
    assert [float(x) for x in rows[21][2:]] == found[0].values[:, 20].tolist()


def test_a_selection_of_the_runs_as_csv(out, gumsim, tank):
    result = gumsim("read", out, "csv", "--policy", "house", "--runs", "3:5", "--out", tank / "s.csv")
    assert "42 rows" in result.out
    rows = list(csv.DictReader((tank / "s.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["run"] for row in rows} == {"3", "4"}


@pytest.mark.parametrize(("arguments", "message"), [
    (["bandz"], "did you mean 'bands'"),
    (["bands", "--outcome", "watr"], "did not save 'watr'"),
    (["versus", "house"], "versus takes two policies"),
    (["versus", "house", "hose"], "no policy 'hose'"),
    (["bands", "house"], "takes no policy names"),
    (["bands", "--out", "x.png"], "bands writes .csv or .html"),
    (["regret", "--time", "2003.3"], "time 2003.3 was not saved"),
    (["sensitivity", "--method", "sobol"], "needs a plan with sampling method saltelli"),
    (["discover", "--below", "-5"], "no future is of interest"),
    (["csv", "--runs", "5:3"], "is not A:B"),
])
def test_what_cannot_be_read_is_one_line(arguments, message, out, gumsim):
    result = gumsim("read", out, *arguments)
    assert result.code == 2
    assert re.search(message, result.err)
    assert result.err.count("\n") == 1


def test_a_folder_without_a_batch_is_one_line(tank, gumsim):
    result = gumsim("read", tank)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "holds no batch" in result.err


def test_failed_runs_are_told_of(write, tank, gumsim):
    model = tank / "tank.mdl"
    model.write_text(model.read_text().replace("Level = Water/Area", "Level = LN(Area - 3)"))
    result = gumsim("batch", write(), "--out", tank / "o", "--workers", 1)
    assert result.code == 1
    assert "runs failed" in result.out
    read = gumsim("read", tank / "o", "summary")
    assert "runs failed; first: house, run" in read.out
    assert json.loads((tank / "o" / "status.json").read_text())["state"] == "done"
