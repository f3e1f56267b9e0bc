"""What each image costs, by what pays for it: workers, the parent of a run, the merge, the store.

CPU time of one process, which makes a dataset in shards. From these, benchmarks/scale.py derives
what any number of images takes on any number of cores.
"""

from __future__ import annotations

import pickle
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.art import blob, draw_small, photograph, save_png
from benchmarks.jobs import anywhere, small_values, write_config
from benchmarks.processes import bulk, watch
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from imggen.config import Config, load_config
from imggen.run import Options, generate
from imggen.run.journal.journal import Journal
from imggen.run.merge import merge
from imggen.run.progress import Count
from imggen.run.recipe import Recipe, make_recipe

Result = TypeVar("Result")

SIDE, SPRITE_SIDE, LAYERS, VARIANTS = 512, 96, 4, 4

COLUMNS = (
    Column("name", ""),
    Column("images", "images", "{:,}"),
    Column("start_s", "start, s", "{:.2f}"),
    Column("plan_us", "plan, CPU µs an image", "{:.2f}"),
    Column("render_us", "render, CPU µs an image", "{:,.0f}"),
    Column("merge_us", "merge, CPU µs an image", "{:.1f}"),
    Column("image_bytes", "bytes an image", "{:,.0f}"),
    Column("plan_bytes", "of its plan", "{:,.0f}"),
    Column("shard_images", "images of a shard", "{:,}"),
)
NOTE = (
    "One process, CPU time: the parent pays for plan and merge, workers for rendering. Start: of "
    "the command, with one image."
)
LARGE = 10**6  # images, of which no shard has fewer than there is room for


def run(settings: Settings) -> list[Table]:
    """One table."""
    rows = [
        measure(TITLES[name], *make(settings))
        for name, make in JOBS.items()
        if settings.wants(name)
    ]
    return [Table("What an image costs", COLUMNS, rows, [NOTE])]


def small(settings: Settings) -> tuple[Config, Settings]:
    """PNG of 64x64 px in tar shards."""
    folder = settings.scratch / "small"
    draw_small(folder)
    values = small_values() | {"output": {"container": "webdataset"}}
    count = 200 if settings.quick else 50_000
    return write_config(folder, values, dataset__count=count), settings


def detection(settings: Settings) -> tuple[Config, Settings]:
    """JPEG of 512x512 px with three objects and their boxes, in tar shards."""
    folder, rng = settings.scratch / "detection", np.random.default_rng(0)
    names = ["background", *(f"thing{k}" for k in range(1, LAYERS))]
    for name in names:
        for k in range(VARIANTS):
            is_back = name == "background"
            art = photograph(rng, SIDE, SIDE) if is_back else blob(rng, SPRITE_SIDE)
            save_png(art, folder / name / f"{k}.png")
    values: dict[str, Any] = anywhere(
        {"canvas": {"size": [SIDE, SIDE]}, "layer": [{"name": n, "folder": n} for n in names]}
    )
    values |= {"output": {"container": "webdataset", "format": "jpeg"}}
    values |= {"labels": {"formats": ["yolo"]}}
    count = 50 if settings.quick else 4_000
    return write_config(folder, values, dataset__count=count), settings


JOBS: dict[str, Callable[[Settings], tuple[Config, Settings]]] = {
    "small": small,
    "detection": detection,
}
TITLES = {"small": "64x64 PNG", "detection": "512x512 JPEG, 3 objects, boxes"}


def measure(name: str, config: Config, settings: Settings) -> dict[str, Cell]:
    """The row of a job."""
    count, out = config.dataset.count, settings.scratch / "out"
    settings.say(f"costs: {name}, {count:,} images")
    start_s = start_seconds(config, out)
    start, recipe = timed(lambda: make_recipe(config))
    drawing, plan = timed(lambda: recipe.segments.maker.plan(0, count))
    cutting, _ = timed(lambda: cut_all(recipe))
    options = Options(out=out, workers=1)
    whole, summary = timed(lambda: generate(config, options, Count()))
    journal = Journal(out, recipe.record_type(recipe.manifest))
    merging, _ = timed(lambda: merge(recipe, journal, out))
    size_bytes = sum(path.stat().st_size for path in (out / "shards").iterdir())
    shutil.rmtree(out)
    assert summary.images == count
    return {
        "name": name,
        "images": count,
        "start_s": start_s,
        "plan_us": (drawing + cutting) / count * 1e6,
        "render_us": (whole - start - cutting - merging) / count * 1e6,
        "merge_us": merging / count * 1e6,
        "image_bytes": size_bytes / count,
        "plan_bytes": plan.size_bytes / count,
        "shard_images": shard_images(config),
    }


def start_seconds(config: Config, out: Path) -> float:
    """The CPU seconds of the command for a single image; the median of three."""
    command = bulk(config.root / "imggen.toml", out, "--count", "1", "--workers", "1")
    seconds = []
    for _ in range(3):
        seconds.append(watch(command, out / "shards").cpu_seconds)
        shutil.rmtree(out)
    return statistics.median(seconds)


def shard_images(config: Config) -> int:
    """The images of a shard, where there are many."""
    recipe = make_recipe(load_config(config.root / "imggen.toml", {"dataset.count": LARGE}))
    start, stop = next(iter(recipe.container.chunks(recipe.order, [], 1, (0, LARGE))))
    return stop - start


def cut_all(recipe: Recipe) -> None:
    """Do what the parent does for each chunk: cut it out of the plan, and pickle it."""
    part = 0, recipe.count
    for chunk in recipe.order.chunks(recipe.container.chunks(recipe.order, [], 1, part)):
        pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """The CPU seconds of this process for `work`, and its result."""
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result
