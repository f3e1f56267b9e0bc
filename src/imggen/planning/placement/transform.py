"""Affine matrices from the pixels of a sprite's art to the canvas."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.placement.scaling import Ints, scaled_sizes, turned_sizes

Floats = npt.NDArray[np.float64]

DECIMALS = 9  # so that the last bit of a cosine does not show


def matrices(
    art: npt.NDArray[np.integer[Any]], corners: Ints, flip: Floats, scale: Floats, angle: Floats
) -> Floats:
    """Return a, b, c, d, e, f of x' = a x + b y + c, y' = d x + e y + f: (n, 6).

    A pixel in column i and row j is the square from (i, j) to (i + 1, j + 1), of the art and of the
    canvas alike. A sprite is mirrored, scaled to whole px, and turned around the centre of its box.

    Parameters
    ----------
    art : (n, 2), width and height before anything is made of it, px
    corners : (n, 2), top left corner of the drawn box, px
    flip, scale, angle : (n,), as in `Look`
    """
    scaled = scaled_sizes(art.astype(np.int64), scale)
    boxes = turned_sizes(scaled, angle)
    factors = scaled / np.maximum(art, 1)
    factors[:, 0] *= np.where(flip == 1, -1, 1)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    linear = np.stack([cosine, sine, -sine, cosine], axis=1).reshape(-1, 2, 2)
    linear = linear * factors[:, None, :]
    middle = corners + boxes / 2
    rest = middle - np.einsum("nij,nj->ni", linear, art / 2)
    whole = np.concatenate([linear, rest[:, :, None]], axis=2).reshape(-1, 6)
    result: Floats = np.round(whole, DECIMALS) + 0.0  # no -0.0
    return result
