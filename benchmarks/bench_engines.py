"""What clusters cost beside loky: one job on 2 workers of each engine, on this machine.

The clusters run already, as those of users do. Needs `distributed` and `ray`; without one of them,
its row is left out: `.venv-clusters/bin/python -m benchmarks engines`, after scripts/test-clusters.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

from benchmarks.jobs import anywhere, article_values, write_config
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table

PACKAGES = {"dask": "distributed", "ray": "ray"}
WORKERS = 2
START_SECONDS = 60

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("seconds", "s", "{:.2f}"),
    Column("ratio", "to loky", "{:.3f}x"),
)
NOTE = (
    "Wall time of the whole command, medians of runs that take turns, the first left out; ratio: "
    "the median of those to loky's run right before. All write the same dataset."
)


def run(settings: Settings) -> list[Table]:
    """One table."""
    count = settings.images(3000, 24, IMAGE_BYTES)
    values = anywhere(article_values(settings.art))
    config = write_config(settings.scratch / "article", values, dataset__count=count)
    rounds = 1 if settings.quick else settings.rounds + 1
    taken: dict[str, list[float]] = {}
    digests = set()
    with clusters(settings) as engines:
        for _ in range(rounds):
            for name, options in engines.items():
                command = [str(config.root), "--count", str(count), *options]
                seconds, digest = run_once(command, settings.scratch / "out")
                taken.setdefault(name, []).append(seconds)
                digests.add(digest)
    if len(digests) != 1:
        raise RuntimeError(f"the engines made {len(digests)} different datasets")
    rows = [row_of(name, count, seconds, taken["loky"]) for name, seconds in taken.items()]
    return [Table("Engines, 2 workers", COLUMNS, rows, [NOTE])]


def row_of(name: str, count: int, seconds: list[float], loky: list[float]) -> dict[str, Cell]:
    """The row of an engine; the first run is dropped where there are more."""
    first = 1 if len(seconds) > 1 else 0
    ratios = [one / other for one, other in zip(seconds, loky, strict=True)][first:]
    return {
        "name": name,
        "images": count,
        "seconds": statistics.median(seconds[first:]),
        "ratio": statistics.median(ratios),
    }


def run_once(options: list[str], out: Path) -> tuple[float, str]:
    """Seconds of a run, and the digest of its dataset."""
    command = [sys.executable, "-m", "imggen", "bulk", *options, "--quiet", "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(command, check=True)
    seconds = time.perf_counter() - start
    digest = json.loads((out / "run.json").read_text())["digest"]
    shutil.rmtree(out)
    return seconds, digest


@contextmanager
def clusters(settings: Settings) -> Iterator[dict[str, list[str]]]:
    """Start a cluster of each engine that is installed; yield the options of each."""
    engines = {"loky": ["--workers", str(WORKERS)]}
    with ExitStack() as stack:
        for name, package in PACKAGES.items():
            if find_spec(package) is None:
                settings.say(f"engines: {package} is not installed, so {name} is left out")
                continue
            address = stack.enter_context(STARTS[name](settings.scratch))
            engines[name] = ["--engine", name, "--scheduler", address]
        yield engines


@contextmanager
def dask_cluster(scratch: Path) -> Iterator[str]:
    """Start a scheduler and workers; yield its address."""
    file = scratch / "scheduler.json"
    which = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    start = [sys.executable, "-m", "dask"]
    worker = [*start, "worker", *which, "--nworkers", str(WORKERS), "--nthreads", "1"]
    with started([*start, "scheduler", "--port", "0", *which]), started(worker):
        wait_for(file)
        from distributed import Client  # noqa: PLC0415  # where it is installed

        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(WORKERS, timeout=START_SECONDS)
            address = client.scheduler.address
        yield address


@contextmanager
def ray_cluster(scratch: Path) -> Iterator[str]:  # noqa: ARG001  # its sockets need a short path
    """Start a head with as many CPUs; yield its address."""
    os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token_hex(32))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(f"/tmp/ray-{os.getpid()}")  # as above
    head = ["start", "--head", "--block", "--num-cpus", str(WORKERS), "--port", str(port)]
    more = ["--include-dashboard", "false", "--disable-usage-stats", "--temp-dir", str(folder)]
    try:
        with started([str(Path(sys.executable).with_name("ray")), *head, *more]):
            wait_for(folder / "session_latest/sockets/raylet")
            yield f"127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


STARTS = {"dask": dask_cluster, "ray": ray_cluster}


@contextmanager
def started(command: list[str]) -> Iterator[None]:
    """Run a command beside the block, without its output."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
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
