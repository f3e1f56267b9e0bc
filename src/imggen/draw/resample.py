"""Scaling and turning a sprite, bicubic, on premultiplied colour so that edges do not darken.

Own kernels, and not Pillow's: theirs differ between builds of Pillow by up to tens of levels, and
images must not depend on that.

A *plane* picture here is (height, width * planes) float32, its planes colour and then alpha, 0 to
255. It may overshoot at edges, as bicubic interpolation does.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from imggen.kernels import resize_columns, resize_rows, turn_picture

Planes = npt.NDArray[np.float32]

SUPPORT = 2  # px on both sides, of the bicubic filter
SHARPNESS = -0.5  # its free parameter; Keys, "Cubic convolution interpolation", 1981
PHASES = 256  # positions within a pixel that a turned picture is sampled at
PAD = SUPPORT + 1  # px of nothing around a picture that is turned
FRACTION_BITS = 32  # of a position


def bicubic(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The weight of a pixel at `distance`, px."""
    x, a = np.abs(distance), SHARPNESS
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = a * (((x - 5) * x + 8) * x - 4)
    return np.where(x < 1, near, np.where(x < SUPPORT, far, 0))


def taps(old: int, new: int) -> tuple[npt.NDArray[np.int64], Planes]:
    """Which of `old` pixels, and how much of each, make each of `new`.

    Returns
    -------
    first : (new,) int64, the first pixel
    weights : (new, widest) float32, of pixels from it on; each row sums to 1
    """
    step = old / new
    stretch = max(step, 1.0)
    centre = (np.arange(new) + 0.5) * step
    widest = min(old, math.ceil(SUPPORT * stretch) * 2 + 1)
    first = np.floor(centre - SUPPORT * stretch).astype(np.int64).clip(0, old - widest)
    distance = first[:, None] + np.arange(widest) + 0.5 - centre[:, None]
    weights = bicubic(distance / stretch)
    return first, (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def resized(picture: Planes, planes: int, size: tuple[int, int]) -> Planes:
    """`picture` at `size` (width, height), px."""
    height, width = picture.shape[0], picture.shape[1] // planes
    if size[0] != width:
        narrow = np.empty((height, size[0] * planes), np.float32)
        first, weights = taps(width, size[0])
        resize_rows(
            picture, height, width, planes, first, weights, weights.shape[1], size[0], narrow
        )
        picture = narrow
    if size[1] != height:
        low = np.empty((size[1], picture.shape[1]), np.float32)
        first, weights = taps(height, size[1])
        resize_columns(picture, picture.shape[1], first, weights, weights.shape[1], size[1], low)
        picture = low
    return picture


def turned(picture: Planes, planes: int, angle: float, size: tuple[int, int]) -> Planes:
    """`picture` turned by `angle` degrees counter-clockwise around its middle, on `size`, px."""
    quarters, rest = divmod(angle, 90)
    height, width = picture.shape[0], picture.shape[1] // planes
    if rest == 0:
        pixels = picture.reshape(height, width, planes)
        return np.ascontiguousarray(np.rot90(pixels, int(quarters))).reshape(size[1], -1)
    padded = np.zeros((height + 2 * PAD, (width + 2 * PAD) * planes), np.float32)
    padded[PAD:-PAD, PAD * planes : -PAD * planes] = picture
    out = np.empty((size[1], size[0] * planes), np.float32)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    extents = np.empty((len(padded), 2), np.int64)
    turn_picture(
        padded,
        height + 2 * PAD,
        width + 2 * PAD,
        planes,
        fixed(cosine),
        fixed(sine),
        PHASE_WEIGHTS,
        extents,
        out,
        size[1],
        size[0],
    )
    return out


def fixed(number: float) -> int:
    """`number` with FRACTION_BITS; the last bit of a cosine does not show."""
    return round(number * float(1 << FRACTION_BITS))


PHASE_WEIGHTS = bicubic(np.arange(-1, 3)[None, :] - np.arange(PHASES)[:, None] / PHASES).astype(
    np.float32
)
