"""Draw the pictures of docs/how-it-works.md: which parts of an image's file are its background's.

Run ``.venv/bin/python scripts/draw_how_it_works.py [--out FOLDER]``.
"""

import argparse
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import imggen
from imggen.encode.png.scratch import band_rows

REPO = Path(__file__).resolve().parent.parent
ART = REPO / "assets"
PICTURES = REPO / "docs" / "pictures" / "how-it-works"
SHOWN = {"background": "forest", "character": "mage", "object": "barrel"}
WIDTH = 960  # px
JPEG_QUALITY = 80
PALE = 0.65  # of white over copied parts
LINE = (235, 120, 0)
SCAN, RESTART, INTERVAL = b"\xff\xda", 0xD0, b"\xff\xdd"  # markers; ITU T.81, table B.1
MCU = 16  # px, with 4:2:0

Box = tuple[int, int, int, int]


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of how it works.")
    parser.add_argument("--out", type=Path, default=PICTURES, help="docs/pictures/how-it-works")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, changed in (("png", changed_bands), ("jpeg", changed_intervals)):
        with tempfile.TemporaryDirectory() as folder:
            background, image = make_both(name, Path(folder))
            picture = mark(Image.open(image).convert("RGB"), changed(background, image))
        path = out / f"{name}.jpg"
        picture.save(path, quality=JPEG_QUALITY, optimize=True, progressive=True)
        print(f"{path}: {picture.width}x{picture.height} px, {path.stat().st_size:,} bytes")


def make_both(file_format: str, folder: Path) -> tuple[Path, Path]:
    """The files of a background alone, and with sprites on it."""
    alone = {"background": SHOWN["background"]}
    return make(file_format, alone, folder / "alone"), make(file_format, SHOWN, folder / "image")


def make(file_format: str, shown: dict[str, str], out: Path) -> Path:
    """The file of an image of the sample that shows these variants of these layers."""
    values: dict[str, Any] = tomllib.loads((ART / "imggen.toml").read_text())
    layers = [layer for layer in values["layer"] if layer["name"] in shown]
    for layer in layers:
        layer["folder"] = str(ART / layer["folder"])
        layer["probabilities"] |= {
            name: float(name == shown[layer["name"]]) for name in layer["probabilities"]
        }
    output = {"format": file_format}
    settings = {"canvas": values["canvas"], "layer": layers, "output": output}
    imggen.generate(settings, out, count=1, workers=1)
    (path,) = (out / "images").iterdir()
    return path


def changed_bands(*paths: Path) -> Iterable[Box]:
    """The bands of rows of a PNG that a sprite touches."""
    background, image = (np.asarray(Image.open(path)) for path in paths)
    height, width, channels = image.shape
    rows = band_rows(width * channels, height)
    for top in range(0, height, rows):
        band = slice(top, min(top + rows, height))
        if (background[band] != image[band]).any():
            yield 0, top, width, band.stop


def changed_intervals(*paths: Path) -> Iterable[Box]:
    """The restart intervals of a JPEG whose bytes are not those of the background."""
    background, image = (path.read_bytes() for path in paths)
    start = image.index(INTERVAL) + len(INTERVAL) + 2
    mcus = int.from_bytes(image[start : start + 2], "big")
    with Image.open(paths[0]) as opened:
        across = -(-opened.width // MCU)
    for number, (old, new) in enumerate(zip(intervals(background), intervals(image), strict=True)):
        if old != new:
            row, column = divmod(number * mcus, across)
            yield column * MCU, row * MCU, (column + mcus) * MCU, (row + 1) * MCU


def intervals(data: bytes) -> list[bytes]:
    """The coded data of each restart interval of a JPEG."""
    coded: NDArray[np.uint8] = np.frombuffer(data[data.index(SCAN) :], np.uint8)
    marks = np.flatnonzero((coded[:-1] == 0xFF) & (coded[1:] & 0xF8 == RESTART))
    return [part.tobytes()[2:] for part in np.split(coded, marks)]


def mark(image: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """The image at WIDTH, pale outside of `boxes`, with a line around each."""
    height = round(image.height * WIDTH / image.width)
    small = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    result = Image.blend(small, Image.new("RGB", small.size, "white"), PALE)
    pen = ImageDraw.Draw(result)
    for box in boxes:
        left, top, right, bottom = (round(side * WIDTH / image.width) for side in box)
        result.paste(small.crop((left, top, right, bottom)), (left, top))
        pen.rectangle((left, top, right - 1, bottom - 1), outline=LINE)
    return result


if __name__ == "__main__":
    main()
