"""Dirty spans cover what sprites change, and no band that they change is taken for a clean one."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from tests.encode.png.jobs import GEOMETRIES, MOST_ITEMS, encoder_of, geometry, jobs, painted

from imggen.draw.sprites import sprite_arrays
from imggen.encode.png.index import GRID
from imggen.encode.png.scratch import band_rows
from imggen.encode.png.spans import MERGE_GAP, find_spans


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


@given(jobs(), GEOMETRIES)
def test_bands_taken_for_clean_show_the_backdrop(job, bands):
    """The band itself, and the row above it, which its residuals come from."""
    library, _, scenes = job
    width, height = library.size
    with geometry(**bands):
        encoder = encoder_of(library)
        rows = band_rows(width * library.channels, height)
        for scene in scenes:
            encoder.encode(scene)
            dirty = dirty_bands(encoder)
            back = library.backdrops[scene.backdrop]
            pixels = painted(library, scene).reshape(back.shape)
            for band in range(-(-height // rows)):
                part = slice(max(0, band * rows - 1), band * rows + rows)
                assert band in dirty or (pixels[part] == back[part]).all()


def dirty_bands(encoder):
    """The bands that were coded for the latest image."""
    count = encoder.parts.spliced + encoder.parts.afresh
    dirty, pieces = set(), encoder._scratch.pieces.tolist()
    for first, end, start, stop in pieces:
        if len(dirty) == count:
            break
        assert first not in dirty
        assert start < stop
        dirty |= set(range(first, end))
    assert len(dirty) == count
    return dirty
