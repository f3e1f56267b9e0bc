"""What an object store costs beside a folder: jobs into both, with 5 % of requests refused.

The servers are on this machine and take the same CPUs, so their CPU time is measured, too:

- `null` (null_store.py) forgets what it is sent, and costs as little as a store elsewhere.
- `moto` is the server that tests use, in Python; `s3rver` is another maker's, in JavaScript.

A job `NAME-apart` has the server on a core of its own and all of imggen on another, with 1 worker
and into the folder as well: as with a store on another machine, whose CPUs imggen cannot take.

Needs `obstore`, and for each of these what it is made of, else its row is left out:
`.venv-stores/bin/python -m benchmarks stores`, after scripts/test-stores; for s3rver `npm install
s3rver` and NODE_PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench_detection import USUAL, draw_art, values_of
from benchmarks.detection_loops import Task
from benchmarks.failing_store import BUCKET
from benchmarks.jobs import anywhere, article_values, write_config
from benchmarks.processes import become_reaper, children, reap_helpers
from benchmarks.settings import Settings
from benchmarks.store_clients import measure_clients
from benchmarks.store_servers import Server, commands, started
from benchmarks.store_ways import measure_ways
from benchmarks.tables import Cell, Column, Table
from benchmarks.timing import child_seconds
from imggen.run.engines.shared import memory_folder

EVERY = 20  # requests, of which one is refused
FOLDER, ALONE = "a folder", "obstore alone: the folder's files"
UNSIGNED = {"AWS_UNSIGNED_PAYLOAD": "true"}
APART = "-apart"

COLUMNS = (
    Column("name", ""),
    Column("seconds", "s", "{:.2f}"),
    Column("cpu", "CPU s", "{:.2f}"),
    Column("server", "server's CPU s", "{:.2f}"),
    Column("busy", "server busy", "{:.0%}"),
    Column("ratio", "to a folder", "{:.2f}x"),
    Column("cpu_ratio", "its CPU", "{:.2f}x"),
)
NOTE = (
    "Wall time and CPU time of the whole command, medians of rounds in which all take turns, the "
    "first left out; ratios: medians of those to the folder's run of the same round. Servers "
    "refuse every 20th request; busy: their CPU time to the wall time. All write the same dataset; "
    "the last row only uploads its files, as imggen does. `null` forgets what it is sent; "
    "unsigned: AWS_UNSIGNED_PAYLOAD=true."
)
TOGETHER_NOTE = "2 workers and the servers are on the same 2 cores."
APART_NOTE = "imggen is on one core with 1 worker, and the servers are on another."


@dataclass(frozen=True)
class Job:
    """A dataset, as the options of `bulk` before --out."""

    title: str
    options: list[str]


@dataclass(frozen=True)
class Cores:
    """The cores of imggen and of the servers, and the workers of a run."""

    own: set[int]
    servers: set[int]
    workers: int
    note: str

    @classmethod
    def choose(cls, *, apart: bool) -> Cores:
        """The first two cores that this process may use."""
        first, second = sorted(os.sched_getaffinity(0))[:2]
        if apart:
            return cls({first}, {second}, 1, APART_NOTE)
        return cls({first, second}, {first, second}, 2, TOGETHER_NOTE)


@dataclass(frozen=True)
class Taken:
    """What a run took: wall time, CPU time of the client, and of the server, s."""

    seconds: float
    cpu: float
    server: float = 0.0


def run(settings: Settings) -> list[Table]:
    """A table for each job, and those of clients and servers."""
    if find_spec("obstore") is None:
        settings.say("stores: obstore is not installed, so nothing is measured")
        return []
    wanted = [
        (make, bool(kind))
        for name, make in JOBS.items()
        for kind in ("", APART)
        if settings.wants(name + kind)
    ]
    tables = [measure(make(settings), settings, apart=apart) for make, apart in wanted]
    if settings.wants("clients"):
        with started(commands()["null"], settings.scratch / "null", EVERY) as server:
            tables += measure_clients(server, settings)
    if settings.wants("servers"):
        tables.append(measure_ways(settings))
    return tables


def article(settings: Settings) -> Job:
    """PNG images of the article in tar shards."""
    count = settings.images(600, 24, 2 * 3.8e6)
    config = write_config(
        settings.scratch / "article", anywhere(article_values(settings.art)), dataset__count=count
    )
    return Job(f"{count:,} PNG of the article, in shards", shards(config.root, count, 30))


def detection(settings: Settings) -> Job:
    """JPEG images for detectors in tar shards."""
    count = settings.images(8_000, 24, 2 * 1e5)
    options = shards(draw(settings, "jpeg", count), count, 1_000)
    return Job(f"{count:,} JPEG, 640x640, in shards", options)


def png(settings: Settings) -> Job:
    """PNG images for detectors in tar shards."""
    count = settings.images(4_000, 24, 2 * 7e5)
    options = shards(draw(settings, "png", count), count, 200)
    return Job(f"{count:,} PNG, 640x640, in shards", options)


def files(settings: Settings) -> Job:
    """JPEG images for detectors, each a file."""
    count = settings.images(5_000, 24, 2 * 1e5)
    options = ["bulk", str(draw(settings, "jpeg", count)), "--count", str(count)]
    return Job(f"{count:,} JPEG, 640x640, each a file", options)


JOBS = {"article": article, "detection": detection, "png": png, "files": files}


def draw(settings: Settings, form: str, count: int) -> Path:
    """The folder of a configuration for detectors."""
    art = settings.scratch / "detection"
    if not art.exists():
        draw_art(settings.art, art)
    values = values_of(Task(art, form, *USUAL))
    return write_config(art / f"config-{form}", values, dataset__count=count).root


def shards(root: Path, count: int, images: int) -> list[str]:
    """The options of a dataset in shards of so many images."""
    how = ["--container", "webdataset", "--shard-images", str(images)]
    return ["bulk", str(root), "--count", str(count), *how]


def measure(job: Job, settings: Settings, *, apart: bool) -> Table:
    """The table of one job."""
    cores = Cores.choose(apart=apart)
    title = f"{job.title}, the server on a core of its own" if apart else job.title
    settings.say(f"stores: {title}")
    command = ["imggen", *job.options, "--workers", str(cores.workers), "--quiet", "--out"]
    out = settings.scratch / "out"
    taken: dict[str, list[Taken]] = {}
    digests = set()
    with servers(cores.servers) as running, on_cores(cores.own):
        for number in range(1 if settings.quick else settings.rounds + 1):
            shutil.rmtree(out, ignore_errors=True)
            used = {FOLDER: run_once([*command, str(out)])}
            for position, (name, place) in enumerate(running.items()):
                url = f"s3://{BUCKET}/{number}-{position}"
                used[name] = run_once([*command, url], place)
                digests.add(take_digest(url, place))
            alone = ["benchmarks.store_clients", "imggen", str(out), f"s3://{BUCKET}/{number}"]
            used[ALONE] = run_once(alone, running["null"])
            digests.add(json.loads((out / "run.json").read_bytes())["digest"])
            for name, one in used.items():
                taken.setdefault(name, []).append(one)
    if len(digests) != 1:
        raise RuntimeError(f"folder and stores have {len(digests)} different datasets")
    rows = [row_of(name, own, taken[FOLDER]) for name, own in taken.items()]
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return Table(f"{title}, {size / 1e6:,.0f} MB", COLUMNS, rows, [NOTE, cores.note])


@dataclass(frozen=True)
class Place:
    """A server, and the environment of runs into it."""

    server: Server
    environment: Mapping[str, str]


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Have this thread, and the processes that it starts, run on some cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def servers(cores: set[int]) -> Iterator[dict[str, Place]]:
    """Start all servers that are installed on `cores`; yield where runs go, by name."""
    with ExitStack() as stack:
        memory = tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=memory_folder())
        folder = Path(stack.enter_context(memory))
        places = {}
        for name, command in commands().items():
            with on_cores(cores):
                server = stack.enter_context(started(command, folder / name, EVERY))
            places[name] = Place(server, server.environment)
        for name in [name for name in ("null", "moto") if name in places]:
            server = places[name].server
            places[f"{name}, unsigned"] = Place(server, {**server.environment, **UNSIGNED})
        yield dict(sorted(places.items()))


def run_once(module: list[str], place: Place | None = None) -> Taken:
    """What a Python module takes with its workers, and what of the server of `place`."""
    become_reaper()
    own, served = children(), place.server.cpu_seconds() if place else 0.0
    command, nowhere = [sys.executable, "-m", *module], subprocess.DEVNULL
    before, start = child_seconds(), time.perf_counter()
    subprocess.run(command, check=True, env=place and place.environment, stdout=nowhere)
    seconds = time.perf_counter() - start
    reap_helpers(own)
    cpu = child_seconds() - before
    return Taken(seconds, cpu, place.server.cpu_seconds() - served if place else 0.0)


def take_digest(url: str, place: Place) -> str:
    """The digest of a dataset that has been made in a store, which is removed there."""
    os.environ.update(place.environment)
    from imggen.store.url_store import UrlStore  # noqa: PLC0415  # where its client is installed

    store = UrlStore(url)
    digest = str(store.get_json("run.json")["digest"])
    store.remove(store.sizes())
    return digest


def row_of(name: str, own: list[Taken], folder: list[Taken]) -> dict[str, Cell]:
    """The row of a place; the first run is dropped where there are more."""
    pairs = list(zip(own, folder, strict=True))
    pairs = pairs[1:] or pairs
    return {
        "name": name,
        "seconds": statistics.median(one.seconds for one, _ in pairs),
        "cpu": statistics.median(one.cpu for one, _ in pairs),
        "server": statistics.median(one.server for one, _ in pairs) or None,
        "busy": statistics.median(one.server / one.seconds for one, _ in pairs) or None,
        "ratio": statistics.median(one.seconds / other.seconds for one, other in pairs),
        "cpu_ratio": statistics.median(one.cpu / other.cpu for one, other in pairs),
    }
