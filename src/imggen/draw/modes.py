"""Blend modes: formulas that mix a sprite's colour with the colour behind it.

Source: Compositing and Blending Level 1 (W3C, 2024), section 10 (the formulas) and 9.1.4 (how a
blended colour is composited).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ONE = 65535  # 1.0 in a table of blended colours

# B(b, s) for the colours behind (b) and of the source (s), 0 to 1; each channel by itself.
# fmt: off
SEPARABLE: dict[str, Callable[[Floats, Floats], Floats]] = {
    "multiply":    lambda b, s: b * s,
    "screen":      lambda b, s: b + s - b * s,
    "overlay":     lambda b, s: np.where(b <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s)),
    "darken":      np.minimum,
    "lighten":     np.maximum,
    "color-dodge": lambda b, s: np.where(b == 0, 0, np.minimum(1, quotient(b, 1 - s))),
    "color-burn":  lambda b, s: np.where(b == 1, 1, 1 - np.minimum(1, quotient(1 - b, s))),
    "hard-light":  lambda b, s: np.where(s <= 0.5, 2 * b * s, 1 - 2 * (1 - b) * (1 - s)),
    "soft-light":  lambda b, s: b + (2 * s - 1) * np.where(s <= 0.5, b - b * b, softened(b) - b),
    "difference":  lambda b, s: np.abs(b - s),
    "exclusion":   lambda b, s: b + s - 2 * b * s,
}

# fmt: on
# Modes that mix all three channels at once: draw/modes.c has their formulas, in this order.
WHOLE = ("hue", "saturation", "color", "luminosity")

FIRST_WHOLE = len(SEPARABLE)  # modes are numbered: SEPARABLE, then WHOLE, as in BLENDS from 1 on
FIRST_MODE = 2  # in the third number of a run: 0 blends normally, 1 is opaque


def quotient(a: Floats, b: Floats) -> Floats:
    """Return a / b; infinity where b is 0, whatever a is."""
    result = np.full(np.broadcast_shapes(a.shape, b.shape), np.inf)
    np.divide(a, b, out=result, where=b > 0)
    return result


def softened(b: Floats) -> Floats:
    """Return D(b) of soft-light."""
    return np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))


@cache
def blend_tables() -> npt.NDArray[np.uint16]:
    """Return B of all levels: (SEPARABLE, 256 behind, 256 source) uint16, ONE for 1.0, rounded."""
    level = np.arange(256) / 255
    b, s = level[:, None], level[None, :]
    tables = np.stack([formula(b, s) * ONE + 0.5 for formula in SEPARABLE.values()])
    return tables.astype(np.uint16)
