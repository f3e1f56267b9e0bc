"""Matches repeat what they say, stay within their stripe, and make the code shorter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels import distance_symbol, find_matches, length_symbol
from tests.reference import LENGTH_EXTRA_BITS

from imggen import kernels
from imggen.encode.png.deflate import DISTANCES, LONGEST_MATCH, SHORTEST_MATCH, SYMBOLS
from imggen.encode.png.matches import Search, expected_prices, make_match_scratch

LEAST_MATCH = 4  # shorter ones are not sought
REACH = 5  # rows that a match goes back
FARTHEST_MATCH = 2**15
# RFC 1951, 3.2.5: bits that follow a symbol, and the first distance of each.
DISTANCE_EXTRA_BITS = np.maximum(np.arange(DISTANCES) // 2 - 1, 0)
FIRST_DISTANCES = 1 + np.cumsum(1 << DISTANCE_EXTRA_BITS) - (1 << DISTANCE_EXTRA_BITS)
LITERAL_BITS = 8


@st.composite
def bands(draw):
    """Filtered rows of few or many values, some of which repeat others."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, row_bytes = draw(st.integers(1, 20)), draw(st.integers(2, 400))
    filtered = rng.integers(0, draw(st.sampled_from([2, 4, 256])), (rows, row_bytes), np.uint8)
    for _ in range(draw(st.integers(0, 30))):
        length = int(rng.integers(1, row_bytes))
        source, target = rng.integers(rows, size=2)
        left, to = rng.integers(1, row_bytes - length + 1, size=2)
        filtered[target, to : to + length] = filtered[source, left : left + length]
    return filtered


def search_for(filtered, search):
    """The matches of a band, where a literal takes 8 bits."""
    rows, row_bytes = filtered.shape
    scratch = make_match_scratch(filtered.size, row_bytes, -(-row_bytes // search.stripe_bytes))
    prices, literals = expected_prices(), np.full(SYMBOLS, LITERAL_BITS)
    padded = np.concatenate([filtered.ravel(), np.zeros(8, np.uint8)])
    n = find_matches(padded, rows, row_bytes, search, literals, prices, scratch)
    return scratch.matches[:n].tolist(), prices


def price(length, distance, prices):
    return int(prices.lengths[length]) + int(prices.distances[distance_symbol(distance)])


SEARCHES = st.builds(Search, st.sampled_from([3, 24, 100, 1000]), st.integers(1, 16), st.just(9))


@given(bands(), SEARCHES)
def test_every_match_is_one_and_stays_in_its_stripe(filtered, search):
    data, row_bytes = filtered.ravel(), filtered.shape[1]
    matches, _ = search_for(filtered, search)
    done = 0
    for start, length, distance in matches:
        assert start >= done
        done = start + length
        assert LEAST_MATCH <= length <= LONGEST_MATCH
        assert 1 <= distance <= FARTHEST_MATCH
        assert (data[start:done] == data[start - distance : done - distance]).all()
        row, column = divmod(start, row_bytes)
        source_row, source = divmod(start - distance, row_bytes)
        assert 0 <= row - source_row <= REACH
        stripe = (column - 1) // search.stripe_bytes
        left = 1 + stripe * search.stripe_bytes
        right = min(left + search.stripe_bytes, row_bytes)
        assert left <= column < column + length <= right
        assert left <= source
        assert source + length <= right or source_row == row


@given(bands(), SEARCHES)
def test_matches_take_fewer_bits_than_what_they_replace(filtered, search):
    """Each does, as else the way without it were cheaper."""
    matches, prices = search_for(filtered, search)
    for _, length, distance in matches:
        assert price(length, distance, prices) < length * LITERAL_BITS


def test_rows_that_repeat_are_found_as_far_as_reach():
    row = np.random.default_rng(0).integers(1, 256, (1, 200), np.uint8)
    other = np.random.default_rng(1).integers(1, 256, (REACH, 200), np.uint8)
    for between in range(REACH + 1):
        filtered = np.concatenate([row, other[:between], row])
        matches, _ = search_for(filtered, Search(200, 2, 9))
        covered = sum(length for start, length, _ in matches if start > (between + 1) * 200)
        assert covered == (199 if between < REACH else 0)


def test_the_cheapest_way_is_taken():
    """By a slow search of all ways through one stripe, where every place is remembered."""
    rng = np.random.default_rng(2)
    for _ in range(40):
        filtered = rng.integers(0, 3, (1, int(rng.integers(2, 60))), np.uint8)
        matches, prices = search_for(filtered, Search(100, 16, 12))
        ours = (filtered.size - 1 - sum(length for _, length, _ in matches)) * LITERAL_BITS
        ours += sum(price(length, distance, prices) for _, length, distance in matches)
        assert ours == cheapest(filtered[0, 1:].tobytes(), prices)


def cheapest(data, prices):
    """Bits of the cheapest way through `data`; of equally long matches the nearest is offered."""
    best = [0] + [10**9] * len(data)
    for i in range(len(data)):
        best[i + 1] = min(best[i + 1], best[i] + LITERAL_BITS)
        longest = LEAST_MATCH - 1
        for place in latest_places(data, i):
            length = 0
            while i + length < len(data) and data[place + length] == data[i + length]:
                length += 1
            for taken in range(longest + 1, length + 1):
                best[i + taken] = min(best[i + taken], best[i] + price(taken, i - place, prices))
            longest = max(longest, length)
    return best[-1]


def latest_places(data, i):
    """The last 16 places before `i` that begin with the same bytes, latest first."""
    first = data[i : i + LEAST_MATCH]
    same = [k for k in range(i) if data[k : k + LEAST_MATCH] == first and len(first) == LEAST_MATCH]
    return same[::-1][:16]


def test_prices_are_those_of_the_code():
    rng = np.random.default_rng(3)
    lengths, distances = rng.integers(1, 15, SYMBOLS), rng.integers(1, 15, DISTANCES)
    prices = expected_prices()
    kernels.price_code(lengths, distances, prices.struct)
    for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
        bits = lengths[length_symbol(length)] + LENGTH_EXTRA_BITS[length]
        assert prices.lengths[length] == bits
    assert (prices.distances == distances + DISTANCE_EXTRA_BITS).all()


def test_distances_have_the_symbols_of_the_rfc():
    """RFC 1951, 3.2.5, the table of distance codes."""
    for symbol, first in enumerate(FIRST_DISTANCES.tolist()):
        last = first + (1 << int(DISTANCE_EXTRA_BITS[symbol])) - 1
        assert distance_symbol(first) == distance_symbol(last) == symbol
    assert FIRST_DISTANCES[[0, 4, 10, 29]].tolist() == [1, 5, 33, 24577]
    assert DISTANCE_EXTRA_BITS[[0, 4, 10, 29]].tolist() == [0, 1, 4, 13]
