"""Sprites scaled, turned, mirrored and recoloured, in one pass over the pixels of the result.

A pixel of the result is looked up where it lies in the sprite. `smooth` takes the bicubic mean of
the pixels around it, on premultiplied colour, so that edges do not darken; where sprites become
smaller the filter is stretched, and beyond half the size the sprite is halved before. The sprite
goes on as at its edge, and is cut there as exactly as a line that crosses pixels can be. `nearest`
copies a pixel, and so does `smooth` where sprites are only mirrored or turned by right angles.

Own kernels, and not Pillow's: theirs differ between builds of Pillow by up to tens of levels, and
images must not depend on that.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.draw.recolour import Matrix
from imggen.draw.sprites import SpriteArrays
from imggen.kernels import transform_sprite

Bytes = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.int16]
Size = tuple[int, int]

SUPPORT = 2  # px on both sides, of the bicubic filter
SHARPNESS = -0.5  # its free parameter; Keys, "Cubic convolution interpolation", 1981
LEVELS = 32  # of stretch there are between 1 and 2
MOST_STRETCH = 2  # beyond, sprites are halved before
PHASES = 256  # positions within a pixel that have weights of their own
MOST_TAPS = 8
WEIGHT_BITS = 14
BORDER = 8  # px around a sprite that is sampled
PIXEL = 4  # numbers
FRACTION_BITS = 32  # of a position
IDENTITY = np.eye(3, dtype=np.float32)  # changes no colour
COPY = 0  # in place of a number of taps


class Geometry(NamedTuple):
    """How a result lies in its sprite.

    Attributes
    ----------
    source, scaled, size : width and height, px: of the sprite, scaled, and scaled and turned
    angle : degrees counter-clockwise
    mirrored : with left and right exchanged, before all else
    nearest : copy the nearest pixels
    """

    source: Size
    scaled: Size
    size: Size
    angle: float
    mirrored: bool
    nearest: bool


class Result(NamedTuple):
    """Where a result goes, to be filled in.

    Attributes
    ----------
    colour, alpha : as in `SpriteArrays`, of one sprite
    rows : (height + 1,) int64, the first of which holds how many runs there are before
    runs : (.., 3) int32, all there are
    """

    colour: Bytes
    alpha: Bytes
    rows: npt.NDArray[np.int64]
    runs: npt.NDArray[np.int32]


class Transformer:
    """Transforms sprites of one library; keeps the memory that takes."""

    def __init__(self, sprites: SpriteArrays, channels: int) -> None:
        self._sprites = sprites
        self._channels = channels
        self._scratch = np.empty(0, np.int16)
        self._line = np.empty(0, np.int16)
        self._levels = np.empty(0, np.uint8)
        self._alphas = np.empty(0, np.uint8)

    def make(
        self, row: int, geometry: Geometry, matrix: Matrix, opacity: float, kind: int, to: Result
    ) -> int:
        """Fill in `to`, and return how many runs there are then.

        Parameters
        ----------
        row : of the sprite in the table
        matrix : (3, 3) float32, what straight colours are multiplied by; greys by its first
        opacity : what alphas are multiplied by
        kind : 0, or of the blend mode that all runs get
        """
        if self._channels == 1:
            matrix = matrix[0, 0] * IDENTITY
        recolours = opacity != 1 or not (matrix is IDENTITY or (matrix == IDENTITY).all())
        order = make_order(row, geometry, recolours=recolours, kind=kind)
        self._make_room(geometry)
        across, down = weights()
        return transform_sprite(
            self._sprites.struct,
            self._channels,
            order,
            matrix,
            opacity,
            across,
            down,
            self._scratch,
            self._line,
            self._levels,
            self._alphas,
            to.colour,
            to.alpha,
            to.rows,
            to.runs,
        )

    def _make_room(self, geometry: Geometry) -> None:
        """Have room for the sprite, with its border, and for a row of the result."""
        width, height = geometry.source
        needed = (width + 2 * BORDER) * (height + 2 * BORDER) * PIXEL
        if not geometry.nearest and len(self._scratch) < needed:
            self._scratch = np.empty(needed, np.int16)
        wide = geometry.size[0]
        if len(self._alphas) < wide:
            self._line = np.empty(wide * PIXEL, np.int16)
            self._levels = np.empty(wide * PIXEL, np.uint8)
            self._alphas = np.empty(wide, np.uint8)


def make_order(
    row: int, geometry: Geometry, *, recolours: bool = False, kind: int = 0
) -> npt.NDArray[np.int64]:
    """Return the `Order` of draw/transform.h: positions in the sprite of the result's pixels.

    The middle of the result is that of the sprite.
    """
    (width, height), size = geometry.source, geometry.size
    units = [old / new for old, new in zip(geometry.source, geometry.scaled, strict=True)]
    cosine, sine = math.cos(math.radians(geometry.angle)), math.sin(math.radians(geometry.angle))
    side = -1 if geometry.mirrored else 1
    across = fixed(side * cosine * units[0]), fixed(sine * units[1])
    down = fixed(-side * sine * units[0]), fixed(cosine * units[1])
    start = [
        ((side << FRACTION_BITS) + a * (1 - size[0]) + b * (1 - size[1])) >> 1
        for side, a, b in zip((width, height), across, down, strict=True)
    ]
    halvings = [halvings_of(unit) for unit in units]
    levels = [level_of(unit / 2**k) for unit, k in zip(units, halvings, strict=True)]
    copies = geometry.nearest or (geometry.angle % 90 == 0 and geometry.scaled == geometry.source)
    taps = COPY if copies else max(map(taps_of, levels))
    numbers = [row, *size, *start, *across, *down, *map(fixed, units), *halvings, *levels]
    return np.array([*numbers, taps, recolours, kind], np.int64)


def fixed(number: float) -> int:
    """Return `number` with FRACTION_BITS; the last bit of a cosine does not show."""
    return round(number * float(1 << FRACTION_BITS))


def halvings_of(unit: float) -> int:
    """Return how often a sprite is halved of which `unit` px make one of the result."""
    return max(0, math.ceil(math.log2(unit / MOST_STRETCH)))


def level_of(stretch: float) -> int:
    """Return the nearest level of stretch; the filter is not squeezed where sprites grow."""
    return max(0, round((stretch - 1) * LEVELS))


def taps_of(level: int) -> int:
    """Return how many pixels, each way, the filter reaches at a level of stretch."""
    return 2 * math.ceil(SUPPORT * (1 + level / LEVELS))


@cache
def weights() -> tuple[Weights, Weights]:
    """Return the weights of all levels of stretch, from tap to tap, in 1 / 2**WEIGHT_BITS.

    Returns
    -------
    across : (levels, PHASES, MOST_TAPS, PIXEL) int16, each weight for all numbers of a pixel
    down : (levels, PHASES, MOST_TAPS) int16
    """
    stretch = 1 + np.arange(LEVELS + 1)[:, None, None] / LEVELS
    position = np.arange(PHASES)[:, None] / PHASES + MOST_TAPS // 2 - 1
    exact = bicubic((np.arange(MOST_TAPS) - position) / stretch)
    exact *= 2**WEIGHT_BITS / exact.sum(axis=2, keepdims=True)
    whole = np.rint(exact).astype(np.int16)
    largest = whole.argmax(axis=2, keepdims=True)
    rest = 2**WEIGHT_BITS - whole.sum(axis=2, keepdims=True)  # so that opaque stays opaque
    np.put_along_axis(whole, largest, np.take_along_axis(whole, largest, 2) + rest, 2)
    down = whole.astype(np.int16)
    return np.repeat(down[..., None], PIXEL, axis=3), down


def bicubic(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weight of a pixel at `distance`, px."""
    x, a = np.abs(distance), SHARPNESS
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = a * (((x - 5) * x + 8) * x - 4)
    return np.where(x < 1, near, np.where(x < SUPPORT, far, 0))
