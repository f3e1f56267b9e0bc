"""Residuals to deflate: literals, and runs of one byte as matches of distance 1.

No search: where art is flat, residuals are zero, and runs are all that is worth matching there;
where it is a photograph, literals cost about what matches would. Source: RFC 1951, section 3.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, njit, uint32, uint64

from imggen.encode.png.bits import ONE, end_piece, put_bits, shift_over
from imggen.encode.png.huffman import (
    END_OF_BLOCK,
    LENGTH_BITS,
    LITERALS,
    LONGEST_CODE,
    SYMBOLS,
    code_lengths,
    make_table,
    put_header,
)
from imggen.encode.png.words import load_word, trailing_zeros

SHORTEST_MATCH, LONGEST_MATCH = 3, 258  # RFC 1951, 3.2.5
TABLE_SIZE = SYMBOLS + LONGEST_MATCH + 1  # symbols, then a whole match by its length
LENGTH_MASK = uint64((1 << LENGTH_BITS) - 1)


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


@njit(nogil=True)
def code_band(data: Any, count: int, matches: Any, out: Any, position: int) -> int:
    """Write `count` bytes as one dynamic block with the best code for them, ended on a byte's edge.

    Parameters
    ----------
    data : (at least count + 8,) uint8
    matches : (at least count / 8 + 1, 2) int64, scratch
    out : (words,) uint64

    Returns
    -------
    int
        The next position in `out`, bits.
    """
    n = find_matches(data, count, matches)
    weights = np.zeros(SYMBOLS, np.int64)
    count_symbols(data, count, matches, n, weights)
    lengths = np.empty(SYMBOLS, np.int64)
    code_lengths(weights, LONGEST_CODE, lengths)
    table = np.zeros(TABLE_SIZE, np.uint32)
    fill_table(lengths, table)
    position = put_header(lengths, out, position)
    position = put_coded(data, count, matches, n, table, out, position)
    position = put_entry(table[END_OF_BLOCK], out, position)
    return end_piece(out, position)


@njit(nogil=True)
def find_matches(data: Any, count: int, matches: Any) -> int:
    """Find the runs of equal bytes that are worth a match; returns how many there are.

    Looks at every eighth byte: a run of 15 is always found, one of 8 sometimes, a shorter one never.

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


@njit(nogil=True)
def count_symbols(data: Any, count: int, matches: Any, n: int, weights: Any) -> None:
    """Add to `weights` (SYMBOLS,) how often each symbol is used."""
    counts = np.zeros((4, LITERALS), np.uint32)  # four, so that equal neighbours do not wait
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


@njit(nogil=True)
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


@njit(nogil=True)
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


@njit(nogil=True)
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


@njit(nogil=True)
def put_entry(entry: int, out: Any, position: int) -> int:
    """Write one entry of a table."""
    return put_bits(
        out, position, uint64(entry) >> uint64(LENGTH_BITS), int64(uint64(entry) & LENGTH_MASK)
    )


@njit(nogil=True)
def put_literals(data: Any, start: int, stop: int, table: Any, out: Any, position: int) -> int:
    """Write bytes `start` to `stop` as literals, four at a time: at most 60 bits; next position."""
    shift = uint64(LENGTH_BITS)
    word = position >> 6
    used = uint64(position & 63)
    held = out[word] & ((ONE << used) - ONE)
    i = start
    while i + 4 <= stop:
        a, b = uint64(table[data[i]]), uint64(table[data[i + 1]])
        c, d = uint64(table[data[i + 2]]), uint64(table[data[i + 3]])
        two = (a & LENGTH_MASK) + (b & LENGTH_MASK)
        three = two + (c & LENGTH_MASK)
        code = (a >> shift) | ((b >> shift) << (a & LENGTH_MASK))
        code |= ((c >> shift) | ((d >> shift) << (c & LENGTH_MASK))) << two
        low = held | (code << used)
        high = shift_over(code, used)
        out[word] = low
        used += three + (d & LENGTH_MASK)
        full = used >> uint64(6)
        word += int64(full)
        held = high if full else low
        used &= uint64(63)
        i += 4
    out[word] = held
    position = (word << 6) + int64(used)
    while i < stop:
        position = put_entry(table[data[i]], out, position)
        i += 1
    return position
