"""Sprites as kernels take them, and the kernel that draws one row of one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.assets import Sprites
from imggen.draw.blend import blend_over, blend_paste, copy_row
from imggen.draw.modes import FIRST_MODE, blend_mode
from imggen.kernels import inner_kernel

RGBA_CHANNELS = 4
OPAQUE = 1  # of a run in `Sprites.runs`: it is copied
WIDE = 64  # px; shorter edges are blended as if they were as long: whole vectors, no loose ends


class SpriteArrays(NamedTuple):
    """The arrays of `imggen.assets.Sprites`, read-only.

    The third number of a run may also be FIRST_MODE or more: all of the sprite blends by that mode,
    a row of `modes`, see `imggen.draw.modes`.
    """

    table: npt.NDArray[np.int64]
    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    runs: npt.NDArray[np.int32]
    modes: npt.NDArray[np.uint16]


def read_only_type(dtype: Any, dimensions: int) -> Any:
    """Numba's type of the arrays that `read_only` gives."""
    return types.Array(dtype, dimensions, "C", readonly=True)


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A plain view of `array`, so that kernels see one type whether it is a memmap or not."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


NO_MODES = read_only(np.zeros((0, 0, 0), np.uint16))  # the library's own sprites blend normally
SPRITE_ARRAYS = types.NamedTuple(
    (
        read_only_type(types.int64, 2),
        read_only_type(types.uint8, 1),
        read_only_type(types.uint8, 1),
        read_only_type(types.int64, 1),
        read_only_type(types.int32, 2),
        read_only_type(types.uint16, 3),
    ),
    SpriteArrays,
)


def sprite_arrays(sprites: Sprites) -> SpriteArrays:
    """`sprites` for the kernels."""
    return SpriteArrays(
        read_only(sprites.table),
        read_only(sprites.colour),
        read_only(sprites.alpha),
        read_only(sprites.rows),
        read_only(sprites.runs),
        NO_MODES,
    )


@inner_kernel
def draw_sprite_row(line: Any, channels: int, sprites: Any, item: Any, row: int) -> None:
    """Draw what `item` shows in `row` on that row of a canvas; what lies outside is left out.

    Parameters
    ----------
    line : (width * channels,) uint8
    item : (3,) int64: row in `sprites.table`, x, y, px
    """
    sprite, x = item[0], item[1]
    inner = row - item[2]
    if inner < 0 or inner >= sprites.table[sprite, 3]:
        return
    width = line.shape[0] // channels
    source = sprites.table[sprite, 0] + inner * sprites.table[sprite, 2] * channels
    index = sprites.table[sprite, 1] + inner
    last = sprites.rows[index + 1] - 1
    for run in range(sprites.rows[index], last + 1):
        start = max(sprites.runs[run, 0], -x)
        end = min(sprites.runs[run, 1], width - x)
        if start >= end:
            continue
        if not sprites.runs[run, 2] and channels < RGBA_CHANNELS:
            end = max(end, min(blend_end(sprites, run, last, sprite), start + WIDE, width - x))
        part = line[(x + start) * channels : (x + end) * channels]
        a, b = source + start * channels, source + end * channels
        if sprites.runs[run, 2] >= FIRST_MODE:
            mode = sprites.runs[run, 2] - FIRST_MODE
            blend_mode(part, sprites.colour[a:b], sprites.alpha[a:b], channels, mode, sprites.modes)
        elif sprites.runs[run, 2]:
            copy_row(part, sprites.colour[a:b])
        elif channels == RGBA_CHANNELS:
            blend_over(part, sprites.colour[a:b])
        else:
            blend_paste(part, sprites.colour[a:b], sprites.alpha[a:b])


@inner_kernel
def copy_behind(
    line: Any, backdrop: Any, low: int, high: int, channels: int, sprites: Any, item: Any, row: int
) -> None:
    """Copy bytes `low` to `high` of a backdrop's row, but for what `item` covers there anyway.

    Parameters
    ----------
    line, backdrop : (width * channels,) uint8
    item : as for `draw_sprite_row`; it may draw nothing in `row`
    """
    sprite, x = item[0], item[1]
    inner = row - item[2]
    done = low
    if 0 <= inner < sprites.table[sprite, 3]:
        index = sprites.table[sprite, 1] + inner
        for run in range(sprites.rows[index], sprites.rows[index + 1]):
            start = (x + sprites.runs[run, 0]) * channels
            end = (x + sprites.runs[run, 1]) * channels
            if sprites.runs[run, 2] == OPAQUE and start > done and end <= high:
                copy_row(line[done:start], backdrop[done:start])
                done = end
    copy_row(line[done:high], backdrop[done:high])


@inner_kernel
def blend_end(sprites: Any, run: int, last: int, sprite: int) -> int:
    """How far blending may go beyond the end of `run` and change nothing.

    To the end of an opaque run that follows, else to the next run, else to the end of the row.
    """
    if run == last:
        return sprites.table[sprite, 2]
    return sprites.runs[run + 1, 1] if sprites.runs[run + 1, 2] else sprites.runs[run + 1, 0]
