"""A memo gives back what was kept for exactly what is asked, or nothing."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import blob
from tests.checks import check_png
from tests.encode.png.jobs import encoded, encoder_of, library_of, noise, painted, scene_of
from tests.kernels import find_band
from tests.reference import bits_of

from imggen import kernels
from imggen.encode.png import memo as memo_module
from imggen.encode.png.memo import MOST_KEY, SLOTS, make_memo

TRIAL = 256  # lookups after which a memo that finds too little is no longer asked
LEAST_HITS = TRIAL // 16
HEIGHTS = (1, 5, 30)  # of the sprites
TABLE = np.array([[0, 0, 9, height] for height in HEIGHTS], np.int64)
OUT = np.zeros(64, np.uint64)
KEY = np.zeros(MOST_KEY + 1, np.int64)  # of the band looked up last
ITEMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(-8, 20)), max_size=3)


def small_memo(arena_words):
    """As `make_memo`, with an arena that is soon full."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memo_module, "ARENA_BYTES", 8 * arena_words)
        return make_memo()


def find(memo, background, band, start, stop, items):
    rows = np.array(items, np.int64).reshape(-1, 3)
    return find_band(memo, background, band, start, stop, TABLE, rows, KEY)


def visible(start, stop, items):
    """The items that draw in the band or in the row above it, which its residuals come from."""
    return tuple(
        (sprite, x, y) for sprite, x, y in items if y < stop and y + HEIGHTS[sprite] > start - 1
    )


def check_memo(memo, asked, rng):
    """Ask for each (background, band, items), keep what is missing; returns how many were found."""
    kept, found = {}, 0
    for background, band, items in asked:
        start, stop = 8 * band, 8 * band + 8
        key = background, band, visible(start, stop, items)
        slot = find(memo, background, band, start, stop, items)
        if slot >= 0:
            found += 1
            size, value, sums = kept[key]
            position = int(rng.integers(0, 200))
            assert kernels.recall_band(memo.struct, slot, OUT, position) == position + size
            assert bits_of(OUT, position, size) == value
            assert memo.slots[slot, 2:].tolist() == sums
        else:
            size, position = int(rng.integers(0, 700)), int(rng.integers(0, 200))
            OUT[:] = rng.integers(0, 2**64, OUT.size, np.uint64)
            sums = rng.integers(0, 65521, 2).tolist()
            kernels.keep_band(memo.struct, slot, KEY, OUT, position, position + size, *sums)
            kept[key] = size, bits_of(OUT, position, size), sums
    return found


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), ITEMS), max_size=60),
    st.sampled_from([1, 2, 8, 12, 13, 40, 5000]),
    st.integers(0, 2**32 - 1),
)
def test_gives_back_what_was_kept(asked, arena_words, seed):
    check_memo(small_memo(arena_words), [*asked, *asked], np.random.default_rng(seed))


def test_bands_about_as_large_as_the_arena():
    """The checks of `tests/test_bounds.py` see whether one is read beyond the arena's end."""
    for size in range(64 * 6 - 1, 64 * 9 + 2):
        memo = small_memo(8)
        kernels.keep_band(memo.struct, find(memo, 0, 0, 0, 8, []), KEY, OUT, 0, size, 1, 2)
        slot = find(memo, 0, 0, 0, 8, [])
        if slot >= 0:
            copied = OUT.copy()
            assert kernels.recall_band(memo.struct, slot, copied, 7) == 7 + size
            assert bits_of(copied, 7, size) == bits_of(OUT, 0, size)
        else:
            assert size > 64 * 6


def test_what_was_kept_is_found():
    asked = [(0, band, [(sprite, 0, 3)]) for band in (0, 1) for sprite in (0, 1, 2)]
    assert check_memo(small_memo(5000), asked * 3, np.random.default_rng(0)) >= 2 * len(asked)


@pytest.mark.slow
def test_more_than_it_has_slots_for():
    """Of far more keys than slots, none is taken for another."""
    asked = [(k % 7, 0, [(2, k, 0)]) for k in range(2 * SLOTS)]
    memo, rng = small_memo(2**20), np.random.default_rng(1)
    found = check_memo(memo, [*asked, *asked[-2000:]], rng)
    assert 0 < found <= 2000


def test_a_key_that_is_too_long_is_not_kept():
    most = (MOST_KEY - 2) // 3
    memo = small_memo(5000)
    for count, fits in ((most, True), (most + 1, False)):
        items = [(0, 0, 3)] * count
        slot = find(memo, 0, 0, 0, 8, items)
        kernels.keep_band(memo.struct, slot, KEY, OUT, 0, 100, 1, 2)
        assert (find(memo, 0, 0, 0, 8, items) >= 0) == fits


def test_a_memo_that_finds_too_little_is_no_longer_asked():
    memo = small_memo(100)
    for k in range(TRIAL):
        assert kernels.is_asked(memo.struct)
        find(memo, 0, 0, 0, 8, [(0, k, 3)])
    assert not kernels.is_asked(memo.struct)


def test_a_memo_that_finds_enough_is_still_asked():
    memo = small_memo(100)
    kernels.keep_band(memo.struct, find(memo, 0, 0, 0, 8, []), KEY, OUT, 0, 64, 1, 2)
    for k in range(TRIAL):
        find(memo, 0, 0, 0, 8, [] if k < LEAST_HITS else [(0, k, 3)])
    assert kernels.is_asked(memo.struct)


@pytest.mark.parametrize("arena_words", [1, 400, 4000, 2**20])
def test_images_are_the_same_however_much_is_kept(arena_words, monkeypatch):
    """A layered collection: few variants at fixed places, every combination of them."""
    rng = np.random.default_rng(2)
    library = library_of("RGB", [noise(rng, 90, 60, 3)], [blob(rng, 30, 15) for _ in range(6)])
    scenes = [
        scene_of(0, [(a, 5, 2), (2 + b, 40, 20), (4 + c, 60, 40)])
        for a, b, c in product(range(2), repeat=3)
    ]
    monkeypatch.setattr("imggen.encode.png.scratch.BAND_BYTES", 3000)
    expected = [encoded(encoder_of(library), scene) for scene in scenes]
    monkeypatch.setattr(memo_module, "ARENA_BYTES", 8 * arena_words)
    encoder = encoder_of(library)
    for scene, file in [*zip(scenes, expected, strict=True)] * 2:
        assert encoded(encoder, scene) == file
        check_png(file, painted(library, scene))


def test_more_sprites_than_a_key_holds():
    rng = np.random.default_rng(3)
    library = library_of("RGB", [noise(rng, 90, 60, 3)], [blob(rng, 9, 8)], layers=80)
    encoder = encoder_of(library)
    for count in (20, 21, 40, 79):
        scene = scene_of(0, [(0, *rng.integers(-5, (88, 58))) for _ in range(count)])
        first = encoded(encoder, scene)
        check_png(first, painted(library, scene))
        assert encoded(encoder, scene) == first
