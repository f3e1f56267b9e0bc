"""What is coded is inflated to the same bytes by two inflaters."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib
from tests.encode.png.data import bytes_with_runs, padded
from tests.kernels import add_runs, find_runs, length_symbol, make_table, put_coded
from tests.reference import canonical_code

from imggen import kernels
from imggen.encode.png.deflate import LONGEST_MATCH, SYMBOLS, TABLE_SIZE
from imggen.encode.png.scratch import make_code, make_code_scratch

LENGTH_BITS = 8  # low bits of a table's entry that hold the code's length
LAST_BLOCK = b"\x03\x00"
MOST_BYTES = 6000


def coded(data, position=0):
    """The piece that `code_runs` makes, at any position."""
    scratch, code = make_code_scratch(max(len(data), 1)), make_code()
    out = np.zeros(len(data) // 4 + 400, np.uint64)
    n = find_runs(padded(data), 1, len(data), 0, scratch.runs)
    runs = padded(data), len(data), scratch.runs, n
    end = kernels.code_runs(*runs, code.struct, scratch.weights, out, position)
    assert end % 8 == 0
    return out.tobytes()[position // 8 : end // 8]


def check_coded(data):
    piece = coded(data)
    assert zlib.decompress(piece + LAST_BLOCK, wbits=-15) == data
    if data:  # a code of one symbol is not to isal's taste, and no band is empty
        assert isal_zlib.decompress(piece + LAST_BLOCK, wbits=-15) == data
    return piece


@given(bytes_with_runs())
def test_is_inflated(data):
    check_coded(data)


@given(st.binary(max_size=3000))
def test_arbitrary_bytes_are_inflated(data):
    check_coded(data)


@pytest.mark.parametrize("size", [*range(1, 40), 256, 4095, MOST_BYTES])
def test_every_size(size):
    rng = np.random.default_rng(size)
    for data in (bytes(size), rng.bytes(size), bytes([1, 2]) * (size // 2) or b"\x07"):
        check_coded(data)


@pytest.mark.parametrize("length", [*range(255, 265), *range(514, 522), 774, 775, 3000])
def test_runs_are_cut_at_the_longest_match(length):
    for before in range(9):
        check_coded(bytes(range(1, 1 + before)) + b"\x00" * length + b"\x05\x06")


@given(bytes_with_runs(), bytes_with_runs(), st.integers(0, 40))
def test_pieces_stand_alone_wherever_they_lie(one, two, byte):
    """The same bytes at each position; and a piece needs nothing of the one before it."""
    pieces = coded(one), coded(two)
    assert coded(two, 8 * byte) == pieces[1]
    assert zlib.decompress(b"".join(pieces) + LAST_BLOCK, wbits=-15) == one + two


def test_runs_cost_little():
    assert len(coded(bytes(MOST_BYTES))) < 60


def test_noise_costs_no_more_than_its_header():
    data = np.random.default_rng(0).bytes(MOST_BYTES)
    assert len(coded(data)) < MOST_BYTES * 1.01 + 200


@pytest.mark.parametrize("distance", ["0", "10", "1101"])
def test_every_length_of_match_is_read_back(distance):
    """One after the other, by a code that has all symbols, as those of spliced bands have."""
    table = np.zeros(TABLE_SIZE, np.uint32)
    lengths = np.full(SYMBOLS, 8, np.int64)
    lengths[-60:] = 9  # 226 codes of 8 bits and 60 of 9 fill the code
    assert (0.5**lengths).sum() == 1
    make_table(lengths, table[:SYMBOLS])
    add_runs(int(distance[::-1], 2) << LENGTH_BITS | len(distance), table)
    data = b"".join(bytes([k % 251]) * (k + 1) for k in range(1, 600))
    starts = np.cumsum([0, *[k + 1 for k in range(1, 600)]])[:-1]
    runs = np.array([[start + 1, k] for start, k in zip(starts, range(1, 600), strict=True)])
    out = np.zeros(40_000, np.uint64)
    end = put_coded(padded(data), len(data), runs, len(runs), table, out, 0)
    assert inflated_by_twin(out, end, lengths, distance) == data


def inflated_by_twin(out, end, lengths, distance):
    """Decode literals and runs of distance 1, bit by bit."""
    symbols = {code: symbol for symbol, code in canonical_code(lengths.tolist()).items()}
    bits = "".join(f"{int(word):064b}"[::-1] for word in out[: end // 64 + 1])[:end]
    firsts = {}
    for length in range(LONGEST_MATCH, 2, -1):
        firsts[length_symbol(length)] = length
    data, at, code = bytearray(), 0, ""
    while at < end:
        code += bits[at]
        at += 1
        if code not in symbols:
            continue
        symbol, code = symbols[code], ""
        if symbol < 256:
            data.append(symbol)
            continue
        extra = max(0, (symbol - 257) // 4 - 1) if symbol < 285 else 0
        length = firsts[symbol] + int(bits[at : at + extra][::-1] or "0", 2)
        at += extra
        assert bits[at : at + len(distance)] == distance
        at += len(distance)
        data += data[-1:] * length
    return bytes(data)
