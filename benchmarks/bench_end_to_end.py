"""The command itself, from start to finished dataset, against the article's script and the disk."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.jobs import (
    Job,
    anywhere,
    article_values,
    make_job,
    scenes_by_image,
    write_config,
)
from benchmarks.peers import pillow_painter
from benchmarks.processes import Ran, bulk, watch
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table
from benchmarks.verify import WrongPixelsError
from imggen.config import Config
from imggen.planning import Scene

SCRIPT_IMAGES = 24  # a process: it takes half a second each
WORKERS = (1, 2)
COMPARED = 3  # images of each run, with Pillow's

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("seconds", "seconds"),
    Column("rate", "images/s", "{:,.1f}"),
    Column("megabytes", "MB/s", "{:,.0f}"),
    Column("cpu_ms", "CPU ms an image"),
    Column("over_script", "faster than the script", "{:,.1f}x"),
    Column("cpu_over_script", "the same in CPU", "{:,.1f}x"),
    Column("first", "first image, s"),
    Column("parent_mb", "parent, MB", "{:,.0f}"),
    Column("worker_mb", "worker, MB", "{:,.0f}"),
    Column("worker_own_mb", "of it not shared", "{:,.0f}"),
)
NOTE = (
    "From start to end of the command, all processes; medians of runs that take turns. Every image "
    "shows something else, and some of each run are decoded and compared with Pillow's. Ratios: to "
    "the images/s, or the CPU, of the script in one process. Memory: the most at any time."
)


@dataclass(frozen=True)
class Contender:
    """A command line, made for the folder it writes to, and what its images show, by number."""

    shown: Sequence[Scene]
    workers: int
    command: Callable[[Path], list[str]]


def run(settings: Settings) -> list[Table]:
    """The tables that are asked for."""
    return [make(settings) for name, make in JOBS.items() if settings.wants(name)]


def fixed(settings: Settings) -> Table:
    """All 220 combinations at the article's positions."""
    values = article_values(settings.art)
    folder = settings.scratch / "fixed"
    if settings.quick:
        config = write_config(folder, values, dataset__count=12)
        return against_script(
            "12 images at the article's positions", config, ["--count", "12"], settings
        )
    config = write_config(folder, values, dataset__sampling="all")
    return against_script("the article's 220 combinations", config, ["--all"], settings)


def scattered(settings: Settings) -> Table:
    """The article's art at random positions, no image like another."""
    images = settings.images(3000, 12, IMAGE_BYTES)
    values = anywhere(article_values(settings.art))
    config = write_config(settings.scratch / "random", values, dataset__count=images)
    options = ["--count", str(images)]
    return against_script("the article's job at random positions", config, options, settings)


def against_script(title: str, config: Config, options: Sequence[str], settings: Settings) -> Table:
    """Imggen and the script, with one process and two."""
    settings.say(f"end to end: {title}")
    shown = scenes_by_image(config)
    job = make_job("whole", title, config, [shown])
    contenders = {
        **{name_of("imggen", w): imggen_run(config, shown, options, w) for w in WORKERS},
        **{name_of("the script", w): script_run(job, shown, settings, w) for w in WORKERS},
    }
    ran: dict[str, list[Ran]] = {name: [] for name in contenders}
    sizes: dict[str, float] = {}
    for turn in range(1 if settings.quick else 4):  # the first is dropped
        for name, contender in contenders.items():
            out = settings.scratch / "out"
            taken = watch(contender.command(out), out / "images")
            if turn or settings.quick:
                ran[name].append(taken)
            sizes[name] = check_images(name, job, contender.shown, out)
            shutil.rmtree(out)
    rows = [row_of(name, one, ran[name], sizes[name]) for name, one in contenders.items()]
    compare(rows, next(row for row in rows if row["name"] == name_of("the script", 1)))
    return Table(f"The command: {title}", COLUMNS, rows, [NOTE], chart="rate")


def name_of(who: str, workers: int) -> str:
    """A contender's name."""
    return f"{who}, {workers} process{'es' if workers > 1 else ''}"


def imggen_run(
    config: Config, shown: Sequence[Scene], options: Sequence[str], workers: int
) -> Contender:
    """The command."""
    file = config.root / "imggen.toml"
    given = ("--workers", str(workers), *options)
    return Contender(shown, workers, lambda out: bulk(file, out, *given))


def script_run(job: Job, shown: Sequence[Scene], settings: Settings, workers: int) -> Contender:
    """The article's script, on some of the images: each takes it as long as another."""
    wanted = 2 if settings.quick else SCRIPT_IMAGES
    picks = np.linspace(0, len(shown) - 1, wanted * workers).astype(int).tolist()
    picked = [shown[k] for k in picks]
    drawn = [
        (
            str(job.backgrounds[scene.background]),
            [(str(job.sprites[row]), x, y) for row, x, y in scene.items.tolist()],
        )
        for scene in picked
    ]
    scenes = settings.scratch / f"scenes{workers}.json"
    scenes.write_text(json.dumps(drawn))
    module = "benchmarks.article_script"
    return Contender(
        picked,
        workers,
        lambda out: [sys.executable, "-m", module, str(scenes), str(out), str(workers)],
    )


def check_images(name: str, job: Job, shown: Sequence[Scene], out: Path) -> float:
    """Count the images of a run and compare some with Pillow's; returns the mean size, bytes."""
    files = list((out / "images").iterdir())
    if len(files) != len(shown):
        raise WrongPixelsError(f"{name} made {len(files)} images, not {len(shown)}")
    paint = pillow_painter(job)
    for k in np.linspace(0, len(shown) - 1, COMPARED).astype(int).tolist():
        made = Image.open(out / "images" / f"generated{k}.png")
        if not np.array_equal(np.asarray(made), np.asarray(paint(shown[k]))):
            raise WrongPixelsError(f"{name}: image {k} is not what Pillow makes")
    return sum(file.stat().st_size for file in files) / len(files)


def row_of(
    name: str, contender: Contender, ran: Sequence[Ran], size_bytes: float
) -> dict[str, Cell]:
    """The row of one contender."""
    images = len(contender.shown)
    others = ran if contender.workers > 1 else ()  # alone, it is its own worker
    seconds = statistics.median(one.seconds for one in ran)
    return {
        "name": name,
        "images": images,
        "seconds": seconds,
        "rate": images / seconds,
        "megabytes": images * size_bytes / seconds / 1e6,
        "cpu_ms": statistics.median(one.cpu_seconds for one in ran) / images * 1e3,
        "first": middle([one.first_seconds for one in ran]),
        "parent_mb": middle([one.parent_mb for one in ran]),
        "worker_mb": middle([one.worker_mb for one in others]),
        "worker_own_mb": middle([one.worker_own_mb for one in others]),
    }


def middle(values: Sequence[float | None]) -> float | None:
    """The median of what is known."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def compare(rows: Sequence[dict[str, Cell]], baseline: dict[str, Cell]) -> None:
    """Add the ratios to the row of the baseline."""
    for row in rows:
        row["over_script"] = float(row["rate"] or 0) / float(baseline["rate"] or 1)
        row["cpu_over_script"] = float(baseline["cpu_ms"] or 0) / float(row["cpu_ms"] or 1)


JOBS: dict[str, Callable[[Settings], Table]] = {
    "fixed": fixed,
    "random": scattered,
}
