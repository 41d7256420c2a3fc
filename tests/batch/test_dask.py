"""A batch on a Dask cluster: a real scheduler and two worker processes on this machine."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simulator as sim
from simulator.batch import run_batch
from simulator.batch.dask_cluster import cluster_executor
from tests.batch.test_run import content

distributed = pytest.importorskip("distributed")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


class Cluster:
    """A scheduler and workers as processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.environment = folder, {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])}
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.launch("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self.file)
        self.until(self.file.is_file)

    def launch(self, *arguments: object) -> subprocess.Popen[bytes]:
        with (self.folder / f"dask-{len(self.processes)}.log").open("wb") as log:
            command = [sys.executable, "-m", "dask", *map(str, arguments)]
            process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.launch("worker", "--scheduler-file", self.file, "--nthreads", 1, "--no-nanny", "--no-dashboard",
                           "--host", "127.0.0.1", "--local-directory", self.folder / "spill")

    @property
    def address(self) -> str:
        import json

        address: str = json.loads(self.file.read_text())["address"]
        return address

    def until(self, ready, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, (self.folder / "dask-0.log").read_text()
            time.sleep(0.05)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        workers = [cluster.worker(), cluster.worker()]
        with distributed.Client(cluster.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield cluster, workers
    finally:
        cluster.close()


def test_a_cluster_gives_the_same_bytes_and_survives_a_killed_worker(cluster, plan_file, tank):
    cluster, workers = cluster
    plan_file.write_text(plan_file.read_text().replace("runs: 50", "runs: 4000"))
    run_batch(plan_file, out=tank / "here", chunk=50)
    with cluster_executor(cluster.address) as (executor, threads):
        assert threads == 2
        run_batch(plan_file, out=tank / "there", chunk=50, executor=executor, workers=threads)
    assert content(tank / "there") == content(tank / "here")

    killed = []

    def kill(progress):
        if not killed and progress.done >= 1000:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(progress.done)

    with cluster_executor(cluster.address) as (executor, threads):
        summary = run_batch(plan_file, out=tank / "hurt", chunk=50, executor=executor, workers=threads, progress=kill)
    assert killed
    assert summary.fresh == 8000
    assert content(tank / "hurt") == content(tank / "here")


def test_the_command_uses_a_cluster(cluster, plan_file, tank, gumsim):
    cluster, _ = cluster
    result = gumsim("batch", plan_file, "--out", tank / "out", "--dask", cluster.address)
    assert result.code == 0, result.err
    run_batch(plan_file, out=tank / "here")
    assert content(tank / "out") == content(tank / "here")


def test_a_cluster_without_workers_is_refused(tmp_path):
    from simulator.errors import InputError

    cluster = Cluster(tmp_path)
    try:
        with pytest.raises(InputError, match="the cluster has no worker"), cluster_executor(cluster.address):
            pass
    finally:
        cluster.close()
