"""Deflate's symbols for the lengths and distances of matches. Source: RFC 1951, section 3.2.5."""

from __future__ import annotations

from typing import Any

import numpy as np

from imggen.encode.png.huffman import DISTANCES, END_OF_BLOCK, SYMBOLS
from imggen.kernels import inner_kernel

SHORTEST_MATCH, LONGEST_MATCH = 3, 258  # bytes
FARTHEST_MATCH = 2**15  # bytes back
NEAR = 256  # bytes back; farther distances that share a symbol agree in all but their low 7 bits
FAR_SHIFT = 7


def _length_codes() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Symbol and number of extra bits by match length."""
    symbols = np.zeros(LONGEST_MATCH + 1, np.int64)
    extra_bits = np.zeros(LONGEST_MATCH + 1, np.int64)
    length = SHORTEST_MATCH
    for code in range(28):
        bits = max(0, code // 4 - 1)
        symbols[length : length + (1 << bits)] = END_OF_BLOCK + 1 + code
        extra_bits[length : length + (1 << bits)] = bits
        length += 1 << bits
    symbols[LONGEST_MATCH], extra_bits[LONGEST_MATCH] = SYMBOLS - 1, 0
    return symbols, extra_bits


LENGTH_SYMBOLS, LENGTH_EXTRA_BITS = _length_codes()
FIRST_OF_SYMBOL = np.zeros(SYMBOLS, np.int64)
for _length in range(LONGEST_MATCH, SHORTEST_MATCH - 1, -1):
    FIRST_OF_SYMBOL[LENGTH_SYMBOLS[_length]] = _length

DISTANCE_EXTRA_BITS = np.maximum(np.arange(DISTANCES) // 2 - 1, 0)
FIRST_DISTANCES = 1 + np.cumsum(1 << DISTANCE_EXTRA_BITS) - (1 << DISTANCE_EXTRA_BITS)
_symbol = np.repeat(np.arange(DISTANCES, dtype=np.uint8), 1 << DISTANCE_EXTRA_BITS)
NEAR_SYMBOLS = _symbol[:NEAR].copy()  # by distance - 1
FAR_SYMBOLS = _symbol[:: 1 << FAR_SHIFT].copy()  # by distance - 1, without its low bits


@inner_kernel
def distance_symbol(distance: int) -> int:
    """The symbol of a distance, 1 to FARTHEST_MATCH."""
    if distance <= NEAR:
        return NEAR_SYMBOLS[distance - 1]
    return FAR_SYMBOLS[(distance - 1) >> FAR_SHIFT]
