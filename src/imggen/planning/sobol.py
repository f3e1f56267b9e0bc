"""Scrambled Sobol sequences, of which any range can be computed alone.

Each sprite has a sequence of its own, whose dimensions are the values that it may draw: its points
fill the space of these values evenly, from the first on. The order of the points is shuffled for
each sprite, in a way that keeps this, so that sprites do not follow each other.

Sources: Joe, Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J.
Sci. Comput. 30, 2008 (the direction numbers, new-joe-kuo-6); Burley, "Practical hash-based Owen
scrambling", JCGT 9(4), 2020 (scrambling and shuffling); Vegdahl, "Building a better LK hash", 2021
(the constants of the hash).
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]

# The value of each dimension. The first are the most even, so these are often drawn.
DIMENSIONS = ("x", "y", "scale", "rotate", "hue", "brightness", "saturation", "opacity", "flip",
              "blend", "shadow_x", "shadow_y", "shadow_blur", "shadow_opacity",
              "feather")  # fmt: skip
CAMERA = ("blur", "noise", "contrast", "jpeg", "vignette", "brightness")  # has a sequence, too
PLACES = {value: CAMERA.index(value) for value in CAMERA} | {
    value: DIMENSIONS.index(value) for value in DIMENSIONS
}
# Of dimensions 2 to 15: the degree of the polynomial, its inner coefficients, and first numbers.
POLYNOMIALS = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
)
WORD_BITS = 32


def sobol_words(seed: int, stream: str, value: str, start: int, stop: int) -> Words:
    """Return points `start` to `stop`, in [0, 2**64), of a value of the sprite called `stream`."""
    numbers = np.arange(start, stop, dtype=np.uint64).astype(np.uint32)
    shuffled = scramble(numbers, key_of(seed, stream))  # each aligned block of 2**k becomes another
    points = sobol_points(shuffled, PLACES[value])
    scrambled = scramble(points, key_of(seed, f"{stream}.{value}"))
    return scrambled.astype(np.uint64) << np.uint64(WORD_BITS)


def key_of(seed: int, name: str) -> np.uint32:
    """Return the key of a scrambling."""
    digest = hashlib.blake2b(f"{seed}/sobol/{name}".encode(), digest_size=4).digest()
    return np.uint32(int.from_bytes(digest, "little"))


@cache
def direction_numbers(dimension: int) -> tuple[int, ...]:
    """Return the 32 direction numbers of a dimension, counted from 0, as fractions of 2**32."""
    if dimension == 0:
        return tuple(1 << (WORD_BITS - 1 - k) for k in range(WORD_BITS))
    degree, inner, first = POLYNOMIALS[dimension - 1]
    numbers = [m << (WORD_BITS - 1 - k) for k, m in enumerate(first)]
    for k in range(degree, WORD_BITS):
        number = numbers[k - degree] ^ (numbers[k - degree] >> degree)
        for j in range(1, degree):
            if inner >> (degree - 1 - j) & 1:
                number ^= numbers[k - j]
        numbers.append(number)
    return tuple(numbers)


def sobol_points(numbers: Bits, dimension: int) -> Bits:
    """Return the points of these `numbers` (n,) in a dimension, as fractions of 2**32: (n,)."""
    points = np.zeros(len(numbers), np.uint32)
    for k, direction in enumerate(direction_numbers(dimension)):
        chosen = (numbers >> np.uint32(k)) & np.uint32(1)
        points ^= chosen * np.uint32(direction)
    return points


def scramble(points: Bits, key: np.uint32) -> Bits:
    """Flip each bit of `points` or not, by the key and the bits above it: Owen's scrambling."""
    return reverse_bits(hash_upwards(reverse_bits(points), key))


def hash_upwards(bits: Bits, key: np.uint32) -> Bits:
    """Change each bit by the bits below it and the key."""
    bits = bits ^ (bits * np.uint32(0x3D20ADEA))
    bits = bits + key
    bits = bits * ((key >> np.uint32(16)) | np.uint32(1))
    bits = bits ^ (bits * np.uint32(0x05526C56))
    return bits ^ (bits * np.uint32(0x53A22864))


def reverse_bits(bits: Bits) -> Bits:
    """Reverse the order of the 32 bits of each number."""
    for shift, mask in (
        (1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF),
    ):  # fmt: skip
        bits = ((bits >> np.uint32(shift)) & np.uint32(mask)) | (
            (bits & np.uint32(mask)) << np.uint32(shift)
        )
    return bits
