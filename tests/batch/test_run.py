"""A batch: the same as single runs, the same bytes however it is run, stopped or killed; failures kept apart."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import simulator as sim
from simulator.batch import folder as folder_module
from simulator.batch import open_store, prepare, run_batch
from simulator.batch.folder import STATUS
from simulator.batch.progress import Progress, duration
from simulator.errors import InputError


def content(path: Path) -> dict[str, bytes]:
    """Return every file of a batch but its status, which tells of times."""
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file() and
            p.name != STATUS}


def test_a_batch_holds_what_single_runs_give(plan_file, tank):
    out = tank / "out"
    summary = run_batch(plan_file, out=out, chunk=20)
    assert (summary.runs, summary.fresh, summary.failed) == (100, 100, 0)
    store, model = summary.open(), sim.load_model("tank.mdl")
    draws = store.inputs()
    for policy, scenario in (("house", "house.yaml"), ("open_tap", "open_tap.yaml")):
        for i in (0, 19, 20, 49):
            single = sim.run(model, scenario, assumptions=draws.loc[i].to_dict(), method="rk4", every=1, save=["water"])
            assert store.values("water", policy)[i] == pytest.approx(single["water"], rel=1e-10)


def test_policies_meet_the_same_futures(plan_file, tank):
    store = run_batch(plan_file, out=tank / "out").open()
    assert store.inputs("house").equals(store.inputs("open_tap"))


def test_workers_chunks_and_executors_change_nothing(plan_file, tank):
    run_batch(plan_file, out=tank / "one", chunk=15)
    run_batch(plan_file, out=tank / "two", chunk=15, workers=2)
    with ThreadPoolExecutor(2) as pool:
        run_batch(plan_file, out=tank / "threads", chunk=15, executor=pool, workers=2)
    with ProcessPoolExecutor(2) as pool:
        run_batch(plan_file, out=tank / "pool", chunk=15, executor=pool, workers=2)
    first = content(tank / "one")
    assert len(first) == 2 + 2 * 4
    for name in ("two", "threads", "pool"):
        assert content(tank / name) == first
    run_batch(plan_file, out=tank / "whole", chunk=1000)
    a, b = (open_store(tank / n).to_dataframe() for n in ("one", "whole"))
    assert np.allclose(a[["water", "level"]], b[["water", "level"]], rtol=1e-13)


@pytest.mark.parametrize("sampling", [
    "method: table, table: draws.csv", "method: lhs, correlations: [[leak, area, 0.6]]"
])
def test_tables_and_correlated_draws_reach_the_workers(sampling, write, tank):
    random = np.random.default_rng(0)
    rows = "\n".join(f"{a},{b}" for a, b in zip(random.uniform(0, 0.5, 30), random.uniform(2, 8, 30), strict=True))
    (tank / "draws.csv").write_text("leak,area\n" + rows + "\n")
    path = write(("method: lhs", sampling))
    run_batch(path, out=tank / "one", chunk=7)
    run_batch(path, out=tank / "two", chunk=7, workers=2)
    assert content(tank / "one") == content(tank / "two")
    store = open_store(tank / "one")
    single = sim.run(sim.load_model("tank.mdl"), "house.yaml", assumptions=store.inputs().loc[29].to_dict(),
                     method="rk4", every=1, save=["level"])
    assert store.values("level", "house")[29] == pytest.approx(single["level"], rel=1e-10)


def test_a_policy_without_futures_is_one_run(write, tank):
    text = "assumptions: {leak: {}, area: {range: [2, 8], distribution: uniform}}"
    store = run_batch(write((text, "assumptions: none")), out=tank / "out").open()
    single = sim.run(sim.load_model("tank.mdl"), "open_tap.yaml", method="rk4", every=1, save=["water"])
    assert store.runs == 1
    assert store.values("water", "open_tap")[0] == pytest.approx(single["water"], rel=1e-10)


def test_progress_tells_rate_and_time_left():
    progress = Progress(done=3000, total=10_000, seconds=4.0, fresh=2000)
    assert progress.rate == 500
    assert progress.line() == "3,000 of 10,000 runs (30%), 500/s, 14 s left"
    assert Progress(0, 10, 0.0, 0).line() == "0 of 10 runs (0%), 0/s"
    assert [duration(s) for s in (8.4, 200, 7500)] == ["8 s", "3 min 20 s", "2 h 5 min"]


def test_only_pyarrow_is_needed_to_read_it(plan_file, tank):
    run_batch(plan_file, out=tank / "out", chunk=20)
    table = pq.read_table(tank / "out" / "runs")
    assert table.column_names == ["policy", "run", "time", "water", "level"]
    assert table.schema.field("water").metadata == {b"title": b"Water", b"units": b"litre"}
    assert table.num_rows == 2 * 50 * 21
    manifest = json.loads((tank / "out" / "manifest.json").read_text())
    assert [p["name"] for p in manifest["policies"]] == ["house", "open_tap"]
    assert manifest["seed"] == 3
    inputs = pq.read_table(tank / "out" / "inputs.parquet")
    assert inputs.schema.field("leak").metadata[b"units"] == b"1/Year"


def test_a_folder_with_something_in_it_is_left_alone(plan_file, tank):
    out = tank / "out"
    run_batch(plan_file, out=out)
    before = content(out)
    with pytest.raises(InputError, match="holds a batch already; --resume"):
        run_batch(plan_file, out=out)
    assert content(out) == before
    other = tank / "letters"
    other.mkdir()
    (other / "love.txt").write_text("dear")
    for resume in (False, True):
        with pytest.raises(InputError, match="is not empty and holds no batch"):
            run_batch(plan_file, out=other, resume=resume)
    assert [p.name for p in other.iterdir()] == ["love.txt"]
    with pytest.raises(InputError, match="is a file"):
        run_batch(plan_file, out=plan_file)


def test_a_finished_batch_is_not_run_again(plan_file, tank):
    run_batch(plan_file, out=tank / "out")
    again = run_batch(plan_file, out=tank / "out", resume=True)
    assert (again.runs, again.fresh) == (100, 0)


class Stop(Exception):
    """What a progress report raises to stop a batch."""


def test_a_stopped_batch_goes_on_to_the_same_bytes(plan_file, tank):
    run_batch(plan_file, out=tank / "whole", chunk=10)

    def stop(progress):
        if progress.done >= 30:
            raise Stop

    with pytest.raises(Stop):
        run_batch(plan_file, out=tank / "out", chunk=10, progress=stop)
    assert json.loads((tank / "out" / STATUS).read_text())["state"] == "stopped"
    with pytest.raises(InputError, match="7 of 10 parts are missing"):
        open_store(tank / "out")
    (tank / "out" / "runs" / ".part-00001-00000.parquet.new").write_bytes(b"half a part")
    (tank / "out" / "runs" / "part-00000-00001.parquet").write_bytes(b"a damaged part")
    seen = []
    summary = run_batch(plan_file, out=tank / "out", resume=True, progress=seen.append)
    assert summary.fresh == 80
    assert [p.done for p in seen] == list(range(30, 101, 10))
    assert content(tank / "out") == content(tank / "whole")


@pytest.mark.parametrize(("file", "old", "new", "message"), [
    ("taps.yaml", "seed: 3", "seed: 4", "the plan has changed"),
    ("tank.mdl", "What leaks out.", "What leaks.", "the model file has changed"),
    ("open_tap.yaml", "valve: 10", "valve: 20", "a scenario or case of the plan has changed"),
])
def test_a_batch_does_not_go_on_with_another_plan(file, old, new, message, plan_file, tank):
    run_batch(plan_file, out=tank / "out")
    path = tank / file
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError, match=message):
        run_batch(plan_file, out=tank / "out", resume=True)


def test_a_batch_does_not_go_on_with_other_versions(plan_file, tank):
    run_batch(plan_file, out=tank / "out")
    manifest = tank / "out" / "manifest.json"
    data = json.loads(manifest.read_text())
    data["versions"]["numpy"] = "1.0"
    manifest.write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"versions have changed .*numpy 1.0 -> "):
        run_batch(plan_file, out=tank / "out", resume=True)


def test_a_full_disk_is_one_line_and_leaves_a_batch_to_go_on_with(plan_file, tank, monkeypatch):
    real, written = os.replace, []

    def full(source, target):
        if "part-" in str(target):
            written.append(target)
            if len(written) == 4:
                raise OSError(errno.ENOSPC, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(folder_module.os, "replace", full)
    with pytest.raises(InputError, match=r"out: cannot be written \(the disk is full\).*--resume"):
        run_batch(plan_file, out=tank / "out", chunk=10)
    monkeypatch.undo()
    os.chdir(tank)
    assert not list((tank / "out" / "runs").glob(".*"))
    run_batch(plan_file, out=tank / "out", resume=True)
    run_batch(plan_file, out=tank / "whole", chunk=10)
    assert content(tank / "out") == content(tank / "whole")


def test_one_batch_at_a_time_writes_into_a_folder(plan_file, tank):
    def second(progress):
        with pytest.raises(InputError, match="another gumsim is writing"):
            run_batch(plan_file, out=tank / "out", resume=True)

    run_batch(plan_file, out=tank / "out", progress=second)


def test_a_member_that_is_not_finite_is_listed_and_the_others_are_kept(write, tank):
    path = write(("range: [2, 8], distribution: uniform", "values: [0, 4], weights: [1, 4]"),
                 ("outcomes: [water, level]", "outcomes: [level]"))
    model = tank / "tank.mdl"
    model.write_text(model.read_text().replace("Level = Water/Area", "Level = Water/Area + LN(Area)"))
    summary = run_batch(path, out=tank / "out", chunk=20)
    store = summary.open()
    dry = store.inputs()["area"] == 0
    assert 0 < dry.sum() < 50
    assert summary.failed == 2 * dry.sum()
    assert {(p, f.run) for p, f in store.failures()} == {(p, r) for p in store.policies for r in dry.index[dry]}
    assert store.failures()[0][1].why == "level is not finite"
    assert np.isfinite(store.values("level", "house")[~dry]).all()


def test_a_member_that_a_coarse_step_throws_out_is_run_at_a_finer_one(write, tank):
    model = tank / "tank.mdl"
    model.write_text(model.read_text().replace("Outflow = Water*Leak", "Outflow = Leak*12*SQRT(Water)*Water/(1+Water)"))
    path = write(("step: 0.125", "step: 1"), ("range: [2, 8], distribution: uniform", "values: [2]"))
    store = run_batch(path, out=tank / "out").open()
    assert store.failures() == []
    spec = prepare(path)
    from simulator.simulate import simulate_batch

    plain = simulate_batch(spec.spec, spec.policies[0].experiment, spec.parameters(0, 0, 50), save=["water"])[:, :, 0]
    lost = ~np.isfinite(plain).all(axis=1)
    assert 0 < lost.sum() < 50
    values = store.values("water", "house")
    assert np.array_equal(values[~lost], plain[~lost])
    assert np.isfinite(values[lost]).all()


def test_a_chunk_that_fails_is_halved_until_the_culprit_is_alone(plan_file, tank, monkeypatch):
    from simulator.batch import members as members_module
    from simulator.errors import SimulationError

    real = members_module.simulate_batch
    worst = prepare(plan_file).values(0, 0, 50)["leak"].max()

    def fragile(spec, experiment, parameters, **more):
        if (parameters["leak"] == worst).any():
            raise SimulationError("the solver gave up")
        return real(spec, experiment, parameters, **more)

    run_batch(plan_file, out=tank / "sound")
    monkeypatch.setattr(members_module, "simulate_batch", fragile)
    store = run_batch(plan_file, out=tank / "out").open()
    sound = open_store(tank / "sound")
    culprit = int(sound.inputs()["leak"].argmax())
    assert [(p, f.run, f.why) for p, f in store.failures()] == [
        ("house", culprit, "the solver gave up"), ("open_tap", culprit, "the solver gave up")]
    others = np.arange(50) != culprit
    assert np.allclose(store.values("water", "house")[others], sound.values("water", "house")[others], rtol=1e-13)
    assert np.isnan(store.values("water", "house")[culprit]).all()


def test_a_worker_that_dies_is_one_line_and_the_batch_goes_on(plan_file, tank):
    from simulator.errors import SimulationError

    with ProcessPoolExecutor(1) as pool:
        pid = pool.submit(os.getpid).result()

        def kill(progress):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(SimulationError, match=r"ended from outside.*--resume"):
            run_batch(plan_file, out=tank / "out", chunk=5, executor=pool, workers=1, progress=kill)
    run_batch(plan_file, out=tank / "out", resume=True)
    run_batch(plan_file, out=tank / "whole", chunk=5)
    assert content(tank / "out") == content(tank / "whole")


def start(arguments: list[str], folder: Path, script: str) -> subprocess.Popen[bytes]:
    root = Path(sim.__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=folder, env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


SLOW = """
import sys, time
from simulator.batch import run_batch
run_batch("taps.yaml", out=sys.argv[1], chunk=4, workers=int(sys.argv[2]), resume=True,
          progress=lambda p: time.sleep(0.02))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_killed_at_a_random_moment_goes_on_to_the_same_bytes(workers, plan_file, tank):
    run_batch(plan_file, out=tank / "whole", chunk=4)
    random = np.random.default_rng(int.from_bytes(os.urandom(4), "little"))
    out, kills = tank / "out", 0
    for _ in range(6):
        process = start([str(out), str(workers)], tank, SLOW)
        deadline = time.monotonic() + 60
        while not list(out.glob("runs/part-*")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(float(random.uniform(0, 0.25)))
        kills += process.poll() is None
        if workers == 1 or kills % 2:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers must not live on
        process.communicate(timeout=30)
        if kills == 3:
            break
    assert kills
    summary = run_batch(plan_file, out=out, resume=True)
    assert summary.runs == 100
    assert content(out) == content(tank / "whole")


def test_ctrl_c_leaves_a_batch_to_go_on_with(plan_file, tank):
    script = (  # a shell that starts the tests in the background lets them ignore Ctrl-C; a terminal does not
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from simulator.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    plan_file.write_text(plan_file.read_text().replace("runs: 50", "runs: 60000"))
    out = tank / "out"
    process = start(["batch", str(plan_file), "--out", str(out), "--workers", "2"], tank, script)
    deadline = time.monotonic() + 60
    while not list(out.glob("runs/part-*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    lines = errors.decode().splitlines()
    assert len(lines) == 1
    assert "--resume" in lines[0]
    assert json.loads((out / STATUS).read_text())["state"] == "stopped"


def test_the_command_runs_a_plan_and_says_how_fast(plan_file, tank, gumsim):
    result = gumsim("batch", plan_file, "--out", tank / "out", "--workers", 1)
    assert result.code == 0
    assert "100 runs in" in result.out
    assert "runs/s" in result.out
    again = gumsim("batch", plan_file, "--out", tank / "out")
    assert again.code == 2
    assert again.err.count("\n") == 1
    third = gumsim("batch", plan_file, "--out", tank / "out", "--resume")
    assert "100 were there already" in third.out


@pytest.mark.parametrize(("arguments", "message"), [
    (["batch", "taps.yaml", "--out", "x", "--workers", "0"], "--workers"),
    (["batch", "taps.yaml", "--out", "x", "--dask", "tcp://127.0.0.1:1"], "no Dask scheduler answers"),
    (["batch", "gone", "--out", "x"], "no plan is called 'gone'"),
    (["batch", "taps.yaml"], "--out"),
])
def test_bad_arguments_are_one_line(arguments, message, plan_file, gumsim, monkeypatch):
    monkeypatch.setattr("simulator.batch.dask_cluster.CONNECT_SECONDS", 1)
    result = gumsim(*arguments)
    assert result.code == 2
    assert message in result.err
    assert result.err.count("\n") == 1
