"""Sobol sequences: the published points, even in each block, for any range, in any process."""

import itertools

import numpy as np
import pytest

from imggen.config.plain import CAMERA_FIELDS, VARIED
from imggen.planning.sobol import (
    CAMERA,
    DIMENSIONS,
    PLACES,
    reverse_bits,
    scramble,
    sobol_points,
    sobol_words,
)

# 16 points in 16ths, in the order of Gray codes; as scipy.stats.qmc.Sobol(15, scramble=False) 1.17
# has them, from the direction numbers of Joe and Kuo.
PUBLISHED = [
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8],
    [12, 4, 4, 4, 12, 12, 4, 12, 12, 12, 12, 12, 4, 4, 12],
    [4, 12, 12, 12, 4, 4, 12, 4, 4, 4, 4, 4, 12, 12, 4],
    [6, 6, 10, 14, 6, 2, 6, 14, 14, 10, 14, 6, 6, 10, 6],
    [14, 14, 2, 6, 14, 10, 14, 6, 6, 2, 6, 14, 14, 2, 14],
    [10, 2, 14, 10, 10, 14, 2, 2, 2, 6, 2, 10, 2, 14, 10],
    [2, 10, 6, 2, 2, 6, 10, 10, 10, 14, 10, 2, 10, 6, 2],
    [3, 5, 15, 7, 9, 5, 7, 15, 15, 5, 11, 1, 15, 15, 13],
    [11, 13, 7, 15, 1, 13, 15, 7, 7, 13, 3, 9, 7, 7, 5],
    [15, 1, 11, 3, 5, 9, 3, 3, 3, 9, 7, 13, 11, 11, 1],
    [7, 9, 3, 11, 13, 1, 11, 11, 11, 1, 15, 5, 3, 3, 9],
    [5, 3, 5, 9, 15, 7, 1, 1, 1, 15, 5, 7, 9, 5, 11],
    [13, 11, 13, 1, 7, 15, 9, 9, 9, 7, 13, 15, 1, 13, 3],
    [9, 7, 1, 13, 3, 11, 5, 13, 13, 3, 9, 11, 13, 1, 7],
    [1, 15, 9, 5, 11, 3, 13, 5, 5, 11, 1, 3, 5, 9, 15],
]


def numbers(count):
    return np.arange(count, dtype=np.uint32)


def units(value, count, *, seed=0, stream="bird", start=0):
    return sobol_words(seed, stream, value, start, start + count) / 2.0**64


def test_published_points():
    gray = numbers(16) ^ (numbers(16) >> np.uint32(1))
    points = np.stack([sobol_points(gray, d) for d in range(len(DIMENSIONS))], axis=1)
    assert (points >> np.uint32(28)).tolist() == PUBLISHED
    assert not (points << np.uint32(4)).any()


def scrambled_by_hand(point, key):
    """Owen's scrambling by the same hash, in whole numbers without bounds."""
    bits = int(f"{point:032b}"[::-1], 2)
    bits ^= bits * 0x3D20ADEA
    bits = (bits + key) * ((key >> 16) | 1)
    for factor in (0x05526C56, 0x53A22864):
        bits = bits % 2**32
        bits ^= bits * factor
    return int(f"{bits % 2**32:032b}"[::-1], 2)


def test_scrambling():
    points = np.array([0, 1, 5, 2**31, 2**32 - 1, 123456789], np.uint32)
    for key in (0, 7, 0xFFFFFFFF, 0x12345678):
        found = scramble(points, np.uint32(key))
        assert found.tolist() == [scrambled_by_hand(p, key) for p in points.tolist()]
    assert reverse_bits(numbers(4)).tolist() == [0, 2**31, 2**30, 3 * 2**30]


def test_scrambling_moves_whole_blocks():
    """Points that begin with the same bits still do."""
    points = numbers(1024) << np.uint32(22)
    found = scramble(points, np.uint32(99)) >> np.uint32(22)
    assert sorted(found.tolist()) == list(range(1024))
    for block in found.reshape(-1, 32):
        assert len(set((block >> np.uint32(5)).tolist())) == 1


def test_no_sequence_has_a_dimension_twice():
    for values in (DIMENSIONS, CAMERA):
        assert len({PLACES[value] for value in values}) == len(values)
    assert {*DIMENSIONS} == {"x", "y", *VARIED}
    assert {*CAMERA} == {*CAMERA_FIELDS}


@pytest.mark.parametrize("value", DIMENSIONS)
@pytest.mark.parametrize("start", [0, 512])
def test_each_value_is_even_in_each_block(value, start):
    cells = np.floor(units(value, 256, start=start) * 256)
    assert sorted(cells.tolist()) == list(range(256))


@pytest.mark.parametrize("seed", range(3))
def test_x_and_y_are_even_together(seed):
    """A (0, 8, 2)-net: each box of the size 2**-8, however it is cut, has one of 256 points."""
    x, y = units("x", 256, seed=seed), units("y", 256, seed=seed)
    for cut in range(9):
        cells = np.floor(x * 2**cut) * 2 ** (8 - cut) + np.floor(y * 2 ** (8 - cut))
        assert sorted(cells.tolist()) == list(range(256))


def test_any_range_alone():
    whole = sobol_words(5, "bird", "hue", 0, 1000)
    assert (sobol_words(5, "bird", "hue", 337, 512) == whole[337:512]).all()
    assert len(sobol_words(5, "bird", "hue", 3, 3)) == 0


def test_sprites_and_seeds_have_sequences_of_their_own():
    drawn = [
        units("hue", 4096, seed=seed, stream=stream)
        for seed, stream in itertools.product((0, 1), ("bird/0", "bird/1", "sky"))
    ]
    for one, other in itertools.combinations(drawn, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / 64


def test_the_same_everywhere():
    """The words of a dataset never change: later versions draw the same."""
    found = [f"{word:016x}" for word in sobol_words(1, "bird", "scale", 0, 4).tolist()]
    assert found == GOLDEN


GOLDEN = ["d2d4b16c00000000", "30e2fa6300000000", "632d025300000000", "b06b1e5400000000"]
