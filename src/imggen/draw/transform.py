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

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from imggen.draw.sprites import SpriteArrays
from imggen.kernels import Struct, pack, transform_sprites
from imggen.planning.scenes import Needs, Orders

Weights = npt.NDArray[np.int16]

SUPPORT = 2  # px on both sides, of the bicubic filter
SHARPNESS = -0.5  # its free parameter; Keys, "Cubic convolution interpolation", 1981
STRETCHES = 32  # levels of stretch there are between 1 and 2
PHASES = 256  # positions within a pixel that have weights of their own
MOST_TAPS = 8
WEIGHT_BITS = 14
PIXEL = 4  # numbers
SPARE_PIXELS = 8  # px behind a row


class Transformer:
    """Transforms sprites of one library; keeps the memory which that takes."""

    def __init__(self, sprites: SpriteArrays, channels: int) -> None:
        self._sprites = sprites
        self._channels = channels
        self._room = 0, 0  # px of a source with its border, and of a row
        self._space = make_space(*self._room)

    def make(self, orders: Orders, arena: Struct) -> None:
        """Make sprites, one behind the other in `arena`, a struct as in draw/transform.h."""
        self._make_room(orders.needs)
        transform_sprites(
            self._sprites.struct,
            self._channels,
            orders.numbers,
            len(orders.numbers),
            orders.colours,
            weights(),
            self._space,
            arena,
        )

    def _make_room(self, needs: Sequence[Needs]) -> None:
        """Have room for the largest source and the longest row."""
        source, row = max([one.source for one in needs]), max([one.line for one in needs])
        if source > self._room[0] or row > self._room[1]:
            self._room = max(source, self._room[0]), max(row, self._room[1])
            self._space = make_space(*self._room)


def make_space(source: int, row: int) -> Struct:
    """Make a `Workspace` of draw/transform.h for so many px."""
    row += SPARE_PIXELS
    line, levels, alphas = np.empty(row * PIXEL, np.int16), np.empty(row * PIXEL, np.uint8), row
    return pack(
        "Workspace", np.empty(source * PIXEL, np.int16), line, levels, np.empty(alphas, np.uint8)
    )


@cache
def weights() -> Weights:
    """Return the weights of all levels of stretch, from tap to tap, in 1 / 2**WEIGHT_BITS.

    Returns
    -------
    (STRETCHES + 1, PHASES, MOST_TAPS) int16
    """
    stretch = 1 + np.arange(STRETCHES + 1)[:, None, None] / STRETCHES
    position = np.arange(PHASES)[:, None] / PHASES + MOST_TAPS // 2 - 1
    exact = bicubic((np.arange(MOST_TAPS) - position) / stretch)
    exact *= 2**WEIGHT_BITS / exact.sum(axis=2, keepdims=True)
    whole = np.rint(exact).astype(np.int16)
    largest = whole.argmax(axis=2, keepdims=True)
    rest = 2**WEIGHT_BITS - whole.sum(axis=2, keepdims=True)  # so that opaque stays opaque
    np.put_along_axis(whole, largest, np.take_along_axis(whole, largest, 2) + rest, 2)
    return whole.astype(np.int16)


def bicubic(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weight of a pixel at `distance`, px."""
    x, a = np.abs(distance), SHARPNESS
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = a * (((x - 5) * x + 8) * x - 4)
    return np.where(x < 1, near, np.where(x < SUPPORT, far, 0))
