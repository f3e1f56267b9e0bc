"""Flat art, coded whole: see flat.c."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.encode.webp.picture import Picture
from imggen.encode.webp.vp8l import LINE_MARGIN
from imggen.kernels import code_flat

PIXEL_BITS = 64  # at most, with a run or colours of 15 bits each
HEAD_WORDS = 2048  # of the codes


class FlatCoder:
    """Codes pictures of at most `most_pixels` px."""

    def __init__(self, most_pixels: int) -> None:
        self._pixels = np.zeros(LINE_MARGIN + most_pixels, np.uint32)
        self._tokens = np.zeros((most_pixels, 2), np.int32)
        self.out = np.zeros(most_pixels * PIXEL_BITS // 64 + HEAD_WORDS, np.uint64)

    def code(self, pixels: npt.NDArray[np.uint8], size: tuple[int, int], channels: int) -> int:
        """Code `pixels` of `size` (width, height) px into `out`; returns how many bits."""
        width, height = size
        return code_flat(pixels, height, width, channels, self._pixels, self._tokens, self.out)


def flat_bits(picture: Picture) -> int:
    """Return the bits of a picture that is coded whole."""
    width, height = picture.size
    return FlatCoder(width * height).code(picture.pixels, picture.size, picture.channels)
