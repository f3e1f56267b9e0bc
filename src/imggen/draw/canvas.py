"""Painting a whole scene on a canvas of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, types

from imggen.assets import Library
from imggen.draw.blend import blend_over, blend_paste, copy_row
from imggen.plan import Scene

Bytes = npt.NDArray[np.uint8]

RGBA_CHANNELS = 4

_PAINT = types.void(
    types.Array(types.uint8, 2, "C"),
    types.int64,
    types.Array(types.int64, 2, "A", readonly=True),
    types.Array(types.int64, 2, "C", readonly=True),
    types.Array(types.uint8, 1, "C", readonly=True),
    types.Array(types.uint8, 1, "C", readonly=True),
    types.Array(types.int64, 1, "C", readonly=True),
    types.Array(types.int32, 2, "C", readonly=True),
)


class Painter:
    """Paints scenes of one library; holds one canvas, drawn over by every scene."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._canvas = np.empty(library.backdrops.shape[1:], np.uint8)

    def paint(self, scene: Scene) -> Bytes:
        """The pixels of `scene`: (height, width * channels) uint8, valid until the next call."""
        library, sprites = self._library, self._library.sprites
        np.copyto(self._canvas, library.backdrops[scene.backdrop])
        paint_sprites(
            self._canvas,
            library.channels,
            scene.items,
            sprites.table,
            sprites.colour,
            sprites.alpha,
            sprites.rows,
            sprites.runs,
        )
        return self._canvas


@njit(_PAINT, nogil=True, cache=True)
def paint_sprites(
    canvas: Any,
    channels: int,
    items: Any,
    table: Any,
    colour: Any,
    alpha: Any,
    rows: Any,
    runs: Any,
) -> None:
    """Draw `items` on `canvas`, in order; what lies outside is left out.

    Parameters
    ----------
    canvas : (height, width * channels) uint8
    items : (sprites, 3) int64: row in `table`, x, y, px
    table, colour, alpha, rows, runs : see `imggen.assets.Sprites`
    """
    height = canvas.shape[0]
    width = canvas.shape[1] // channels
    for item in range(items.shape[0]):
        sprite, x, y = items[item, 0], items[item, 1], items[item, 2]
        first_byte, first_row = table[sprite, 0], table[sprite, 1]
        row_bytes = table[sprite, 2] * channels
        for row in range(max(0, -y), min(table[sprite, 3], height - y)):
            source = first_byte + row * row_bytes
            for run in range(rows[first_row + row], rows[first_row + row + 1]):
                start = max(runs[run, 0], -x)
                end = min(runs[run, 1], width - x)
                if start >= end:
                    continue
                line = canvas[y + row, (x + start) * channels : (x + end) * channels]
                a, b = source + start * channels, source + end * channels
                if runs[run, 2]:
                    copy_row(line, colour[a:b])
                elif channels == RGBA_CHANNELS:
                    blend_over(line, colour[a:b])
                else:
                    blend_paste(line, colour[a:b], alpha[a:b])
