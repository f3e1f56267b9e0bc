"""Soft edges of sprites, and the shadows that they cast: made once, when the art is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imggen.assets.blur import blurred, reach_of
from imggen.assets.decode import Art
from imggen.assets.library import CHANNELS

Bytes = npt.NDArray[np.uint8]

OPAQUE = 255


def feathered(arts: Sequence[Art], width: float) -> list[Art]:
    """Return the parts of a sprite with soft edges, `width` px wide, inside its outline.

    Its outline is where any part shows something; the edge of its box counts as one, too. The
    outline is blurred, and alphas are multiplied by how much the result is above one half.
    """
    seen = np.max([art.alpha for art in arts], axis=0) > 0
    outline = padded(np.where(seen, OPAQUE, 0), reach_of(width / 2))
    inner = blurred(outline, width / 2)
    height, length = seen.shape
    top, left = ((whole - part) // 2 for whole, part in zip(inner.shape, seen.shape, strict=True))
    share = inner[top : top + height, left : left + length] * np.float32(2 / OPAQUE) - np.float32(1)
    share = np.clip(share, 0, 1, dtype=np.float32)
    return [with_alpha(art, rounded(art.alpha * share)) for art in arts]


def cast_shadow(arts: Sequence[Art], sigma: float, opacity: float, mode: str) -> Art:
    """Return the shadow of a sprite of these parts: black, and larger than it on all sides alike.

    Parameters
    ----------
    sigma : the standard deviation of its blur, px
    opacity : what alphas are multiplied by
    """
    alpha = np.max([art.alpha for art in arts], axis=0)
    soft = blurred(padded(alpha, reach_of(sigma)), sigma)
    level = rounded(soft * np.float32(opacity))
    colour = np.zeros((*level.shape, CHANNELS[mode]), np.uint8)
    return with_alpha(Art(colour, level), level)


def padded(levels: npt.NDArray[np.generic], margin: int) -> npt.NDArray[np.uint16]:
    """Return `levels` with zeros on all sides."""
    return np.pad(levels.astype(np.uint16), margin)


def rounded(levels: npt.NDArray[np.float32]) -> Bytes:
    """Round levels, a half up."""
    return (levels + np.float32(0.5)).astype(np.uint8)


def with_alpha(art: Art, alpha: Bytes) -> Art:
    """Return `art` with another alpha, and no colour where nothing is seen of it."""
    if art.colour.shape[2] == CHANNELS["RGBA"]:
        return Art(np.dstack([art.colour[..., :3] * (alpha > 0)[..., None], alpha]), alpha)
    return Art(art.colour, alpha)
