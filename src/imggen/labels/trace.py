"""The kernel behind the geometry: which pixels of each sprite of a scene are seen.

A pixel belongs to a sprite where its alpha reaches the threshold. It is seen where it lies on the
canvas and no sprite in front has a pixel of its own.
"""

from __future__ import annotations

from typing import Any

from numba import types

from imggen.draw.sprites import OPAQUE, RGBA_CHANNELS, SPRITE_ARRAYS
from imggen.kernels import inner_kernel, kernel

# The columns of `shapes`: boxes are left, top, right, bottom, px; a box of nothing is all 0.
AMODAL = slice(0, 4)  # of all its pixels, also beyond the canvas
PIXELS = 4  # how many they are
VISIBLE = slice(5, 9)  # of those that are seen
VISIBLE_PIXELS = 9
# Where its rows begin in `rows`, how many there are, and the canvas row of the first.
FIRST_ROW, ROWS, TOP = 10, 11, 12
SHAPE_COLUMNS = 13

FULL = -1  # `runs` is too small


@kernel
def trace_items(
    sprites: Any,
    items: Any,
    channels: int,
    threshold: int,
    width: int,
    height: int,
    lines: Any,
    rows: Any,
    runs: Any,
    shapes: Any,
) -> int:
    """Find the visible runs of all `items`; returns how many there are, or FULL.

    Parameters
    ----------
    sprites : SpriteArrays
    items : (sprites, 3) int64: row in `sprites.table`, x, y, px; the last is in front
    threshold : the least alpha of a pixel, 1 to 255
    width, height : of the canvas, px
    lines : (2, .., 2) int32, scratch: room for the runs of a row of any sprite or of the canvas
    rows : (..,) int32; those of item k are the `shapes[k, ROWS]` + 1 from `shapes[k, FIRST_ROW]` on
    runs : (.., 2) int32: first and end column on the canvas, px
    shapes : (sprites, SHAPE_COLUMNS) int64
    """
    next_row = 0
    n_runs = 0
    for k in range(items.shape[0] - 1, -1, -1):
        shape = shapes[k]
        shape[:] = 0
        sprite, x, y = items[k, 0], items[k, 1], items[k, 2]
        top, bottom = max(y, 0), min(y + sprites.table[sprite, 3], height)
        shape[FIRST_ROW], shape[ROWS], shape[TOP] = next_row, max(bottom - top, 0), top
        for inner in range(sprites.table[sprite, 3]):
            n = mask_row(sprites, sprite, inner, channels, threshold, x, lines[0])
            add_row(shape[0:5], lines[0], n, y + inner)
            if y + inner < top or y + inner >= bottom:
                continue
            n = clip_row(lines[0], n, width)
            side = 0
            for other in range(items.shape[0] - 1, k, -1):
                row = y + inner - shapes[other, TOP]
                if n > 0 and 0 <= row < shapes[other, ROWS]:
                    first = shapes[other, FIRST_ROW] + row
                    hidden = runs[rows[first] : rows[first + 1]]
                    n = subtract_row(lines[side], n, hidden, lines[1 - side])
                    side = 1 - side
            if n_runs + n > runs.shape[0]:
                return FULL
            add_row(shape[5:10], lines[side], n, y + inner)
            rows[next_row] = n_runs
            next_row += 1
            for j in range(n):
                runs[n_runs, 0], runs[n_runs, 1] = lines[side, j, 0], lines[side, j, 1]
                n_runs += 1
        rows[next_row] = n_runs
        next_row += 1
    return n_runs


@inner_kernel
def mask_row(
    sprites: Any, sprite: int, inner: int, channels: int, threshold: int, x: int, line: Any
) -> int:
    """The runs of row `inner` of a sprite whose left column is `x`; returns how many there are."""
    index = sprites.table[sprite, 1] + inner
    source = sprites.table[sprite, 0] + inner * sprites.table[sprite, 2] * channels
    n = 0
    for run in range(sprites.rows[index], sprites.rows[index + 1]):
        start, end = sprites.runs[run, 0], sprites.runs[run, 1]
        if sprites.runs[run, 2] == OPAQUE:
            n = put_run(line, n, x + start, x + end)
            continue
        column = start
        while column < end:
            while column < end and alpha_at(sprites, source, column, channels) < threshold:
                column += 1
            first = column
            while column < end and alpha_at(sprites, source, column, channels) >= threshold:
                column += 1
            if first < column:
                n = put_run(line, n, x + first, x + column)
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
def clip_row(line: Any, n: int, width: int) -> int:
    """Cut the `n` runs of `line` off at the edges of the canvas; how many are left."""
    kept = 0
    for k in range(n):
        start, end = max(line[k, 0], 0), min(line[k, 1], width)
        if start < end:
            line[kept, 0], line[kept, 1] = start, end
            kept += 1
    return kept


@inner_kernel
def subtract_row(line: Any, n: int, hidden: Any, result: Any) -> int:
    """The `n` runs of `line` without those of `hidden`; how many `result` gets."""
    kept = 0
    j = 0
    for k in range(n):
        start, end = line[k, 0], line[k, 1]
        while j < hidden.shape[0] and hidden[j, 1] <= start:
            j += 1
        i = j
        while i < hidden.shape[0] and hidden[i, 0] < end:
            if start < hidden[i, 0]:
                result[kept, 0], result[kept, 1] = start, hidden[i, 0]
                kept += 1
            start = max(start, hidden[i, 1])
            i += 1
        if start < end:
            result[kept, 0], result[kept, 1] = start, end
            kept += 1
    return kept


@inner_kernel
def add_row(shape: Any, line: Any, n: int, row: int) -> None:
    """Take the `n` runs of a row into a box and a number of pixels: five columns of `shapes`."""
    if n == 0:
        return
    if shape[4] == 0:
        shape[0], shape[1], shape[2] = line[0, 0], row, line[n - 1, 1]
    shape[0] = min(shape[0], line[0, 0])
    shape[2] = max(shape[2], line[n - 1, 1])
    shape[3] = row + 1
    for k in range(n):
        shape[4] += line[k, 1] - line[k, 0]


trace_items.compile(
    (
        SPRITE_ARRAYS,
        types.Array(types.int64, 2, "C"),
        types.int64,
        types.int64,
        types.int64,
        types.int64,
        types.Array(types.int32, 3, "C"),
        types.Array(types.int32, 1, "C"),
        types.Array(types.int32, 2, "C"),
        types.Array(types.int64, 2, "C"),
    )
)
