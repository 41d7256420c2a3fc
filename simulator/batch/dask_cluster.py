"""Workers on other machines: a Dask cluster as an executor."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from simulator.errors import InputError

CONNECT_SECONDS = 15


@contextmanager
def cluster_executor(address: str) -> Iterator[tuple[Any, int]]:
    """Yield an executor on the cluster whose scheduler is at `address`, and how many threads its workers have.

    A worker that dies has its chunks run again by the others. Raises `InputError` if Dask is not installed, nothing
    answers at the address, or the cluster has no worker.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise InputError("--dask needs Dask: pip install 'gumsim[distributed]'") from None
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"--dask {address}: no Dask scheduler answers there ({reason})") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InputError(f"--dask {address}: the cluster has no worker; start one with: dask worker {address}")
        yield client.get_executor(pure=False, retries=3), threads
