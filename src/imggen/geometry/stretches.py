"""The filtered rows of an image of masks, as stretches of equal bytes; no row is ever drawn.

Rows that show something are filtered with Up (PNG Specification, section 9.2), so that they are
zeros but for where they differ from the row above: between the ends of runs. Rows that show nothing
are not filtered: they are zeros from the first byte on, and many of them are one stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.kernels import compare_rows, count_runs, place_runs

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask


def find_stretches(
    masks: Sequence[Mask], values: Sequence[int], size: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """Return the filtered rows of an image in which disjoint masks[k] have the value values[k].

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
        count_runs(mask.y, mask.rows, len(mask.rows) - 1, rows)
    rows = np.cumsum(rows, dtype=np.int32)
    runs = np.empty((int(rows[-1]), 3), np.int32)
    for mask, value in zip(masks, values, strict=True):
        place_runs(mask.y, mask.rows, len(mask.rows) - 1, mask.runs, value, rows, runs)
    # A row has its filter type, and a stretch after each of the ends in it and in the one above.
    stretches = np.empty((2 * height + 4 * len(runs), 2), np.int64)
    return stretches[: compare_rows(rows, height, runs, width, stretches)]
