"""Clusters of Dask and Ray on this machine, started as users start them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

from benchmarks.processes import PROC, family
from benchmarks.settings import Settings

PACKAGES = {"dask": "distributed", "ray": "ray"}
START_SECONDS = 60
LOOK_SECONDS = 0.1
CALM = {  # as docs/clusters.md has it
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "5s",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}
TICKS = os.sysconf("SC_CLK_TCK")
TIMES = slice(11, 13)  # of proc(5)'s stat after the name: in user mode and in the system, ticks


@dataclass(frozen=True)
class Running:
    """A cluster: the address of its scheduler, and the processes that this one has started."""

    address: str
    processes: tuple[int, ...]

    def cpu_seconds(self) -> dict[int, float]:
        """CPU seconds of each of its processes so far."""
        pids = {pid for root in self.processes for pid in family(root)}
        return {pid: seconds for pid in pids if (seconds := cpu_seconds(pid)) is not None}


class CpuWatch(threading.Thread):
    """Adds up the CPU seconds of a cluster, of which some processes end, uncounted by others."""

    def __init__(self, cluster: Running) -> None:
        super().__init__(daemon=True)
        self._cluster = cluster
        self._before = cluster.cpu_seconds()
        self._latest = dict(self._before)
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Look, and look again."""
        while not self._over.wait(LOOK_SECONDS):
            self._latest |= self._cluster.cpu_seconds()

    def stop(self) -> float:
        """Look no more; return the seconds since the beginning."""
        self._over.set()
        self.join()
        return sum(self._latest.values()) - sum(self._before.values())


def cpu_seconds(pid: int) -> float | None:
    """CPU seconds of a process; None if it is over."""
    try:
        fields = (PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[TIMES])) / TICKS


@contextmanager
def clusters(settings: Settings, workers: int) -> Iterator[dict[str, Running]]:
    """Start a cluster of each engine that is installed."""
    with ExitStack() as stack:
        found = {}
        for name, package in PACKAGES.items():
            if find_spec(package) is None:
                settings.say(f"{package} is not installed, so {name} is left out")
                continue
            found[name] = stack.enter_context(STARTS[name](settings.scratch, workers))
        yield found


@contextmanager
def dask_cluster(scratch: Path, workers: int) -> Iterator[Running]:
    """Start a scheduler and workers."""
    file = scratch / "scheduler.json"
    which = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    start = [sys.executable, "-m", "dask"]
    worker = [*start, "worker", *which, "--nworkers", str(workers), "--nthreads", "1"]
    scheduler = [*start, "scheduler", "--port", "0", *which]
    with started(scheduler, CALM) as head, started(worker, CALM) as nanny:
        wait_for(file)
        from distributed import Client  # noqa: PLC0415  # where it is installed

        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=START_SECONDS)
            address = client.scheduler.address
        yield Running(address, (head, nanny))


@contextmanager
def ray_cluster(scratch: Path, workers: int) -> Iterator[Running]:  # noqa: ARG001  # too long a path
    """Start a head with as many CPUs."""
    os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token_hex(32))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(f"/tmp/ray-{os.getpid()}")  # for sockets, whose paths are short
    head = ["start", "--head", "--block", "--num-cpus", str(workers), "--port", str(port)]
    more = ["--include-dashboard", "false", "--disable-usage-stats", "--temp-dir", str(folder)]
    try:
        with started([str(Path(sys.executable).with_name("ray")), *head, *more]) as process:
            wait_for(folder / "session_latest/sockets/raylet")
            yield Running(f"127.0.0.1:{port}", (process,))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


STARTS: dict[str, Callable[..., AbstractContextManager[Running]]] = {
    "dask": dask_cluster,
    "ray": ray_cluster,
}


@contextmanager
def started(command: list[str], variables: dict[str, str] | None = None) -> Iterator[int]:
    """Run a command beside the block, without its output; yield its id."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(variables or {})},
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)


def wait_for(path: Path) -> None:
    """Wait until something has made `path`."""
    end = time.monotonic() + START_SECONDS
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} has not appeared")
        time.sleep(0.1)
