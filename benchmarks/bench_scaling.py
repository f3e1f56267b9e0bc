"""What more cores bring: 1 and 2 workers measured, and what Amdahl's law expects of more.

Serial is all that more workers do not shorten: starting, loading, planning, preparing backgrounds
(counted in full, though workers share it), merging and leaving.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import bench_costs
from benchmarks.art import draw_small
from benchmarks.bench_encode import prepare
from benchmarks.jobs import anywhere, article_values, make_job, small_values, write_config
from benchmarks.peers import imggen
from benchmarks.processes import watch
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table
from imggen.config import Config, load_config

CORES = (16, 64)
LARGER = 10
SMALL_BYTES = 8e3  # with what the file system adds
DETECTION_BYTES = 6e4
PHASES = {
    "load": ("load_assets",),
    "plan": ("recipe_of", "check_space"),
    "merge": ("merge",),
    "render": ("render_missing",),
}

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("whole", "1 worker, s"),
    Column("start", "start and end"),
    Column("load", "load"),
    Column("plan", "plan"),
    Column("prepare", "prepare"),
    Column("merge", "merge"),
    Column("serial", "serial", "{:.2%}"),
    Column("measured", "2 workers, measured", "{:.2f}x"),
    Column("expected2", "expected", "{:.2f}x"),
    *(Column(f"expected{cores}", f"at {cores} cores", "{:.1f}x") for cores in CORES),
    *(Column(f"rate{cores}", f"MB/s at {cores}", "{:,.0f}") for cores in CORES),
)
NOTE = (
    "Wall time, medians of runs that take turns. serial: what more workers do not shorten, of the "
    "time with one. Expected: Amdahl's law, 1 / (serial + (1 - serial) / cores), if the disk takes "
    "so many MB/s and memory keeps up. Below each job stands what is expected of a larger one, by "
    "what grows with it: plan, merge and rendering."
)


def run(settings: Settings) -> list[Table]:
    """One table."""
    measured = [make(settings) for name, make in JOBS.items() if settings.wants(name)]
    rows = [row for pair in measured for row in pair]
    return [Table("Scaling", COLUMNS, rows, [NOTE])]


def article(settings: Settings) -> list[dict[str, Cell]]:
    """The article's art at random positions."""
    count = settings.images(3000, 24, IMAGE_BYTES)
    values = anywhere(article_values(settings.art))
    config = write_config(settings.scratch / "article", values, dataset__count=count)
    return measure("article, random positions", config, settings)


def small(settings: Settings) -> list[dict[str, Cell]]:
    """Small images."""
    folder = settings.scratch / "small"
    draw_small(folder)
    count = settings.images(100_000, 200, SMALL_BYTES)
    config = write_config(folder, small_values(), dataset__count=count)
    return measure("64x64, a shape anywhere", config, settings)


def detection(settings: Settings) -> list[dict[str, Cell]]:
    """Objects and their boxes, in tar shards."""
    path = bench_costs.detection(settings)[0].root / "imggen.toml"
    count = settings.images(16_000, 50, DETECTION_BYTES)
    return measure(
        bench_costs.TITLES["detection"], load_config(path, {"dataset.count": count}), settings
    )


JOBS: dict[str, Callable[[Settings], list[dict[str, Cell]]]] = {
    "article": article,
    "detection": detection,
    "small": small,
}


def measure(name: str, config: Config, settings: Settings) -> list[dict[str, Cell]]:
    """The row of a job, and what is expected of one ten times as large."""
    settings.say(f"scaling: {name}, {config.dataset.count:,} images")
    runs: dict[int, list[dict[str, float]]] = {1: [], 2: []}
    size_bytes = 0
    for turn in range(1 if settings.quick else 4):  # the first is dropped
        for workers, seconds in runs.items():
            taken, size_bytes = run_once(config, workers, settings.scratch)
            if turn or settings.quick:
                seconds.append(taken)
    one = medians(runs[1])
    one["prepare"] = prepare_seconds(config)
    two = medians(runs[2])
    count = config.dataset.count
    row = expect(name, count, one, size_bytes)
    row["measured"] = one["whole"] / two["whole"]
    larger = enlarge(one, LARGER)
    return [row, expect(f"... {LARGER} times as many", LARGER * count, larger, LARGER * size_bytes)]


def enlarge(seconds: dict[str, float], factor: int) -> dict[str, float]:
    """What a job of `factor` times as many images would take, by what grows with them."""
    more = {key: (factor - 1) * seconds[key] for key in ("plan", "merge", "render")}
    more["render"] -= (factor - 1) * seconds["prepare"]
    more["whole"] = sum(more.values())
    return {key: value + more.get(key, 0) for key, value in seconds.items()}


def expect(name: str, count: int, one: dict[str, float], size_bytes: float) -> dict[str, Cell]:
    """The row of a job that takes the seconds in `one` with one worker."""
    serial = 1 - (one["render"] - one["prepare"]) / one["whole"]
    start = one["whole"] - sum(one[key] for key in PHASES)
    row: dict[str, Cell] = {"name": name, "images": count, **one, "start": start, "serial": serial}
    for cores in (2, *CORES):
        speedup = 1 / (serial + (1 - serial) / cores)
        row[f"expected{cores}"] = speedup
        row[f"rate{cores}"] = size_bytes / one["whole"] * speedup / 1e6
    return row


def run_once(config: Config, workers: int, scratch: Path) -> tuple[dict[str, float], int]:
    """Seconds of each phase of a run, and the bytes it wrote."""
    file, out = scratch / "phases.json", scratch / "out"
    command = [sys.executable, "-m", "benchmarks.phases", str(file)]
    command += [str(config.root / "imggen.toml"), "--out", str(out), "--quiet"]
    command += ["--workers", str(workers), "--count", str(config.dataset.count)]
    ran = watch(command, out / "images")
    seconds = json.loads(file.read_text())
    size_bytes = json.loads((out / "run.json").read_text())["size_bytes"]
    shutil.rmtree(out)
    phases = {key: sum(seconds[name] for name in names) for key, names in PHASES.items()}
    return {**phases, "whole": ran.seconds}, size_bytes


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """The median of each phase."""
    return {key: statistics.median(seconds[key] for seconds in runs) for key in runs[0]}


def prepare_seconds(config: Config) -> float:
    """Seconds one process takes to prepare all backgrounds."""
    job = make_job("prepare", "", config, [])
    return prepare(imggen(job), job) / 1e3
