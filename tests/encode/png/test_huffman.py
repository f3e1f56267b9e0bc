"""Code lengths are the best there are, and headers are read by zlib."""

import zlib
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels import (
    code_lengths,
    end_piece,
    make_table,
    put_entry,
    put_header,
    put_literals,
    sort_symbols,
)
from tests.reference import canonical_code, huffman_cost, limited_cost

from imggen.encode.png.deflate import (
    DISTANCES,
    END_OF_BLOCK,
    LITERALS,
    LONGEST_CODE,
    SYMBOLS,
)

LENGTH_BITS = 8  # low bits of a table's entry that hold the code's length
LAST_BLOCK = b"\x03\x00"
WEIGHT = st.one_of(st.integers(0, 3), st.integers(0, 2**20), st.integers(0, 2**40))
SKEWED = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765]


def lengths_of(weights, longest=LONGEST_CODE):
    return code_lengths(np.array(weights, np.int64), longest).tolist()


def check_lengths(weights, longest, lengths):
    """Used symbols have a code of at most `longest` bits, others none; no code is to spare."""
    assert [length > 0 for length in lengths] == [weight > 0 for weight in weights]
    assert max(lengths) <= longest
    used = [length for length in lengths if length > 0]
    if len(used) > 1:
        assert sum(Fraction(1, 2**length) for length in used) == 1
    else:
        assert used in ([], [1])


def cost(weights, lengths):
    return sum(weight * length for weight, length in zip(weights, lengths, strict=True))


@given(st.lists(WEIGHT, min_size=1, max_size=SYMBOLS))
def test_codes_are_complete(weights):
    for longest in (9, LONGEST_CODE):
        check_lengths(weights, longest, lengths_of(weights, longest))


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60))
def test_as_short_as_huffman_s_where_no_limit_binds(weights):
    """Weights of 10,000 to 1 make no code longer than 15 bits unless they are as Fibonacci's."""
    lengths = lengths_of(weights)
    assert cost(weights, lengths) == huffman_cost(weights) or max(lengths) == LONGEST_CODE


@given(st.lists(st.integers(1, 100), min_size=2, max_size=5), st.integers(3, 4))
def test_as_short_as_any_with_a_limit(weights, longest):
    lengths = lengths_of(weights, longest)
    check_lengths(weights, longest, lengths)
    assert cost(weights, lengths) == limited_cost(weights, longest)


@pytest.mark.parametrize(
    ("longest", "shortest_cost"),
    [(3, 1 * 3 + 1 * 3 + 2 * 3 + 4 * 3 + 8 * 2 + 16 * 2), (5, huffman_cost([1, 1, 2, 4, 8, 16]))],
)
def test_a_limit_that_binds_and_one_that_does_not(longest, shortest_cost):
    weights = [1, 1, 2, 4, 8, 16]
    assert cost(weights, lengths_of(weights, longest)) == shortest_cost
    assert limited_cost(weights, longest) == shortest_cost


def test_the_limit_binds_on_skewed_weights():
    lengths = lengths_of(SKEWED)
    check_lengths(SKEWED, LONGEST_CODE, lengths)
    assert max(lengths) == LONGEST_CODE
    assert cost(SKEWED, lengths) > huffman_cost(SKEWED)


@pytest.mark.parametrize("count", [0, 1, 2, 3, SYMBOLS])
def test_few_symbols_and_all(count):
    weights = [0] * SYMBOLS
    weights[SYMBOLS - count :] = [7] * count
    check_lengths(weights, LONGEST_CODE, lengths_of(weights))


@given(st.lists(WEIGHT, min_size=1, max_size=SYMBOLS))
def test_sorted_lightest_first(weights):
    keys = np.zeros(SYMBOLS, np.int64)
    count = sort_symbols(np.array(weights, np.int64), keys)
    expected = sorted((weight, symbol) for symbol, weight in enumerate(weights) if weight > 0)
    assert [(key >> 11, key & 2047) for key in keys[:count].tolist()] == expected


def table_of(lengths):
    table = np.zeros(len(lengths), np.uint32)
    make_table(np.array(lengths, np.int64), table)
    return table


def code_of(entry):
    """A table's entry as a text of 0 and 1, first bit first."""
    length = int(entry) & (1 << LENGTH_BITS) - 1
    return f"{int(entry) >> LENGTH_BITS:0{length}b}"[::-1]


def test_the_code_of_the_rfc():
    """RFC 1951, 3.2.2: the example of symbols A to H."""
    codes = [code_of(entry) for entry in table_of([3, 3, 3, 3, 3, 2, 4, 4])]
    assert codes == ["010", "011", "100", "101", "110", "00", "1110", "1111"]


@given(st.lists(WEIGHT, min_size=2, max_size=SYMBOLS))
def test_canonical_code(weights):
    lengths = lengths_of(weights)
    table = table_of(lengths)
    expected = canonical_code(lengths)
    assert {symbol: code_of(table[symbol]) for symbol in expected} == expected


@given(
    st.binary(max_size=600),
    st.lists(WEIGHT, min_size=LITERALS, max_size=LITERALS),
    st.lists(WEIGHT, min_size=0, max_size=DISTANCES - 1),
)
def test_header_and_literals_are_inflated(data, weights, distances):
    """With codes that have more symbols than the data, and other weights."""
    weights = [*weights, 1, *[0] * (SYMBOLS - LITERALS - 1)]
    for value in data:
        weights[value] += 1
    lengths = np.array(lengths_of(weights), np.int64)
    table = table_of(lengths.tolist())
    out = np.zeros(2000, np.uint64)
    distances = np.array(lengths_of([*distances, 1]), np.int64)
    position = put_header(lengths, distances, out, 0)
    padded = np.frombuffer(data + bytes(8), np.uint8).copy()
    position = put_literals(padded, 0, len(data), table, out, position)
    position = end_piece(out, put_entry(table[END_OF_BLOCK], out, position))
    assert zlib.decompress(out.tobytes()[: position // 8] + LAST_BLOCK, wbits=-15) == data
