"""The kernel behind the geometry: which pixels of each sprite of a scene are seen.

They are those of its silhouette that lie on the canvas where no sprite in front has one of its own.
"""

from __future__ import annotations

from typing import Any

from numba import types

from imggen.kernels import compile_kernel, inner_kernel, kernel
from imggen.labels.shapes.mask import INTS, PAIRS
from imggen.labels.shapes.silhouettes import (
    FIRST_ROW,
    FULL,
    HEIGHT,
    SILHOUETTE_ARRAYS,
    TABLE,
    add_row,
)

# The columns of `seen`.
BOX = slice(0, 4)  # left, top, right, bottom of the pixels that are seen, px; all 0 if none is
PIXELS = 4  # how many they are
# Where its rows begin in `rows`, how many are on the canvas, and the canvas row of the first.
SEEN_ROW, ROWS, TOP = 5, 6, 7
COLUMNS = 8


@kernel
def trace_items(
    silhouettes: Any,
    items: Any,
    width: int,
    height: int,
    lines: Any,
    rows: Any,
    runs: Any,
    seen: Any,
) -> int:
    """Find the runs of all `items` that are seen; returns how many there are, or FULL.

    Parameters
    ----------
    silhouettes : SilhouetteArrays
    items : (sprites, 3) int64: row in `silhouettes.table`, x, y, px; the last is in front
    width, height : of the canvas, px
    lines : (2, .., 2) int32, scratch: room for the runs of a row of the canvas
    rows : (..,) int32; those of item k are the `seen[k, ROWS]` + 1 from `seen[k, SEEN_ROW]` on
    runs : (.., 2) int32: first and end column on the canvas, px
    seen : (sprites, COLUMNS) int64
    """
    next_row = 0
    n_runs = 0
    for k in range(items.shape[0] - 1, -1, -1):
        shape = silhouettes.table[items[k, 0]]
        x, y = items[k, 1], items[k, 2]
        top, bottom = max(y, 0), min(y + shape[HEIGHT], height)
        seen[k, :] = 0
        seen[k, SEEN_ROW], seen[k, ROWS], seen[k, TOP] = next_row, max(bottom - top, 0), top
        for row in range(top, bottom):
            first = shape[FIRST_ROW] + row - y
            own = silhouettes.runs[silhouettes.rows[first] : silhouettes.rows[first + 1]]
            n = clip_row(own, x, width, lines[0])
            side = 0
            for other in range(items.shape[0] - 1, k, -1):
                inner = row - seen[other, TOP]
                if n > 0 and 0 <= inner < seen[other, ROWS]:
                    at = seen[other, SEEN_ROW] + inner
                    hidden = runs[rows[at] : rows[at + 1]]
                    n = subtract_row(lines[side], n, hidden, lines[1 - side])
                    side = 1 - side
            if n_runs + n > runs.shape[0]:
                return FULL
            add_row(seen[k], lines[side], n, row)
            rows[next_row] = n_runs
            next_row += 1
            for j in range(n):
                runs[n_runs, 0], runs[n_runs, 1] = lines[side, j, 0], lines[side, j, 1]
                n_runs += 1
        rows[next_row] = n_runs
        next_row += 1
    return n_runs


@inner_kernel
def clip_row(own: Any, x: int, width: int, line: Any) -> int:
    """Put the runs `own` of a sprite at `x` into `line`, as far as they are on the canvas."""
    kept = 0
    for k in range(own.shape[0]):
        start, end = max(own[k, 0] + x, 0), min(own[k, 1] + x, width)
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


compile_kernel(
    trace_items,
    (
        SILHOUETTE_ARRAYS,
        TABLE,
        types.int64,
        types.int64,
        types.Array(types.int32, 3, "C"),
        INTS,
        PAIRS,
        TABLE,
    ),
)
