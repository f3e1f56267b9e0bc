"""Sizes of the boxes of sprites, once scaled and turned, computed without any pixel.

Workers make sprites of exactly these sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
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
