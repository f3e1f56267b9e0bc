"""What an object store costs beside a folder: one job into both, with 5 % of requests refused.

The store is a server in Python on this machine, whose work is not imggen's but takes the same CPUs:
its CPU time is measured, too. Without `obstore` and `moto`, there is nothing to measure:
`.venv-stores/bin/python -m benchmarks stores`, after scripts/test-stores.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.failing_store import BUCKET
from benchmarks.jobs import anywhere, article_values, write_config
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table

EVERY = 20  # requests, of which one is refused
WORKERS = 2
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")  # of a second

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("seconds", "s", "{:.2f}"),
    Column("cpu", "CPU s", "{:.2f}"),
    Column("server", "server's CPU s", "{:.2f}"),
    Column("ratio", "to a folder", "{:.3f}x"),
    Column("cpu_ratio", "its CPU", "{:.3f}x"),
)
NOTE = (
    "WebDataset shards of 100 images. Wall time and CPU time of the whole command, medians of runs "
    "that take turns, the first left out; ratio: the median of those to the folder's run right "
    "before. The store is a server on the same CPUs, which refuses every 20th request. All write "
    "the same dataset."
)


@dataclass(frozen=True)
class Taken:
    """What a run took: wall time, CPU time of imggen, and of the server, s."""

    seconds: float
    cpu: float
    server: float


def run(settings: Settings) -> list[Table]:
    """One table."""
    missing = [name for name in ("obstore", "moto") if find_spec(name) is None]
    if missing:
        settings.say(f"stores: {', '.join(missing)} is not installed, so nothing is measured")
        return []
    count = settings.images(600, 24, 2 * IMAGE_BYTES)
    values = anywhere(article_values(settings.art))
    config = write_config(settings.scratch / "article", values, dataset__count=count)
    command = ["bulk", str(config.root), "--count", str(count), "--container", "webdataset"]
    command += ["--shard-images", "100", "--workers", str(WORKERS), "--quiet"]
    taken: dict[str, list[Taken]] = {}
    digests = set()
    with failing_store(settings.scratch) as (server, environment):
        for number in range(1 if settings.quick else settings.rounds + 1):
            places = {"folder": str(settings.scratch / "out"), "store": f"s3://{BUCKET}/{number}"}
            for name, out in places.items():
                used = run_once([*command, "--out", out], environment, server)
                taken.setdefault(name, []).append(used)
                digests.add(digest_of(out, environment))
            shutil.rmtree(places["folder"])
    if len(digests) != 1:
        raise RuntimeError(f"folder and store have {len(digests)} different datasets")
    rows = [row_of(name, count, own, taken["folder"]) for name, own in taken.items()]
    return [Table("A failing store, 2 workers", COLUMNS, rows, [NOTE])]


def row_of(name: str, count: int, own: list[Taken], folder: list[Taken]) -> dict[str, Cell]:
    """The row of a place; the first run is dropped where there are more."""
    first = 1 if len(own) > 1 else 0
    pairs = list(zip(own, folder, strict=True))[first:]
    return {
        "name": name,
        "images": count,
        "seconds": statistics.median(one.seconds for one, _ in pairs),
        "cpu": statistics.median(one.cpu for one, _ in pairs),
        "server": statistics.median(one.server for one, _ in pairs),
        "ratio": statistics.median(one.seconds / other.seconds for one, other in pairs),
        "cpu_ratio": statistics.median(one.cpu / other.cpu for one, other in pairs),
    }


def run_once(options: list[str], environment: dict[str, str], server: int) -> Taken:
    """What a run takes, of this machine and of the process `server`."""
    before, served = resource.getrusage(resource.RUSAGE_CHILDREN), cpu_of(server)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "imggen", *options], check=True, env=environment)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Taken(seconds, cpu, cpu_of(server) - served)


def cpu_of(process: int) -> float:
    """CPU time that a process has taken, s."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def digest_of(out: str, environment: dict[str, str]) -> str:
    """The digest of a dataset that has been made."""
    if not out.startswith("s3://"):
        return str(json.loads(Path(out, "run.json").read_bytes())["digest"])
    os.environ.update(environment)
    from imggen.store.url_store import UrlStore  # noqa: PLC0415  # where its client is installed

    return str(UrlStore(out).get_json("run.json")["digest"])


@contextmanager
def failing_store(scratch: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Start the server; yield its process and the environment of its clients."""
    file = scratch / "address"
    command = [sys.executable, "-m", "benchmarks.failing_store", str(file), str(EVERY)]
    process = subprocess.Popen(command)
    try:
        end = time.monotonic() + START_SECONDS
        while not file.exists() or not file.read_text():
            if time.monotonic() > end or process.poll() is not None:
                raise TimeoutError("the server does not start")
            time.sleep(0.1)
        proxies = {name for name in os.environ if name.lower().endswith("_proxy")}
        yield (
            process.pid,
            {
                **{name: value for name, value in os.environ.items() if name not in proxies},
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": file.read_text(),
            },
        )
    finally:
        process.terminate()
        process.wait(30)
