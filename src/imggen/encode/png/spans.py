"""The dirty spans of a row: which of its residuals sprites change.

A changed pixel changes its own residual, its right neighbour's, and those of the next row under
both; so spans come from the sprites' outlines in a row and in the row above it, are one pixel wider
to the right, and are aligned to where the backdrop's code may be cut.
"""

from __future__ import annotations

from typing import Any

from numba import int64

from imggen.encode.png.index import GRID, NO_CUT
from imggen.kernels import inner_kernel

MERGE_GAP = 2 * GRID  # px; spans closer than this are one: a splice costs more than these pixels
FAR = 1 << 40  # px, beyond any canvas


@inner_kernel
def find_spans(sprites: Any, items: Any, row: int, width: int, spans: Any) -> int:
    """The dirty spans of `row`, sorted, none touching another; returns how many there are.

    `spans` (.., 2) int64 gets first column and end column of each, multiples of GRID or `width`.
    """
    n = 0
    for k in range(items.shape[0]):
        left, right = outline(sprites, items, k, row)
        left_above, right_above = outline(sprites, items, k, row - 1)
        left = max(min(left, left_above), 0)
        right = min(max(right, right_above) + 1, width)
        if left >= right:
            continue
        left = left // GRID * GRID
        right = min(-(-right // GRID) * GRID, width)
        i = n
        while i > 0 and spans[i - 1, 0] > left:
            spans[i, 0], spans[i, 1] = spans[i - 1, 0], spans[i - 1, 1]
            i -= 1
        spans[i, 0], spans[i, 1] = left, right
        n += 1
    merged = 0
    for i in range(1, n):
        if spans[i, 0] <= spans[merged, 1] + MERGE_GAP:
            spans[merged, 1] = max(spans[merged, 1], spans[i, 1])
        else:
            merged += 1
            spans[merged, 0], spans[merged, 1] = spans[i, 0], spans[i, 1]
    return merged + 1 if n > 0 else 0


@inner_kernel
def widen_spans(column_at: Any, width: int, spans: Any, n: int) -> int:
    """Widen the `n` spans of a row to columns where its code may be cut; how many there are then.

    `column_at` is the row's of `Prepared.column_at`, whose first and last column are good.
    """
    kept = 0
    for k in range(n):
        column, end = spans[k, 0] // GRID, -(-spans[k, 1] // GRID)
        while column_at[column] == NO_CUT:
            column -= 1
        while column_at[end] == NO_CUT:
            end += 1
        left, right = column * GRID, min(end * GRID, width)
        if kept > 0 and left <= spans[kept - 1, 1]:
            spans[kept - 1, 1] = max(right, spans[kept - 1, 1])
        else:
            spans[kept, 0], spans[kept, 1] = left, right
            kept += 1
    return kept


@inner_kernel
def outline(sprites: Any, items: Any, k: int, row: int) -> Any:
    """First and end column that item `k` draws in `row`; an empty range far off if none."""
    sprite, x, y = items[k, 0], items[k, 1], items[k, 2]
    if row < y or row >= y + sprites.table[sprite, 3]:
        return FAR, -FAR
    index = sprites.table[sprite, 1] + row - y
    first, end = sprites.rows[index], sprites.rows[index + 1]
    if first == end:
        return FAR, -FAR
    return x + int64(sprites.runs[first, 0]), x + int64(sprites.runs[end - 1, 1])


@inner_kernel
def extent(spans: Any, n: int, others: Any, n_others: int) -> Any:
    """First and end column of all of two lists of spans."""
    low, high = FAR, -FAR
    if n > 0:
        low, high = spans[0, 0], spans[n - 1, 1]
    if n_others > 0:
        low, high = min(low, others[0, 0]), max(high, others[n_others - 1, 1])
    return low, high
