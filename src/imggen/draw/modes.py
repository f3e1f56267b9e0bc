"""Blend modes: what a pixel of a sprite makes of the one behind it, before it is laid over it.

Source: Compositing and Blending Level 1 (W3C, 2024), section 10 (the formulas) and 9.1.4 (how a
blended colour is composited).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import int64, uint8, uint32, uint64

from imggen.kernels import called_kernel, inner_kernel

Floats = npt.NDArray[np.float64]

ONE = 65535  # 1.0 in a table of blended colours; 257 to a level
LEVEL = 257

# B(b, s) of backdrop and source, 0 to 1; of each channel by itself.
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

# Of all three channels at once: whose hue, whose saturation and whose luminosity is taken.
BACKDROP, SOURCE = False, True
WHOLE = {
    "hue":         (SOURCE,   BACKDROP, BACKDROP),
    "saturation":  (BACKDROP, SOURCE,   BACKDROP),
    "color":       (SOURCE,   SOURCE,   BACKDROP),
    "luminosity":  (BACKDROP, BACKDROP, SOURCE),
}
# fmt: on

FIRST_WHOLE = len(SEPARABLE)  # modes are numbered: SEPARABLE, then WHOLE, as in BLENDS from 1 on
WHOSE = np.array(list(WHOLE.values()))
FIRST_MODE = 2  # in the third number of a run: 0 blends normally, 1 is opaque


def quotient(a: Floats, b: Floats) -> Floats:
    """The quotient a / b; infinite where b is 0, whatever a is."""
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.inf), where=b > 0)


def softened(b: Floats) -> Floats:
    """D(b) of soft-light."""
    return np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))


@cache
def blend_tables() -> npt.NDArray[np.uint16]:
    """B of all levels: (SEPARABLE, backdrop, source) uint16, ONE for 1.0, rounded."""
    level = np.arange(256) / 255
    b, s = level[:, None], level[None, :]
    tables = np.stack([formula(b, s) * ONE + 0.5 for formula in SEPARABLE.values()])
    return tables.astype(np.uint16)


@called_kernel
def blend_mode(canvas: Any, colour: Any, alpha: Any, channels: int, mode: int, tables: Any) -> None:
    """Blend `colour` with `canvas` and lay it over it; the result is rounded once, half up.

    Parameters
    ----------
    canvas, colour : (pixels * channels,) uint8, not premultiplied
    alpha : likewise, each byte's own; not looked at if `channels` is 4, whose colour holds it
    mode : row in `tables`, or from FIRST_WHOLE on in WHOSE
    tables : as `blend_tables` gives; of use only to modes of its own
    """
    with_alpha = channels == 4
    colours = 3 if with_alpha else channels
    for i in range(0, canvas.shape[0], channels):
        above = uint64(colour[i + 3]) if with_alpha else uint64(alpha[i])
        behind = uint64(canvas[i + 3]) if with_alpha else uint64(255)
        if above == 0:
            continue
        if mode < FIRST_WHOLE:
            for k in range(colours):
                blended = tables[mode, canvas[i + k], colour[i + k]]
                canvas[i + k] = lay_over(canvas[i + k], colour[i + k], blended, behind, above)
        else:
            red, green, blue = blend_whole(canvas[i : i + 3], colour[i : i + 3], mode)
            canvas[i] = lay_over(canvas[i], colour[i], red, behind, above)
            canvas[i + 1] = lay_over(canvas[i + 1], colour[i + 1], green, behind, above)
            canvas[i + 2] = lay_over(canvas[i + 2], colour[i + 2], blue, behind, above)
        if with_alpha:
            both = uint32(above * uint64(255) + behind * (uint64(255) - above) + uint64(128))
            canvas[i + 3] = uint8((both + (both >> uint32(8))) >> uint32(8))


@inner_kernel
def lay_over(canvas: int, colour: int, blended: int, behind: int, above: int) -> int:
    """One channel of a pixel: (1 - behind) colour + behind blended, source over canvas.

    Parameters
    ----------
    canvas, colour : 0 to 255
    blended : 0 to ONE
    behind, above : alpha of canvas and colour, 0 to 255; `above` is more than 0
    """
    source = (uint64(255) - behind) * uint64(colour) * uint64(LEVEL) + behind * uint64(blended)
    below = behind * (uint64(255) - above)
    total = (above * uint64(255) + below) * uint64(LEVEL)
    mixed = above * source + below * uint64(canvas) * uint64(LEVEL)
    return uint8((uint64(2) * mixed + total) // (uint64(2) * total))


@inner_kernel
def blend_whole(canvas: Any, colour: Any, mode: int) -> Any:
    """Red, green and blue of a mode of all channels at once, 0 to ONE; both are (3,) uint8."""
    whose = WHOSE[mode - FIRST_WHOLE]
    hue = colour if whose[0] else canvas
    saturated = colour if whose[1] else canvas
    bright = colour if whose[2] else canvas
    red, green, blue = with_saturation(hue, saturation(saturated))
    red, green, blue = with_luminosity(red, green, blue, luminosity(*rgb(bright)))
    return to_one(red), to_one(green), to_one(blue)


@inner_kernel
def rgb(pixel: Any) -> Any:
    """The channels of (3,) uint8 as numbers."""
    return float(pixel[0]), float(pixel[1]), float(pixel[2])


@inner_kernel
def to_one(level: float) -> int:
    """A level of 0.0 to 255.0 as 0 to ONE."""
    return int64(level * LEVEL + 0.5)


@inner_kernel
def luminosity(red: float, green: float, blue: float) -> float:
    """Lum of section 10.3.1."""
    return 0.3 * red + 0.59 * green + 0.11 * blue


@inner_kernel
def saturation(pixel: Any) -> float:
    """Sat of section 10.3.1."""
    red, green, blue = rgb(pixel)
    return max(red, green, blue) - min(red, green, blue)


@inner_kernel
def with_saturation(pixel: Any, wanted: float) -> Any:
    """SetSat of section 10.3.1."""
    red, green, blue = rgb(pixel)
    low, span = min(red, green, blue), max(red, green, blue) - min(red, green, blue)
    if span == 0.0:
        return 0.0, 0.0, 0.0
    return (red - low) * wanted / span, (green - low) * wanted / span, (blue - low) * wanted / span


@inner_kernel
def with_luminosity(red: float, green: float, blue: float, wanted: float) -> Any:
    """SetLum and ClipColor of section 10.3.1; of colours from 0.0 to 255.0."""
    more = wanted - luminosity(red, green, blue)
    low, high = min(red, green, blue) + more, max(red, green, blue) + more
    scale = 1.0
    if low < 0.0:
        scale = wanted / (wanted - low)
    elif high > 255.0:
        scale = (255.0 - wanted) / (high - wanted)
    grey = wanted - more
    return (
        min(max(wanted + (red - grey) * scale, 0.0), 255.0),
        min(max(wanted + (green - grey) * scale, 0.0), 255.0),
        min(max(wanted + (blue - grey) * scale, 0.0), 255.0),
    )
