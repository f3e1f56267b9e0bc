"""A loaded band's code with matches of any distance: seek them, weigh them, write them."""

from __future__ import annotations

from typing import Any

from numba import int64, typeof, types

from imggen.encode.png.bits import end_piece, put_bits
from imggen.encode.png.coder import add_literals, count_literals, put_literals
from imggen.encode.png.huffman import (
    END_OF_BLOCK,
    LONGEST_CODE,
    SYMBOLS,
    code_lengths,
    make_table,
    put_entry,
    put_header,
)
from imggen.encode.png.matches import (
    Search,
    expect_matches,
    price_literals,
    price_matches,
    seek_matches,
)
from imggen.encode.png.scratch import SCRATCH
from imggen.encode.png.symbols import (
    DISTANCE_EXTRA_BITS,
    FIRST_DISTANCES,
    FIRST_OF_SYMBOL,
    LENGTH_EXTRA_BITS,
    LENGTH_SYMBOLS,
    distance_symbol,
)
from imggen.kernels import compile_kernel, inner_kernel, kernel


@kernel
def forget_prices(scratch: Any) -> None:
    """Begin with another backdrop: what matches cost is learnt from band to band."""
    expect_matches(scratch.match)


@kernel
def seek_loaded(search: Any, scratch: Any) -> int:
    """Find the matches of the loaded band; how many there are."""
    data, coder = scratch.residuals, scratch.coder
    count, row_bytes = scratch.loaded
    price_literals(coder.lengths, scratch.match)
    return seek_matches(data, count // row_bytes, row_bytes, search, scratch.match)


@kernel
def code_found(m: int, scratch: Any) -> int:
    """Code the loaded band with its `m` matches at the start of `scratch.out`; its bytes."""
    coder, out = scratch.coder, scratch.out
    count_matched(scratch.loaded[0], m, scratch)
    make_code(coder.table, scratch)
    price_matches(coder.lengths, coder.distance_lengths, scratch.match)
    out[0] = 0
    at = put_header(coder.lengths, coder.distance_lengths, out, 0, coder.huffman)
    at, _ = put_matched(int64(0), scratch.loaded[0], int64(0), m, coder.table, out, at, scratch)
    at = put_entry(coder.table[END_OF_BLOCK], out, at)
    return end_piece(out, at) >> 3


@inner_kernel
def count_matched(count: int, m: int, scratch: Any) -> None:
    """How often `count` loaded bytes with `m` matches use each symbol: into the coder's weights."""
    coder, matches = scratch.coder, scratch.match.matches
    coder.weights[:] = 0
    coder.distance_weights[:] = 0
    coder.counts[:] = 0
    i = 0
    for k in range(m):
        count_literals(scratch.residuals, i, matches[k, 0], coder.counts)
        coder.weights[LENGTH_SYMBOLS[matches[k, 1]]] += 1
        coder.distance_weights[distance_symbol(matches[k, 2])] += 1
        i = matches[k, 0] + matches[k, 1]
    count_literals(scratch.residuals, i, count, coder.counts)
    add_literals(coder.counts, coder.weights)


@inner_kernel
def make_code(table: Any, scratch: Any) -> None:
    """The best code for the coder's weights; `table` is (TABLE_SIZE,) uint32."""
    coder = scratch.coder
    code_lengths(coder.weights, int64(LONGEST_CODE), coder.lengths, coder.huffman)
    distances = coder.distance_weights
    distances[0] += 1  # a block has at least one distance code
    code_lengths(distances, int64(LONGEST_CODE), coder.distance_lengths, coder.huffman)
    make_table(coder.lengths, table[:SYMBOLS], coder.huffman)
    make_table(coder.distance_lengths, coder.distance_table, coder.huffman)


@inner_kernel
def put_matched(
    start: int, stop: int, k: int, m: int, table: Any, out: Any, position: int, scratch: Any
) -> Any:
    """Write loaded bytes `start` to `stop`; `k` of the `m` matches is the first that may lie there.

    Returns
    -------
    position : int
        The next position in `out`.
    k : int
        The first match beyond.
    """
    data, matches = scratch.residuals, scratch.match.matches
    i = start
    while k < m and matches[k, 0] < stop:
        position = put_literals(data, i, matches[k, 0], table, out, position)
        position = put_match(
            matches[k, 1], matches[k, 2], table, scratch.coder.distance_table, out, position
        )
        i = matches[k, 0] + matches[k, 1]
        k += 1
    return put_literals(data, i, stop, table, out, position), k


@inner_kernel
def put_match(
    length: int, distance: int, table: Any, distance_table: Any, out: Any, position: int
) -> int:
    """Write a match; the next position (RFC 1951, 3.2.5)."""
    symbol = LENGTH_SYMBOLS[length]
    position = put_entry(table[symbol], out, position)
    extra = length - FIRST_OF_SYMBOL[symbol]
    position = put_bits(out, position, extra, LENGTH_EXTRA_BITS[length])
    symbol = distance_symbol(distance)
    position = put_entry(distance_table[symbol], out, position)
    extra = distance - FIRST_DISTANCES[symbol]
    return put_bits(out, position, extra, DISTANCE_EXTRA_BITS[symbol])


compile_kernel(forget_prices, (SCRATCH,))
compile_kernel(seek_loaded, (typeof(Search(1, 1, 1)), SCRATCH))
compile_kernel(code_found, (types.int64, SCRATCH))
