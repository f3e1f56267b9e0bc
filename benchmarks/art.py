"""Art for the jobs that the sample has none for: drawn anew each time, the same pixels."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]
Rng = np.random.Generator

OVERSAMPLING = 4  # a shape's outline is drawn this much larger, and its coverage is the alpha
OUTLINE: Colour = (32, 26, 38)
HAIRS = 600
STROKE = 0.008  # width of outlines, of the canvas


class Sheet:
    """A transparent square that shapes are drawn on, in units of its side."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.pixels = np.zeros((side, side, 4), np.uint8)

    def shape(self, points: Points, colour: Colour, *, outlined: bool = True) -> None:
        """A filled polygon, with a dark outline inside its edge."""
        if outlined:
            self._fill(points, OUTLINE, 0)
            self._fill(points, colour, STROKE)
        else:
            self._fill(points, colour, 0)

    def _fill(self, points: Points, colour: Colour, inset: float) -> None:
        left, top, coverage = cover(points, self.side, inset)
        height, width = coverage.shape
        part = self.pixels[top : top + height, left : left + width]
        part[:] = over(part, coverage, colour)

    def image(self) -> Image.Image:
        """What was drawn."""
        return Image.fromarray(self.pixels)


def cover(points: Points, side: int, inset: float) -> tuple[int, int, Pixels]:
    """Left, top and the coverage (height, width) of a polygon, smaller by `inset` on all sides."""
    corners = np.array(points) * side
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int), side)
    size = max(right - left, 1), max(bottom - top, 1)
    large = Image.new("L", (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING))
    draw = ImageDraw.Draw(large)
    outline = [tuple(corner) for corner in (corners - (left, top)) * OVERSAMPLING]
    draw.polygon(outline, 255)
    if inset:
        width = round(2 * inset * side * OVERSAMPLING)
        draw.line([*outline, outline[0], outline[1]], 0, width, joint="curve")
    return int(left), int(top), np.asarray(large.reduce(OVERSAMPLING))


def over(below: Pixels, coverage: Pixels, colour: Colour) -> Pixels:
    """`colour` laid over `below` (height, width, 4) where it covers; neither is premultiplied."""
    alpha = coverage[..., None] / 255
    alpha_below = below[..., 3:] / 255 * (1 - alpha)
    both = alpha + alpha_below
    mixed = (np.array(colour) * alpha + below[..., :3] * alpha_below) / np.maximum(both, 1e-9)
    return np.concatenate([mixed.round(), (both * 255).round()], axis=2).astype(np.uint8)


def ellipse(x: float, y: float, a: float, b: float, start: float = 0, stop: float = 1) -> Points:
    """Corners of an ellipse at (x, y), or of its arc between two parts of a turn."""
    turns = np.linspace(start, stop, 120) * 2 * math.pi
    return [(x + a * math.cos(t), y + b * math.sin(t)) for t in turns]


def star(x: float, y: float, outer: float, inner: float, points: int) -> Points:
    """Corners of a star."""
    steps = range(2 * points)
    radii = [outer if k % 2 == 0 else inner for k in steps]
    turns = [math.pi * (k / points - 0.5) for k in steps]
    return [(x + r * math.cos(t), y + r * math.sin(t)) for r, t in zip(radii, turns, strict=True)]


