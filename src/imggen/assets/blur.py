"""Gaussian blur, the same on every machine: sums of float32 in a fixed order."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from imggen.kernels import blur_levels

Floats = npt.NDArray[np.float32]

REACH = 3  # standard deviations that the filter reaches on each side
WEIGHT_BITS = 24  # after the point: the last bit of an exponential does not show


def reach_of(sigma: float) -> int:
    """Return how many px away from a pixel others count, for a standard deviation `sigma`, px."""
    return math.ceil(REACH * sigma)


@lru_cache(maxsize=1024)
def gaussian_weights(sigma: float) -> Floats:
    """Return the weights of pixels 0, 1, ... px away: (reach + 1,) float32.

    Those of both sides together sum to exactly 1.
    """
    away = np.arange(reach_of(sigma) + 1)
    exact = np.exp(-0.5 * (away / sigma) ** 2) if sigma else np.ones(1)
    total = 2 * exact.sum() - exact[0]
    whole = np.rint(exact / total * 2**WEIGHT_BITS)
    whole[0] += 2**WEIGHT_BITS - (2 * whole.sum() - whole[0])
    result: Floats = (whole / 2**WEIGHT_BITS).astype(np.float32)
    result.flags.writeable = False
    return result


def blurred(levels: npt.NDArray[np.uint16], sigma: float) -> Floats:
    """Return `levels`, (height, width) uint16, blurred; it goes on as at its edges.

    sigma : the standard deviation, px
    """
    height, width = levels.shape
    weights = gaussian_weights(sigma)
    radius = len(weights) - 1
    out = np.empty((height, width), np.float32)
    line = np.empty(width + 2 * radius, np.float32)
    blur_levels(np.ascontiguousarray(levels), height, width, 1, weights, radius, line, out)
    return out
