"""What clusters cost beside loky: the same jobs on 2 workers of each engine, on this machine.

Clusters that run already, as those of users do, and those that the command starts. Each job runs
with few images, too: so what a run costs once is told from what each image costs. Needs
`distributed` and `ray`; without one of them, its rows are left out:
`.venv-clusters/bin/python -m benchmarks engines`, after scripts/test-clusters.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from typing import Any

from benchmarks.art import draw_small
from benchmarks.bench_detection import USUAL, draw_art, values_of
from benchmarks.detection_loops import Task
from benchmarks.jobs import article_values, small_values, write_config
from benchmarks.processes import SUBREAPER, children, reap_helpers
from benchmarks.running_clusters import CpuWatch, Running, clusters
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table
from imggen.config import Config
from imggen.run.engines.shared import memory_folder

WORKERS = 2
LOKY = "loky"
SETTLE_SECONDS = 0.3  # until a cluster's processes of a run are over, and counted

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("seconds", "s", "{:.2f}"),
    Column("ratio", "to loky", "{:.3f}x"),
    Column("cpu_seconds", "CPU s", "{:.2f}"),
    Column("cpu_ratio", "CPU to loky", "{:.3f}x"),
    Column("once", "s once", "{:.2f}"),
    Column("each", "ms an image", "{:.3f}"),
    Column("cpu_once", "CPU s once", "{:.2f}"),
    Column("cpu_each", "CPU ms an image", "{:.3f}"),
)
NOTE = (
    "Whole commands, medians of runs that take turns, the first left out; a ratio is the median of "
    "those to loky's run right before. CPU time is that of all processes, of the cluster's, too. "
    "What is spent once, and for each image, is from these runs and others of a tenth of the "
    "images. All write the same dataset, to memory."
)
FEW = 10  # one in so many images is made in the runs that tell what is spent once


@dataclass(frozen=True)
class Contender:
    """An engine: the options that choose it, and the cluster if it runs already.

    The processes of a Ray that is started leave the command's, and take time that is not `seen`.
    """

    options: list[str]
    cluster: Running | None = None
    seen: bool = True


@dataclass(frozen=True)
class Ran:
    """What a run took, and the digest of its dataset."""

    seconds: float
    cpu_seconds: float
    digest: str


@dataclass
class Spent:
    """The runs of one contender, those of few images, and loky's of all right before."""

    runs: list[Ran] = field(default_factory=list)
    short: list[Ran] = field(default_factory=list)
    before: list[Ran] = field(default_factory=list)


def run(settings: Settings) -> list[Table]:
    """A table for each job."""
    with (
        tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=memory_folder()) as memory,
        clusters(settings, WORKERS) as running,
    ):
        inside = settings.within(Path(memory))
        contenders = {LOKY: Contender(["--workers", str(WORKERS)])}
        for name, cluster in running.items():
            there = ["--engine", name, "--scheduler", cluster.address]
            here = ["--engine", name, "--workers", str(WORKERS)]
            contenders |= {
                name: Contender(there, cluster),
                f"{name}, started": Contender(here, seen=name != "ray"),
            }
        return [
            measure(name, make(inside), contenders, inside)
            for name, make in JOBS.items()
            if settings.wants(name)
        ]


def article(settings: Settings) -> Config:
    """The article's images."""
    return configure(settings, "article", article_values(settings.art), 1_500, IMAGE_BYTES)


def detection(settings: Settings) -> Config:
    """Images for detectors, with COCO's labels."""
    art = settings.scratch / "detection-art"
    draw_art(settings.art, art)
    return configure(settings, "detection", values_of(Task(art, "jpeg", *USUAL)), 20_000, 1e5)


def tiny(settings: Settings) -> Config:
    """Images that take a moment each: the worst case."""
    draw_small(settings.scratch / "tiny")
    return configure(settings, "tiny", small_values(), 60_000, 1e4)


JOBS: dict[str, Callable[[Settings], Config]] = {
    "article": article,
    "detection": detection,
    "tiny": tiny,
}


def configure(
    settings: Settings, name: str, values: dict[str, Any], images: int, size_bytes: float
) -> Config:
    """Write the configuration of a job."""
    count = settings.images(images, 24, size_bytes)
    return write_config(settings.scratch / name, values, dataset__count=count)


def measure(
    name: str, config: Config, contenders: dict[str, Contender], settings: Settings
) -> Table:
    """The table of one job."""
    spent = {who: Spent() for who in contenders}
    count = config.dataset.count
    few = max(1, count // FEW)
    for number in range(1 if settings.quick else settings.rounds + 1):
        settings.say(f"engines: {name}, round {number}, load {os.getloadavg()[0]:.1f}")
        for who, contender in contenders.items():
            before = spend(contenders[LOKY], config, count, settings)
            ran = spend(contender, config, count, settings) if who != LOKY else before
            short = spend(contender, config, few, settings)
            if ran.digest != before.digest:
                raise RuntimeError(f"{who} has made another dataset than loky")
            if number or settings.quick:
                spent[who].before.append(before)
                spent[who].runs.append(ran)
                spent[who].short.append(short)
    rows = [row_of(who, count, few, one) for who, one in spent.items()]
    for row, contender in zip(rows, contenders.values(), strict=True):
        if not contender.seen:
            row.update({key: None for key in row if key.startswith("cpu_")})
    return Table(f"Engines: {name}, {WORKERS} workers", COLUMNS, rows, [NOTE])


def spend(contender: Contender, config: Config, count: int, settings: Settings) -> Ran:
    """Run a contender, and remove what it made."""
    out = settings.scratch / "out"
    bulk = [sys.executable, "-m", "imggen", "bulk", str(config.root), "--quiet"]
    command = [*bulk, "--count", str(count), *contender.options, "--out", str(out)]
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)  # some of its processes outlive the command
    own = children()
    watch = CpuWatch(contender.cluster) if contender.cluster else None
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    cpu_seconds = used.ru_utime + used.ru_stime + reap_helpers(own)
    if watch:
        time.sleep(SETTLE_SECONDS)
        cpu_seconds += watch.stop()
    digest = json.loads((out / "run.json").read_text())["digest"]
    shutil.rmtree(out)
    return Ran(seconds, cpu_seconds, digest)


def row_of(name: str, count: int, few: int, spent: Spent) -> dict[str, Cell]:
    """The row of a contender that has made `count` images, and `few`."""
    row: dict[str, Cell] = {"name": name, "images": count}
    for prefix, what in (("", "seconds"), ("cpu_", "cpu_seconds")):
        long, short, loky = (
            [getattr(ran, what) for ran in runs] for runs in (spent.runs, spent.short, spent.before)
        )
        each = (statistics.median(long) - statistics.median(short)) / (count - few)
        row[what] = statistics.median(long)
        row[f"{prefix}ratio"] = statistics.median(map(truediv, long, loky))
        row[f"{prefix}each"] = 1000 * each
        row[f"{prefix}once"] = statistics.median(short) - few * each
    return row
