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


@inner_kernel
def sum_runs(data: Any, count: int, runs: Any, n: int) -> Any:
    """Both sums of `count` bytes, quicker where much of them lies in runs of zeros.

    Parameters
    ----------
    runs : (.., 2) int64: first index and length of runs of equal bytes; `n` of them are used

    Returns
    -------
    plain, weighted : int
    """
    plain, weighted = int64(0), int64(0)
    i = int64(0)
    for k in range(n + 1):
        stop = runs[k, 0] if k < n else int64(count)
        if stop - i < BLOCK:
            for j in range(i, stop):
                plain += int64(data[j])
                weighted += j * int64(data[j])
        else:
            stretch = plain_sum(data[i:stop], stop - i)
            plain += stretch
            weighted += weighted_sum(data[i:stop], stop - i) + i * stretch
        if k < n:
            i = stop + runs[k, 1]
            value = int64(data[stop])
            plain += value * runs[k, 1]
            weighted += value * runs[k, 1] * (stop + i - 1) // 2
    return plain, weighted
