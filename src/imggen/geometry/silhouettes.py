"""The silhouettes of sprites: which pixels are theirs; found once for each sprite that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.kernels import trace_sprites

if TYPE_CHECKING:
    from imggen.draw.sprite_cache import SceneSprites

# The columns of `Silhouettes.table`; px, from the sprite's own top left corner.
BOX = slice(0, 4)  # left, top, right, bottom of its pixels; all 0 if it has none
PIXELS = 4  # how many they are
FIRST_ROW = 5  # where its rows begin in `rows`
SIZE = slice(6, 8)  # width and height of the sprite
HEIGHT = 7
COLUMNS = 8

FULL = -1  # `runs` is too small
FIRST_ROOM = 1 << 14  # rows, runs; doubled when more are needed
MOST_KEPT = 1 << 21  # rows, runs; a scene that needs more gets more


class SilhouetteArrays(NamedTuple):
    """The silhouettes of sprites, one after the other.

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
    """The silhouettes of the sprites of one cache, kept until they are more than MOST_KEPT.

    Attributes
    ----------
    shapes : the rows of `arrays.table` that are used, as lists
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._known: dict[int, int] = {}  # number of a sprite to row in `arrays.table`
        self.shapes: list[list[int]] = []
        self._used_rows = self._used_runs = 0
        self.arrays = SilhouetteArrays(
            np.empty((1, COLUMNS), np.int64),
            np.empty(FIRST_ROOM, np.int32),
            np.empty((FIRST_ROOM, 2), np.int32),
        )

    def of(self, drawn: SceneSprites, thresholds: Sequence[int]) -> npt.NDArray[np.int64]:
        """Return `drawn.items` with rows of silhouettes in place of rows of sprites.

        `thresholds` (items,) are the least alpha of a pixel that is a sprite's, 1 to 255; always
        the same for one sprite.
        """
        if max(self._used_rows, self._used_runs) > MOST_KEPT:
            self._known.clear()
            self.shapes.clear()
            self._used_rows = self._used_runs = 0
        numbers = drawn.numbers.tolist()
        new = {number: k for k, number in enumerate(numbers) if number not in self._known}
        if new:
            self._add(drawn, new, thresholds)
        items = drawn.items.copy()
        items[:, 0] = [self._known[number] for number in numbers]
        return items

    def _add(self, drawn: SceneSprites, new: dict[int, int], thresholds: Sequence[int]) -> None:
        """Find the silhouettes of the sprites with `new` numbers, by their places in `drawn`."""
        first, places = len(self._known), list(new.values())
        sprites = drawn.items[places, 0]
        wanted = np.empty((len(new), 2), np.int64)  # faster than to stack two arrays
        wanted[:, 0], wanted[:, 1] = sprites, [thresholds[place] for place in places]
        used_rows = self._used_rows + int(drawn.sprites.table[sprites, 3].sum()) + len(new)
        self._make_room(first + len(new), used_rows)
        arguments = drawn.sprites.struct, self._channels, wanted, len(new), self._used_rows
        while True:
            table, rows, runs = self.arrays
            used = trace_sprites(*arguments, table, first, rows, runs, len(runs), self._used_runs)
            if used != FULL:
                break
            self.arrays = self.arrays._replace(runs=doubled(runs))
        self._used_rows, self._used_runs = used_rows, used
        self._known.update(zip(new, range(first, first + len(new)), strict=True))
        self.shapes.extend(table[first : first + len(new)].tolist())

    def _make_room(self, silhouettes: int, rows: int) -> None:
        """Have room for so many in all."""
        while len(self.arrays.table) < silhouettes:
            self.arrays = self.arrays._replace(table=doubled(self.arrays.table))
        while len(self.arrays.rows) < rows:
            self.arrays = self.arrays._replace(rows=doubled(self.arrays.rows))


def doubled(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a copy of `array` with as much room again."""
    larger = np.empty((2 * len(array), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger
