"""Pairs of images: the first and the second image of each scene, one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

IMAGES_PER_PAIR = 2


def halves(both: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Split rows of pairs into those of first and those of second images."""
    return both[::IMAGES_PER_PAIR], both[1::IMAGES_PER_PAIR]


def side_by_side(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Join the rows of first and second images in turn: `first` at even rows."""
    return np.stack([first, second], axis=1).reshape(2 * len(first), *first.shape[1:])
