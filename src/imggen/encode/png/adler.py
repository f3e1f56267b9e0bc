"""The two sums of Adler-32, which are linear in the bytes. Source: RFC 1950, sections 2.2 and 9.

Of n bytes d[0..n), Adler-32 is (1 + sum d) and (n + sum (n - i) d[i]), both modulo 65521.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint32

from imggen.kernels import inner_kernel

MODULUS = 65521  # RFC 1950, section 9
BLOCK = 256  # bytes; sums of a block fit 32 bits


@inner_kernel
def plain_sum(data: Any, count: int) -> int:
    """Sum of `count` bytes."""
    total = int64(0)
    for first in range(0, count, BLOCK):
        part = data[first : min(first + BLOCK, count)]
        small = uint32(0)
        for k in range(part.shape[0]):
            small += uint32(part[k])
        total += int64(small)
    return total


@inner_kernel
def weighted_sum(data: Any, count: int) -> int:
    """Sum of `count` bytes, each times its index."""
    total = int64(0)
    for first in range(0, count, BLOCK):
        part = data[first : min(first + BLOCK, count)]
        small = uint32(0)
        small_weighted = uint32(0)
        for k in range(part.shape[0]):
            small += uint32(part[k])
            small_weighted += uint32(part[k]) * uint32(k)
        total += int64(small) * first + int64(small_weighted)
    return total
