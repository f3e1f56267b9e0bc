"""Turn sprites into premultiplied planes, and planes into recoloured sprites."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from imggen.assets.runs import SHORTEST_GAP
from imggen.kernels import finish, premultiply

Bytes = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float32]
Size = tuple[int, int]

LUMINANCE = np.array([0.213, 0.715, 0.072])  # Filter Effects Level 1 (W3C), feColorMatrix
HUE_SINE = np.array(  # likewise, hueRotate
    [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]]
)
MATRIX_BITS = 20  # after the point: the last bit of a cosine does not show


def colour_matrix(hue: float, saturation: float, brightness: float) -> Matrix:
    """Return the matrix of the CSS filters hue-rotate (degrees), saturate and brightness together.

    It is (3, 3) float32, for columns of R, G, B.

    Source: Filter Effects Level 1 (W3C), sections 8.6 and 12.
    """
    cosine, sine = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    grey = np.broadcast_to(LUMINANCE, (3, 3))
    rest = np.eye(3) - grey
    turn = grey + cosine * rest + sine * HUE_SINE
    matrix = brightness * (grey + saturation * rest) @ turn
    rounded: npt.NDArray[np.float64] = np.round(matrix * 2**MATRIX_BITS) / 2**MATRIX_BITS
    return rounded.astype(np.float32)


def most_runs(width: int) -> int:
    """Return the most runs that a row of `width` px can have: gaps are at least SHORTEST_GAP."""
    return width // SHORTEST_GAP + 2


def planes_of(colour: Bytes, alpha: Bytes, channels: int, *, mirrored: bool, size: Size) -> Matrix:
    """Return a sprite of `size` (width, height), px, as premultiplied planes: see `resample`.

    Parameters
    ----------
    colour, alpha : as in `SpriteArrays`, of one sprite
    mirrored : True to exchange left and right
    """
    width, height = size
    out = np.empty((height, width * (2 if channels == 1 else 4)), np.float32)
    premultiply(colour, alpha, channels, mirrored, height, width, out)
    return out


def finish_sprite(
    picture: Matrix, channels: int, matrix: Matrix, opacity: float, colour: Bytes, alpha: Bytes
) -> None:
    """Turn planes into a sprite: straight colours times `matrix`, alpha times `opacity`.

    Every value is rounded once, to the nearest level.

    Parameters
    ----------
    matrix : (3, 3) float32; of greys, only [0, 0] counts
    colour, alpha : as in `SpriteArrays`, of one sprite; filled in
    """
    height, width = picture.shape[0], picture.shape[1] // (2 if channels == 1 else 4)
    finish(picture, height, width, channels, matrix, opacity, colour, alpha)
