"""A band's code with an index of bit offsets, so that it can be cut at the columns of a grid.

Its matches only repeat the byte before them and never cross rows, so that it can be cut wherever no
match lies, and what is right of a cut does not depend on what is left of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, types, uint16

from imggen.draw.blend import copy_row
from imggen.encode.png.adler import MODULUS, plain_sum, weighted_sum
from imggen.encode.png.coder import (
    code_matched,
    count_symbols,
    fill_table,
    find_all_matches,
    put_literals,
    put_match,
)
from imggen.encode.png.huffman import LONGEST_CODE, SYMBOLS, code_lengths, put_header
from imggen.encode.png.prior import PRIOR_BYTES
from imggen.encode.png.scratch import SCRATCH
from imggen.kernels import inner_kernel, kernel

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
NO_CUT = np.uint32(2**32 - 1)  # in `Prepared.column_at`
OWN_WEIGHT = 8  # of a band's own bytes in the code of its splice, against 1 for every symbol


@kernel
def load_band(filtered: Any, checksum: Any, scratch: Any) -> int:
    """Load a band's filtered rows (rows, 1 + row) and find all matches in them; how many.

    `checksum` (3,) int64 gets the band's row of `Prepared.checksums`.
    """
    count, row_bytes = filtered.size, filtered.shape[1]
    copy_row(scratch.residuals[:count], filtered.reshape(-1))
    total = plain_sum(scratch.residuals, count)
    checksum[0] = total % MODULUS
    checksum[1] = (total * count - weighted_sum(scratch.residuals, count)) % MODULUS
    checksum[2] = count
    n = 0
    for row in range(filtered.shape[0]):
        start = row * row_bytes
        stop = start + row_bytes
        n = find_all_matches(scratch.residuals, start, stop, n, scratch.coder.matches)
    scratch.loaded[0], scratch.loaded[1] = count, row_bytes
    return n


@kernel
def code_loaded(n: int, scratch: Any) -> int:
    """Code the loaded band, which has `n` matches, at the start of `scratch.out`; its bytes."""
    scratch.out[0] = 0
    count = scratch.loaded[0]
    return code_matched(scratch.residuals, count, n, scratch.out, 0, scratch.coder) >> 3


@kernel
def index_loaded(
    n: int, channels: int, prior: Any, table: Any, column_at: Any, sums: Any, scratch: Any
) -> int:
    """Code the loaded band, which has `n` matches, at the start of `scratch.out`, to be cut.

    Parameters
    ----------
    prior : (SYMBOLS,) int64, expected from sprites in PRIOR_BYTES of a band
    table : (TABLE_SIZE,) uint32, filled in
    column_at, sums : the band's rows of `Prepared.column_at` and `Prepared.sums`, filled in

    Returns
    -------
    int
        The position after the last row, bits.
    """
    coder, out, data = scratch.coder, scratch.out, scratch.residuals
    count, row_bytes = scratch.loaded
    weights = coder.weights
    weights[:] = 0
    count_symbols(data, count, n, coder, weights)
    for symbol in range(SYMBOLS):
        from_sprites = prior[symbol] * OWN_WEIGHT * count // PRIOR_BYTES
        weights[symbol] = weights[symbol] * OWN_WEIGHT + from_sprites + 1
    code_lengths(weights, LONGEST_CODE, coder.lengths, coder.huffman)
    fill_table(coder.lengths, table)
    out[0] = 0
    at = put_header(coder.lengths, out, 0, coder.huffman)
    match = 0
    for row in range(column_at.shape[0]):
        start, stop = row * row_bytes, (row + 1) * row_bytes
        at, match = index_row(
            data, start, stop, GRID * channels, match, n, table, out, at, column_at[row], coder
        )
        sum_columns(data[start:stop], GRID * channels, sums[row])
    return at


@inner_kernel
def index_row(
    data: Any,
    start: int,
    stop: int,
    step: int,
    match: int,
    n: int,
    table: Any,
    out: Any,
    at: int,
    column_at: Any,
    coder: Any,
) -> Any:
    """Code the row at bytes `start` to `stop` and note where its columns, `step` bytes apart, are.

    A column within a match, or where one begins, is no place to cut: NO_CUT.

    Returns
    -------
    at : int
        The next position in `out`.
    match : int
        The first match of the next row.
    """
    columns = column_at.shape[0] - 1
    column = 0
    i = start
    while i < stop or column <= columns:
        literals_end = min(coder.matches[match, 0], stop) if match < n else stop
        while column <= columns:
            first = min(start + 1 + column * step, stop)
            if first > literals_end or (first == literals_end and first < stop):
                break
            at = put_literals(data, i, first, table, out, at)
            column_at[column] = at
            i = first
            column += 1
        at = put_literals(data, i, literals_end, table, out, at)
        i = literals_end
        if i < stop:
            at = put_match(coder.matches[match, 1], data[i], table, out, at)
            i += coder.matches[match, 1]
            match += 1
            while column <= columns and min(start + 1 + column * step, stop) < i:
                column_at[column] = NO_CUT
                column += 1
    return at, match


@inner_kernel
def sum_columns(row: Any, step: int, sums: Any) -> None:
    """Fill in a row of `Prepared.sums`; columns are `step` bytes apart."""
    total = int64(0)
    weighted = int64(0)
    i = 0
    for column in range(sums.shape[0]):
        stop = min(1 + column * step, row.shape[0])
        while i < stop:
            total += row[i]
            weighted += i * int64(row[i])
            i += 1
        sums[column, 0] = uint16(total % MODULUS)
        sums[column, 1] = uint16(weighted % MODULUS)


_FILTERED = types.Array(types.uint8, 2, "C")
_COUNTS = types.Array(types.int64, 1, "C")
load_band.compile((_FILTERED, _COUNTS, SCRATCH))
code_loaded.compile((types.int64, SCRATCH))
index_loaded.compile(
    (
        types.int64,
        types.int64,
        _COUNTS,
        types.Array(types.uint32, 1, "C"),
        types.Array(types.uint32, 2, "C"),
        types.Array(types.uint16, 3, "C"),
        SCRATCH,
    )
)
