"""No band that sprites change is taken for a clean one."""

from hypothesis import given
from tests.encode.png.jobs import GEOMETRIES, encoder_of, geometry, jobs, painted

from imggen.encode.png.scratch import band_rows


@given(jobs(), GEOMETRIES)
def test_bands_taken_for_clean_show_the_background(job, bands):
    """The band itself, and the row above it, which its residuals come from."""
    library, _, scenes = job
    width, height = library.size
    with geometry(**bands):
        encoder = encoder_of(library)
        rows = band_rows(width * library.channels, height)
        for scene in scenes:
            dirty = dirty_bands(encoder, encoder.encode(scene).regions)
            back = library.backgrounds[scene.background]
            pixels = painted(library, scene).reshape(back.shape)
            for band in range(-(-height // rows)):
                part = slice(max(0, band * rows - 1), band * rows + rows)
                assert band in dirty or (pixels[part] == back[part]).all()


def dirty_bands(encoder, regions):
    """The bands that were coded for the latest image."""
    count = regions.spliced + regions.afresh
    dirty, pieces = set(), encoder._scratch.pieces.tolist()
    for first, end, start, stop in pieces:
        if len(dirty) == count:
            break
        assert first not in dirty
        assert start < stop
        dirty |= set(range(first, end))
    assert len(dirty) == count
    return dirty
