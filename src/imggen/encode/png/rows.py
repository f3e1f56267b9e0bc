"""Rows drawn into two lines: one, and the one above, which its residuals come from."""

from __future__ import annotations

from typing import Any

from numba import int64

from imggen.draw.sprites import copy_behind, draw_sprite_row
from imggen.encode.png.filters import MARGIN
from imggen.kernels import inner_kernel


@inner_kernel
def draw_above(
    backdrop: Any, sprites: Any, items: Any, channels: int, scratch: Any, row: int
) -> None:
    """Draw the whole row above `row`; above the first there is nothing."""
    if row > 0:
        width_bytes = backdrop.pixels.shape[1]
        draw_row(backdrop, sprites, items, channels, scratch, row - 1, int64(0), width_bytes)
    else:
        scratch.lines[1] = 0


@inner_kernel
def draw_row(
    backdrop: Any,
    sprites: Any,
    items: Any,
    channels: int,
    scratch: Any,
    row: int,
    low: int,
    high: int,
) -> None:
    """Draw bytes `low` to `high` of a row into its line of `scratch.lines`.

    Whatever sprites draw in this row lies within those bytes.
    """
    line = scratch.lines[row & 1, MARGIN:]
    lowest = 0
    while lowest + 1 < items.shape[0] and not is_in_row(sprites, items[lowest], row):
        lowest += 1
    copy_behind(line, backdrop.pixels[row], low, high, channels, sprites, items[lowest], row)
    for k in range(lowest, items.shape[0]):
        draw_sprite_row(line, channels, sprites, items[k], row)


@inner_kernel
def is_in_row(sprites: Any, item: Any, row: int) -> bool:
    """Whether `item` reaches over `row`."""
    return item[2] <= row < item[2] + sprites.table[item[0], 3]
