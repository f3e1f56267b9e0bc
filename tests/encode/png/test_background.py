"""What is known of a prepared background is true."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference
from tests.art import blob
from tests.checks import check_pixels
from tests.encode.png.jobs import (
    EFFORTS,
    GEOMETRIES,
    KINDS,
    SIZES,
    flat,
    geometry,
    gradient,
    grain,
    library_of,
    noise,
)
from tests.kernels import copy_bits, end_piece, put_entry
from tests.reference import FIRST_OF_SYMBOL, LENGTH_EXTRA_BITS

from imggen.assets.layout import lay_out_sprites
from imggen.draw.sprites import read_only, sprite_arrays
from imggen.encode.png.background import GRID, NO_CUT, prepare, sprite_prior
from imggen.encode.png.deflate import END_OF_BLOCK, LONGEST_MATCH, MODULUS, SYMBOLS
from imggen.encode.png.scratch import band_rows, make_scratch

LENGTH_BITS = 8  # low bits of a table's entry that hold the code's length
LENGTH_MASK = (1 << LENGTH_BITS) - 1
LAST_BLOCK = b"\x03\x00"
PLAIN = (  # whether a stripe of a row is to be taken from the plain code
    lambda row, stripe: False,
    lambda row, stripe: True,
    lambda row, stripe: (row + stripe) % 2 == 0,
)


def prepared_of(pixels, effort="fast", prior=None):
    """`pixels` (height, width, channels), prepared."""
    height, width, channels = pixels.shape
    prior = np.zeros(SYMBOLS, np.int64) if prior is None else prior
    scratch = make_scratch(height, width * channels, 1)
    sprites = sprite_arrays(lay_out_sprites([], channels))
    rows = read_only(pixels.reshape(height, -1))
    return prepare(rows, channels, sprites, prior, effort, scratch)


def bands_of(prepared):
    """Rows of each band: slices."""
    height, row_bytes = prepared.pixels.shape
    rows = band_rows(row_bytes, height)
    return [slice(start, min(start + rows, height)) for start in range(0, height, rows)]


def filtered_of(prepared, channels):
    """(height, 1 + row) uint8 by the slow twin, with the filters that were chosen."""
    above, rows = [0] * prepared.pixels.shape[1], []
    for kind, row in zip(prepared.filters.tolist(), prepared.pixels.tolist(), strict=True):
        rows.append([kind, *reference.filter_row(kind, row, above, channels)])
        above = row
    return np.array(rows, np.uint8)


def clean_piece(prepared, band):
    """The finished chunk's data; its frame is right."""
    chunk = prepared.clean[prepared.clean_at[band] : prepared.clean_at[band + 1]].tobytes()
    assert int.from_bytes(chunk[:4], "big") == len(chunk) - 12
    assert chunk[4:8] == b"IDAT"
    assert int.from_bytes(chunk[-4:], "big") == zlib.crc32(chunk[4:-4])
    return chunk[8:-4]


