"""The job of people who train detectors: sprites scaled, turned and anywhere, with COCO's boxes.

imggen against loops as a careful user writes them, and against a package for this job. The loops
write boxes and areas of what they paste; imggen also writes masks, and what is hidden.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.detection_loops import LOOPS, Task, verify_coco
from benchmarks.jobs import write_config
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from imggen.run import Options, generate
from imggen.run.engines.shared import memory_folder
from imggen.run.progress import Count

Make = Callable[[Path], object]  # fills an empty folder

SIDE = 120  # px, of a sprite in its file
SCALES = (0.5, 1.5)
ANGLES = (-180, 180)
QUALITY = 90
SIZES = (224, 640, 1280)
COUNTS = (1, 5, 20, 100)
USUAL = (640, 5)  # the other sizes are measured with so many sprites, other counts on this canvas
IMAGES, LOOP_IMAGES = 1_500, 60  # of a round; a run of few would be measured by its start
OURS = "imggen"
PILLOW = "Pillow loop"

COLUMNS = (
    Column("name", ""),
    Column("cpu_ms", "CPU ms an image", "{:.3f}"),
    Column("share", "of the Pillow loop's rate", "{:.1f}x"),
    Column("ours", "of imggen's time", "{:.1f}x"),
    Column("kilobytes", "kB", "{:,.0f}"),
)
NOTE = (
    "CPU time of one process, files and annotations written to memory; medians of rounds in which "
    "all take turns. imggen's are whole runs, "
    "from loading the art to the report; the others' art is loaded before."
)


def run(settings: Settings) -> list[Table]:
    """A table for each format, canvas and number of sprites."""
    art = settings.scratch / "detection"
    draw_art(settings.art, art)
    jobs = [
        (form, size, count)
        for form in ("jpeg", "png")
        for size in SIZES
        for count in COUNTS
        if size == USUAL[0] or count == USUAL[1]
    ]
    wanted = [job for job in jobs if settings.wants("-".join(map(str, job)))]
    if settings.quick:
        wanted = [job for job in wanted if job[1:] == USUAL]
    with tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=memory_folder()) as memory:
        in_memory = settings.within(Path(memory))
        return [measure(Task(art, *job), in_memory) for job in wanted]


def draw_art(source: Path, folder: Path) -> None:
    """Put sprites of SIDE px and backgrounds of each of SIZES into `folder`, as RGBA and RGB."""
    for path in sorted((source / "backgrounds").iterdir()):
        for size in SIZES:
            with Image.open(path) as image:
                side = min(image.size)
                square = image.convert("RGB").crop((0, 0, side, side)).resize((size, size))
            save(square, folder / f"backgrounds-{size}" / f"{path.stem}.png")
    for path in sorted([*(source / "characters").iterdir(), *(source / "objects").iterdir()]):
        with Image.open(path) as image:
            sprite = image.convert("RGBA").convert("RGBa")
        sprite.thumbnail((SIDE, SIDE))
        save(sprite.convert("RGBA"), folder / "sprites" / f"{path.stem}.png")


def save(image: Image.Image, path: Path) -> None:
    """Save `image`, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def measure(task: Task, settings: Settings) -> Table:
    """The table of one job."""
    settings.say(f"detection: {task.form}, {task.size} px, {task.sprites} sprites")
    makers, missing = make_contenders(task, settings)
    out = settings.scratch / "made"
    for name, (make, images) in makers.items():
        make(out)
        verify_coco(out, images, task, exact=name == OURS)
        shutil.rmtree(out)
    spent, size_bytes = take_turns(makers, settings, out)
    rows = [row_of(name, spent, size_bytes) for name in makers]
    title = f"{task.form.upper()}, {task.size}x{task.size}, {task.sprites} sprites of {SIDE} px"
    return Table(title, COLUMNS, rows, [NOTE, *missing], chart="cpu_ms")


def make_contenders(
    task: Task, settings: Settings
) -> tuple[dict[str, tuple[Make, int]], list[str]]:
    """What makes the dataset, and of how many images, by name; sentences on what is missing."""
    images = (
        8 if settings.quick else settings.count or max(100, IMAGES // max(1, task.sprites // 5))
    )
    makers: dict[str, tuple[Make, int]] = {OURS: (ours(task, images), images)}
    missing = []
    few = 3 if settings.quick else max(4, LOOP_IMAGES // max(1, task.sprites // 5))
    for name, loop in LOOPS.items():
        try:
            make = loop(task)
        except ImportError as error:
            missing.append(f"{name} is missing: {error}.")
            continue
        if make is not None:
            makers[name] = (lambda out, make=make: make(out, few), few)  # type: ignore[misc]
    return makers, missing


def ours(task: Task, images: int) -> Make:
    """A whole run of imggen."""
    config = write_config(task.art / "config", values_of(task), dataset__count=images)
    return lambda out: generate(config, Options(out=out, workers=1), Count())


def values_of(task: Task) -> dict[str, Any]:
    """The configuration of `task`."""
    side: dict[str, Any] = {
        "anchor": "center", "x": ["0%", "100%"], "y": ["0%", "100%"], "inside": False,
    }  # fmt: skip
    vary = {"scale": [*SCALES], "rotate": [*ANGLES]}
    sprites = {
        "name": "sprite", "folder": str(task.art / "sprites"), "instances": task.sprites,
        "place": side, "vary": vary,
    }  # fmt: skip
    back = {"name": "background", "folder": str(task.art / f"backgrounds-{task.size}")}
    output: dict[str, Any] = {"format": task.form}
    if task.form == "jpeg":
        output["quality"] = QUALITY
    return {
        "output": output,
        "labels": {"formats": ["coco"], "segmentation": "rle"},
        "layer": [back, sprites],
    }


def take_turns(
    makers: Mapping[str, tuple[Make, int]], settings: Settings, out: Path
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """CPU ms an image of each contender, a number a round; and bytes an image."""
    spent: dict[str, list[float]] = {name: [] for name in makers}
    size_bytes: dict[str, float] = {}
    names = list(makers)
    for number in range(1 if settings.quick else settings.rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            make, images = makers[name]
            begin = time.process_time()
            make(out)
            spent[name].append((time.process_time() - begin) / images * 1e3)
            files = [path.stat().st_size for path in (out / "images").iterdir()]
            size_bytes[name] = statistics.mean(files)
            shutil.rmtree(out)
    return spent, size_bytes


def row_of(
    name: str, spent: Mapping[str, list[float]], size_bytes: Mapping[str, float]
) -> dict[str, Cell]:
    """The row of one contender; ratios are of each round, as machines have moods."""
    row: dict[str, Cell] = {
        "name": name,
        "cpu_ms": statistics.median(spent[name]),
        "ours": median_ratio(spent[name], spent[OURS]),
        "kilobytes": size_bytes[name] / 1e3,
    }
    if PILLOW in spent:
        row["share"] = median_ratio(spent[PILLOW], spent[name])
    return row


def median_ratio(a: list[float], b: list[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(one / other for one, other in zip(a, b, strict=True))
