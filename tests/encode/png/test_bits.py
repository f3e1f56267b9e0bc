"""Bit copies at every alignment are those of one large number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernels import copy_bits, end_piece, get_bits, put_bits
from tests.reference import bits_of

WORDS = 12
BITS = 64 * WORDS
SEEDS = st.integers(0, 2**32 - 1)


def random_words(seed, count=WORDS):
    """Words of noise, some of them all ones or zeros."""
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**64, count, np.uint64)
    plain = rng.integers(0, 4, count) == 0
    words[plain] = (0, 2**64 - 1)[seed % 2]
    return words


def check_written(before, after, position, value, count):
    """`value` follows the first `position` bits, which are kept; later words are too."""
    assert bits_of(after, 0, position) == bits_of(before, 0, position)
    assert bits_of(after, position, count) == value
    first_free = (position + count) // 64 + 1
    assert (after[first_free:] == before[first_free:]).all()


@given(SEEDS, st.integers(0, BITS - 128))
def test_get_bits(seed, position):
    words = random_words(seed)
    assert int(get_bits(words, position)) == bits_of(words, position, 64)


@given(SEEDS, st.integers(0, BITS - 128), st.integers(0, 63), st.integers(0, 2**63 - 1))
def test_put_bits(seed, position, count, value):
    before = random_words(seed)
    after, value = before.copy(), value & (1 << count) - 1
    assert put_bits(after, position, np.uint64(value), count) == position + count
    check_written(before, after, position, value, count)


@given(SEEDS, st.integers(0, 320), st.integers(0, 300), st.integers(0, 320))
def test_copy_bits(seed, start, count, position):
    check_copy(seed, start, count, position)


@pytest.mark.slow
def test_copy_bits_at_every_alignment():
    for start in range(64, 128):
        for position in range(64, 128):
            for count in (0, 1, 63, 64, 65, 128, (start * 7 + position * 5) % 300):
                check_copy(start * position, start, count, position)


def check_copy(seed, start, count, position):
    source, before = random_words(seed), random_words(seed + 1)
    after, read = before.copy(), source.copy()
    assert copy_bits(read, start, count, after, position) == position + count
    assert (read == source).all()
    check_written(before, after, position, bits_of(source, start, count), count)


@given(SEEDS, st.lists(st.tuples(st.integers(0, 63), st.integers(0, 2**63 - 1)), max_size=10))
def test_put_after_put(seed, parts):
    words, position, expected = random_words(seed), 0, 0
    for count, value in parts:
        low = value & (1 << count) - 1
        expected |= low << position
        position = put_bits(words, position, np.uint64(low), count)
    assert bits_of(words, 0, position) == expected


@given(SEEDS, st.integers(0, 320))
def test_end_piece(seed, position):
    """Three zero bits, zeros up to a byte's edge, then 0 and its complement, 16 bits each."""
    before = random_words(seed)
    after = before.copy()
    end = end_piece(after, position)
    filled = end - 32 - position
    assert end % 8 == 0
    assert 3 <= filled < 11
    check_written(before, after, position, 0xFFFF0000 << filled, end - position)
