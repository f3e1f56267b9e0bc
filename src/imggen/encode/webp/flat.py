"""Flat art, coded whole: see flat.c."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.encode.webp.picture import Picture
from imggen.encode.webp.vp8l import LINE_MARGIN
from imggen.kernels import code_flat

PIXEL_BITS = 64  # at most, with a run or colours of 15 bits each
LEAST_REPEATS = 0.1  # of pixels, in what may be flat art: photographs have 1 to 5 %
SAMPLED_ROWS = 8  # of so many rows, one is looked at
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
    """Return the bits of a picture that is coded whole; a guess if it repeats next to nothing."""
    width, height = picture.size
    if repeats(picture) < LEAST_REPEATS:
        return width * height * (picture.channels + 1) * 8
    return FlatCoder(width * height).code(picture.pixels, picture.size, picture.channels)


def repeats(picture: Picture) -> float:
    """Return what part of a picture's pixels repeat the one to their left or above them."""
    width, height = picture.size
    pixels = picture.pixels.reshape(height, width, picture.channels)
    here, above = pixels[1::SAMPLED_ROWS], pixels[:-1:SAMPLED_ROWS]
    if here[:, 1:].size == 0:
        return 1.0
    same = (here[:, 1:] == here[:, :-1]).all(axis=2) | (here == above)[:, 1:].all(axis=2)
    return float(same.mean())
