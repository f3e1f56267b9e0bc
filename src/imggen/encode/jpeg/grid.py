"""Cut a canvas into tiles, each with the pixels of one restart interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from imggen.kernels import mark_tiles

if TYPE_CHECKING:
    from imggen.draw.sprites import SpriteArrays

Ints = npt.NDArray[np.int64]

# Width and height of an MCU, px (T.81, A.2). A greyscale image has blocks for MCUs.
MCU = {"4:2:0": (16, 16), "4:2:2": (16, 8), "4:4:4": (8, 8)}
MCU_GREY = (8, 8)


def mcu_size(mode: str, subsampling: str) -> tuple[int, int]:
    """Return width and height of an MCU, px."""
    return MCU_GREY if mode == "L" else MCU[subsampling]


@dataclass(frozen=True)
class Grid:
    """The tiles of a canvas in scan order: row by row from the top, each row from the left.

    Tiles of the last column and row may reach over the canvas. All sizes are in px.
    """

    width: int
    height: int
    tile_width: int
    tile_height: int

    @classmethod
    def cut(cls, size: tuple[int, int], mode: str, subsampling: str, interval: int) -> Self:
        """Cut a canvas into tiles of `interval` MCUs; into one tile if that is 0."""
        width, height = size
        mcu_width, mcu_height = mcu_size(mode, subsampling)
        if interval:
            return cls(width, height, mcu_width * interval, mcu_height)
        return cls(width, height, round_up(width, mcu_width), round_up(height, mcu_height))

    @cached_property
    def is_whole(self) -> bool:
        """True if the canvas is one tile."""
        return self.rows * self.columns == 1

    @cached_property
    def columns(self) -> int:
        """The number of tiles in a row."""
        return -(-self.width // self.tile_width)

    @cached_property
    def rows(self) -> int:
        """The number of rows of tiles."""
        return -(-self.height // self.tile_height)

    def touched(self, items: Ints, sprites: SpriteArrays) -> Ints:
        """Return the tiles that a sprite of `items` touches: (n,) int64, in order.

        Parameters
        ----------
        items : (sprites, 3) int64: row in `sprites.table`, x, y, px
        """
        marks = np.zeros((self.rows, self.columns), np.bool_)
        mark_tiles(
            marks,
            self.columns,
            self.width,
            self.height,
            self.tile_width,
            self.tile_height,
            sprites.struct,
            items,
            len(items),
        )
        return np.flatnonzero(marks)

    def stacks(self, tiles: Ints, most: int) -> Iterator[Ints]:
        """Group `tiles`, in order, into stacks of at most `most`; each is encoded as one image.

        libjpeg pads the last rows and columns of an image. So that it pads tiles as in the whole
        image, tiles that the canvas' right edge cuts share stacks with no others, and a tile that
        its bottom edge cuts is a stack by itself.
        """
        full, low = np.split(tiles, [np.searchsorted(tiles, self._first_low)])
        narrow = full % self.columns == self._narrow_column
        for group in (full[~narrow], full[narrow]):
            for start in range(0, len(group), most):
                yield group[start : start + most]
        yield from low[:, None]

    def stack_size(self, stack: Ints) -> tuple[int, int]:
        """Return width and height of the part of a stack that lies on the canvas, px."""
        row, column = divmod(int(stack[-1]), self.columns)
        last_height = min(self.tile_height, self.height - row * self.tile_height)
        return (
            min(self.tile_width, self.width - column * self.tile_width),
            (len(stack) - 1) * self.tile_height + last_height,
        )

    @property
    def _first_low(self) -> int:
        """The first tile that the bottom edge cuts, or one past the last."""
        return self.columns * (self.height // self.tile_height)

    @property
    def _narrow_column(self) -> int:
        """The column that the right edge cuts, or one past the last."""
        return self.width // self.tile_width


def round_up(number: int, multiple: int) -> int:
    """Return the least multiple of `multiple` that is not below `number`."""
    return -(-number // multiple) * multiple
