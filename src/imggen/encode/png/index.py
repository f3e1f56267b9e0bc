"""A band's codes: one to be used whole, and two that are spliced.

Of these, the *matched* code has all matches of a stripe (see `matches`), and its index tells where
each stripe of a row begins. In the *plain* code, matches only repeat the byte before them, so that
it can be cut at the columns of a grid, wherever no match lies. Both are of one Huffman code: a
stripe's plain code takes the place of its matched one where a sprite covers some of the stripe, or
of what its matches repeat. Where matches save next to nothing, the plain code is also the matched.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import int64, types, uint16

from imggen.draw.blend import copy_row
from imggen.encode.png.adler import MODULUS, plain_sum, weighted_sum
from imggen.encode.png.coder import (
    add_runs,
    code_runs,
    count_symbols,
    put_literals,
    put_run,
)
from imggen.encode.png.huffman import SYMBOLS, put_header
from imggen.encode.png.matched import count_matched, make_code, put_matched
from imggen.encode.png.prior import PRIOR_BYTES
from imggen.encode.png.runs import find_all_runs
from imggen.encode.png.scratch import SCRATCH
from imggen.kernels import compile_kernel, inner_kernel, kernel

GRID = 8  # px between columns whose bit offsets are known; sprites' spans are aligned to it
NO_CUT = np.uint32(2**32 - 1)  # in `Prepared.column_at`
MATCHED_WEIGHT, PLAIN_WEIGHT = 6, 2  # in the code of a splice, against 1 for every symbol
RUN_SHARE = 8  # matches of distance 1 count as one of so many at least: their code is short


@kernel
def load_band(filtered: Any, stripe_bytes: int, checksum: Any, scratch: Any) -> int:
    """Load a band's filtered rows (rows, 1 + row) and find all runs in their stripes; how many.

    `checksum` (3,) int64 gets the band's row of `Prepared.checksums`.
    """
    count, row_bytes = filtered.size, filtered.shape[1]
    copy_row(scratch.residuals[:count], filtered.reshape(-1))
    total = plain_sum(scratch.residuals, count)
    checksum[0] = total % MODULUS
    checksum[1] = (total * count - weighted_sum(scratch.residuals, count)) % MODULUS
    checksum[2] = count
    n = 0
    for start in range(0, count, row_bytes):
        for left in range(start + 1, start + row_bytes, stripe_bytes):
            stop = min(left + stripe_bytes, start + row_bytes)
            n = find_all_runs(scratch.residuals, left, stop, n, scratch.coder.runs)
    scratch.loaded[0], scratch.loaded[1] = count, row_bytes
    return n


@kernel
def code_loaded(n: int, scratch: Any) -> int:
    """Code the loaded band, which has `n` runs, at the start of `scratch.out`; its bytes."""
    scratch.out[0] = 0
    count = scratch.loaded[0]
    return code_runs(scratch.residuals, count, n, scratch.out, int64(0), scratch.coder) >> 3


@kernel
def choose_code(n: int, m: int, prior: Any, table: Any, scratch: Any) -> None:
    """Choose the code that the loaded band, of `n` runs and `m` matches, is spliced with.

    Parameters
    ----------
    prior : (SYMBOLS,) int64, expected from sprites in PRIOR_BYTES of a band
    table : (TABLE_SIZE,) uint32, filled in
    """
    coder, count = scratch.coder, scratch.loaded[0]
    weights, distances = coder.weights, coder.distance_weights
    count_matched(count, m, scratch)
    weights *= MATCHED_WEIGHT // PLAIN_WEIGHT
    distances *= MATCHED_WEIGHT // PLAIN_WEIGHT
    count_symbols(scratch.residuals, count, n, coder, weights)
    for symbol in range(SYMBOLS):
        from_sprites = prior[symbol] * (MATCHED_WEIGHT + PLAIN_WEIGHT) * count // PRIOR_BYTES
        weights[symbol] = weights[symbol] * PLAIN_WEIGHT + from_sprites + 1
    distances[0] = max(distances[0], distances.sum() // (RUN_SHARE - 1) + 1)
    make_code(table, scratch)
    add_runs(coder.distance_table[0], table)


@kernel
def code_stripes(m: int, stripe_bytes: int, table: Any, stripe_at: Any, scratch: Any) -> int:
    """Write the matched code of the loaded band, header first, at the start of `scratch.out`.

    Parameters
    ----------
    m : how many matches the band has
    table : of the code chosen
    stripe_at : the band's rows of `Prepared.stripe_at`, filled in

    Returns
    -------
    int
        The position after the last row, bits.
    """
    coder, out = scratch.coder, scratch.out
    row_bytes = scratch.loaded[1]
    out[0] = 0
    at = put_header(coder.lengths, coder.distance_lengths, out, 0, coder.huffman)
    k = int64(0)
    for row in range(stripe_at.shape[0]):
        start = row * row_bytes
        at, k = put_matched(start, start + 1, k, m, table, out, at, scratch)
        stripe_at[row, 0] = at
        for stripe in range(stripe_at.shape[1] - 1):
            left = start + 1 + stripe * stripe_bytes
            stop = min(left + stripe_bytes, start + row_bytes)
            at, k = put_matched(left, stop, k, m, table, out, at, scratch)
            stripe_at[row, stripe + 1] = at
    return at


@kernel
def code_columns(n: int, channels: int, table: Any, column_at: Any, sums: Any, scratch: Any) -> int:
    """Write the plain code of the loaded band, header first, at the start of `scratch.out`.

    Parameters
    ----------
    n : how many runs the band has
    table : of the code chosen
    column_at, sums : the band's rows of `Prepared.column_at` and `Prepared.sums`, filled in

    Returns
    -------
    int
        The position after the last row, bits.
    """
    coder, out, data = scratch.coder, scratch.out, scratch.residuals
    row_bytes, step = scratch.loaded[1], GRID * channels
    out[0] = 0
    at = put_header(coder.lengths, coder.distance_lengths, out, 0, coder.huffman)
    k = int64(0)
    for row in range(column_at.shape[0]):
        start = row * row_bytes
        stop = start + row_bytes
        at, k = index_row(data, start, stop, step, k, n, table, out, at, column_at[row], coder)
        sum_columns(data[start:stop], step, sums[row])
    return at


@inner_kernel
def index_row(
    data: Any,
    start: int,
    stop: int,
    step: int,
    k: int,
    n: int,
    table: Any,
    out: Any,
    at: int,
    column_at: Any,
    coder: Any,
) -> Any:
    """Code the row at bytes `start` to `stop` and note where its columns, `step` bytes apart, are.

    A column within a run, or where one begins, is no place to cut: NO_CUT.

    Returns
    -------
    at : int
        The next position in `out`.
    k : int
        The first run of the next row.
    """
    columns = column_at.shape[0] - 1
    column = 0
    i = start
    while i < stop or column <= columns:
        literals_end = min(coder.runs[k, 0], stop) if k < n else stop
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
            at = put_run(coder.runs[k, 1], data[i], table, out, at)
            i += coder.runs[k, 1]
            k += 1
            while column <= columns and min(start + 1 + column * step, stop) < i:
                column_at[column] = NO_CUT
                column += 1
    return at, k


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
_TABLE = types.Array(types.uint32, 1, "C")
_PLACES = types.Array(types.uint32, 2, "C")
compile_kernel(load_band, (_FILTERED, types.int64, _COUNTS, SCRATCH))
compile_kernel(code_loaded, (types.int64, SCRATCH))
compile_kernel(choose_code, (types.int64, types.int64, _COUNTS, _TABLE, SCRATCH))
compile_kernel(code_stripes, (types.int64, types.int64, _TABLE, _PLACES, SCRATCH))
compile_kernel(
    code_columns,
    (types.int64, types.int64, _TABLE, _PLACES, types.Array(types.uint16, 3, "C"), SCRATCH),
)
