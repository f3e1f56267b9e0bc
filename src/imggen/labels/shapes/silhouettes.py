"""The silhouettes of sprites: which pixels are theirs, found once for each sprite that is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.draw.sprites import OPAQUE, RGBA_CHANNELS, SPRITE_ARRAYS
from imggen.draw.wardrobe import Dressed, Wardrobe
from imggen.kernels import compile_kernel, inner_kernel, kernel
from imggen.labels.shapes.mask import INTS, PAIRS

# The columns of `Silhouettes.table`; px, from the sprite's own top left corner.
BOX = slice(0, 4)  # left, top, right, bottom of its pixels; all 0 if it has none
PIXELS = 4  # how many they are
FIRST_ROW = 5  # where its rows begin in `rows`
SIZE = slice(6, 8)  # width and height of the sprite
HEIGHT = 7
COLUMNS = 8

FULL = -1  # `runs` is too small
FIRST_ROOM = 1 << 14  # rows, runs; doubled when more are needed


class SilhouetteArrays(NamedTuple):
    """The silhouettes of sprites behind one another.

    Attributes
    ----------
    table : (silhouettes, COLUMNS) int64
    rows : int32; row r of a silhouette has the runs rows[FIRST_ROW + r]:rows[FIRST_ROW + r + 1]
    runs : (.., 2) int32: first and end column from the sprite's left edge, px
    """

    table: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    runs: npt.NDArray[np.int32]


class Silhouettes:
    """Keeps those of the sprites in a wardrobe, until that is emptied.

    Parameters
    ----------
    threshold : the least alpha of a pixel that is a sprite's, 1 to 255

    Attributes
    ----------
    shapes : the rows of `arrays.table` that are used, as lists
    """

    def __init__(self, wardrobe: Wardrobe, channels: int, threshold: int) -> None:
        self._wardrobe = wardrobe
        self._channels = channels
        self._threshold = threshold
        self._emptied = wardrobe.emptied
        self._known: dict[int, int] = {}  # row in the wardrobe's table to row in ours
        self.shapes: list[list[int]] = []
        self._used_rows = self._used_runs = 0
        self.arrays = SilhouetteArrays(
            np.empty((1, COLUMNS), np.int64),
            np.empty(FIRST_ROOM, np.int32),
            np.empty((FIRST_ROOM, 2), np.int32),
        )

    def of(self, dressed: Dressed) -> npt.NDArray[np.int64]:
        """`dressed.items` with the rows of their silhouettes in place of those of their sprites."""
        if self._wardrobe.emptied > self._emptied:
            self._emptied = self._wardrobe.emptied
            self._known.clear()
            self.shapes.clear()
            self._used_rows = self._used_runs = 0
        items = dressed.items.copy()
        for k, sprite in enumerate(dressed.items[:, 0].tolist()):
            if sprite not in self._known:
                self._add(dressed, sprite)
            items[k, 0] = self._known[sprite]
        return items

    def _add(self, dressed: Dressed, sprite: int) -> None:
        """Find the silhouette of one sprite."""
        new, first = len(self._known), self._used_rows
        width, height = dressed.sprites.table[sprite, 2:].tolist()
        self._make_room(new + 1, first + height + 1)
        while True:
            table, rows, runs = self.arrays
            table[new] = 0, 0, 0, 0, 0, first, width, height
            arguments = self._channels, self._threshold, table[new], rows, runs
            used = trace_sprite(dressed.sprites, sprite, *arguments, self._used_runs)
            if used != FULL:
                break
            self.arrays = self.arrays._replace(runs=doubled(runs))
        self._used_rows, self._used_runs = first + height + 1, used
        self.shapes.append(table[new].tolist())
        self._known[sprite] = new

    def _make_room(self, silhouettes: int, rows: int) -> None:
        """Have room for so many in all."""
        while len(self.arrays.table) < silhouettes:
            self.arrays = self.arrays._replace(table=doubled(self.arrays.table))
        while len(self.arrays.rows) < rows:
            self.arrays = self.arrays._replace(rows=doubled(self.arrays.rows))


def doubled(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy of `array` with as much room again."""
    larger = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


@kernel
def trace_sprite(
    sprites: Any,
    sprite: int,
    channels: int,
    threshold: int,
    shape: Any,
    rows: Any,
    runs: Any,
    n: int,
) -> int:
    """Put the runs of a sprite behind the `n` of `runs`; how many there are then, or FULL.

    Parameters
    ----------
    shape : (COLUMNS,) int64, the silhouette's row of the table: gets box and pixels
    """
    first, width = shape[FIRST_ROW], sprites.table[sprite, 2]
    for inner in range(shape[HEIGHT]):
        rows[first + inner] = n
        if n + width // 2 + 1 > runs.shape[0]:
            return FULL
        count = mask_row(sprites, sprite, inner, channels, threshold, runs[n:])
        add_row(shape, runs[n:], count, inner)
        n += count
    rows[first + shape[HEIGHT]] = n
    return n


@inner_kernel
def mask_row(
    sprites: Any, sprite: int, inner: int, channels: int, threshold: int, line: Any
) -> int:
    """Put the runs of row `inner` of a sprite into `line`; how many there are."""
    index = sprites.table[sprite, 1] + inner
    source = sprites.table[sprite, 0] + inner * sprites.table[sprite, 2] * channels
    n = 0
    for run in range(sprites.rows[index], sprites.rows[index + 1]):
        start, end = sprites.runs[run, 0], sprites.runs[run, 1]
        if sprites.runs[run, 2] == OPAQUE:
            n = put_run(line, n, start, end)
            continue
        column = start
        while column < end:
            while column < end and alpha_at(sprites, source, column, channels) < threshold:
                column += 1
            first = column
            while column < end and alpha_at(sprites, source, column, channels) >= threshold:
                column += 1
            if first < column:
                n = put_run(line, n, first, column)
    return n


@inner_kernel
def alpha_at(sprites: Any, source: int, column: int, channels: int) -> int:
    """The alpha of one pixel of the row that begins at byte `source`."""
    if channels == RGBA_CHANNELS:
        return sprites.colour[source + column * channels + 3]
    return sprites.alpha[source + column * channels]


@inner_kernel
def put_run(line: Any, n: int, start: int, end: int) -> int:
    """Put a run behind the `n` of `line`, or lengthen the last if they touch; how many then."""
    if n > 0 and line[n - 1, 1] == start:
        line[n - 1, 1] = end
        return n
    line[n, 0], line[n, 1] = start, end
    return n + 1


@inner_kernel
def add_row(shape: Any, line: Any, n: int, row: int) -> None:
    """Take the `n` runs of `line`, those of `row`, into a box and a number of pixels.

    `shape` (5,) or more is left, top, right, bottom and pixels.
    """
    if n == 0:
        return
    if shape[4] == 0:
        shape[0], shape[1], shape[2] = line[0, 0], row, line[n - 1, 1]
    shape[0] = min(shape[0], line[0, 0])
    shape[2] = max(shape[2], line[n - 1, 1])
    shape[3] = row + 1
    for k in range(n):
        shape[4] += line[k, 1] - line[k, 0]


TABLE = types.Array(types.int64, 2, "C")
SILHOUETTE_ARRAYS = types.NamedTuple((TABLE, INTS, PAIRS), SilhouetteArrays)

compile_kernel(
    trace_sprite,
    (
        SPRITE_ARRAYS,
        types.int64,
        types.int64,
        types.int64,
        types.Array(types.int64, 1, "C"),
        INTS,
        PAIRS,
        types.int64,
    ),
)
