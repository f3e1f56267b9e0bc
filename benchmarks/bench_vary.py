"""What variation costs: planning it, making the sprites, drawing and encoding them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from benchmarks.jobs import Job, anywhere, article_values, make_job, write_config
from benchmarks.settings import Settings
from benchmarks.tables import Cell, Column, Table
from benchmarks.verify import WrongPixelsError
from imggen.config import Config
from imggen.config.plain import FIELDS
from imggen.draw import Painter
from imggen.draw.sprite_cache import SpriteCache
from imggen.encode.encoders import make_encoder
from imggen.planning import Scene, make_plan

PLANNED = 100_000  # images, to time the plan
SEEN_JPEG = 4  # levels on average that a JPEG may be off

EVERYTHING: dict[str, Any] = {
    "flip": 0.5,
    "scale": [0.7, 1.3],
    "rotate": [-15, 15],
    "hue": [-20, 20],
    "saturation": [0.8, 1.2],
    "brightness": [0.8, 1.2],
    "opacity": [0.6, 1.0],
}
IN_STEPS = {"flip": 0.5, "rotate": {"range": [-15, 15], "step": 15}}
VARIED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "flip": {"flip": 0.5},
    "flip, 3 angles": IN_STEPS,
    "scale": {"scale": EVERYTHING["scale"]},
    "rotate": {"rotate": EVERYTHING["rotate"]},
    "colours": {field: EVERYTHING[field] for field in ("hue", "saturation", "brightness")},
    "blend = multiply": {"blend": "multiply"},
    "everything": EVERYTHING,
    "everything, blend = luminosity": EVERYTHING | {"blend": "luminosity"},
}

COLUMNS = (
    Column("name", "varies"),
    Column("plan_us", "plan, µs"),
    Column("hits", "sprites found", "{:.1%}"),
    Column("made", "sprites made an image"),
    Column("make_ms", "make them, ms"),
    Column("pillow_ms", "Pillow makes them, ms"),
    Column("encode_ms", "draw + encode, ms"),
    Column("rate", "images/s", "{:,.0f}"),
    Column("share", "of those of nothing", "{:.2f}x"),
    Column("kilobytes", "kB", "{:,.0f}"),
)
NOTE = (
    "CPU time of one process, an image, median over rounds; characters and objects of the article "
    "at random places. Nothing is written. Pillow: resize, rotate, colours and opacity, bicubic, "
    "premultiplied, of all sprites of the same scenes."
)


@dataclass(frozen=True)
class Stages:
    """CPU seconds an image: to make sprites, and all; bytes; and what the sprite cache counted."""

    make: float
    whole: float
    size_bytes: float
    asked: int
    made: int


def run(settings: Settings) -> list[Table]:
    """A table for each format."""
    return [measure(form, settings) for form in ("png", "jpeg") if settings.wants(form)]


def measure(form: str, settings: Settings) -> Table:
    """The table of one format."""
    rows: list[dict[str, Cell]] = []
    for name, vary in VARIED.items():
        settings.say(f"vary: {form}, {name}")
        rows.append({"name": name, **row_of(form, vary, settings)})
    for row in rows:
        row["share"] = float(row["rate"] or 0) / float(rows[0]["rate"] or 1)
    return Table(f"Variation, {form.upper()}", COLUMNS, rows, [NOTE])


def row_of(form: str, vary: dict[str, Any], settings: Settings) -> dict[str, Cell]:
    """What one kind of variation costs."""
    rounds, count = (2, 2) if settings.quick else (1 + settings.rounds, 40)
    job = vary_job(settings.scratch / "vary", form, vary, settings, rounds, count)
    verify(job)
    stages = time_rounds(job)[1:]
    whole = statistics.median(stage.whole for stage in stages)
    make = statistics.median(stage.make for stage in stages)
    asked = sum(stage.asked for stage in stages)
    made = sum(stage.made for stage in stages)
    images = sum(map(len, job.rounds[1:]))
    return {
        "plan_us": time_plan(job.config, 1_000 if settings.quick else PLANNED) * 1e6,
        "hits": 1 - made / asked if asked else None,
        "made": made / images,
        "make_ms": make * 1e3 if asked else None,
        "pillow_ms": time_pillow(job) * 1e3 if asked else None,
        "encode_ms": (whole - make) * 1e3,
        "rate": 1 / whole,
        "kilobytes": statistics.mean(stage.size_bytes for stage in stages) / 1e3,
    }


def vary_job(
    folder: Path, form: str, vary: dict[str, Any], settings: Settings, rounds: int, count: int
) -> Job:
    """Scenes in the order of a run, a part of it each round."""
    values = anywhere(article_values(settings.art))
    for layer in values["layer"][1:]:
        layer["vary"] = vary
        layer["place"]["inside"] = 0.5
    config = write_config(folder, values, output__format=form, dataset__count=rounds * count)
    plan = make_plan(config, make_job("vary", "", config, []).library)
    scenes = list(plan.chunk(0, plan.count).scenes)
    size = len(scenes) // rounds
    return make_job("vary", "", config, [scenes[k * size :][:size] for k in range(rounds)])


def verify(job: Job) -> None:
    """Compare the first images with what is painted.

    Raises
    ------
    WrongPixelsError
        If they differ by more than the format makes them.
    """
    encoder, painter = make_encoder(job.library, job.config.output), Painter(job.library)
    for scene in job.rounds[0][:4]:
        image = Image.open(BytesIO(encoder.encode(scene).to_bytes()))
        pixels = np.asarray(image).reshape(image.height, -1).astype(int)
        error = np.abs(pixels - painter.paint(scene)).mean()
        if error > (0 if image.format == "PNG" else SEEN_JPEG):
            raise WrongPixelsError(f"{error} levels on average. {scene}")


def time_rounds(job: Job) -> list[Stages]:
    """Each round with the same encoder, and its sprites with a cache of their own."""
    encoder, cache = make_encoder(job.library, job.config.output), SpriteCache(job.library)
    result = []
    for scenes in job.rounds:
        asked, made = cache.asked, cache.made
        begin = time.process_time()
        for scene in scenes:
            cache.fetch(scene)
        drawn = time.process_time()
        size_bytes = sum(encoder.encode(scene).size_bytes for scene in scenes)
        encoded = time.process_time()
        count = len(scenes)
        result.append(
            Stages(
                make=(drawn - begin) / count,
                whole=(encoded - drawn) / count,
                size_bytes=size_bytes / count,
                asked=cache.asked - asked,
                made=cache.made - made,
            )
        )
    return result


def time_plan(config: Config, count: int) -> float:
    """Seconds an image."""
    planned = config.model_copy(
        update={"dataset": config.dataset.model_copy(update={"count": count})}
    )
    library = make_job("vary", "", config, []).library
    begin = time.process_time()
    make_plan(planned, library)
    return (time.process_time() - begin) / count


# --- the same with Pillow -------------------------------------------------------------------------


def time_pillow(job: Job) -> float:
    """Seconds an image to make all sprites of the second round."""
    load: Callable[[int], Image.Image] = cache(
        lambda row: Image.open(job.sprites[row]).convert("RGBA")
    )
    scenes = job.rounds[1]
    items = [(load(row), look) for scene in scenes for row, look in looks_of(scene)]
    begin = time.process_time()
    for sprite, look in items:
        make_with_pillow(sprite, look)
    return (time.process_time() - begin) / len(scenes)


def looks_of(scene: Scene) -> Sequence[tuple[int, dict[str, float]]]:
    """Row and look, by name, of each sprite."""
    looks = [] if scene.looks is None else scene.looks.tolist()
    named = [dict(zip(FIELDS, look, strict=True)) for look in looks]
    return list(zip(scene.items[:, 0].tolist(), named, strict=True))


def make_with_pillow(sprite: Image.Image, look: dict[str, float]) -> Image.Image:
    """What Pillow has of the same steps; its hues and colours are those of another model."""
    if look["flip"]:
        sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if look["scale"] != 1 or look["rotate"]:
        size = [max(1, round(side * look["scale"])) for side in sprite.size]
        sprite = sprite.convert("RGBa").resize((size[0], size[1]), Image.Resampling.BICUBIC)
        sprite = sprite.rotate(look["rotate"], Image.Resampling.BICUBIC, expand=True)
        sprite = sprite.convert("RGBA")
    alpha, colours = sprite.getchannel("A"), sprite.convert("RGB")
    if look["hue"]:
        hue, saturation, value = colours.convert("HSV").split()
        hue = hue.point([round(k + look["hue"] * 256 / 360) % 256 for k in range(256)])
        colours = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    if look["saturation"] != 1:
        colours = ImageEnhance.Color(colours).enhance(look["saturation"])
    if look["brightness"] != 1:
        colours = ImageEnhance.Brightness(colours).enhance(look["brightness"])
    colours.putalpha(alpha.point([round(k * look["opacity"]) for k in range(256)]))
    return colours
