"""Scaling and turning a sprite, bicubic, on premultiplied colour so that edges do not darken.

Own kernels, and not Pillow's: theirs differ between builds of Pillow by up to tens of levels, and
images must not depend on that.

A *plane* picture here is (height, width * planes) float32, its planes colour and then alpha, 0 to
255. It may overshoot at edges, as bicubic interpolation does.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32, int64, types, uint64

from imggen.kernels import compile_kernel, kernel

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
        resize_rows(picture, planes, *taps(width, size[0]), narrow)
        picture = narrow
    if size[1] != height:
        low = np.empty((size[1], picture.shape[1]), np.float32)
        resize_columns(picture, *taps(height, size[1]), low)
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
    find_extents(padded, planes, extents)
    turn_picture(padded, planes, fixed(cosine), fixed(sine), PHASE_WEIGHTS, extents, out)
    return out


def fixed(number: float) -> int:
    """`number` with FRACTION_BITS; the last bit of a cosine does not show."""
    return round(number * 2**FRACTION_BITS)


PHASE_WEIGHTS = bicubic(np.arange(-1, 3)[None, :] - np.arange(PHASES)[:, None] / PHASES).astype(
    np.float32
)


@kernel
def resize_rows(picture: Any, planes: int, first: Any, weights: Any, out: Any) -> None:
    """Scale the rows of `picture` to those of `out` with the `taps`."""
    widest = uint64(weights.shape[1])
    for y in range(picture.shape[0]):
        row, target = picture[y], out[y]
        for x in range(first.shape[0]):
            start, at = uint64(first[x] * planes), uint64(x * planes)
            if planes == 4:
                a = b = c = d = float32(0)
                for k in range(widest):
                    weight, i = weights[x, k], start + k * uint64(4)
                    a += weight * row[i]
                    b += weight * row[i + uint64(1)]
                    c += weight * row[i + uint64(2)]
                    d += weight * row[i + uint64(3)]
                target[at], target[at + uint64(1)] = a, b
                target[at + uint64(2)], target[at + uint64(3)] = c, d
            else:
                a = b = float32(0)
                for k in range(widest):
                    weight, i = weights[x, k], start + k * uint64(2)
                    a += weight * row[i]
                    b += weight * row[i + uint64(1)]
                target[at], target[at + uint64(1)] = a, b


@kernel
def resize_columns(picture: Any, first: Any, weights: Any, out: Any) -> None:
    """Scale the columns of `picture` to those of `out` with the `taps`."""
    for y in range(out.shape[0]):
        target = out[y]
        target[:] = float32(0)
        for k in range(weights.shape[1]):
            weight, row = weights[y, k], picture[first[y] + k]
            for i in range(target.shape[0]):
                target[i] += weight * row[i]


@kernel
def find_extents(padded: Any, planes: int, extents: Any) -> None:
    """Find where the window of four rows from each row on holds something.

    Parameters
    ----------
    padded : planes
    extents : (rows, 2) int64; gets the first and the last column whose window of four, that begins
        one column before it, does. The last three rows have no windows.
    """
    columns = padded.shape[1] // planes
    for y in range(padded.shape[0]):
        low, high = columns, -1
        for x in range(columns):
            if padded[y, x * planes + planes - 1] != float32(0):
                low, high = min(low, x), x
        extents[y, 0], extents[y, 1] = low - 2, high + 1
    for y in range(padded.shape[0] - 3):
        for k in range(1, 4):
            extents[y, 0] = min(extents[y, 0], extents[y + k, 0])
            extents[y, 1] = max(extents[y, 1], extents[y + k, 1])


@kernel
def turn_picture(
    padded: Any, planes: int, cosine: int, sine: int, weights: Any, extents: Any, out: Any
) -> None:
    """Turn a picture with PAD pixels of nothing around it; what it does not reach is nothing.

    Parameters
    ----------
    padded, out : planes
    cosine, sine : of the angle, FRACTION_BITS after the point
    weights : (PHASES, 4) float32
    extents : as `find_extents` gives them
    """
    height, width = padded.shape[0], padded.shape[1] // planes
    out_height, out_width = out.shape[0], out.shape[1] // planes
    half = int64(1) << int64(FRACTION_BITS - 1)
    phase_half = half // PHASES
    for y in range(out_height):
        # Twice the offset from the middle, so that it is whole; then half of its turned image.
        across, down = 1 - out_width, 2 * y + 1 - out_height
        u = (across * cosine - down * sine) // 2 + (width - 1) * half + phase_half
        v = (across * sine + down * cosine) // 2 + (height - 1) * half + phase_half
        target = out[y]
        for x in range(out_width):
            column, row = u >> FRACTION_BITS, (v >> FRACTION_BITS) - 1
            at = uint64(x * planes)
            if row < 0 or row + 3 >= height or column < extents[row, 0] or column > extents[row, 1]:
                for k in range(planes):
                    target[at + uint64(k)] = float32(0)
            else:
                across_weights = weights[(u >> (FRACTION_BITS - 8)) & (PHASES - 1)]
                down_weights = weights[(v >> (FRACTION_BITS - 8)) & (PHASES - 1)]
                start = uint64((column - 1) * planes)
                a = b = c = d = float32(0)
                for j in range(4):
                    source = padded[row + j]
                    for k in range(4):
                        weight = down_weights[j] * across_weights[k]
                        i = start + uint64(k * planes)
                        a += weight * source[i]
                        b += weight * source[i + uint64(1)]
                        if planes == 4:
                            c += weight * source[i + uint64(2)]
                            d += weight * source[i + uint64(3)]
                if planes == 4:
                    target[at], target[at + uint64(1)] = a, b
                    target[at + uint64(2)], target[at + uint64(3)] = c, d
                else:
                    target[at], target[at + uint64(1)] = a, b
            u += cosine
            v += sine


_PLANES = types.Array(types.float32, 2, "C")
_FIRST = types.Array(types.int64, 1, "C")
_EXTENTS = types.Array(types.int64, 2, "C")
compile_kernel(resize_rows, (_PLANES, types.int64, _FIRST, _PLANES, _PLANES), packed=True)
compile_kernel(resize_columns, (_PLANES, _FIRST, _PLANES, _PLANES))
compile_kernel(find_extents, (_PLANES, types.int64, _EXTENTS))
compile_kernel(
    turn_picture,
    (_PLANES, types.int64, types.int64, types.int64, _PLANES, _EXTENTS, _PLANES),
    packed=True,
)