def spliced_piece(prepared, band, rows, is_plain):
    """The band out of its two codes: of each stripe the plain one where `is_plain(row, stripe)`."""
    matched_at, plain_at = int(prepared.matched_at[band]), int(prepared.plain_at[band])
    table, columns = prepared.tables[band], prepared.column_at.shape[1] - 1
    stripes = prepared.stripe_at.shape[1] - 1
    step = -(-columns // stripes)
    out = np.zeros(16 * (rows.stop - rows.start) * prepared.pixels.shape[1] // 64 + 500, np.uint64)
    end = copied = 0
    for row in range(rows.start, rows.stop):
        for stripe in range(stripes):
            if not is_plain(row, stripe):
                continue
            before, after = prepared.stripe_at[row, stripe : stripe + 2].tolist()
            end = copy_bits(prepared.codes, matched_at + copied, before - copied, out, end)
            copied = after
            first, last = stripe * step, min(stripe * step + step, columns)
            start, stop = prepared.column_at[row, [first, last]].tolist()
            end = copy_bits(prepared.codes, plain_at + start, stop - start, out, end)
    rest = int(prepared.stripe_at[rows.stop - 1, -1]) - copied
    end = copy_bits(prepared.codes, matched_at + copied, rest, out, end)
    end = end_piece(out, put_entry(table[END_OF_BLOCK], out, end))
    return out.tobytes()[: end // 8]


@given(
    st.sampled_from(KINDS),
    SIZES,
    st.sampled_from([1, 3, 4]),
    st.sampled_from(EFFORTS),
    GEOMETRIES,
    st.integers(0, 2**32 - 1),
)
def test_every_band(kind, size, channels, effort, bands, seed):
    rng = np.random.default_rng(seed)
    size = size[0], min(size[1], 40)  # the twin is slow
    with geometry(**bands):
        prepared = prepared_of(np.array(kind(rng, *size, channels)), effort)
        check_bands(prepared, channels)


def check_bands(prepared, channels):
    filtered = filtered_of(prepared, channels)
    for band, rows in enumerate(bands_of(prepared)):
        data = filtered[rows].tobytes()
        assert zlib.decompress(clean_piece(prepared, band) + LAST_BLOCK, wbits=-15) == data
        adler = zlib.adler32(data)
        plain, weighted, count = prepared.checksums[band].tolist()
        assert count == len(data)
        assert (plain + 1) % MODULUS == adler & 0xFFFF
        assert (weighted + count) % MODULUS == adler >> 16
        if prepared.spliced[band]:
            check_sums(prepared.sums[rows], filtered[rows], channels)
            for is_plain in PLAIN:
                piece = spliced_piece(prepared, band, rows, is_plain)
                assert zlib.decompress(piece + LAST_BLOCK, wbits=-15) == data
            check_columns(prepared, band, rows, filtered[rows], channels)


def column_edges(row_bytes, channels):
    """First byte of each grid column in a filtered row, and the row's end."""
    edges = range(1, row_bytes, GRID * channels)
    return [*edges, row_bytes]


def check_sums(sums, filtered, channels):
    weights = np.arange(filtered.shape[1])
    for column, edge in enumerate(column_edges(filtered.shape[1], channels)):
        part = filtered[:, :edge].astype(int)
        check_pixels(sums[:, column, 0].astype(int), part.sum(axis=1) % MODULUS)
        check_pixels(sums[:, column, 1].astype(int), part @ weights[:edge] % MODULUS)


def check_columns(prepared, band, rows, filtered, channels):
    """Where a column may be cut a literal begins, or the row ends; else a run covers it."""
    literals, ends = symbol_places(prepared, band, filtered)
    row_bytes = filtered.shape[1]
    for row, columns in enumerate(prepared.column_at[rows]):
        for edge, at in zip(column_edges(row_bytes, channels), columns.tolist(), strict=True):
            offset = row * row_bytes + edge
            if edge == row_bytes:
                assert ends[offset] == at
            else:
                assert literals.get(offset, NO_CUT) == at
        assert columns[0] != NO_CUT


def symbol_places(prepared, band, filtered):
    """By offset in the band: where a literal begins, and where a symbol ends, bits."""
    table = prepared.tables[band].tolist()
    symbols = {(e & LENGTH_MASK, e >> LENGTH_BITS): s for s, e in enumerate(table[:SYMBOLS])}
    stream = prepared.codes.tobytes()[int(prepared.plain_at[band]) // 8 :]
    first = int(filtered[0, 0])
    whole_run = table[SYMBOLS + LONGEST_MATCH] & LENGTH_MASK
    distance_bits = whole_run - (table[SYMBOLS - 1] & LENGTH_MASK)

    def peek(at, count):
        word = int.from_bytes(stream[at // 8 : at // 8 + 8], "little")
        return word >> at % 8 & (1 << count) - 1

    at = int(prepared.column_at[bands_of(prepared)[band]][0, 0]) - (table[first] & LENGTH_MASK)
    offset, literals, ends = 0, {}, {}
    while offset < filtered.size:
        length = next(n for n in range(1, 16) if (n, peek(at, n)) in symbols)
        symbol = symbols[length, peek(at, length)]
        if symbol < END_OF_BLOCK:
            literals[offset] = at
            at, offset = at + length, offset + 1
        else:
            at += length
            more = int(LENGTH_EXTRA_BITS[FIRST_OF_SYMBOL[symbol]])
            offset += int(FIRST_OF_SYMBOL[symbol]) + peek(at, more)
            at += more + distance_bits
        ends[offset] = at
    return literals, ends


def test_all_bytes_have_a_code_where_sprites_may_need_it():
    prepared = prepared_of(noise(np.random.default_rng(0), 90, 60, 3) // 64)
    assert prepared.spliced.any()
    for table in prepared.tables[prepared.spliced == 1]:
        lengths = table[:SYMBOLS] & np.uint32(LENGTH_MASK)
        assert lengths.min() > 0
        assert lengths.max() <= 15


def test_photographs_are_spliced_and_flat_art_is_not():
    rng = np.random.default_rng(1)
    assert prepared_of(grain(rng, 300, 200, 3)).spliced.all()
    assert not prepared_of(np.array(flat(rng, 300, 200, 3))).spliced.any()


def test_more_effort_never_takes_more_bytes():
    rng = np.random.default_rng(2)
    for kind in KINDS:
        pixels = np.array(kind(rng, 200, 150, 3))
        fast, balanced, most = (prepared_of(pixels, effort).clean.size for effort in EFFORTS)
        assert fast >= balanced >= most
    tiles = np.tile(noise(rng, 20, 150, 3), (1, 10, 1))  # that only a search finds
    fast, _, most = (prepared_of(tiles, effort).clean.size for effort in EFFORTS)
    assert most < fast / 2


@pytest.mark.parametrize("kind", [noise, gradient])
def test_takes_at_most_4_bytes_a_value(kind):
    pixels = np.array(kind(np.random.default_rng(3), 960, 540, 3))
    assert sum(array.nbytes for array in prepared_of(pixels)) <= 4 * pixels.size


def test_prior_counts_what_sprites_hold():
    """Of a sprite of one colour: residuals of zero, and matches of them."""
    art = np.full((40, 40, 4), 255, np.uint8)
    library = library_of("RGB", [noise(np.random.default_rng(4), 90, 60, 3)], [art])
    prior = sprite_prior(sprite_arrays(library.sprites), 3, make_scratch(60, 270, 1))
    assert np.flatnonzero(prior[:END_OF_BLOCK]).tolist() == [0]
    assert prior[END_OF_BLOCK + 1 :].any()


def test_prior_of_no_sprites_and_of_sprites_larger_than_the_canvas():
    rng = np.random.default_rng(5)
    for arts in ([], [blob(rng, 200, 150)], [np.zeros((0, 0, 4), np.uint8)]):
        library = library_of("RGB", [noise(rng, 30, 20, 3)], arts)
        prior = sprite_prior(sprite_arrays(library.sprites), 3, make_scratch(20, 90, 1))
        assert prior.shape == (SYMBOLS,)
        assert prior.any() == any(art.shape[0] > 0 for art in arts)
