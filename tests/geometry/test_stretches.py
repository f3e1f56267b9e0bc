"""Stretches are the filtered rows, and no more of them than need be."""

import numpy as np
from hypothesis import given
from tests.geometry.masks import mask_of, valued_pixels
from tests.reference import filter_row

from imggen.encode.png.filters import NONE, UP
from imggen.geometry.stretches import find_stretches


def stretches_of(canvas):
    height, width = canvas.shape
    values = np.unique(canvas[canvas > 0]).tolist()
    return find_stretches([mask_of(canvas == value) for value in values], values, (width, height))


@given(valued_pixels())
def test_same_as_filtered_rows(canvas):
    rows, above = [], [0] * canvas.shape[1]
    for row in canvas.tolist():
        kind = UP if any(row) else NONE
        rows += [kind, *filter_row(kind, row, above, 1)]
        above = row
    stretches = stretches_of(canvas)
    assert np.repeat(stretches[:, 0], stretches[:, 1]).tolist() == rows
    assert (stretches[:, 1] > 0).all()
    assert (np.diff(stretches[:, 0]) != 0).all()


def test_masks_of_one_value_that_touch():
    left, right = np.zeros((2, 6), bool), np.zeros((2, 6), bool)
    left[:, 1:3] = right[:, 3:5] = True
    stretches = find_stretches([mask_of(right), mask_of(left)], [7, 7], (6, 2))
    assert stretches.tolist() == [[UP, 1], [0, 1], [7, 4], [0, 1], [UP, 1], [0, 6]]
