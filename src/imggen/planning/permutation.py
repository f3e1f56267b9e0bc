"""Permutations of the numbers below a count, of which any range can be computed alone.

A Feistel network permutes the numbers of an even number of bits; numbers at or above the count are
permuted again until they are below it. Source: Black, Rogaway, "Ciphers with arbitrary finite
domains", CT-RSA 2002, "cycle walking".
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

ROUNDS = 6


def permute(seed: int, name: str, count: int, numbers: Words) -> Words:
    """Return the place of each of `numbers` (n,), below `count`, in the permutation of this name.

    Parameters
    ----------
    count : 1 to 2**62
    """
    half = max(1, (max(count - 1, 1).bit_length() + 1) // 2)
    keys = round_keys(seed, name)
    places = feistel(numbers.astype(np.uint64), half, keys)
    outside = np.flatnonzero(places >= np.uint64(count))
    while len(outside):
        places[outside] = feistel(places[outside], half, keys)
        outside = outside[places[outside] >= np.uint64(count)]
    return places


def round_keys(seed: int, name: str) -> list[np.uint64]:
    """Return a key for each round."""
    digest = hashlib.blake2b(f"{seed}/permutation/{name}".encode(), digest_size=8 * ROUNDS).digest()
    return [np.uint64(key) for key in np.frombuffer(digest, "<u8")]


def feistel(numbers: Words, half: int, keys: list[np.uint64]) -> Words:
    """Permute the numbers of twice `half` bits."""
    bits, mask = np.uint64(half), np.uint64(2**half - 1)
    left, right = numbers >> bits, numbers & mask
    for key in keys:
        left, right = right, left ^ (mixed(right ^ key) & mask)
    return left << bits | right


def mixed(words: Words) -> Words:
    """Make each bit of a word depend on all its bits, by the finaliser of SplitMix64."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
