"""Where made sprites are kept: arrays laid out as those of the library, filled from the front."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from imggen.assets import CHANNELS
from imggen.assets.runs import SHORTEST_GAP
from imggen.draw.modes import FIRST_MODE, blend_tables
from imggen.draw.sprites import SpriteArrays, pack_sprites
from imggen.draw.transform import Result

PIXELS_A_ROW, PIXELS_A_RUN, PIXELS_A_SPRITE = 32, 8, 2048  # at least, as is expected


class Place(NamedTuple):
    """Where one sprite is kept, to be filled in.

    Attributes
    ----------
    row : in the rail's table
    result : its pixels, rows and runs
    """

    row: int
    result: Result


class Rail:
    """Room for sprites of about `pixels` px in all, in rows from `first` on."""

    def __init__(self, pixels: int, channels: int, first: int = 0) -> None:
        self.pixels = pixels
        self._first = first
        self._channels = channels
        size_bytes = pixels * channels
        self._table = np.zeros((first + pixels // PIXELS_A_SPRITE, 4), np.int64)
        self._colour = np.empty(size_bytes, np.uint8)
        self._alpha = np.empty(0 if channels == CHANNELS["RGBA"] else size_bytes, np.uint8)
        self._rows = np.zeros(pixels // PIXELS_A_ROW + 1, np.int64)
        self._runs = np.empty((pixels // PIXELS_A_RUN, 3), np.int32)
        self._used = np.array([first, 0, 0, 0])  # sprites, pixels, rows, runs
        self._room = np.array([len(self._table), pixels, pixels // PIXELS_A_ROW, len(self._runs)])

    @cached_property
    def sprites(self) -> SpriteArrays:
        """What it holds, for the kernels."""
        return pack_sprites(
            self._table, self._colour, self._alpha, self._rows, self._runs, blend_tables()
        )

    def clear(self) -> None:
        """Forget all."""
        self._used[:] = (self._first, 0, 0, 0)

    def has_room(self, sizes: Sequence[tuple[int, int]]) -> bool:
        """Whether sprites of `sizes` (width, height), px, still find room."""
        needed = np.zeros(4, np.int64)
        for width, height in sizes:
            needed += (1, width * height, height, height * most_runs(width))
        return bool((self._used + needed <= self._room).all())

    def take(self, size: tuple[int, int]) -> Place:
        """The place of the next sprite, of `size` (width, height), px."""
        width, height = size
        row, pixels, rows, _ = self._used.tolist()
        first, stop = pixels * self._channels, (pixels + width * height) * self._channels
        self._table[row] = first, rows, width, height
        self._used[:3] += (1, width * height, height)
        colour, alpha = self._colour[first:stop], self._alpha[first:stop]
        return Place(row, Result(colour, alpha, self._rows[rows:], self._runs))

    def close(self, runs: int) -> None:
        """Note how many runs there are, with those of the sprite that was made last."""
        self._used[3] = runs


def kind_of(blend: int) -> int:
    """The third number of the runs of a sprite that blends by that row of BLENDS."""
    return FIRST_MODE + blend - 1 if blend else 0


def most_runs(width: int) -> int:
    """How many runs a row of `width` px may have: no two are closer than SHORTEST_GAP."""
    return width // SHORTEST_GAP + 2
