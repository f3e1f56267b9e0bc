"""Masks share what painting says, and points are covered as the documentation says."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from imggen.geometry.mask import NO_MASK, Mask
from imggen.geometry.overlaps import contains, is_covered, shared_pixels
from imggen.geometry.regions import box_of, complement, count_pixels

SHAPE = (6, 9)
PIXELS = arrays(bool, SHAPE)


def mask_of(pixels, first=0):
    """The mask of (height, width) bool, whose rows begin at `first`."""
    rows, runs = [0], []
    for row in pixels[first:]:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
        runs += edges.reshape(-1, 2).tolist()
        rows.append(len(runs))
    return Mask(first, np.array(rows, np.int32), np.array(runs, np.int32).reshape(-1, 2))


@given(PIXELS, PIXELS, st.integers(0, 2))
def test_shared_pixels(one, other, first):
    other[:first] = False
    found = shared_pixels(mask_of(one), mask_of(other, first))
    assert found == np.count_nonzero(one & other)


@given(PIXELS, st.integers(0, 2))
def test_pixels_of_masks(pixels, first):
    pixels[:first] = False
    mask = mask_of(pixels, first)
    for row in range(-1, SHAPE[0] + 1):
        for column in range(-1, SHAPE[1] + 1):
            inside = 0 <= row < SHAPE[0] and 0 <= column < SHAPE[1]
            assert contains(mask, column, row) == bool(inside and pixels[row, column])


@given(PIXELS, PIXELS)
def test_complements(one, other):
    rest = complement([mask_of(one), mask_of(other & ~one)], SHAPE[::-1])
    expected = mask_of(~(one | other))
    assert rest.rows.tolist() == expected.rows.tolist()
    assert rest.runs.tolist() == expected.runs.tolist()
    assert count_pixels(rest) == np.count_nonzero(~(one | other))
    x, y, width, height = box_of(rest)
    if len(rest.runs):
        shown = ~(one | other)
        assert shown[y : y + height, x : x + width].sum() == shown.sum()
        assert shown[[y, y + height - 1]].any(axis=1).all()
        assert shown[:, [x, x + width - 1]].any(axis=0).all()


@pytest.mark.parametrize(
    ("top", "own", "covered"),
    [
        (None, False, False),  # nothing is there
        (0, False, False),  # the back part itself is seen
        (1, False, False),  # another sprite between both parts, and none of its own pixels
        (1, True, True),  # likewise, and it hides the back part
        (3, False, True),  # in front of all parts
        (3, True, True),
    ],
)
def test_points_of_a_sprite_in_two_parts(top, own, covered):
    """Its parts are items 0 and 2; items 1 and 3 are others."""
    pixels = np.zeros(SHAPE, bool)
    pixels[4, 5] = True
    seen = [mask_of(pixels) if item == top else NO_MASK for item in range(4)]
    amodal = mask_of(pixels) if own else NO_MASK
    stack = SimpleNamespace(rows={7: [0, 2], 8: [1, 3]}, amodal={7: amodal}.__getitem__)
    assert is_covered(stack, seen, 7, 5, 4) == covered
