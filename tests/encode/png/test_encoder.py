"""Spliced PNGs are legal, hold what `Painter` paints, and are the same whenever they are made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import blob, random_pixels
from tests.checks import check_pixels, check_png, png_chunks
from tests.encode.png.jobs import (
    EFFORTS,
    GEOMETRIES,
    KINDS,
    MODES,
    SHAPES,
    encoded,
    encoder_of,
    flat,
    geometry,
    jobs,
    library_of,
    noise,
    painted,
    scene_of,
    slowly_painted,
)

from imggen.assets.library import CHANNELS
from imggen.encode.png.scratch import BAND_BYTES
from imggen.encode.shared_arrays import SharedArrays


@given(jobs(), GEOMETRIES, st.sampled_from(EFFORTS))
def test_holds_what_is_painted(job, bands, effort):
    library, arts, scenes = job
    with geometry(**bands):
        encoder = encoder_of(library, effort)
        for scene in scenes:
            pixels = painted(library, scene)
            check_pixels(pixels, slowly_painted(library, arts, scene))
            check_png(encoded(encoder, scene), pixels)


@given(jobs(), GEOMETRIES, st.randoms(use_true_random=False))
def test_a_scene_has_the_same_bytes_whatever_came_before(job, bands, random):
    library, _, scenes = job
    with geometry(**bands):
        alone = [encoded(encoder_of(library), scene) for scene in scenes]
        order = [k for k in range(len(scenes)) for _ in range(3)]
        random.shuffle(order)
        used = encoder_of(library)
        assert [encoded(used, scenes[k]) for k in order] == [alone[k] for k in order]


@given(job=jobs(), bands=GEOMETRIES)
def test_what_is_shared_changes_no_byte(tmp_path_factory, job, bands):
    library, _, scenes = job
    folder, empty = tmp_path_factory.mktemp("shared"), tmp_path_factory.mktemp("no-room")
    with geometry(**bands):
        expected = [encoded(encoder_of(library), scene) for scene in scenes]
        for shared in (SharedArrays(folder, 2**40), SharedArrays(folder, 0), SharedArrays(empty)):
            encoder = encoder_of(library, shared=shared)
            assert [encoded(encoder, scene) for scene in scenes] == expected
    assert any(folder.rglob("*.npy"))
    assert not any(empty.rglob("*.npy"))


@given(jobs(), GEOMETRIES)
def test_regions_are_all_bands(job, bands):
    library, _, scenes = job
    with geometry(**bands):
        encoder = encoder_of(library)
        for scene in [*scenes, *scenes]:
            regions = encoder.encode(scene).regions
            spliced = encoder._prepared(scene.background)[0].spliced
            assert sum(regions) == len(spliced)
            assert min(regions) >= 0
            assert regions.spliced <= spliced.sum()
            assert regions.afresh <= len(spliced) - spliced.sum()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_at_and_over_every_edge(mode, shape):
    rng = np.random.default_rng(1)
    width, height = 67, 43
    backs = [kind(rng, width, height, CHANNELS[mode]) for kind in KINDS]
    for band_bytes in (1, 3000, 160_000):
        for art in (shape(rng, 21, 18), shape(rng, width + 20, height + 20)):
            library = library_of(mode, backs, [art])
            with geometry(band_bytes=band_bytes, flat_ratio=1e9):
                encoder = encoder_of(library)
                for k, (x, y) in enumerate(edge_positions(width, height, *art.shape[1::-1])):
                    scene = scene_of(k % len(backs), [(0, x, y)])
                    check_png(encoded(encoder, scene), painted(library, scene))


def edge_positions(width, height, art_width, art_height):
    """On each corner and edge: just beside the canvas, just on it, half on it."""
    xs = (-art_width, 1 - art_width, -art_width // 2, 0, width - art_width, width - 1, width)
    ys = (-art_height, 1 - art_height, -art_height // 2, 0, height - art_height, height - 1, height)
    return [(x, y) for x in xs for y in (ys[0], ys[3], ys[6])] + [(xs[3], y) for y in ys]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 700), (700, 1), (8, 1), (9, 2)])
def test_smallest_canvases(mode, size):
    rng = np.random.default_rng(2)
    backs = [kind(rng, *size, CHANNELS[mode]) for kind in KINDS]
    arts = [blob(rng, 3, 3), random_pixels(rng, *size, 4)]
    library = library_of(mode, backs, arts)
    for flat_ratio in (0.0, 1e9):
        with geometry(flat_ratio=flat_ratio):
            encoder = encoder_of(library)
            for index in range(len(backs)):
                for items in ([], [(0, 0, 0)], [(0, -1, -2), (1, 0, 0)], [(1, -1, 0)], [(1, 0, 1)]):
                    scene = scene_of(index, items)
                    check_png(encoded(encoder, scene), painted(library, scene))


@pytest.mark.parametrize("mode", MODES)
def test_all_ways_in_one_image(mode):
    """Clean, spliced and coded afresh, at the real size of bands."""
    rng = np.random.default_rng(3)
    width, channels = 1000, CHANNELS[mode]
    height = 4 * BAND_BYTES // (width * channels)
    back = noise(rng, width, height, channels)
    back[height // 2 :] = flat(rng, width, height - height // 2, channels)
    library = library_of(mode, [back], [blob(rng, 90, 30)])
    encoder = encoder_of(library)
    spliced = encoder._prepared(0)[0].spliced.tolist()
    assert {0, 1} <= set(spliced), "the background is to have both sorts of bands"
    clean, regions = png_chunks(encoded(encoder, scene_of(0, []))), []
    for y in range(0, height, height // 8):
        scene = scene_of(0, [(0, (77 * y) % width - 40, y)])
        made = encoder.encode(scene)
        check_png(made.to_bytes(), painted(library, scene))
        assert set(png_chunks(made.to_bytes())) & set(clean[2:-2]), "no band was clean"
        regions.append(made.regions)
    assert min(sum(one.spliced for one in regions), sum(one.afresh for one in regions)) > 0


def test_nothing_drawn_is_the_background_s_own_file():
    """Whatever misses the canvas, or is transparent, leaves every band's pixels alone."""
    rng = np.random.default_rng(4)
    back = noise(rng, 120, 80, 3)
    hidden = blob(rng, 30, 20)
    hidden[..., 3] = 0
    library = library_of("RGB", [back], [hidden, blob(rng, 30, 20)])
    with geometry(band_bytes=2000):
        encoder = encoder_of(library)
        bare = encoded(encoder, scene_of(0, []))
        check_png(bare, back)
        for items in ([(0, 10, 10)], [(1, 10, -21)], [(1, 10, 80)], [(1, 121, 10)], [(1, -31, 10)]):
            assert encoded(encoder, scene_of(0, items)) == bare


def test_pieces_are_of_this_image_until_the_next():
    rng = np.random.default_rng(5)
    library = library_of("RGB", [noise(rng, 150, 80, 3)], [blob(rng, 30, 20)])
    encoder = encoder_of(library)
    one, two = (encoder.encode(scene_of(0, [(0, x, 20)])).pieces for x in (10, 90))
    assert b"".join(two) == encoded(encoder_of(library), scene_of(0, [(0, 90, 20)]))
    assert b"".join(one[:1]) == b"".join(two[:1])
