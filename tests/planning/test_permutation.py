"""Permutations: every number once, any range alone, as good as random ones."""

import numpy as np
import pytest
from tests.reference import chi_square

from imggen.planning.permutation import feistel, permute, round_keys


def numbers(count, start=0):
    return np.arange(start, start + count, dtype=np.uint64)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 16, 17, 100, 1000, 4097])
def test_every_number_once(count):
    found = permute(3, "x", count, numbers(count))
    assert sorted(found.tolist()) == list(range(count))


def test_large_counts():
    count = 10**18
    found = permute(0, "x", count, numbers(1000, 10**17))
    assert len(set(found.tolist())) == 1000
    assert found.max() < count
    assert abs(found.mean() / count - 0.5) < 5 / (12 * 1000) ** 0.5


def test_any_part_alone():
    whole = permute(1, "x", 5000, numbers(5000))
    assert (permute(1, "x", 5000, numbers(100, 777)) == whole[777:877]).all()
    assert not len(permute(1, "x", 5000, numbers(0)))


def test_numbers_walk_until_they_are_below_the_count():
    """One number at a time, by the network alone."""
    keys = round_keys(1, "x")
    for number, found in enumerate(permute(1, "x", 37, numbers(37)).tolist()):
        place = feistel(numbers(1, number), 3, keys)
        while place[0] >= 37:
            place = feistel(place, 3, keys)
        assert place[0] == found


def test_the_first_places_are_evenly_spread_over_names_and_seeds():
    firsts = [permute(k, f"x{k}", 10, numbers(3)).tolist() for k in range(5000)]
    for place in zip(*firsts, strict=True):
        counts = np.bincount(place, minlength=10)
        assert chi_square(counts, [500] * 10)[1] > 1e-4
    pairs = np.array([10 * first + second for first, second, _ in firsts])
    counts = np.bincount(pairs, minlength=100)[
        [10 * i + j for i in range(10) for j in range(10) if i != j]
    ]
    assert counts.sum() == 5000
    assert chi_square(counts, [5000 / 90] * 90)[1] > 1e-4


def test_the_same_everywhere():
    assert permute(0, "x", 1000, numbers(5)).tolist() == GOLDEN


GOLDEN = [930, 143, 980, 172, 579]
