"""Random words that depend on the seed, the column's name and the image's index only.

Philox is counter-based: word i of a stream can be computed without those before it, so the plan of
any range of images can be made alone. Source: Salmon et al., "Parallel random numbers: as easy as
1, 2, 3", SC 2011.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

WORDS_PER_BLOCK = 4  # Philox4x64 makes four words per count
DOUBLE_BITS = 53  # of a float64's significand


def random_words(seed: int, column: str, start: int, stop: int) -> npt.NDArray[np.uint64]:
    """Return words `start` to `stop` of the stream of `column`: (stop - start,) uint64."""
    key = hashlib.blake2b(f"{seed}/{column}".encode(), digest_size=16).digest()
    stream = np.random.Philox(key=int.from_bytes(key, "little"))
    block, skipped = divmod(start, WORDS_PER_BLOCK)
    words: npt.NDArray[np.uint64] = stream.advance(block).random_raw(stop - start + skipped)
    return words[skipped:]


def ends_of(images: npt.NDArray[np.integer[Any]]) -> tuple[int, int]:
    """Return the first of rising `images`, and the end of the range that holds them."""
    return (int(images[0]), int(images[-1]) + 1) if len(images) else (0, 0)


def scale_words(
    words: npt.NDArray[np.uint64], spans: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Scale random words to whole numbers below `spans`, each 1 to 2**63: uint64.

    They are the high words of word * span, so the chances of two numbers differ by at most
    span / 2**64.
    """
    half, low = np.uint64(32), np.uint64(2**32 - 1)
    below = (words & low) * (spans & low) >> half
    middle = (words >> half) * (spans & low) + below
    high: npt.NDArray[np.uint64] = middle >> half
    if (spans >> half).any():
        other = (words & low) * (spans >> half) + (middle & low)
        high += (words >> half) * (spans >> half) + (other >> half)
    return high


def random_units(seed: int, column: str, start: int, stop: int) -> npt.NDArray[np.float64]:
    """Return random numbers in [0, 1), multiples of 2**-53: (stop - start,) float64."""
    return as_units(random_words(seed, column, start, stop))


def as_units(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Turn random words into numbers in [0, 1), multiples of 2**-53."""
    return (words >> np.uint64(64 - DOUBLE_BITS)).astype(np.float64) * 2.0**-DOUBLE_BITS


def random_odds(seed: int, column: str, start: int, stop: int) -> npt.NDArray[np.float64]:
    """Return random numbers in (0, 1), odd multiples of 2**-53: (stop - start,) float64."""
    words = random_words(seed, column, start, stop)
    halves = (words >> np.uint64(64 - DOUBLE_BITS)) | np.uint64(1)
    return halves.astype(np.float64) * 2.0**-DOUBLE_BITS
