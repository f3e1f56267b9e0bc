"""Residuals to deflate: literals, and runs of one byte as matches of distance 1.

No search: where art is flat, residuals are zero, and runs are all that is worth matching there;
where it is a photograph, literals cost about what matches would. Source: RFC 1951, section 3.2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int64, uint32, uint64

from imggen.encode.png.bits import ONE, end_piece, shift_over
from imggen.encode.png.huffman import (
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
from imggen.encode.png.words import load_word, trailing_zeros
from imggen.kernels import inner_kernel

TWO, THREE = uint64(2), uint64(3)
LEAST_RUN = 5  # bytes; a shorter match costs about what the literals do
LEAST_RUN_MASK = uint64((1 << 8 * LEAST_RUN) - 1)
SHORTEST_MATCH, LONGEST_MATCH = 3, 258  # RFC 1951, 3.2.5
TABLE_SIZE = SYMBOLS + LONGEST_MATCH + 1  # symbols, then a whole match by its length


def _length_codes() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Symbol and number of extra bits by match length (RFC 1951, 3.2.5)."""
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


class CoderScratch(NamedTuple):
    """What the kernels here work in.

    Attributes
    ----------
    matches : (.., 2) int64, runs of equal bytes
    counts : (4, LITERALS) uint32
    weights, lengths : (SYMBOLS,) int64
    table : (TABLE_SIZE,) uint32
    huffman : HuffmanScratch
    """

    matches: npt.NDArray[np.int64]
    counts: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    table: npt.NDArray[np.uint32]
    huffman: HuffmanScratch