def hue(share: float, saturation: float = 0.6, value: float = 0.9) -> Colour:
    """A colour of that hue."""
    red, green, blue = colorsys.hsv_to_rgb(share % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


# --- a layered collection ---------------------------------------------------------------------


def draw_background(sheet: Sheet, share: float) -> None:
    """One colour."""
    sheet.pixels[:] = (*hue(share, 0.35, 0.95), 255)


def draw_body(sheet: Sheet, share: float) -> None:
    """Ears, shoulders and a head."""
    colour = hue(share, 0.45, 0.85)
    for side in (-1, 1):
        sheet.shape(ellipse(0.5 + side * 0.24, 0.30, 0.06 + 0.05 * share, 0.11), colour)
    sheet.shape(ellipse(0.5, 1.02, 0.33 + 0.05 * share, 0.34), colour)
    sheet.shape(ellipse(0.5, 0.45, 0.25, 0.28), colour)
    draw_hairs(sheet, (0.5, 0.45, 0.22, 0.25), hue(share, 0.5, 0.7))
    draw_hairs(sheet, (0.5, 1.02, 0.30, 0.30), hue(share, 0.5, 0.7))
    sheet.shape(ellipse(0.5, 0.55, 0.16, 0.13), hue(share, 0.2, 0.95), outlined=False)


def draw_hairs(sheet: Sheet, area: tuple[float, float, float, float], colour: Colour) -> None:
    """Short strokes all over an ellipse: x, y and half its width and height."""
    rng = np.random.default_rng(HAIRS)
    x, y, a, b = area
    for turn, radius, length in rng.random((HAIRS, 3)).tolist():
        left = x + a * math.sqrt(radius) * math.cos(turn * 2 * math.pi)
        top = y + b * math.sqrt(radius) * math.sin(turn * 2 * math.pi)
        if top < 1:
            tip = (left + 0.006 * (turn - 0.5), top + 0.01 + 0.02 * length)
            sheet.shape([(left, top), (left + 0.004, top), tip], colour, outlined=False)


def draw_clothes(sheet: Sheet, share: float) -> None:
    """A jumper, perhaps with stripes."""
    sheet.shape(ellipse(0.5, 1.05, 0.36, 0.30), hue(share + 0.5, 0.7, 0.7))
    for k in range(round(share * 5)):
        y = 0.85 + 0.04 * k
        for left in np.arange(0.32, 0.68, 0.02).tolist():
            middle = left + 0.01
            stitch = [(left, y), (middle, y + 0.015), (left + 0.02, y), (middle, y + 0.03)]
            sheet.shape(stitch, hue(share, 0.3, 1.0), outlined=False)


def draw_mouth(sheet: Sheet, share: float) -> None:
    """From a line to a laugh."""
    sheet.shape(ellipse(0.5, 0.58, 0.08, 0.02 + 0.06 * share, 0, 0.5), hue(0.98, 0.6, 0.7))
    if share > 0.5:
        teeth = [(0.46, 0.583), (0.54, 0.583), (0.54, 0.60), (0.46, 0.60)]
        sheet.shape(teeth, (250, 250, 245), outlined=False)


def draw_eyes(sheet: Sheet, share: float) -> None:
    """Two, looking somewhere."""
    for x in (0.41, 0.59):
        sheet.shape(ellipse(x, 0.40, 0.055, 0.03 + 0.035 * share), (255, 255, 255))
        pupil = x + 0.04 * (share - 0.5)
        sheet.shape(ellipse(pupil, 0.40, 0.02, 0.022), hue(share * 3, 0.8, 0.5))
        sheet.shape(ellipse(pupil + 0.007, 0.393, 0.006, 0.006), (255, 255, 255), outlined=False)


def draw_hat(sheet: Sheet, share: float) -> None:
    """A crown, a top hat or a cap."""
    colour = hue(share * 2 + 0.1, 0.75, 0.75)
    if share < 0.34:
        spikes = [(0.3 + 0.05 * k, 0.10 if k % 2 else 0.17) for k in range(9)]
        sheet.shape([(0.3, 0.26), *spikes, (0.7, 0.26)], colour)
    elif share < 0.67:
        sheet.shape([(0.36, 0.05), (0.64, 0.05), (0.62, 0.24), (0.38, 0.24)], colour)
        sheet.shape(ellipse(0.5, 0.24, 0.24, 0.03), colour)
    else:
        sheet.shape(ellipse(0.5, 0.26, 0.24, 0.17, 0.5, 1), colour)
        sheet.shape(ellipse(0.66, 0.26, 0.18, 0.02), colour)


def draw_accessory(sheet: Sheet, share: float) -> None:
    """A badge, or a moon or sun in a corner."""
    colour = hue(share * 5, 0.7, 0.95)
    if share < 0.5:
        sheet.shape(star(0.36, 0.86, 0.05, 0.022, 5 + round(4 * share)), colour)
    else:
        sheet.shape(star(0.85, 0.15, 0.10, 0.07, round(24 * share)), colour)


FLAT_LAYERS: dict[str, Callable[[Sheet, float], None]] = {
    "background": draw_background,
    "body": draw_body,
    "clothes": draw_clothes,
    "mouth": draw_mouth,
    "eyes": draw_eyes,
    "hat": draw_hat,
    "accessory": draw_accessory,
}


def draw_flat(folder: Path, side: int = 1080, variants: int = 6) -> None:
    """A layered collection: a folder for each of seven layers, each file as large as the canvas."""
    for layer, draw in FLAT_LAYERS.items():
        (folder / layer).mkdir(parents=True, exist_ok=True)
        for k in range(variants):
            sheet = Sheet(side)
            draw(sheet, k / (variants - 1))
            sheet.image().save(folder / layer / f"{layer}{k}.png", compress_level=1)


# --- photographs and shapes, of any size ----------------------------------------------------------


def photograph(rng: Rng, width: int, height: int) -> Pixels:
    """Soft shades with detail at all scales and grain: compresses about as a photograph does."""
    shades = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 8):
        coarse = rng.normal(size=(2**octave + 1, 2**octave + 1, 3)).astype(np.float32)
        for channel in range(3):
            grid = Image.fromarray(coarse[..., channel])
            fine = np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
            shades[..., channel] += fine * 60 / 1.7**octave
    grain = rng.normal(scale=2.5, size=(height, width, 1)).astype(np.float32)
    pixels: Pixels = np.clip(shades * 1.5 + 128 + grain, 0, 255).astype(np.uint8)
    return pixels


