"""Runs: where residuals repeat the byte before, often enough to be worth a match."""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from imggen.encode.png.words import load_word, trailing_zeros
from imggen.kernels import inner_kernel

LEAST_RUN = 5  # bytes; a shorter match costs about what the literals do
LEAST_RUN_MASK = uint64((1 << 8 * LEAST_RUN) - 1)


@inner_kernel
def find_runs(data: Any, start: int, stop: int, n: int, runs: Any) -> int:
    """Find the runs of equal bytes that are worth a match in bytes `start` to `stop`.

    Looks at every eighth byte: a run of 15 is always found, one of 8 sometimes, a shorter never.

    Parameters
    ----------
    data : (at least stop + 8,) uint8; nothing before byte `start` - 1 is looked at
    start : 1 or more
    n : how many runs there are already
    runs : (.., 2) int64, added to: where a run begins, and its length, whatever that is: `put_run`
        cuts it. The byte before it is the one that is repeated.

    Returns
    -------
    int
        How many there are now.
    """
    least = start
    i = start
    while i + 8 <= stop:
        if load_word(data, i) != load_word(data, i - 1):
            i += 8
            continue
        first = i
        while first > least and data[first - 1] == data[first - 2]:
            first -= 1
        i += 8
        while i + 8 <= stop and load_word(data, i) == load_word(data, i - 1):
            i += 8
        if i + 8 <= stop:
            i += int64(trailing_zeros(load_word(data, i) ^ load_word(data, i - 1)) >> uint64(3))
        n = add_run(first, i, n, runs)
        least = i
    return n


@inner_kernel
def find_all_runs(data: Any, start: int, stop: int, n: int, runs: Any) -> int:
    """Find every run worth a match in bytes `start` to `stop`; slower, and smaller.

    Runs begin after the stretch's first byte, which stays a literal.

    Parameters
    ----------
    data : (at least stop + 8,) uint8
    n : how many runs there are already
    runs : (.., 2) int64, added to: as for `find_runs`

    Returns
    -------
    int
        How many there are now.
    """
    i = start + 1
    while i + LEAST_RUN <= stop:
        differing = load_word(data, i) ^ load_word(data, i - 1)
        if differing & LEAST_RUN_MASK:
            i += 1 + int64(trailing_zeros(differing) >> uint64(3))
            continue
        end = i + LEAST_RUN
        while end < stop and data[end] == data[i]:
            end += 1
        n = add_run(i, end, n, runs)
        i = end + 1
    return n


@inner_kernel
def add_run(start: int, stop: int, n: int, runs: Any) -> int:
    """Add the run of bytes `start` to `stop` to the `n` there are; how many there are then."""
    if n > 0 and runs[n - 1, 0] + runs[n - 1, 1] == start:
        runs[n - 1, 1] += stop - start
        return n
    runs[n, 0] = start
    runs[n, 1] = stop - start
    return n + 1
