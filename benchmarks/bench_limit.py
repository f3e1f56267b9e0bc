"""The command on many images of few scenes, against processes that write the same bytes."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.jobs import article_values, scenes_by_image, write_config
from benchmarks.processes import bulk, watch
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table
from benchmarks.timing import child_seconds
from imggen.config import Config

WORKERS = 2
IMGGEN = f"imggen, {WORKERS} workers"
WEBP = f"imggen, {WORKERS} workers, lossless WebP"
LIMIT = f"limit: {WORKERS} processes write the bytes of the PNGs"

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("seconds", "seconds"),
    Column("cpu", "CPU seconds"),
    Column("megabytes", "MB/s", "{:,.0f}"),
    Column("of_limit", "of the limit", "{:.2f}x"),
    Column("cpu_of_limit", "the same in CPU", "{:.2f}x"),
)


class Taken(NamedTuple):
    """The seconds that something took, and CPU seconds of all its processes."""

    wall: float
    cpu: float


def run(settings: Settings) -> list[Table]:
    """10,000 images of the article's (at most) 220 scenes, or as many as the disk has room for."""
    images = settings.images(10_000, 60, IMAGE_BYTES)
    values = article_values(settings.art)
    config = write_config(settings.scratch / "limit", values, dataset__count=images)
    webp = ("--format", "webp", "--lossless")
    seconds: dict[str, list[Taken]] = {IMGGEN: [], WEBP: [], LIMIT: []}
    megabytes: dict[str, float] = {}
    scenes = 0
    for turn in range(1 if settings.quick else 4):
        settings.say(f"limit: {images:,} images, turn {turn + 1}")
        out = settings.scratch / "out"
        for name, options in ((WEBP, webp), (IMGGEN, ())):
            shutil.rmtree(out, ignore_errors=True)
            taken, megabytes[name] = run_command(config, out, options)
            seconds[name].append(taken)
        copies = keep_distinct(config, out / "images", settings.scratch / "distinct")
        shutil.rmtree(out)
        megabytes[LIMIT] = megabytes[IMGGEN]
        seconds[LIMIT].append(write_copies(copies, settings.scratch))
        scenes = len(copies)
    if not settings.quick:  # the first turn writes to pages that no one has used before
        seconds = {name: taken[1:] for name, taken in seconds.items()}
    rows = [row_of(name, images, seconds, megabytes[name]) for name in seconds]
    note = (
        "Wall time; medians of runs that take turns. Of imggen from start to end of the command, "
        "of the limit from the moment all bytes are in memory. "
        f"There are {scenes} scenes. The disk's own speed is in both; --scratch /dev/shm leaves it "
        "out, where memory has the room."
    )
    return [Table("Many images of few scenes, against the limit", COLUMNS, rows, [note])]


def run_command(config: Config, out: Path, formatted: Sequence[str]) -> tuple[Taken, float]:
    """What a run took, and its MB, with these options on the format."""
    options = ("--workers", str(WORKERS), "--count", str(config.dataset.count), *formatted)
    ran = watch(bulk(config.root / "imggen.toml", out, *options), out / "images")
    megabytes = sum(path.stat().st_size for path in (out / "images").iterdir()) / 1e6
    return Taken(ran.seconds, ran.cpu_seconds), megabytes


def keep_distinct(config: Config, images: Path, folder: Path) -> list[tuple[str, int]]:
    """One file of each scene, moved to `folder`, and how many images show it."""
    folder.mkdir()
    files: dict[int, Path] = {}
    copies: dict[int, int] = {}
    for number, scene in enumerate(scenes_by_image(config)):
        key = id(scene)
        copies[key] = copies.get(key, 0) + 1
        if key not in files:
            files[key] = folder / f"{number}.png"
            (images / f"generated{number}.png").rename(files[key])
    return [(str(file), copies[key]) for key, file in files.items()]


def write_copies(copies: Sequence[tuple[str, int]], scratch: Path) -> Taken:
    """What processes take to write all copies, once they hold the bytes."""
    files, out = scratch / "files.json", scratch / "written"
    files.write_text(json.dumps(copies))
    command = [sys.executable, "-m", "benchmarks.write_limit", str(files), str(out), str(WORKERS)]
    begin = child_seconds()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    taken = Taken(float(done.stdout), child_seconds() - begin)
    shutil.rmtree(out)
    shutil.rmtree(scratch / "distinct")
    return taken


def row_of(
    name: str, images: int, seconds: dict[str, list[Taken]], megabytes: float
) -> dict[str, Cell]:
    """The row of one contender."""
    own, least = (
        Taken(*(statistics.median(part) for part in zip(*seconds[one], strict=True)))
        for one in (name, LIMIT)
    )
    return {
        "name": name,
        "images": images,
        "seconds": own.wall,
        "cpu": own.cpu,
        "megabytes": megabytes / own.wall,
        "of_limit": own.wall / least.wall,
        "cpu_of_limit": own.cpu / least.cpu,
    }
