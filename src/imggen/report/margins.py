"""Find transparent margins that move a sprite, and specks far from it that make it seem larger."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.report.art_files import Bytes

ASKEW = 0.3  # of a side: a margin that is so much wider than the one opposite moves a sprite
EDGE = 3  # px of soft edge around what is seen
CLEAR = 64  # alpha of what is seen
LARGER = 1.5  # times: specks that make the area of the box that much larger
SPECKS = 0.02  # of the pixels that show anything: more are a glow or a shadow


def find_margin(alpha: Bytes) -> str | None:
    """Return the side at which a file has a far wider margin than at the opposite one, or None.

    Parameters
    ----------
    alpha : (height, width) uint8
    """
    names = ("left", "right"), ("top", "bottom")
    for axis, (low, high) in enumerate(names):
        there = np.flatnonzero(alpha.any(axis=axis))
        length = alpha.shape[1 - axis]
        before, after = int(there[0]), length - 1 - int(there[-1])
        if abs(before - after) > ASKEW * length:
            return low if before > after else high
    return None


def find_specks(alpha: Bytes) -> int:
    """Return how many faint pixels lie outside all that is seen and widen the box much; or 0.

    Parameters
    ----------
    alpha : (height, width) uint8
    """
    seen = alpha >= CLEAR
    if not seen.any():
        return 0
    inner, outer = box_of(seen), box_of(alpha > 0)
    if area_of(outer) < LARGER * area_of(inner):
        return 0
    near = tuple(slice(max(0, side.start - EDGE), side.stop + EDGE) for side in inner)
    count = int(np.count_nonzero(alpha) - np.count_nonzero(alpha[near]))
    return count if count <= SPECKS * np.count_nonzero(alpha) else 0


def box_of(mask: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns of the smallest box around what is marked."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def area_of(box: tuple[slice, slice]) -> int:
    """Return the number of pixels in a box."""
    return int(np.prod([side.stop - side.start for side in box]))
