"""Length-limited Huffman codes, and the header that describes them in a deflate block.

Source: RFC 1951, "DEFLATE Compressed Data Format Specification", sections 3.2.2 and 3.2.7.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, njit, types, uint64

from imggen.encode.png.bits import put_bits

LITERALS = 256
END_OF_BLOCK = 256  # RFC 1951, 3.2.5
SYMBOLS = 286  # literals, end of block, 29 length codes
LONGEST_CODE = 15  # bits
LONGEST_HEADER_CODE = 7  # bits, of the code that codes the code lengths
BTYPE_DYNAMIC = 0b10  # 3.2.3
LENGTH_ORDER = np.array(  # 3.2.7
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15], np.int64
)
REPEAT_ZERO = 18  # 3.2.7: 11 to 138 times a length of 0
LENGTH_BITS = 8  # low bits of a table entry that hold the code's length; the code is above


@njit(nogil=True)
def code_lengths(weights: Any, longest: int, lengths: Any) -> None:
    """The best code lengths of at most `longest` bits; symbols of weight 0 get none.

    Package-merge: the cheapest 2n - 2 coins of the last of `longest` levels, where a level holds
    every symbol and the pairs of the level before. Source: Larmore & Hirschberg, "A fast algorithm
    for optimal length-limited Huffman codes", JACM 37(3), 1990.

    Parameters
    ----------
    weights : (symbols,) int64
    lengths : (symbols,) int64, filled in
    """
    lengths[:] = 0
    order = np.argsort(weights, kind="mergesort")
    order = order[weights[order] > 0]
    n = order.shape[0]
    if n < 3:  # a code of one or two symbols takes a bit
        for k in range(n):
            lengths[order[k]] = 1
        return
    leaf = np.zeros((longest, 2 * n), np.bool_)
    coins = np.zeros(2 * n, np.int64)
    packages = np.zeros(n, np.int64)
    n_packages = 0
    for level in range(longest):
        i = 0
        j = 0
        for k in range(n + n_packages):
            take = i < n and (j >= n_packages or weights[order[i]] <= packages[j])
            leaf[level, k] = take
            if take:
                coins[k] = weights[order[i]]
                i += 1
            else:
                coins[k] = packages[j]
                j += 1
        n_packages = (n + n_packages) // 2
        for k in range(n_packages):
            packages[k] = coins[2 * k] + coins[2 * k + 1]
    needed = 2 * n - 2
    for level in range(longest - 1, -1, -1):
        leaves = 0
        for k in range(needed):
            leaves += leaf[level, k]
        for k in range(leaves):
            lengths[order[k]] += 1
        needed = 2 * (needed - leaves)


@njit(nogil=True)
def make_table(lengths: Any, table: Any) -> None:
    """The canonical code of `lengths`, as it is written: bit-reversed (RFC 1951, 3.2.2).

    Parameters
    ----------
    lengths : (symbols,) int64
    table : (symbols,) uint32, filled in: code << LENGTH_BITS | length
    """
    code = 0
    for length in range(1, LONGEST_CODE + 1):
        code <<= 1
        for symbol in range(lengths.shape[0]):
            if lengths[symbol] == length:
                table[symbol] = reverse_bits(code, length) << LENGTH_BITS | length
                code += 1


@njit(nogil=True)
def reverse_bits(code: int, length: int) -> int:
    """The low `length` bits of `code` in reverse."""
    result = 0
    for _ in range(length):
        result = result << 1 | code & 1
        code >>= 1
    return result


@njit(nogil=True)
def put_header(lengths: Any, out: Any, position: int) -> int:
    """Write a dynamic block's header: `lengths` (SYMBOLS,), and one distance code, of one bit.

    Runs of zero lengths are coded as such; other repeats are left out, there are few.
    """
    table = np.zeros(LENGTH_ORDER.shape[0], np.uint32)
    weights = np.zeros(LENGTH_ORDER.shape[0], np.int64)
    symbols = np.zeros(SYMBOLS + 1, np.int64)
    extra = np.zeros(SYMBOLS + 1, np.int64)
    n = 0
    i = 0
    while i < SYMBOLS:
        zeros = 0
        while i + zeros < SYMBOLS and lengths[i + zeros] == 0 and zeros < 138:
            zeros += 1
        if zeros >= 11:
            symbols[n] = REPEAT_ZERO
            extra[n] = zeros - 11
            i += zeros
        else:
            symbols[n] = lengths[i]
            i += 1
        n += 1
    symbols[n] = 1  # the distance code
    n += 1
    for k in range(n):
        weights[symbols[k]] += 1
    header_lengths = np.zeros(LENGTH_ORDER.shape[0], np.int64)
    code_lengths(weights, LONGEST_HEADER_CODE, header_lengths)
    make_table(header_lengths, table)
    position = put_bits(out, position, uint64(0 | BTYPE_DYNAMIC << 1), 3)
    position = put_bits(out, position, uint64(SYMBOLS - 257), 5)
    position = put_bits(out, position, uint64(0), 5)
    position = put_bits(out, position, uint64(LENGTH_ORDER.shape[0] - 4), 4)
    for k in range(LENGTH_ORDER.shape[0]):
        position = put_bits(out, position, uint64(header_lengths[LENGTH_ORDER[k]]), 3)
    for k in range(n):
        entry = int64(table[symbols[k]])
        position = put_bits(
            out, position, uint64(entry >> LENGTH_BITS), entry & ((1 << LENGTH_BITS) - 1)
        )
        if symbols[k] == REPEAT_ZERO:
            position = put_bits(out, position, uint64(extra[k]), 7)
    return position
