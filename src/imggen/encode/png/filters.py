"""PNG's row filters. Source: PNG Specification, 3rd edition, section 9.

A row lies in a buffer with MARGIN zero bytes before it, so that its first pixel has a left
neighbour.
"""

from __future__ import annotations

from typing import Any

from numba import int16, int64, types, uint8, uint16

from imggen.draw.blend import copy_row
from imggen.draw.sprites import read_only_type
from imggen.kernels import compile_kernel, inner_kernel, kernel

NONE, SUB, UP, AVERAGE, PAETH = range(5)
MARGIN = 16  # bytes


@inner_kernel
def filter_row(
    kind: int, row: Any, above: Any, start: int, count: int, channels: int, out: Any
) -> None:
    """Residuals of `count` bytes from byte `start` of a row on.

    Parameters
    ----------
    kind : filter type
    row, above : uint8, MARGIN bytes, then a row and the one above it
    channels : bytes a pixel
    out : (count,) uint8
    """
    first = MARGIN + start
    here = row[first : first + count]
    left = row[first - channels : first - channels + count]
    up = above[first : first + count]
    corner = above[first - channels : first - channels + count]
    if kind == PAETH:
        for i in range(count):
            a, b, c = int16(left[i]), int16(up[i]), int16(corner[i])
            from_left = int16(b - c)  # a + b - c less a
            from_up = int16(a - c)
            from_corner = int16(from_left + from_up)
            far_left = max(from_left, int16(-from_left))
            far_up = max(from_up, int16(-from_up))
            far_corner = max(from_corner, int16(-from_corner))
            nearest = b if far_up <= far_corner else c
            nearest = a if (far_left <= far_up) & (far_left <= far_corner) else nearest
            out[i] = uint8(int16(here[i]) - nearest)
    elif kind == AVERAGE:
        for i in range(count):
            out[i] = uint8(here[i] - uint8((uint16(left[i]) + uint16(up[i])) >> uint16(1)))
    elif kind == UP:
        for i in range(count):
            out[i] = uint8(here[i] - up[i])
    elif kind == SUB:
        for i in range(count):
            out[i] = uint8(here[i] - left[i])
    else:
        for i in range(count):
            out[i] = here[i]


@inner_kernel
def sum_of_sizes(residuals: Any) -> int:
    """Sum of the residuals' absolute values as signed bytes: what a row will cost, roughly."""
    total = int64(0)
    n = residuals.shape[0]
    for block in range(0, n, 256):  # a block's sum fits 16 bits, so that it vectorises
        part = residuals[block : min(block + 256, n)]
        small = uint16(0)
        for i in range(part.shape[0]):
            size = min(part[i], uint8(-part[i]))
            small += uint16(size)
        total += int64(small)
    return total


@kernel
def filter_rows(pixels: Any, channels: int, lines: Any, tried: Any, filtered: Any) -> None:
    """Filter every row with the type whose residuals are smallest in sum (section 12.7).

    Parameters
    ----------
    pixels : (height, row) uint8
    lines : (2, MARGIN + row) uint8, scratch whose margins are zero
    tried : (at least row,) uint8, scratch
    filtered : (height, 1 + row) uint8, filled in: type, then residuals
    """
    height, row_bytes = pixels.shape
    lines[1] = 0  # what lies above the first row
    for row in range(height):
        here, above = lines[row & 1], lines[1 - (row & 1)]
        copy_row(here[MARGIN:], pixels[row])
        least = int64(-1)
        for kind in (UP, PAETH, AVERAGE, SUB):  # of equals the first: flat art likes UP
            filter_row(kind, here, above, 0, row_bytes, channels, tried)
            size = sum_of_sizes(tried[:row_bytes])
            if least < 0 or size < least:
                least = size
                filtered[row, 0] = kind
                copy_row(filtered[row, 1:], tried[:row_bytes])


compile_kernel(
    filter_rows,
    (
        read_only_type(types.uint8, 2),
        types.int64,
        types.Array(types.uint8, 2, "C"),
        types.Array(types.uint8, 1, "C"),
        types.Array(types.uint8, 2, "C"),
    ),
)
