"""Find matte fringes: edges that still hold the colour of the paper they were cut from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.report.art_files import Bytes

Floats = npt.NDArray[np.float64]

FAINT, SOLID = 64, 192  # alphas of pixels of an edge; those beyond tell too little
OPAQUE = 255
REACH = 3  # px from an edge to the colour inside
LEAST_PIXELS = 40  # of an edge
LEAST_SHARE = 0.02  # of the pixels that are not transparent
LEAST_ERROR = 24.0  # mean distance of an edge from the colour inside, of 255: smaller is not seen
CLEARER = 0.5  # a matte explains an edge if it leaves less than this share of that distance
MATTES = {"white": 255.0, "black": 0.0}


def find_matte(pixels: Bytes) -> str | None:
    """Return "white" or "black" if the edges of a sprite are blended with that colour, or None.

    A pixel of an edge with alpha a should have the colour F inside the edge. One that was cut from
    paper of colour M without being unmixed has a F + (1 - a) M instead.

    Parameters
    ----------
    pixels : (height, width, 4) uint8, not premultiplied
    """
    alpha = pixels[..., 3]
    rows, columns = np.nonzero((alpha > FAINT) & (alpha < SOLID))
    seen = np.count_nonzero(alpha)
    if len(rows) < max(LEAST_PIXELS, LEAST_SHARE * seen):
        return None
    inside, known = colours_inside(pixels, rows, columns)
    rows, columns, inside = rows[known], columns[known], inside[known]
    if len(rows) < LEAST_PIXELS:
        return None
    edge = pixels[rows, columns, :3].astype(float)
    share = alpha[rows, columns, None] / OPAQUE
    clean = distance(edge, inside)
    if clean < LEAST_ERROR:
        return None
    errors = {
        name: distance(edge, share * inside + (1 - share) * matte) for name, matte in MATTES.items()
    }
    nearest = min(errors, key=errors.__getitem__)
    return nearest if errors[nearest] < CLEARER * clean else None


def colours_inside(
    pixels: Bytes, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the mean colour of opaque pixels near each of some pixels, and where there are any.

    They are (n, 3) and (n,).
    """
    height, width, _ = pixels.shape
    total, count = np.zeros((len(rows), 3)), np.zeros(len(rows))
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            y, x = rows + down, columns + across
            there = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            near = pixels[np.where(there, y, 0), np.where(there, x, 0)]
            opaque = there & (near[:, 3] == OPAQUE)
            total += near[:, :3] * opaque[:, None]
            count += opaque
    return total / np.maximum(count, 1)[:, None], count > 0


def distance(one: Floats, other: Floats) -> float:
    """Return the mean absolute difference of colours."""
    return float(np.abs(one - other).mean())
