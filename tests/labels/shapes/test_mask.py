"""Masks know their pixels, their area and their box."""

import numpy as np
from hypothesis import given
from tests.labels.masks import mask_of, pixels

from imggen.labels.shapes.mask import NO_MASK, Mask, area, box, to_array


@given(pixels())
def test_pixels_area_and_box(canvas):
    mask = mask_of(canvas)
    height, width = canvas.shape
    assert (to_array(mask, (width, height)) == canvas).all()
    assert area(mask) == np.count_nonzero(canvas)
    x, y, columns, rows = box(mask)
    around = np.zeros_like(canvas)
    around[y : y + rows, x : x + columns] = True
    assert not (canvas & ~around).any()
    inside = canvas[y : y + rows, x : x + columns]
    for axis in (0, 1):
        assert not inside.size or inside.any(axis)[[0, -1]].all(), "the box is too large"


def test_rows_without_pixels_are_not_in_the_box():
    rows = np.array([0, 0, 1, 1, 2, 2], np.int32)
    mask = Mask(5, rows, np.array([[3, 4], [6, 8]], np.int32))
    assert box(mask) == (3, 6, 5, 3)


def test_nothing():
    mask = NO_MASK
    assert (area(mask), box(mask)) == (0, (0, 0, 0, 0))
    assert not to_array(mask, (3, 2)).any()
