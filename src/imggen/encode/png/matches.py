"""Settings, prices and scratch of searches for matches: see matches.h."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.deflate import DISTANCES, LITERALS, LONGEST_MATCH, SHORTEST_MATCH
from imggen.kernels import Struct, expect_prices, pack


class Search(NamedTuple):
    """Settings of a search for matches.

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
    """Return the search for matches that can be spliced."""
    return Search(stripe_bytes, 16 if thorough else 1, 11)


def search_rows(row_bytes: int, *, thorough: bool) -> Search:
    """Return the search for matches of code that is used whole."""
    return Search(row_bytes, 16 if thorough else 2, 13)


MOST_PLACES = max(
    search.ways << search.hash_bits
    for search in (search_stripes(1, thorough=True), search_rows(1, thorough=True))
)


class Prices(NamedTuple):
    """The bits that matches take: learnt from each band for the next band of a background.

    Attributes
    ----------
    lengths : (LONGEST_MATCH + 1,) int32
    distances : (DISTANCES,) int32, of distance symbols
    """

    lengths: npt.NDArray[np.int32]
    distances: npt.NDArray[np.int32]
    struct: Struct


def expected_prices() -> Prices:
    """Return the prices to begin a background with: about as in photographs."""
    arrays = np.zeros(LONGEST_MATCH + 1, np.int32), np.zeros(DISTANCES, np.int32)
    prices = Prices(*arrays, pack("Prices", *arrays))
    expect_prices(prices.struct)
    return prices


class MatchScratch(NamedTuple):
    """The arrays that matches are sought in.

    Attributes
    ----------
    matches : (.., 3) int32: where a match begins, its length, its distance
    places : int32, by stripe and hash, where such bytes were last seen, latest first
    price : (searched + 1,) int32, bits of the cheapest way to each byte by a match that ends there
    length, distance : (searched + 1,) int32, of that match
    before : (searched + 1,) int32, where the last match of the way to that match ends
    literals : (LITERALS,) int32, bits of each byte
    """

    matches: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    price: npt.NDArray[np.int32]
    length: npt.NDArray[np.int32]
    distance: npt.NDArray[np.int32]
    before: npt.NDArray[np.int32]
    literals: npt.NDArray[np.int32]
    struct: Struct


def make_match_scratch(band_bytes: int, searched_bytes: int, stripes: int) -> MatchScratch:
    """Return scratch for bands of at most `band_bytes`, and for all searches.

    `searched_bytes`, a row or a whole band, are searched at once.
    """
    arrays = (
        np.zeros((band_bytes // SHORTEST_MATCH + 1, 3), np.int32),
        np.zeros(stripes * MOST_PLACES, np.int32),
        np.zeros(searched_bytes + 1, np.int32),
        np.zeros(searched_bytes + 1, np.int32),
        np.zeros(searched_bytes + 1, np.int32),
        np.zeros(searched_bytes + 1, np.int32),
        np.zeros(LITERALS, np.int32),
    )
    return MatchScratch(*arrays, pack("MatchScratch", *arrays))
