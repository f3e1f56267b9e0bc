"""Small images in arrays, as researchers make them: thousands a second, with all factors.

imggen against a loop that writes the same kind of array, and against painting one by one; and the
grid of dSprites.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.jobs import write_config
from benchmarks.settings import Settings
from benchmarks.small_loops import Loop, opencv_loop
from benchmarks.tables import Cell, Column, Table
from benchmarks.timing import cpu_seconds
from benchmarks.verify import WrongPixelsError
from imggen.assets import load_assets
from imggen.config import Config
from imggen.draw import Painter
from imggen.planning import make_plan
from imggen.run import Options, generate
from imggen.run.engines.shared import memory_folder
from imggen.run.progress import Count

Make = Callable[[Path], object]  # fills an empty folder

SIZE, SIDE = 64, 24  # px, of the canvas and of a sprite
IMAGES, LOOP_IMAGES, QUICK_IMAGES = 50_000, 5_000, 64
VERIFIED = 32  # images
OURS, LOOP = "imggen", "OpenCV loop"

COLUMNS = (
    Column("name", ""),
    Column("cpu_us", "CPU µs an image", "{:.1f}"),
    Column("rate", "images/s of a core", "{:,.0f}"),
    Column("share", "of imggen's time", "{:.1f}x"),
    Column("images", "images", "{:,.0f}"),
)
NOTE = (
    "CPU time with that of the system, written to memory; medians of rounds in which all take "
    "turns. imggen's are whole runs of one process, from loading the art to the table; the loop's "
    "art is loaded before."
)


def run(settings: Settings) -> list[Table]:
    """A table for each job."""
    with tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=memory_folder()) as memory:
        inside = settings.within(Path(memory))
        jobs = {"factors": factors, "dsprites": dsprites}
        return [make(inside) for name, make in jobs.items() if settings.wants(name)]


def factors(settings: Settings) -> Table:
    """Sprites of 24 px, scaled, turned and recoloured anywhere, on a canvas of 64 px, as `npy`."""
    art = settings.scratch / "factors"
    draw_factors(art)
    images = QUICK_IMAGES if settings.quick else settings.count or IMAGES
    few = QUICK_IMAGES if settings.quick else LOOP_IMAGES
    makers = {OURS: (ours(write_config(art, factor_values(art), dataset__count=images)), images)}
    notes = [NOTE]
    try:
        loop = opencv_loop(art, SIZE)
        verify_loop(loop, settings)
        makers[LOOP] = (lambda out: loop(out, few), few)
    except ImportError as error:
        notes.append(f"{LOOP} is missing: {error}.")
    verify(write_config(art, factor_values(art), dataset__count=images), settings, "npy")
    return measure("64x64 RGB to npy, six factors", makers, settings, notes)


def dsprites(settings: Settings) -> Table:
    """The grid of docs/recipes/dsprites.toml as `npz`; where little is asked for, a part of it."""
    art = settings.scratch / "dsprites"
    draw_shapes(art)
    step = 31 if settings.quick else 1
    config = write_config(art, dsprites_values(art, step))
    images = make_plan(config, load_assets(config)).count
    verify(config, settings, "npz")
    return measure("dSprites' grid to npz", {OURS: (ours(config), images)}, settings, [NOTE])


def ours(config: Config) -> Make:
    """A whole run of imggen."""
    return lambda out: generate(config, Options(out=out, workers=1), Count())


def measure(
    title: str, makers: Mapping[str, tuple[Make, int]], settings: Settings, notes: list[str]
) -> Table:
    """The table of one job."""
    settings.say(f"small: {title}")
    spent: dict[str, list[float]] = {name: [] for name in makers}
    out = settings.scratch / "made"
    for _ in range(1 if settings.quick else settings.rounds):
        for name, (make, images) in makers.items():
            begin = cpu_seconds()
            make(out)
            spent[name].append((cpu_seconds() - begin) / images * 1e6)
            shutil.rmtree(out)
    rows = [row_of(name, makers[name][1], spent) for name in makers]
    return Table(title, COLUMNS, rows, notes)


def row_of(name: str, images: int, spent: Mapping[str, list[float]]) -> dict[str, Cell]:
    """The row of one contender; ratios are of each round, as machines have moods."""
    cpu_us = statistics.median(spent[name])
    shares = [one / own for one, own in zip(spent[name], spent[OURS], strict=True)]
    share = statistics.median(shares)
    return {
        "name": name, "cpu_us": cpu_us, "rate": 1e6 / cpu_us, "share": share, "images": images,
    }  # fmt: skip


def verify(config: Config, settings: Settings, container: str) -> None:
    """Compare the first rows with what is painted one by one.

    Raises
    ------
    WrongPixelsError
        If any differs.
    """
    out = settings.scratch / "verified"
    few = config if container == "npz" else with_count(config, VERIFIED)
    generate(few, Options(out=out, workers=1), Count())
    pixels = np.load(out / ("dataset.npz" if container == "npz" else "imgs.npy"))
    pixels = pixels["imgs"] if container == "npz" else pixels
    library = load_assets(few)
    plan, painter = make_plan(few, library), Painter(library)
    rows = np.arange(min(VERIFIED, plan.count))
    for row, scene in zip(rows, islice(plan.scenes(rows), VERIFIED), strict=True):
        if painter.paint(scene).tobytes() != pixels[row].tobytes():
            raise WrongPixelsError(f"image {row} of {container}: {scene}")
    shutil.rmtree(out)


def verify_loop(loop: Loop, settings: Settings) -> None:
    """Check that a loop draws a sprite on each image: no two are the same.

    Raises
    ------
    WrongPixelsError
        If some are.
    """
    out = settings.scratch / "verified"
    loop(out, VERIFIED)
    images = np.load(out / "imgs.npy")
    if len({image.tobytes() for image in images}) < VERIFIED:
        raise WrongPixelsError("the loop draws the same image twice")
    shutil.rmtree(out)


def with_count(config: Config, count: int) -> Config:
    """The same configuration, of `count` images."""
    return config.model_copy(update={"dataset": config.dataset.model_copy(update={"count": count})})


# --- art and settings -----------------------------------------------------------------------------


def draw_factors(art: Path) -> None:
    """Draw backgrounds of noise and round sprites with soft rims."""
    rng = np.random.default_rng(3)
    for k in range(4):
        steps = np.cumsum(rng.integers(-3, 4, (SIZE, SIZE, 3)), axis=1) + 128
        save(Image.fromarray((steps % 256).astype(np.uint8)), art / f"backgrounds/b{k}.png")
    for k in range(5):
        image = Image.new("RGBA", (SIDE, SIDE))
        draw, colour = ImageDraw.Draw(image), (40 * k + 30, 90, 255 - 30 * k, 255)
        draw.ellipse((1, 1, SIDE - 2, SIDE - 2), fill=colour, outline=(0, 0, 0, 128), width=2)
        draw.rectangle((8, 8, 12, 14), fill=(255, 255, 0, 200))
        save(image, art / f"objects/o{k}.png")


def draw_shapes(art: Path) -> None:
    """Draw dSprites' shapes, about, and a black background."""
    save(Image.new("L", (SIZE, SIZE)), art / "colors/black.png")
    for name in ("ellipse", "heart", "square"):
        image = Image.new("LA", (SIZE, SIZE))
        draw, box = ImageDraw.Draw(image), (4, 4, SIZE - 5, SIZE - 5)
        if name == "ellipse":
            draw.ellipse((4, 16, SIZE - 5, SIZE - 17), fill=(255, 255))
        elif name == "square":
            draw.rectangle(box, fill=(255, 255))
        else:
            draw.pieslice(box, 200, 340, fill=(255, 255))
        save(image, art / f"shapes/{name}.png")


