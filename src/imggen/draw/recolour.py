"""The colours of a sprite, changed as the filters of CSS change them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

LUMINANCE = np.array([0.213, 0.715, 0.072])  # Filter Effects Level 1 (W3C), feColorMatrix
HUE_SINE = np.array(  # likewise, hueRotate
    [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]]
)
IDENTITY = np.eye(3, dtype=np.float32)  # changes no colour
MATRIX_BITS = 20  # after the point: the last bit of a cosine does not show


@lru_cache(maxsize=1024)
def colour_matrix(hue: float, saturation: float, brightness: float) -> Matrix:
    """Return what hue-rotate (degrees), saturate and brightness together make of R, G, B.

    (3, 3) float32. Source: Filter Effects Level 1 (W3C), sections 8.6 and 12.
    """
    if (hue, saturation, brightness) == (0, 1, 1):
        return IDENTITY
    cosine, sine = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    grey = np.broadcast_to(LUMINANCE, (3, 3))
    rest = np.eye(3) - grey
    turn = grey + cosine * rest + sine * HUE_SINE
    matrix = brightness * (grey + saturation * rest) @ turn
    rounded: npt.NDArray[np.float64] = np.round(matrix * 2**MATRIX_BITS) / 2**MATRIX_BITS
    result = rounded.astype(np.float32)
    result.flags.writeable = False
    return result
