"""Dirty spans cover what sprites change."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from tests.encode.png.jobs import MOST_ITEMS, jobs
from tests.kernels import find_spans

from imggen.draw.sprites import sprite_arrays
from imggen.encode.png.background import GRID

MERGE_GAP = 2 * GRID  # spans closer than this are one


def alphas_of(arts):
    return [art[..., 3] for art in arts]


def touched_pixels(alphas, scene, width, row):
    """Columns of `row` where any sprite is more than transparent: a set."""
    columns = set()
    for sprite, x, y in scene.items.tolist():
        if 0 <= row - y < alphas[sprite].shape[0]:
            columns |= {x + int(k) for k in np.flatnonzero(alphas[sprite][row - y])}
    return columns & set(range(width))


@given(jobs())
def test_spans_cover_every_residual_that_may_change(job):
    library, arts, scenes = job
    width, height = library.size
    sprites, alphas = sprite_arrays(library.sprites), alphas_of(arts)
    spans = np.zeros((MOST_ITEMS + 2, 2), np.int64)
    for scene in scenes:
        above = set()
        for row in range(min(height, 40)):
            here = touched_pixels(alphas, scene, width, row)
            count = find_spans(sprites, scene.items, row, width, spans)
            found = spans[:count].tolist()
            covered = {column for left, right in found for column in range(left, right)}
            changed = here | above
            assert (changed | {k + 1 for k in changed if k + 1 < width}) <= covered
            check_shape(found, width)
            above = here


def check_shape(spans, width):
    """On the grid, within the row, in order, and far enough apart."""
    for left, right in spans:
        assert 0 <= left < right <= width
        assert left % GRID == 0
        assert right % GRID == 0 or right == width
    for (_, before), (after, _) in pairwise(spans):
        assert before + MERGE_GAP < after
