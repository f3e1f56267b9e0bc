"""Sizes of the boxes of sprites, once scaled and turned, computed without any pixel.

Workers make sprites of exactly these sizes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Size = tuple[int, int]
Numbers = npt.NDArray[np.number[Any]] | float

SLACK = 1e-6  # px cut off a box, so that the last bit of a cosine does not make it larger


def scaled_sizes(sizes: Ints, scale: Numbers) -> Ints:
    """Scale `sizes` (.., 2) by `scale` (..) and round, px; what has pixels keeps at least 1."""
    scaled = np.floor(sizes * np.asarray(scale)[..., None] + 0.5).astype(np.int64)
    result: Ints = np.maximum(scaled, np.minimum(sizes, 1))
    return result


def turned_sizes(sizes: Ints, angle: Numbers) -> Ints:
    """Return the boxes around boxes of `sizes` (.., 2), turned by `angle` (..) degrees."""
    angle = np.asarray(angle, np.float64)
    radians = np.radians(angle)
    cosine, sine = np.abs(np.cos(radians)), np.abs(np.sin(radians))
    width, height = sizes[..., 0], sizes[..., 1]
    turned = np.stack([width * cosine + height * sine, width * sine + height * cosine], axis=-1)
    result: Ints = np.ceil(turned - SLACK).astype(np.int64)
    return result


def scaled_size(size: Size, scale: float) -> Size:
    """Scale one size (width, height), as `scaled_sizes` does."""
    width, height = size
    return (
        max(math.floor(width * scale + 0.5), min(width, 1)),
        max(math.floor(height * scale + 0.5), min(height, 1)),
    )


def turned_size(size: Size, angle: float) -> Size:
    """Return the box around a box of `size`, as `turned_sizes` does."""
    radians = math.radians(angle)
    cosine, sine = abs(math.cos(radians)), abs(math.sin(radians))
    width, height = size[0] * cosine + size[1] * sine, size[0] * sine + size[1] * cosine
    return math.ceil(width - SLACK), math.ceil(height - SLACK)
