"""The filtered rows of an image of masks, as stretches of equal bytes; no row is ever drawn.

Rows that show something are filtered with Up (PNG Specification, section 9.2), so that they are
zeros but for where they differ from the row above: between the ends of runs. Rows that show nothing
are not filtered: they are zeros from the first byte on, and many of them are one stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import int64, types

from imggen.encode.png.filters import NONE, UP
from imggen.kernels import compile_kernel, inner_kernel, kernel
from imggen.labels.shapes.mask import INTS, PAIRS, Mask


def find_stretches(
    masks: Sequence[Mask], values: Sequence[int], size: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """The filtered rows of an image in which masks[k], all disjoint, have the value values[k].

    Parameters
    ----------
    size : (width, height), px

    Returns
    -------
    (stretches, 2) int64
        The value of each, other than that of the one before, and its length, bytes.
    """
    width, height = size
    rows = np.zeros(height + 2, np.int32)
    for mask in masks:
        count_runs(mask.y, mask.rows, rows)
    rows = np.cumsum(rows, dtype=np.int32)
    runs = np.empty((int(rows[-1]), 3), np.int32)
    for mask, value in zip(masks, values, strict=True):
        place_runs(mask.y, mask.rows, mask.runs, value, rows, runs)
    # A row has its filter type, and a stretch after each of the ends in it and in the one above.
    stretches = np.empty((2 * height + 4 * len(runs), 2), np.int64)
    return stretches[: compare_rows(rows, runs, width, stretches)]


@kernel
def count_runs(y: int, rows: Any, counts: Any) -> None:
    """Add the runs of a mask in row r of the canvas to counts[r + 2]."""
    for row in range(rows.shape[0] - 1):
        counts[y + row + 2] += rows[row + 1] - rows[row]


@kernel
def place_runs(y: int, mask_rows: Any, mask_runs: Any, value: int, rows: Any, runs: Any) -> None:
    """Put the runs of a mask among those of the image.

    Parameters
    ----------
    rows : (height + 2,) int32: rows[r + 1] is where the next run of row r goes, and is moved on, so
        that in the end row r has the runs rows[r]:rows[r + 1]
    runs : (runs, 3) int32: first and end column, value
    """
    for row in range(mask_rows.shape[0] - 1):
        at = rows[y + row + 1]
        for run in range(mask_rows[row], mask_rows[row + 1]):
            runs[at, 0], runs[at, 1], runs[at, 2] = mask_runs[run, 0], mask_runs[run, 1], value
            at += 1
        rows[y + row + 1] = at


@kernel
def compare_rows(rows: Any, runs: Any, width: int, stretches: Any) -> int:
    """Fill in the stretches of all rows; how many there are. Sorts the runs of each row."""
    n = int64(0)
    first = int64(0)
    for row in range(rows.shape[0] - 2):
        above, first, stop = first, int64(rows[row]), int64(rows[row + 1])
        if first == stop:
            n = add_stretch(NONE, 1 + width, n, stretches)
            continue
        sort_runs(runs, first, stop)
        n = add_stretch(UP, 1, n, stretches)
        n = add_differences(runs, above, first, stop, width, n, stretches)
    return n


@inner_kernel
def sort_runs(runs: Any, first: int, stop: int) -> None:
    """Sort runs `first` to `stop` from left to right, by insertion: they are few, or nearly so."""
    for k in range(first + 1, stop):
        start, end, value = runs[k, 0], runs[k, 1], runs[k, 2]
        i = k
        while i > first and runs[i - 1, 0] > start:
            for part in range(3):
                runs[i, part] = runs[i - 1, part]
            i -= 1
        runs[i, 0], runs[i, 1], runs[i, 2] = start, end, value


@inner_kernel
def add_differences(
    runs: Any, above: int, first: int, stop: int, width: int, n: int, stretches: Any
) -> int:
    """Add a row's residuals: its runs are `first` to `stop`, those above it `above` to `first`."""
    here, above_stop = first, first
    x = int64(0)
    while x < width:
        value_above, end_above = shown(runs, above, above_stop, x, width)
        value, end = shown(runs, here, stop, x, width)
        end = min(end, end_above)
        n = add_stretch((value - value_above) & 0xFF, end - x, n, stretches)
        above += above < above_stop and runs[above, 1] == end
        here += here < stop and runs[here, 1] == end
        x = end
    return n


@inner_kernel
def shown(runs: Any, run: int, stop: int, x: int, width: int) -> Any:
    """The value of column `x` and how far it goes, where `run` is the next to end or is `stop`."""
    if run == stop:
        return int64(0), int64(width)
    if x < runs[run, 0]:
        return int64(0), int64(runs[run, 0])
    return int64(runs[run, 2]), int64(runs[run, 1])


@inner_kernel
def add_stretch(value: int, length: int, n: int, stretches: Any) -> int:
    """Add bytes of `value` to the `n` stretches there are; how many there are then."""
    if n > 0 and stretches[n - 1, 0] == value:
        stretches[n - 1, 1] += length
        return n
    stretches[n, 0], stretches[n, 1] = value, length
    return n + 1


LENGTHS = types.Array(types.int64, 2, "C")
compile_kernel(count_runs, (types.int64, INTS, INTS))
compile_kernel(place_runs, (types.int64, INTS, PAIRS, types.int64, INTS, PAIRS))
compile_kernel(compare_rows, (INTS, PAIRS, types.int64, LENGTHS))
