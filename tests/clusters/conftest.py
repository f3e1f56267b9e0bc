"""Clusters of separate processes on loopback, and the dataset that they make."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from secrets import token_hex

import pytest
from distributed import Client
from tests.art import write_small_article
from tests.run.runs import run, wait_until
from tests.stores.conftest import Server

REPO = Path(__file__).parents[2]
COUNT = 240
MARK = "IMGGEN_TEST_CLUSTER"
LIBRARY = re.compile("/imggen-[0-9a-f]*/library")

# Ray's clusters ask for a token: that of these tests is their own.
os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token_hex(32))


def environment(engine, server):
    """The environment of a cluster: the checkout, a store, and what tells whose processes are."""
    own = {"PYTHONPATH": str(REPO), MARK: f"{engine} of {os.getpid()}"}
    return {**os.environ, **server.environment, **own}


def is_of(engine, pid):
    """Return True if a process belongs to the cluster of these tests: others may run here."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # it has just ended, or is another user's
        return False
    return f"{MARK}={engine} of {os.getpid()}".encode() in variables


def worker_processes(engine):
    """The ids of the processes of a cluster that hold a library in memory that they share."""
    pids = [path.name for path in Path("/proc").glob("[0-9]*")]
    return [int(pid) for pid in pids if is_of(engine, pid) and maps_library(pid)]


def maps_library(pid):
    try:
        return LIBRARY.search(Path(f"/proc/{pid}/maps").read_text()) is not None
    except OSError:  # it has just ended
        return False


def start(folder, server, *command):
    """A process of the Dask cluster, whose output goes to a file in `folder`."""
    with (folder / f"{command[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            stdout=log,
            stderr=log,
            env=environment("dask", server),
            cwd=folder,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def running():
    """An S3 server, which the workers of all clusters know by their environment."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(running, monkeypatch):
    """The server, with one empty bucket, which this process knows, too."""
    running.start_afresh()
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture(scope="session")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("art"))


@pytest.fixture(scope="session")
def whole(art, tmp_path_factory):
    """The folder and digest of the dataset, made by one process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(art, out, dataset__count=COUNT).digest


@pytest.fixture(scope="session")
def dask_cluster(running, tmp_path_factory):
    """The address of a scheduler with two workers, which their nannies start again."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    options = ["--scheduler-file", str(file), "--no-dashboard"]
    host = ["--host", "127.0.0.1"]
    processes = [start(folder, running, "scheduler", *options, "--port", "0", *host)]
    processes += [
        start(folder, running, "worker", *options, "--nthreads", "1", "--nworkers", "1", *host)
        for _ in range(2)
    ]
    try:
        with Client(scheduler_file=str(file), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


@pytest.fixture(scope="session")
def ray_cluster(running):
    """The address of a cluster of two CPUs, started as a user does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    head = ["start", "--head", "--block", "--num-cpus", "2", "--port", str(port)]
    more = ["--include-dashboard", "false", "--disable-usage-stats"]
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(  # its sockets need a short path
            [Path(sys.executable).with_name("ray"), *head, *more, "--temp-dir", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment("ray", running),
            start_new_session=True,
        )
        try:
            assert wait_until((Path(folder) / "session_latest/sockets/raylet").exists, 60)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()  # it ends what it has started
            process.wait(60)
