"""Length-limited Huffman codes, and the header that describes them in a deflate block.

Source: RFC 1951, "DEFLATE Compressed Data Format Specification", sections 3.2.2 and 3.2.7.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, uint64

from imggen.encode.png.bits import put_bits
from imggen.kernels import inner_kernel

LITERALS = 256
END_OF_BLOCK = 256  # RFC 1951, 3.2.5
SYMBOLS = 286  # literals, end of block, 29 length codes
DISTANCES = 30  # distance codes
LONGEST_CODE = 15  # bits
LONGEST_HEADER_CODE = 7  # bits, of the code that codes the code lengths
BTYPE_DYNAMIC = 0b10  # 3.2.3
LENGTH_ORDER = np.array(  # 3.2.7
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15], np.int64
)
REPEAT_ZERO = 18  # 3.2.7: a length of 0, several times
HEADER_SYMBOLS = 19
LEAST_ZEROS, MOST_ZEROS = 11, 138  # that REPEAT_ZERO stands for
KEY_BITS = 9  # of a sort key that hold the symbol
KEY_SYMBOL = (1 << KEY_BITS) - 1
LENGTH_BITS = 8  # low bits of a table entry that hold the code's length; the code is above
LENGTH_MASK = uint64((1 << LENGTH_BITS) - 1)


class HuffmanScratch(NamedTuple):
    """What the kernels here work in.

    Attributes
    ----------
    keys, packages : (SYMBOLS,) int64
    coins : (2 * SYMBOLS,) int64
    leaf : (LONGEST_CODE, 2 * SYMBOLS) uint8
    next_codes : (LONGEST_CODE + 1,) int64, by length
    header : (2, SYMBOLS + DISTANCES) int64, symbols of a header and what follows them
    header_weights, header_lengths : (HEADER_SYMBOLS,) int64
    header_table : (HEADER_SYMBOLS,) uint32
    """

    keys: npt.NDArray[np.int64]
    packages: npt.NDArray[np.int64]
    coins: npt.NDArray[np.int64]
    leaf: npt.NDArray[np.uint8]
    next_codes: npt.NDArray[np.int64]
    header: npt.NDArray[np.int64]
    header_weights: npt.NDArray[np.int64]
    header_lengths: npt.NDArray[np.int64]
    header_table: npt.NDArray[np.uint32]


def make_huffman_scratch() -> HuffmanScratch:
    """Scratch for any code of deflate."""
    return HuffmanScratch(
        keys=np.zeros(SYMBOLS, np.int64),
        packages=np.zeros(SYMBOLS, np.int64),
        coins=np.zeros(2 * SYMBOLS, np.int64),
        leaf=np.zeros((LONGEST_CODE, 2 * SYMBOLS), np.uint8),
        next_codes=np.zeros(LONGEST_CODE + 1, np.int64),
        header=np.zeros((2, SYMBOLS + DISTANCES), np.int64),
        header_weights=np.zeros(HEADER_SYMBOLS, np.int64),
        header_lengths=np.zeros(HEADER_SYMBOLS, np.int64),
        header_table=np.zeros(HEADER_SYMBOLS, np.uint32),
    )


@inner_kernel
def code_lengths(weights: Any, longest: int, lengths: Any, scratch: Any) -> None:
    """The best code lengths of at most `longest` bits; symbols of weight 0 get none.

    Parameters
    ----------
    weights : (symbols,) int64, below 2**53
    lengths : (symbols,) int64, filled in
    scratch : HuffmanScratch
    """
    keys, depths = scratch.keys, scratch.packages
    n = sort_symbols(weights, keys)
    lengths[:] = 0
    if n < 3:  # a code of one or two symbols takes a bit
        for k in range(n):
            lengths[keys[k] & KEY_SYMBOL] = 1
        return
    find_depths(keys, n, depths)
    if depths[0] > longest:
        merge_packages(keys, n, longest, lengths, scratch)
        return
    for k in range(n):
        lengths[keys[k] & KEY_SYMBOL] = depths[k]


@inner_kernel
def find_depths(keys: Any, n: int, tree: Any) -> None:
    """Huffman's code lengths of the `n` symbols in `keys`, longest first, into `tree`.

    Source: Moffat & Katajainen, "In-place calculation of minimum-redundancy codes", WADS 1995.
    """
    for k in range(n):
        tree[k] = keys[k] >> KEY_BITS
    root, leaf = 0, 0
    for node in range(n - 1):  # its weight; of a node that has a parent, the parent
        weight = int64(0)
        for _ in range(2):
            if leaf >= n or (root < node and tree[root] < tree[leaf]):
                weight += tree[root]
                tree[root] = node
                root += 1
            else:
                weight += tree[leaf]
                leaf += 1
        tree[node] = weight
    tree[n - 2] = 0  # depths of inner nodes
    for node in range(n - 3, -1, -1):
        tree[node] = tree[tree[node]] + 1
    free, depth, node, k = 1, 0, n - 2, n - 1
    while free > 0:
        inner = 0
        while node >= 0 and tree[node] == depth:
            inner += 1
            node -= 1
        while free > inner:
            tree[k] = depth
            k -= 1
            free -= 1
        free = 2 * inner
        depth += 1


@inner_kernel
def merge_packages(keys: Any, n: int, longest: int, lengths: Any, scratch: Any) -> None:
    """The best code lengths of at most `longest` bits for the `n` symbols in `keys`.

    Package-merge: the cheapest 2n - 2 coins of the last of `longest` levels, where a level holds
    every symbol and the pairs of the level before. Source: Larmore & Hirschberg, "A fast algorithm
    for optimal length-limited Huffman codes", JACM 37(3), 1990.
    """
    coins, packages, leaf = scratch.coins, scratch.packages, scratch.leaf
    pairs = 0
    for level in range(longest):
        i = 0
        j = 0
        for k in range(n + pairs):
            take = i < n and (j >= pairs or keys[i] >> KEY_BITS <= packages[j])
            leaf[level, k] = take
            if take:
                coins[k] = keys[i] >> KEY_BITS
                i += 1
            else:
                coins[k] = packages[j]
                j += 1
        pairs = (n + pairs) // 2
        for k in range(pairs):
            packages[k] = coins[2 * k] + coins[2 * k + 1]
    needed = 2 * n - 2
    for level in range(longest - 1, -1, -1):
        leaves = 0
        for k in range(needed):
            leaves += leaf[level, k]
        for k in range(leaves):
            lengths[keys[k] & KEY_SYMBOL] += 1
        needed = 2 * (needed - leaves)


@inner_kernel
def sort_symbols(weights: Any, keys: Any) -> int:
    """Symbols that have a weight, lightest first: weight << KEY_BITS | symbol; how many.

    Source: Shell, "A high-speed sorting procedure", CACM 2(7), 1959; Ciura's gaps.
    """
    n = 0
    for symbol in range(weights.shape[0]):
        if weights[symbol] > 0:
            keys[n] = weights[symbol] << KEY_BITS | symbol
            n += 1
    for gap in (132, 57, 23, 10, 4, 1):
        for k in range(gap, n):
            key = keys[k]
            i = k
            while i >= gap and keys[i - gap] > key:
                keys[i] = keys[i - gap]
                i -= gap
            keys[i] = key
    return n


@inner_kernel
def make_table(lengths: Any, table: Any, scratch: Any) -> None:
    """The canonical code of `lengths`, as it is written: bit-reversed (RFC 1951, 3.2.2).

    Parameters
    ----------
    lengths : (symbols,) int64
    table : (symbols,) uint32, filled in: code << LENGTH_BITS | length
    scratch : HuffmanScratch
    """
    codes = scratch.next_codes
    codes[:] = 0
    for symbol in range(lengths.shape[0]):
        codes[lengths[symbol]] += 1
    codes[0] = 0
    code = int64(0)
    for length in range(1, LONGEST_CODE + 1):
        here = codes[length]
        codes[length] = code
        code = (code + here) << 1
    for symbol in range(lengths.shape[0]):
        length = lengths[symbol]
        if length > 0:
            table[symbol] = reverse_bits(codes[length], length) << LENGTH_BITS | length
            codes[length] += 1


@inner_kernel
def reverse_bits(code: int, length: int) -> int:
    """The low `length` bits of `code`, 16 at the most, in reverse."""
    code = (code & 0x5555) << 1 | (code >> 1) & 0x5555
    code = (code & 0x3333) << 2 | (code >> 2) & 0x3333
    code = (code & 0x0F0F) << 4 | (code >> 4) & 0x0F0F
    code = (code & 0x00FF) << 8 | (code >> 8) & 0x00FF
    return code >> (16 - length)


@inner_kernel
def put_header(lengths: Any, distances: Any, out: Any, position: int, scratch: Any) -> int:
    """Write a dynamic block's header: `lengths` (SYMBOLS,), and `distances` (1 to DISTANCES,).

    Runs of zero lengths are coded as such; other repeats are left out, there are few.
    """
    weights, table = scratch.header_weights, scratch.header_table
    n = header_symbols(lengths, scratch.header, 0)
    n = header_symbols(distances, scratch.header, n)
    weights[:] = 0
    for k in range(n):
        weights[scratch.header[0, k]] += 1
    code_lengths(weights, int64(LONGEST_HEADER_CODE), scratch.header_lengths, scratch)
    make_table(scratch.header_lengths, table, scratch)
    position = put_bits(out, position, uint64(BTYPE_DYNAMIC << 1), 3)  # and not the final block
    position = put_bits(out, position, uint64(SYMBOLS - 257), 5)
    position = put_bits(out, position, uint64(distances.shape[0] - 1), 5)
    position = put_bits(out, position, uint64(HEADER_SYMBOLS - 4), 4)
    for k in range(HEADER_SYMBOLS):
        position = put_bits(out, position, uint64(scratch.header_lengths[LENGTH_ORDER[k]]), 3)
    for k in range(n):
        position = put_entry(table[scratch.header[0, k]], out, position)
        if scratch.header[0, k] == REPEAT_ZERO:
            position = put_bits(out, position, uint64(scratch.header[1, k]), 7)
    return position


@inner_kernel
def header_symbols(lengths: Any, header: Any, n: int) -> int:
    """Turn code lengths into symbols of a header, after the first `n`; how many there are then.

    `header` (2, SYMBOLS + DISTANCES) int64 gets the symbols, and for REPEAT_ZERO what follows it.
    """
    i = 0
    while i < lengths.shape[0]:
        zeros = 0
        while i + zeros < lengths.shape[0] and lengths[i + zeros] == 0 and zeros < MOST_ZEROS:
            zeros += 1
        if zeros >= LEAST_ZEROS:
            header[0, n] = REPEAT_ZERO
            header[1, n] = zeros - LEAST_ZEROS
            i += zeros
        else:
            header[0, n] = lengths[i]
            i += 1
        n += 1
    return n


@inner_kernel
def put_entry(entry: int, out: Any, position: int) -> int:
    """Write one entry of a table; the next position."""
    code = uint64(entry) >> uint64(LENGTH_BITS)
    return put_bits(out, position, code, int64(uint64(entry) & LENGTH_MASK))
