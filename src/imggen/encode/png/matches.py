"""The matches that make a band's code shortest, sought once for a backdrop.

A row is cut into stripes. A match lies in one stripe of one row, and what it repeats lies in the
same stripe, of the same row or of one of the REACH rows above it. So what a sprite covers is
repeated in the stripes that it touches, and a few rows below: all other code stays good.

The way through a stripe that takes the fewest bits is found forwards, byte by byte: each is reached
by a literal or by the match that ends there. Source: Katajainen & Raita, "An analysis of the
longest match and the greedy heuristics in text encoding", JACM 39(2), 1992.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import int32, int64, uint64

from imggen.encode.png.huffman import DISTANCES, LITERALS
from imggen.encode.png.symbols import (
    DISTANCE_EXTRA_BITS,
    FARTHEST_MATCH,
    LENGTH_EXTRA_BITS,
    LENGTH_SYMBOLS,
    LONGEST_MATCH,
    SHORTEST_MATCH,
    distance_symbol,
)
from imggen.encode.png.words import load_word, trailing_zeros
from imggen.kernels import inner_kernel

REACH = 5  # rows: as far as a match goes back in a canvas 1920 px wide
LEAST_MATCH = 4  # bytes; shorter ones save little, and are slow to seek
LEAST_MATCH_MASK = uint64((1 << 8 * LEAST_MATCH) - 1)
HASH_STEP = uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio; Knuth, TAOCP 3, 6.4
NICE_LENGTH = 64  # bytes; within a match this long no other is sought
UNUSED_BITS = 12  # expected of a symbol that the last code had no use for
FAR_OFF = np.int32(2**30)  # bits, more than any way takes


class Search(NamedTuple):
    """How matches are sought.

    Attributes
    ----------
    stripe_bytes : of a row
    ways : how many places of equal hash are tried
    hash_bits : of a stripe's table of places
    """

    stripe_bytes: int
    ways: int
    hash_bits: int


def search_stripes(stripe_bytes: int, *, thorough: bool) -> Search:
    """For matches that can be spliced."""
    return Search(stripe_bytes, 16 if thorough else 2, 11)


def search_rows(row_bytes: int, *, thorough: bool) -> Search:
    """For matches of code that is used whole."""
    return Search(row_bytes, 16 if thorough else 2, 13)


class MatchScratch(NamedTuple):
    """What the kernels here work in.

    Attributes
    ----------
    matches : (.., 3) int32: where a match begins, its length, its distance
    places : int32, by stripe and hash, where such bytes were last seen, latest first
    price : (row + 1,) int32, bits of the cheapest way to each byte by a match that ends there
    length, distance : (row + 1,) int32, of that match
    before : (row + 1,) int32, where the last match of the way to that match ends
    literals, lengths, distances : int32, bits of bytes, match lengths and distance symbols
    """

    matches: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    price: npt.NDArray[np.int32]
    length: npt.NDArray[np.int32]
    distance: npt.NDArray[np.int32]
    before: npt.NDArray[np.int32]
    literals: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]
    distances: npt.NDArray[np.int32]


def make_match_scratch(band_bytes: int, row_bytes: int, stripes: int) -> MatchScratch:
    """Scratch for bands of at most `band_bytes`, and for all searches."""
    thorough = search_stripes(1, thorough=True), search_rows(1, thorough=True)
    most_places = max(stripes * search.ways << search.hash_bits for search in thorough)
    return MatchScratch(
        matches=np.zeros((band_bytes // SHORTEST_MATCH + 1, 3), np.int32),
        places=np.zeros(most_places, np.int32),
        price=np.zeros(row_bytes + 1, np.int32),
        length=np.zeros(row_bytes + 1, np.int32),
        distance=np.zeros(row_bytes + 1, np.int32),
        before=np.zeros(row_bytes + 1, np.int32),
        literals=np.zeros(LITERALS, np.int32),
        lengths=np.zeros(LONGEST_MATCH + 1, np.int32),
        distances=np.zeros(DISTANCES, np.int32),
    )


@inner_kernel
def seek_matches(data: Any, rows: int, row_bytes: int, search: Any, scratch: Any) -> int:
    """Find the matches of a band, in order; how many there are.

    Parameters
    ----------
    data : (at least rows * row_bytes + 8,) uint8, filtered rows, each after its filter type
    search : Search
    scratch : MatchScratch, whose prices are set, and whose `matches` are filled in
    """
    stripes = -(-(row_bytes - 1) // search.stripe_bytes)
    table = search.ways << search.hash_bits
    scratch.places[: stripes * table] = 0  # before any stripe: never a match
    n = 0
    for row in range(rows):
        for stripe in range(stripes):
            left = 1 + stripe * search.stripe_bytes
            width = min(search.stripe_bytes, row_bytes - left)
            above = max(0, row - REACH) * row_bytes + left
            area = (row * row_bytes, row_bytes, left, width, above)
            places = scratch.places[stripe * table : (stripe + 1) * table]
            last = price_ways(data, area, search, places, scratch)
            n = keep_way(row * row_bytes + left, last, n, scratch)
    return n


@inner_kernel
def price_ways(data: Any, area: Any, search: Any, places: Any, scratch: Any) -> int:
    """Find the cheapest way through a stripe of a row; where its last match ends, 0 if it has none.

    Parameters
    ----------
    area : the row's first byte and length; the stripe's first byte in it and length; first byte in
        `data` that may be repeated
    """
    row, row_bytes, left, width, above = area
    price, start = scratch.price, row + left
    ways, shift = search.ways, uint64(64 - search.hash_bits)
    price[: width + 1] = FAR_OFF
    here = int32(0)
    last = 0
    skip_to = 0
    for i in range(width):
        if i >= skip_to and i + LEAST_MATCH <= width:
            word = load_word(data, start + i)
            first = int64(((word & LEAST_MATCH_MASK) * HASH_STEP) >> shift) * ways
            longest = LEAST_MATCH - 1
            for k in range(ways):
                place = int64(places[first + k])
                differing = load_word(data, place) ^ word
                if differing & LEAST_MATCH_MASK or place < above:
                    continue
                most = min(width - i, LONGEST_MATCH)
                if place < row:
                    most = min(most, left + width - place % row_bytes)
                length = common_length(data, place, start + i, differing, most)
                distance = start + i - place
                if length > longest and distance <= FARTHEST_MATCH:
                    offer_match(i, here, longest + 1, length, distance, last, scratch)
                    longest = length
            for k in range(ways - 1, 0, -1):
                places[first + k] = places[first + k - 1]
            places[first] = start + i
            if longest >= NICE_LENGTH:
                skip_to = i + longest
        literal = int32(here + scratch.literals[data[start + i]])
        match = price[i + 1]
        if match < literal:
            last = i + 1
        here = min(literal, match)
    return last


@inner_kernel
def common_length(data: Any, one: int, other: int, differing: Any, most: int) -> int:
    """How many bytes, `most` at most, two places have in common; the first 8 differ in that."""
    if differing:
        return min(int64(trailing_zeros(differing) >> uint64(3)), most)
    length = 8
    while length < most and data[one + length] == data[other + length]:
        length += 1
    return min(length, most)


@inner_kernel
def offer_match(
    i: int, here: int, shortest: int, longest: int, distance: int, last: int, scratch: Any
) -> None:
    """Take a match at byte `i`, of any length from `shortest` to `longest`, where it is cheaper."""
    beginning = here + scratch.distances[distance_symbol(distance)]
    for length in range(shortest, longest + 1):
        price = int32(beginning + scratch.lengths[length])
        if price < scratch.price[i + length]:
            scratch.price[i + length] = price
            scratch.length[i + length] = length
            scratch.distance[i + length] = distance
            scratch.before[i + length] = last


@inner_kernel
def keep_way(start: int, last: int, n: int, scratch: Any) -> int:
    """Add the matches up to that which ends at `last` to the `n` there are; how many then."""
    end = int64(last)
    total = n
    while end > 0:
        total += 1
        end = int64(scratch.before[end])
    k = total
    end = int64(last)
    while end > 0:
        k -= 1
        scratch.matches[k, 0] = start + end - scratch.length[end]
        scratch.matches[k, 1] = scratch.length[end]
        scratch.matches[k, 2] = scratch.distance[end]
        end = int64(scratch.before[end])
    return total


@inner_kernel
def expect_matches(scratch: Any) -> None:
    """Price matches before any band was coded: about what they take in photographs."""
    for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
        bits = 4 + min(length - 3, 6) // 2 + LENGTH_EXTRA_BITS[length]
        scratch.lengths[length] = bits
    for symbol in range(DISTANCES):
        scratch.distances[symbol] = 4 + DISTANCE_EXTRA_BITS[symbol]


@inner_kernel
def price_literals(lengths: Any, scratch: Any) -> None:
    """Price bytes by a code of `lengths` (SYMBOLS,)."""
    for symbol in range(LITERALS):
        scratch.literals[symbol] = lengths[symbol]


@inner_kernel
def price_matches(lengths: Any, distances: Any, scratch: Any) -> None:
    """Price matches by a code.

    Parameters
    ----------
    lengths : (SYMBOLS,) int64, of its codes, 0 where there is none
    distances : (DISTANCES,) int64, the same of distances
    """
    for length in range(SHORTEST_MATCH, LONGEST_MATCH + 1):
        bits = lengths[LENGTH_SYMBOLS[length]]
        bits = (bits if bits > 0 else UNUSED_BITS) + LENGTH_EXTRA_BITS[length]
        scratch.lengths[length] = bits
    for symbol in range(DISTANCES):
        bits = distances[symbol]
        bits = (bits if bits > 0 else UNUSED_BITS) + DISTANCE_EXTRA_BITS[symbol]
        scratch.distances[symbol] = bits
