"""From a sprite to planes and back, with its colours changed, and where its runs are then."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import float32, int32, types, uint8, uint64

from imggen.assets.runs import OPAQUE, SHORTEST_COPY, SHORTEST_GAP
from imggen.draw.sprites import read_only_type
from imggen.kernels import compile_kernel, inner_kernel, kernel

Matrix = npt.NDArray[np.float32]

LUMINANCE = np.array([0.213, 0.715, 0.072])  # Filter Effects Level 1 (W3C), feColorMatrix
HUE_SINE = np.array(  # likewise, hueRotate
    [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]]
)
ONE, TWO, THREE = uint64(1), uint64(2), uint64(3)
MATRIX_BITS = 20  # after the point: the last bit of a cosine does not show


def colour_matrix(hue: float, saturation: float, brightness: float) -> Matrix:
    """What the CSS filters hue-rotate (degrees), saturate and brightness together do to R, G, B.

    (3, 3) float32. Source: Filter Effects Level 1 (W3C), sections 8.6 and 12.
    """
    cosine, sine = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    grey = np.broadcast_to(LUMINANCE, (3, 3))
    rest = np.eye(3) - grey
    turn = grey + cosine * rest + sine * HUE_SINE
    matrix = brightness * (grey + saturation * rest) @ turn
    return (np.round(matrix * 2**MATRIX_BITS) / 2**MATRIX_BITS).astype(np.float32)


def most_runs(width: int) -> int:
    """How many runs a row of `width` px may have: no two are closer than SHORTEST_GAP."""
    return width // SHORTEST_GAP + 2


@kernel
def premultiply(colour: Any, alpha: Any, channels: int, mirrored: int, out: Any) -> None:
    """A sprite as planes.

    Parameters
    ----------
    colour, alpha : as in `SpriteArrays`, of one sprite
    mirrored : 1 to exchange left and right, else 0
    out : planes
    """
    planes = 2 if channels == 1 else 4
    columns = out.shape[1] // planes
    step = -planes if mirrored else planes
    for y in range(out.shape[0]):
        target = out[y]
        i = uint64(y * columns * channels)  # unsigned, so that no index is checked for its sign
        at = (columns - 1) * planes if mirrored else 0
        for _ in range(columns):
            opacity = float32(colour[i + THREE] if channels == 4 else alpha[i])
            for k in range(uint64(planes - 1)):
                target[uint64(at) + k] = float32(colour[i + k]) * opacity / float32(255)
            target[uint64(at + planes - 1)] = opacity
            i += uint64(channels)
            at += step


@kernel
def finish(
    picture: Any, channels: int, matrix: Any, opacity: float, colour: Any, alpha: Any
) -> None:
    """Planes as a sprite: straight colours times `matrix`, alpha times `opacity`, rounded once.

    Parameters
    ----------
    picture : planes
    matrix : (3, 3) float32; of greys, only [0, 0] counts
    opacity : float32
    colour, alpha : as in `SpriteArrays`, of one sprite; filled in
    """
    planes = 2 if channels == 1 else 4
    columns = picture.shape[1] // planes
    for y in range(picture.shape[0]):
        row = picture[y]
        for x in range(uint64(columns)):
            at, i = x * uint64(planes), (uint64(y * columns) + x) * uint64(channels)
            solid = row[at + uint64(planes - 1)]
            level = to_level(solid * opacity)
            if level == 0:
                for k in range(uint64(channels)):
                    colour[i + k] = uint8(0)
            elif planes == 2:
                grey = straight(row[at], float32(255) / solid)
                colour[i] = to_level(grey * matrix[0, 0])
            else:
                inverse = float32(255) / solid
                red, green = straight(row[at], inverse), straight(row[at + ONE], inverse)
                blue = straight(row[at + TWO], inverse)
                for k in range(3):
                    mixed = matrix[k, 0] * red + matrix[k, 1] * green + matrix[k, 2] * blue
                    colour[i + uint64(k)] = to_level(mixed)
            if channels == 4:
                colour[i + THREE] = level
            else:
                for k in range(uint64(channels)):
                    alpha[i + k] = level


@inner_kernel
def straight(premultiplied: float, inverse: float) -> float:
    """A colour times the inverse of its alpha, cut to 0 to 255."""
    return min(max(premultiplied * inverse, float32(0)), float32(255))


@inner_kernel
def to_level(value: float) -> int:
    """The nearest of 0 to 255, a half up."""
    return uint8(min(max(value, float32(0)), float32(255)) + float32(0.5))


@kernel
def find_runs(alpha: Any, step: int, width: int, kind: int, rows: Any, runs: Any) -> int:
    """Cut the rows of a sprite into runs, as `imggen.assets.runs.find_runs` does.

    Parameters
    ----------
    alpha : uint8, whose every `step`-th is that of a pixel, from the first on
    kind : 0, or of the blend mode that all runs get; then opaque pixels are as others
    rows : (height + 1,) int64, whose first holds the number of runs before; filled in
    runs : (.., 3) int32, rows from that number on are filled in

    Returns
    -------
    int
        The number of runs before and now.
    """
    n = rows[0]
    for y in range(rows.shape[0] - 1):
        row = alpha[y * width * step :]
        first = n
        x = 0
        while x < width:
            start, value = x, row[x * step]
            while x < width and row[x * step] == 0 and value == 0:
                x += 1
            if value == 0:
                if start > 0 and x < width and x - start < SHORTEST_GAP:
                    n = add_run(runs, first, n, start, x, kind)
                continue
            while x < width and row[x * step] == OPAQUE and value == OPAQUE:
                x += 1
            if value == OPAQUE and kind == 0 and x - start >= SHORTEST_COPY:
                runs[n, 0], runs[n, 1], runs[n, 2] = start, x, 1
                n += 1
                continue
            while x < width and row[x * step] != 0 and row[x * step] != OPAQUE:
                x += 1
            n = add_run(runs, first, n, start, x, kind)
        rows[y + 1] = n
    return n


@inner_kernel
def add_run(runs: Any, first: int, n: int, start: int, end: int, kind: int) -> int:
    """Add a run that blends, or make the last of a row's runs from `first` on longer; their end."""
    if n > first and runs[n - 1, 1] == start and runs[n - 1, 2] == kind:
        runs[n - 1, 1] = int32(end)
        return n
    runs[n, 0], runs[n, 1], runs[n, 2] = int32(start), int32(end), int32(kind)
    return n + 1


_BYTES = types.Array(types.uint8, 1, "C")
_READ = read_only_type(types.uint8, 1)
_PLANES = types.Array(types.float32, 2, "C")
compile_kernel(premultiply, (_READ, _READ, types.int64, types.int64, _PLANES))
compile_kernel(finish, (_PLANES, types.int64, _PLANES, types.float32, _BYTES, _BYTES))
compile_kernel(
    find_runs,
    (
        _BYTES,
        types.int64,
        types.int64,
        types.int64,
        types.Array(types.int64, 1, "C"),
        types.Array(types.int32, 2, "C"),
    ),
)