def make_coder_scratch(most_bytes: int) -> CoderScratch:
    """Scratch to code at most `most_bytes` at once."""
    return CoderScratch(
        matches=np.zeros((most_bytes // (LEAST_RUN + 1) + 2, 2), np.int64),
        counts=np.zeros((4, LITERALS), np.uint32),
        weights=np.zeros(SYMBOLS, np.int64),
        lengths=np.zeros(SYMBOLS, np.int64),
        table=np.zeros(TABLE_SIZE, np.uint32),
        huffman=make_huffman_scratch(),
    )


@inner_kernel
def code_matched(data: Any, count: int, n: int, out: Any, position: int, scratch: Any) -> int:
    """Write `count` bytes as one dynamic block with the best code for them, ended on a byte's edge.

    Parameters
    ----------
    data : (at least count + 8,) uint8
    n : how many of `scratch.matches` there are
    out : (words,) uint64
    scratch : CoderScratch

    Returns
    -------
    int
        The next position in `out`, bits.
    """
    matches, table = scratch.matches, scratch.table
    scratch.weights[:] = 0
    count_symbols(data, count, n, scratch, scratch.weights)
    code_lengths(scratch.weights, LONGEST_CODE, scratch.lengths, scratch.huffman)
    fill_table(scratch.lengths, table)
    position = put_header(scratch.lengths, out, position, scratch.huffman)
    position = put_coded(data, count, matches, n, table, out, position)
    position = put_entry(table[END_OF_BLOCK], out, position)
    return end_piece(out, position)


@inner_kernel
def find_matches(data: Any, count: int, matches: Any) -> int:
    """Find the runs of equal bytes that are worth a match; returns how many there are.

    Looks at every eighth byte: a run of 15 is always found, one of 8 sometimes, a shorter never.

    Parameters
    ----------
    data : (at least count + 8,) uint8
    matches : (.., 2) int64, filled in: where a match begins, and its length, whatever that is:
        `put_match` cuts it. The byte before it is the one that is repeated.
    """
    n = 0
    stop = 1
    i = 1
    while i + 8 <= count:
        if load_word(data, i) != load_word(data, i - 1):
            i += 8
            continue
        first = i
        while first > stop and data[first - 1] == data[first - 2]:
            first -= 1
        i += 8
        while i + 8 <= count and load_word(data, i) == load_word(data, i - 1):
            i += 8
        if i + 8 <= count:
            i += int64(trailing_zeros(load_word(data, i) ^ load_word(data, i - 1)) >> uint64(3))
        matches[n, 0] = first
        matches[n, 1] = i - first
        n += 1
        stop = i
    return n


@inner_kernel
def find_all_matches(data: Any, start: int, stop: int, n: int, matches: Any) -> int:
    """Find every run worth a match in the row at bytes `start` to `stop`; slower, and smaller.

    Matches begin after the row's first two bytes, its filter type and one that stays a literal.

    Parameters
    ----------
    data : (at least stop + 8,) uint8
    n : how many matches there are already
    matches : (.., 2) int64, added to: as for `find_matches`

    Returns
    -------
    int
        How many there are now.
    """
    i = start + 2
    while i + LEAST_RUN <= stop:
        differing = load_word(data, i) ^ load_word(data, i - 1)
        if differing & LEAST_RUN_MASK:
            i += 1 + int64(trailing_zeros(differing) >> uint64(3))
            continue
        end = i + LEAST_RUN
        while end < stop and data[end] == data[i]:
            end += 1
        matches[n, 0] = i
        matches[n, 1] = end - i
        n += 1
        i = end + 1
    return n


@inner_kernel
def count_symbols(data: Any, count: int, n: int, scratch: Any, weights: Any) -> None:
    """Add to `weights` (SYMBOLS,), how often each symbol is used, with `n` of `scratch.matches`."""
    matches, counts = scratch.matches, scratch.counts  # four, so that equal neighbours do not wait
    counts[:] = 0
    i = 0
    for k in range(n + 1):
        stop = matches[k, 0] if k < n else count
        while i + 4 <= stop:
            counts[0, data[i]] += uint32(1)
            counts[1, data[i + 1]] += uint32(1)
            counts[2, data[i + 2]] += uint32(1)
            counts[3, data[i + 3]] += uint32(1)
            i += 4
        while i < stop:
            counts[0, data[i]] += uint32(1)
            i += 1
        if k < n:
            i += matches[k, 1]
            weights[SYMBOLS - 1] += matches[k, 1] // LONGEST_MATCH
            rest = matches[k, 1] % LONGEST_MATCH
            if rest >= SHORTEST_MATCH:
                weights[LENGTH_SYMBOLS[rest]] += 1
            else:
                weights[data[matches[k, 0]]] += rest
    for symbol in range(LITERALS):
        for lane in range(4):
            weights[symbol] += counts[lane, symbol]
    weights[END_OF_BLOCK] += 1


@inner_kernel
def fill_table(lengths: Any, table: Any) -> None:
    """The codes of all symbols, and of whole matches by length; `table` is (TABLE_SIZE,) uint32.

    A match is length code, extra bits, and the only distance code, a 0.
    """
    make_table(lengths, table[:SYMBOLS])
    for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
        symbol = LENGTH_SYMBOLS[length]
        bits = int64(table[symbol]) & ((1 << LENGTH_BITS) - 1)
        code = int64(table[symbol]) >> LENGTH_BITS
        code |= (length - FIRST_OF_SYMBOL[symbol]) << bits
        bits += LENGTH_EXTRA_BITS[length] + 1
        table[SYMBOLS + length] = uint32(code << LENGTH_BITS | bits)


@inner_kernel
def put_coded(
    data: Any, count: int, matches: Any, n: int, table: Any, out: Any, position: int
) -> int:
    """Write `count` bytes, of which the first `n` of `matches` are matches; the next position."""
    i = 0
    for k in range(n):
        position = put_literals(data, i, matches[k, 0], table, out, position)
        position = put_match(matches[k, 1], data[matches[k, 0]], table, out, position)
        i = matches[k, 0] + matches[k, 1]
    return put_literals(data, i, count, table, out, position)


@inner_kernel
def put_match(length: int, value: int, table: Any, out: Any, position: int) -> int:
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
