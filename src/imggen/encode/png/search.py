"""How matches are sought: see matches.h."""

from __future__ import annotations

from typing import NamedTuple


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
    return Search(stripe_bytes, 16 if thorough else 1, 11)


def search_rows(row_bytes: int, *, thorough: bool) -> Search:
    """For matches of code that is used whole."""
    return Search(row_bytes, 16 if thorough else 2, 13)


MOST_PLACES = max(
    search.ways << search.hash_bits
    for search in (search_stripes(1, thorough=True), search_rows(1, thorough=True))
)
