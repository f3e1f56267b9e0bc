"""What labels and containers cost: whole runs with them, against runs without."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.jobs import anywhere, article_values, write_config
from benchmarks.settings import IMAGE_BYTES, Settings
from benchmarks.tables import Cell, Column, Table
from imggen.config import Config
from imggen.config.plain import LABEL_FORMATS, YOLO_FORMATS
from imggen.formats.registry import owned_names
from imggen.run import Options, generate
from imggen.run.engines.shared import memory_folder
from imggen.run.progress import Count

NOTHING = "no labels"
OTHERS = {*YOLO_FORMATS} - {"yolo-segment"}  # whose files that writes
AT_ONCE = tuple(name for name in LABEL_FORMATS if name not in OTHERS)
LABELLED: dict[str, tuple[str, ...]] = {
    NOTHING: (),
    **{name: (name,) for name in LABEL_FORMATS if name != "yolo-pose"},  # needs keypoints
    "all at once": AT_ONCE,
}
CONTAINERS = ("webdataset", "parquet", "npy")
VERIFIED = 12  # images
LABELS = {
    "class_layer": "character",
    "caption": "a {character} with a {object} in the {background}",
}

COLUMNS = (
    Column("name", ""),
    Column("cpu_ms", "CPU ms an image"),
    Column("rate", "images a CPU second", "{:,.0f}"),
    Column("share", "of those of no labels", "{:.2f}x"),
    Column("added_us", "CPU µs more an image", "{:+,.0f}"),
    Column("kilobytes", "kB more an image", "{:+,.1f}"),
)


class WrongLabelsError(Exception):
    """Formats do not say the same of an image, or one of them is missing."""


@dataclass
class Spent:
    """Of the runs of one contender: CPU seconds, and the bytes of the last."""

    cpu: list[float] = field(default_factory=list)
    size_bytes: int = 0


def run(settings: Settings) -> list[Table]:
    """The article's art at random positions: one character and one object on most images."""
    with tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=memory_folder()) as memory:
        in_memory = settings.within(Path(memory))
        images = in_memory.images(1000, 12, IMAGE_BYTES)
        values = anywhere(article_values(settings.art))
        folder = settings.scratch / "labels"
        config = write_config(folder, {**values, "labels": LABELS}, dataset__count=images)
        verify(config, Path(memory))
        spent = take_turns(contenders(config), in_memory)
    rows = [row_of(name, one, images, spent[NOTHING]) for name, one in spent.items()]
    note = (
        f"Whole runs of {images:,} images in one process, from loading the art to the last merged "
        "file, written to memory; medians of rounds in which they take turns, of differences and "
        "ratios within a round. No image is like another. COCO's counts and areas were compared "
        "with data.csv and the masks before."
    )
    return [Table("Labels and containers", COLUMNS, rows, [note])]


def contenders(config: Config) -> dict[str, Config]:
    """What is made, by its name."""
    labelled = {name: with_labels(config, *formats) for name, formats in LABELLED.items()}
    return labelled | {f"container = {name}": in_container(config, name) for name in CONTAINERS}


def with_labels(config: Config, *formats: str) -> Config:
    """`config` with these label formats."""
    return config.model_copy(
        update={"labels": config.labels.model_copy(update={"formats": formats})}
    )


def in_container(config: Config, container: str) -> Config:
    """`config` with its images in a container."""
    output = config.output.model_copy(update={"container": container})
    return config.model_copy(update={"output": output})


def take_turns(made: Mapping[str, Config], settings: Settings) -> dict[str, Spent]:
    """Time each contender; another one begins every round, and the first round is dropped."""
    spent = {name: Spent() for name in made}
    names = list(made)
    for number in range(1 if settings.quick else 1 + settings.rounds):
        settings.say(f"labels: round {number}")
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            cpu, spent[name].size_bytes = time_run(made[name], settings.scratch / "out")
            if number or settings.quick:
                spent[name].cpu.append(cpu)
    return spent


def time_run(config: Config, out: Path) -> tuple[float, int]:
    """CPU seconds and bytes of a run, whose folder is removed untimed."""
    begin = time.process_time()
    generate(config, Options(out=out, workers=1), Count())
    cpu = time.process_time() - begin
    entries = [entry.stat() for entry in out.rglob("*") if entry.is_file()]
    files = {entry.st_ino: entry.st_size for entry in entries}  # links once
    shutil.rmtree(out)
    return cpu, sum(files.values())


def row_of(name: str, spent: Spent, images: int, nothing: Spent) -> dict[str, Cell]:
    """The row of one contender."""
    cpu = statistics.median(spent.cpu)
    pairs = list(zip(nothing.cpu, spent.cpu, strict=True))  # of each round, as machines have moods
    return {
        "name": name,
        "cpu_ms": cpu / images * 1e3,
        "rate": images / cpu,
        "share": statistics.median(without / own for without, own in pairs),
        "added_us": statistics.median(own - without for without, own in pairs) / images * 1e6,
        "kilobytes": (spent.size_bytes - nothing.size_bytes) / images / 1e3,
    }


# --- before they are timed ------------------------------------------------------------------------


def verify(config: Config, folder: Path) -> None:
    """Make a few images with all labels and compare what the formats say of each.

    Raises
    ------
    WrongLabelsError
        Naming the format.
    """
    dataset = config.dataset.model_copy(update={"count": VERIFIED})
    out = folder / "verified"
    few = with_labels(config.model_copy(update={"dataset": dataset}), *AT_ONCE)
    generate(few, Options(out=out, workers=1), Count())
    for name in AT_ONCE:
        missing = [own for own in sorted(owned_names([name])) if not (out / own).exists()]
        if missing:
            raise WrongLabelsError(f"{name} did not write {', '.join(missing)}")
    verify_coco(out)
    shutil.rmtree(out)


def verify_coco(out: Path) -> None:
    """Compare COCO's annotations with the table and with the masks of instances."""
    file = json.loads((out / "annotations/instances.json").read_bytes())
    names = {one["id"]: one["name"] for one in file["categories"]}
    found = Counter(names[one["category_id"]] for one in file["annotations"])
    columns = zip(*read_rows(out / "data.csv"), strict=True)
    shown = Counter(name for column in list(columns)[1:3] for name in column if name != "none")
    if len(file["images"]) != VERIFIED or found != shown:
        raise WrongLabelsError(f"coco has {dict(found)}, but data.csv {dict(shown)}")
    for image in file["images"]:
        mask = out / "masks/instance" / Path(image["file_name"]).with_suffix(".png")
        annotations = [one for one in file["annotations"] if one["image_id"] == image["id"]]
        areas = [one["area"] for one in annotations]
        if areas != areas_of(mask):
            raise WrongLabelsError(f"coco has areas {areas}, but {mask.name} {areas_of(mask)}")


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a table without its head; the article's names hold no commas."""
    return [line.split(",") for line in path.read_text().splitlines()[1:]]


def areas_of(mask: Path) -> list[Any]:
    """How many pixels each instance has, from back to front."""
    with Image.open(mask) as image:
        return np.bincount(np.asarray(image).ravel())[1:].tolist()
