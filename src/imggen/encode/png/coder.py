"""Residuals to deflate as fast as can be: literals, and runs of one byte.

No search: where art is flat, residuals are zero, and runs are most of what is worth matching there;
where it is a photograph, literals cost little more than matches would. Source: RFC 1951, 3.2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, uint32, uint64

from imggen.encode.png.bits import ONE, end_piece, shift_over
from imggen.encode.png.huffman import (
    DISTANCES,
    END_OF_BLOCK,
    LENGTH_BITS,
    LENGTH_MASK,
    LITERALS,
    LONGEST_CODE,
    SYMBOLS,
    HuffmanScratch,
    code_lengths,
    make_huffman_scratch,
    make_table,
    put_entry,
    put_header,
)
from imggen.encode.png.symbols import (
    FIRST_OF_SYMBOL,
    LENGTH_EXTRA_BITS,
    LENGTH_SYMBOLS,
    LONGEST_MATCH,
    SHORTEST_MATCH,
)
from imggen.kernels import inner_kernel

TWO, THREE = uint64(2), uint64(3)
ONLY_DISTANCE = 1  # as a table has it: a code of one bit, a 0
ONLY_DISTANCE_LENGTHS = np.ones(1, np.int64)
TABLE_SIZE = SYMBOLS + LONGEST_MATCH + 1  # symbols, then a whole run by its length


class CoderScratch(NamedTuple):
    """What the kernels here work in.

    Attributes
    ----------
    runs : (.., 2) int64, where runs of equal bytes begin, and their lengths
    counts : (4, LITERALS) uint32
    weights, lengths : (SYMBOLS,) int64
    distance_weights, distance_lengths : (DISTANCES,) int64
    distance_table : (DISTANCES,) uint32
    table : (TABLE_SIZE,) uint32
    huffman : HuffmanScratch
    """

    runs: npt.NDArray[np.int64]
    counts: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    distance_weights: npt.NDArray[np.int64]
    distance_lengths: npt.NDArray[np.int64]
    distance_table: npt.NDArray[np.uint32]
    table: npt.NDArray[np.uint32]
    huffman: HuffmanScratch


def make_coder_scratch(most_bytes: int) -> CoderScratch:
    """Scratch to code at most `most_bytes` at once."""
    return CoderScratch(
        runs=np.zeros((most_bytes // 2 + 1, 2), np.int64),  # bytes between two are literals
        counts=np.zeros((4, LITERALS), np.uint32),
        weights=np.zeros(SYMBOLS, np.int64),
        lengths=np.zeros(SYMBOLS, np.int64),
        distance_weights=np.zeros(DISTANCES, np.int64),
        distance_lengths=np.zeros(DISTANCES, np.int64),
        distance_table=np.zeros(DISTANCES, np.uint32),
        table=np.zeros(TABLE_SIZE, np.uint32),
        huffman=make_huffman_scratch(),
    )


@inner_kernel
def code_runs(data: Any, count: int, n: int, out: Any, position: int, scratch: Any) -> int:
    """Write `count` bytes as one dynamic block with the best code for them, ended on a byte's edge.

    Parameters
    ----------
    data : (at least count + 8,) uint8
    n : how many of `scratch.runs` there are
    out : (words,) uint64
    scratch : CoderScratch

    Returns
    -------
    int
        The next position in `out`, bits.
    """
    runs, table = scratch.runs, scratch.table
    scratch.weights[:] = 0
    count_symbols(data, count, n, scratch, scratch.weights)
    code_lengths(scratch.weights, int64(LONGEST_CODE), scratch.lengths, scratch.huffman)
    make_table(scratch.lengths, table[:SYMBOLS], scratch.huffman)
    add_runs(ONLY_DISTANCE, table)
    position = put_header(scratch.lengths, ONLY_DISTANCE_LENGTHS, out, position, scratch.huffman)
    position = put_coded(data, count, runs, n, table, out, position)
    position = put_entry(table[END_OF_BLOCK], out, position)
    return end_piece(out, position)


@inner_kernel
def count_symbols(data: Any, count: int, n: int, scratch: Any, weights: Any) -> None:
    """Add to `weights` (SYMBOLS,), how often each symbol is used, with `n` of `scratch.runs`."""
    runs, counts = scratch.runs, scratch.counts
    counts[:] = 0
    i = 0
    for k in range(n):
        count_literals(data, i, runs[k, 0], counts)
        i = runs[k, 0] + runs[k, 1]
        count_run(runs[k, 1], data[runs[k, 0]], weights)
    count_literals(data, i, count, counts)
    add_literals(counts, weights)


@inner_kernel
def count_run(length: int, value: int, weights: Any) -> None:
    """Add to `weights` (SYMBOLS,) what `put_run` writes."""
    weights[SYMBOLS - 1] += length // LONGEST_MATCH
    rest = length % LONGEST_MATCH
    if rest >= SHORTEST_MATCH:
        weights[LENGTH_SYMBOLS[rest]] += 1
    else:
        weights[value] += rest


@inner_kernel
def count_literals(data: Any, start: int, stop: int, counts: Any) -> None:
    """Count bytes `start` to `stop` in `counts` (4, LITERALS): so that equal ones do not wait."""
    i = start
    while i + 4 <= stop:
        counts[0, data[i]] += uint32(1)
        counts[1, data[i + 1]] += uint32(1)
        counts[2, data[i + 2]] += uint32(1)
        counts[3, data[i + 3]] += uint32(1)
        i += 4
    while i < stop:
        counts[0, data[i]] += uint32(1)
        i += 1


@inner_kernel
def add_literals(counts: Any, weights: Any) -> None:
    """Add what was counted to `weights` (SYMBOLS,), and the end of the block."""
    for symbol in range(LITERALS):
        for lane in range(4):
            weights[symbol] += counts[lane, symbol]
    weights[END_OF_BLOCK] += 1


@inner_kernel
def add_runs(distance: int, table: Any) -> None:
    """Add the codes of whole runs by length to those of symbols; `table` is (TABLE_SIZE,) uint32.

    A run is length code, extra bits, and `distance`: what a table has of a distance of 1, whose
    code has at most 4 bits.
    """
    distance_code = int64(distance) >> LENGTH_BITS
    distance_bits = int64(distance) & ((1 << LENGTH_BITS) - 1)
    for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
        symbol = LENGTH_SYMBOLS[length]
        bits = int64(table[symbol]) & ((1 << LENGTH_BITS) - 1)
        code = int64(table[symbol]) >> LENGTH_BITS
        code |= (length - FIRST_OF_SYMBOL[symbol]) << bits
        bits += LENGTH_EXTRA_BITS[length]
        code |= distance_code << bits
        bits += distance_bits
        table[SYMBOLS + length] = uint32(code << LENGTH_BITS | bits)


@inner_kernel
def put_coded(data: Any, count: int, runs: Any, n: int, table: Any, out: Any, position: int) -> int:
    """Write `count` bytes, of which the first `n` of `runs` are runs; the next position."""
    i = 0
    for k in range(n):
        position = put_literals(data, i, runs[k, 0], table, out, position)
        position = put_run(runs[k, 1], data[runs[k, 0]], table, out, position)
        i = runs[k, 0] + runs[k, 1]
    return put_literals(data, i, count, table, out, position)


@inner_kernel
def put_run(length: int, value: int, table: Any, out: Any, position: int) -> int:
    """Write `value` once more, `length` times."""
    while length >= LONGEST_MATCH:
        position = put_entry(table[SYMBOLS + LONGEST_MATCH], out, position)
        length -= LONGEST_MATCH
    if length >= SHORTEST_MATCH:
        return put_entry(table[SYMBOLS + length], out, position)
    for _ in range(length):
        position = put_entry(table[value], out, position)
    return position


@inner_kernel
def put_literals(data: Any, start: int, stop: int, table: Any, out: Any, position: int) -> int:
    """Write bytes `start` to `stop` as literals, four at a time: at most 60 bits; next position."""
    shift = uint64(LENGTH_BITS)
    word = uint64(position) >> uint64(6)  # unsigned, so that no index is checked for its sign
    used = uint64(position) & uint64(63)
    held = out[word] & ((ONE << used) - ONE)
    fours = max(stop - start, 0) >> 2
    for k in range(fours):
        i = uint64(start) + uint64(4 * k)
        a, b = uint64(table[data[i]]), uint64(table[data[i + ONE]])
        c, d = uint64(table[data[i + TWO]]), uint64(table[data[i + THREE]])
        bits_two = (a & LENGTH_MASK) + (b & LENGTH_MASK)
        code = (a >> shift) | ((b >> shift) << (a & LENGTH_MASK))
        code |= ((c >> shift) | ((d >> shift) << (c & LENGTH_MASK))) << bits_two
        low = held | (code << used)
        high = shift_over(code, used)
        out[word] = low
        used += bits_two + (c & LENGTH_MASK) + (d & LENGTH_MASK)
        full = used >> uint64(6)
        word += full
        held = high if full else low
        used &= uint64(63)
    out[word] = held
    position = int64(word << uint64(6)) + int64(used)
    for i in range(start + 4 * fours, stop):
        position = put_entry(table[data[i]], out, position)
    return position
