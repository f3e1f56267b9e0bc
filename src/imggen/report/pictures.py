"""Pictures for people: boxes with names, checkerboards behind transparency, contact sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

MARK = "made by imggen for looking at"  # in a picture that a later one may replace
PAPER, INK = (255, 255, 255), (32, 32, 32)
LIGHT, DARK = 255, 204  # the squares of a checkerboard
SQUARE = 8  # px
GAP = 8  # px between the cells of a contact sheet
LEAST_WIDTH = 160  # px of a cell, so that there is room for its text
CAPTION = 16  # px, the height of a line of text
# The colours of classes in turn, distinct for colour-blind eyes (Okabe and Ito, 2008).
COLOURS = (
    (0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0),
    (240, 228, 66),
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A box around something: left, top, right, bottom, px; its class, by number and name."""

    edges: tuple[float, float, float, float]
    number: int
    name: str

    def scaled(self, scale: float) -> Box:
        """Return the box in a picture that is `scale` times as large."""
        left, top, right, bottom = (edge * scale for edge in self.edges)
        return Box((left, top, right, bottom), self.number, self.name)


@dataclass(frozen=True)
class Cell:
    """A picture of a contact sheet, boxes in it, and a line of text below it."""

    picture: Image.Image
    caption: str
    boxes: Sequence[Box] = ()

    def shrunk(self, width: int) -> Cell:
        """Return the cell no wider, and at most twice as high, as `width` px."""
        small = self.picture.copy()
        small.thumbnail((width, 2 * width), Image.Resampling.LANCZOS)
        scale = small.width / self.picture.width
        return Cell(draw_boxes(small, [box.scaled(scale) for box in self.boxes]), self.caption)


def picture_of(pixels: npt.NDArray[np.uint8]) -> Image.Image:
    """Return an RGB picture of `pixels`, (height, width, channels), over a checkerboard."""
    height, width, channels = pixels.shape
    if channels < 4:  # no alpha
        return Image.fromarray(pixels.squeeze()).convert("RGB")
    picture = checkerboard((width, height))
    sprite = Image.fromarray(pixels)
    picture.paste(sprite, (0, 0), sprite)
    return picture


def checkerboard(size: tuple[int, int]) -> Image.Image:
    """Return squares of two greys: an RGB picture of `size`, width and height, px."""
    across, down = (np.arange(length) // SQUARE for length in size)
    squares = np.where((down[:, None] + across) % 2, DARK, LIGHT).astype(np.uint8)
    return Image.fromarray(squares).convert("RGB")


def draw_boxes(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Return a copy of `picture` with `boxes` and the names of their classes."""
    drawn = picture.copy()
    draw = ImageDraw.Draw(drawn)
    font = ImageFont.load_default()
    width = max(2, min(picture.size) // 300)
    for one in boxes:
        colour = COLOURS[one.number % len(COLOURS)]
        left, top, right, bottom = one.edges
        draw.rectangle((left, top, right - 1, bottom - 1), outline=colour, width=width)
        name = printable(one.name)
        _, _, across, down = draw.textbbox((0, 0), name, font=font)
        place = (left, max(0, top - down - 4))
        draw.rectangle((*place, place[0] + across + 4, place[1] + down + 4), fill=colour)
        draw.text((place[0] + 2, place[1] + 2), name, fill=PAPER, font=font)
    return drawn


def contact_sheet(cells: Sequence[Cell], columns: int, width: int) -> Image.Image:
    """Return the pictures of `cells` in rows, none wider than `width` px, nor enlarged."""
    small = [cell.shrunk(width) for cell in cells]
    width = min(width, max(LEAST_WIDTH, *(cell.picture.width for cell in small)))
    columns = min(columns, len(small))
    height = max(cell.picture.height for cell in small)
    rows = -(-len(small) // columns)
    across, down = width + GAP, height + CAPTION + GAP
    sheet = Image.new("RGB", (columns * across + GAP, rows * down + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, cell in enumerate(small):
        row, column = divmod(place, columns)
        left, top = GAP + column * across, GAP + row * down
        inset = (width - cell.picture.width) // 2
        sheet.paste(cell.picture, (left + inset, top))
        draw.text((left, top + height + 2), fitted(draw, cell.caption, width), fill=INK)
    return sheet


def fitted(draw: ImageDraw.ImageDraw, text: str, width: int) -> str:
    """Return as much of `text` as is no wider than `width` px, with dots for the rest."""
    text = printable(text)
    kept = len(text)
    while kept and draw.textlength(text if kept == len(text) else f"{text[:kept]}...") > width:
        kept -= 1
    return text if kept == len(text) else f"{text[:kept]}..."


def printable(text: str) -> str:
    """Return `text` with "?" for what Pillow's own font does not have."""
    return text.encode("latin-1", "replace").decode("latin-1")


def png_of(picture: Image.Image) -> bytes:
    """Return `picture` as the bytes of a PNG with MARK."""
    marked, file = PngInfo(), BytesIO()
    marked.add_text("Comment", MARK)
    picture.save(file, "PNG", pnginfo=marked)
    return file.getvalue()


def gif_of(frames: Sequence[Image.Image], frame_ms: int) -> bytes:
    """Return `frames` as the bytes of an endless GIF with MARK; each is shown for `frame_ms`."""
    file = BytesIO()
    first, *others = frames
    first.save(
        file, "GIF", save_all=True, append_images=others, duration=frame_ms, loop=0, comment=MARK
    )
    return file.getvalue()


def is_marked(path: Path) -> bool:
    """Return True if the file is a picture with MARK."""
    try:
        with Image.open(path) as picture:
            found = picture.info.get("Comment", picture.info.get("comment", b""))
    except (OSError, SyntaxError, ValueError):
        return False
    return found in (MARK, MARK.encode())