def blob(rng: Rng, side: int) -> Pixels:
    """A rounded star with a soft outline and a little texture: (side, side, 4)."""
    sheet = Sheet(side)
    colour = hue(float(rng.random()))
    sheet.shape(star(0.5, 0.5, 0.49, 0.3, int(rng.integers(5, 12))), colour, outlined=False)
    texture = rng.normal(scale=6, size=(side, side, 1))
    seen = sheet.pixels[..., 3:] > 0
    colours = np.clip(sheet.pixels[..., :3] + texture, 0, 255) * seen
    return np.concatenate([colours, sheet.pixels[..., 3:]], axis=2).astype(np.uint8)


def save_png(pixels: Pixels, path: Path) -> None:
    """Write pixels as a PNG, with the folders that lead there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, compress_level=1)


def draw_small(folder: Path, side: int = 64) -> None:
    """Small shapes on plain and textured backgrounds, as datasets of factors have them."""
    rng = np.random.default_rng(0)
    for name, value in (("black", 0), ("grey", 128)):
        plain = np.full((side, side, 3), value, np.uint8)
        save_png(plain, folder / "background" / f"{name}.png")
    for k in range(2):
        save_png(photograph(rng, side, side), folder / "background" / f"texture{k}.png")
    half = 0.5
    outlines = {
        "square": [(0, 0), (1, 0), (1, 1), (0, 1)],
        "ellipse": ellipse(half, half, half, 0.32),
        "heart": heart(),
    }
    for shape, points in outlines.items():
        for size in range(12, 33, 4):
            for k in range(4):
                sheet = Sheet(size)
                sheet.shape(points, hue(k / 4), outlined=False)
                save_png(sheet.pixels, folder / "shape" / f"{shape}-{size}-{k}.png")


def heart() -> Points:
    """Corners of a heart that fills the unit square."""
    turns = np.linspace(0, 2 * math.pi, 60)
    x = 16 * np.sin(turns) ** 3
    y = 13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)
    return list(zip((x + 16) / 32, (12 - y) / 29.5, strict=True))
