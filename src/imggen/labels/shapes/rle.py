"""COCO's run-length code of a mask. Source: cocoapi, common/maskApi.c.

The canvas is read column by column, from the top down; the lengths of the runs of 0 and 1 pixels
follow each other, a run of 0 first, if it is empty too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types

from imggen.kernels import compile_kernel, kernel
from imggen.labels.shapes.corners import find_corners
from imggen.labels.shapes.mask import INTS, PAIRS, Mask

MOST_DIGITS = 8  # bytes of a number in the string: 5 bits each, of at most 34 with the sign


def rle_counts(mask: Mask, size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """The lengths of the runs: COCO's uncompressed counts.

    Parameters
    ----------
    size : (width, height) of the canvas, px

    Returns
    -------
    (runs,) int64
        They sum to width * height; every second one is of the mask.
    """
    width, height = size
    points = find_corners(mask).points
    columns = np.zeros(width + 1, np.int32)
    total = count_switches(points, columns)
    switches = np.empty(total, np.int64)
    counts = np.empty(total + 1, np.int64)
    used = fill_counts(points, width, height, columns, switches, counts)
    return counts[:used]


def rle_string(counts: npt.NDArray[np.int64]) -> bytes:
    """The compressed counts, ASCII, as rleToString of pycocotools makes them."""
    text = np.empty(MOST_DIGITS * len(counts), np.uint8)
    return text[: write_string(counts, text)].tobytes()


@kernel
def count_switches(points: Any, columns: Any) -> int:
    """How many switches from 0 to 1 or back there are: each horizontal edge has one a column.

    Parameters
    ----------
    points : as in `Corners`
    columns : (width + 1,) int32, zeros; filled in: how many are in the columns before each
    """
    for k in range(0, points.shape[0], 2):
        columns[points[k, 0]] += 1
        columns[points[k + 1, 0]] -= 1
    total = here = 0
    for x in range(columns.shape[0]):
        here += columns[x]
        columns[x] = total
        total += here
    return total


@kernel
def fill_counts(
    points: Any, width: int, height: int, columns: Any, switches: Any, counts: Any
) -> int:
    """Fill in the lengths of the runs; how many there are.

    Parameters
    ----------
    points : as in `Corners`
    columns : what `count_switches` gave; changed
    switches : (switches,) int64, scratch: where they are in the canvas' order
    counts : (switches + 1,) int64
    """
    for k in range(0, points.shape[0], 2):
        y = points[k, 1]
        for x in range(points[k, 0], points[k + 1, 0]):
            switches[columns[x]] = x * height + y
            columns[x] += 1
    n = i = done = 0
    total = switches.shape[0]
    while i < total:
        if i + 1 < total and switches[i] == switches[i + 1]:
            i += 2  # the mask goes on from a column's last pixel to the next one's first
            continue
        counts[n] = switches[i] - done
        done = switches[i]
        n += 1
        i += 1
    if done < width * height:
        counts[n] = width * height - done
        n += 1
    return n


@kernel
def write_string(counts: Any, text: Any) -> int:
    """Write `counts` to `text` (bytes,) uint8; how many bytes. Source: maskApi.c, rleToString.

    From the fourth on, a count is coded as its difference from the one before the last. Digits are
    of 5 bits, lowest first, 32 more where others follow; the last one's highest bit is the sign.
    """
    n = 0
    for k in range(counts.shape[0]):
        value = counts[k] - (counts[k - 2] if k > 2 else 0)
        more = True
        while more:
            digit = value & 0x1F
            value >>= 5
            more = value != (-1 if digit & 0x10 else 0)
            text[n] = 48 + digit + (0x20 if more else 0)
            n += 1
    return n


COUNTS = types.Array(types.int64, 1, "C")
compile_kernel(count_switches, (PAIRS, INTS))
compile_kernel(fill_counts, (PAIRS, types.int64, types.int64, INTS, COUNTS, COUNTS))
compile_kernel(write_string, (COUNTS, types.Array(types.uint8, 1, "C")))