def save(image: Image.Image, path: Path) -> None:
    """Save `image`, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def factor_values(art: Path) -> dict[str, Any]:
    """The configuration of the first job: background, object, x, y, scale, angle, hue."""
    anywhere = {"anchor": "center", "x": [12, 52], "y": [12, 52]}
    vary = {"scale": [0.6, 1.2], "rotate": [-180, 180], "hue": [0, 360]}
    return {
        "output": {"container": "npy"},
        "canvas": {"size": [SIZE, SIZE]},
        "layer": [
            {"name": "background", "folder": str(art / "backgrounds")},
            {"name": "object", "folder": str(art / "objects"), "place": anywhere, "vary": vary},
        ],
    }


def dsprites_values(art: Path, step: int) -> dict[str, Any]:
    """The configuration of docs/recipes/dsprites.toml, with positions every `step` px."""
    side = {"range": [16, 47], "step": step}
    return {
        "dataset": {"sampling": "grid"},
        "canvas": {"size": [SIZE, SIZE], "mode": "L"},
        "output": {"container": "npz"},
        "layer": [
            {"name": "color", "folder": str(art / "colors")},
            {
                "name": "shape",
                "folder": str(art / "shapes"),
                "size": 0.3,
                "place": {"anchor": "center", "x": side, "y": side},
                "vary": {
                    "scale": {"range": [0.5, 1], "step": 0.1},
                    "rotate": {"range": [0, 351], "step": 9},
                },
            },
        ],
    }
