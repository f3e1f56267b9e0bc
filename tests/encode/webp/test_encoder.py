"""Lossless WebPs are legal, hold what `Painter` paints, and are the same whenever they are made."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.art import blob, random_pixels
from tests.encode.png.jobs import (
    KINDS,
    MODES,
    SHAPES,
    encoded,
    flat,
    grain,
    library_of,
    noise,
    painted,
    scene_of,
)
from tests.encode.png.test_encoder import edge_positions
from tests.encode.webp.checks import check_webp
from tests.encode.webp.jobs import CHOICES, choices, encoder_of, jobs

from imggen.assets.library import CHANNELS
from imggen.encode.shared_arrays import SharedArrays

PHOTOGRAPHS = (60, 45), (30, 20)  # px


@given(jobs(), CHOICES)
def test_holds_what_is_painted(job, chosen):
    library, scenes = job
    with choices(**chosen):
        encoder = encoder_of(library)
        for scene in scenes[:2]:
            check_webp(encoded(encoder, scene), painted(library, scene))


@given(jobs(), CHOICES, st.randoms(use_true_random=False))
def test_a_scene_has_the_same_bytes_whatever_came_before(job, chosen, random):
    library, scenes = job
    with choices(**chosen):
        alone = [encoded(encoder_of(library), scene) for scene in scenes]
        order = [k for k in range(len(scenes)) for _ in range(3)]
        random.shuffle(order)
        used = encoder_of(library)
        assert [encoded(used, scenes[k]) for k in order] == [alone[k] for k in order]


@settings(max_examples=20)
@given(job=jobs(), chosen=CHOICES)
def test_what_is_shared_changes_no_byte(tmp_path_factory, job, chosen):
    library, scenes = job
    folder, empty = tmp_path_factory.mktemp("shared"), tmp_path_factory.mktemp("no-room")
    with choices(**chosen):
        expected = [encoded(encoder_of(library), scene) for scene in scenes]
        for shared in (SharedArrays(folder, 2**40), SharedArrays(folder, 0), SharedArrays(empty)):
            encoder = encoder_of(library, shared)
            assert [encoded(encoder, scene) for scene in scenes] == expected
    assert any(folder.rglob("*.npy"))
    assert not any(empty.rglob("*.npy"))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_at_and_over_every_edge(mode, shape):
    rng = np.random.default_rng(1)
    width, height = 37, 27
    backs = [kind(rng, width, height, CHANNELS[mode]) for kind in KINDS]
    art = shape(rng, 21, 18)
    library = library_of(mode, backs, [art])
    with choices(bits=2, groups=100, whole=False):
        encoder = encoder_of(library)
        for k, (x, y) in enumerate(edge_positions(width, height, *art.shape[1::-1])):
            scene = scene_of(k % len(backs), [(0, x, y)])
            check_webp(encoded(encoder, scene), painted(library, scene))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (1, 300), (300, 1), (8, 1), (9, 2)])
def test_smallest_canvases(mode, size, whole):
    rng = np.random.default_rng(2)
    backs = [kind(rng, *size, CHANNELS[mode]) for kind in KINDS]
    library = library_of(mode, backs, [blob(rng, 3, 3), random_pixels(rng, *size, 4)])
    with choices(whole=whole):
        encoder = encoder_of(library)
        for index in range(len(backs)):
            for items in ([], [(0, 0, 0)], [(0, -1, -2), (1, 0, 0)], [(1, -1, 0)], [(1, 0, 1)]):
                scene = scene_of(index, items)
                check_webp(encoded(encoder, scene), painted(library, scene))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("predictor", range(14))
def test_every_predictor(mode, predictor):
    """Alone, or beside one that is allowed in the last column."""
    rng = np.random.default_rng(predictor)
    barred = predictor in (3, 5, 9, 10)
    kinds = grain, noise
    backs = [kind(rng, 45, 30, CHANNELS[mode]) for kind in kinds]
    art = random_pixels(rng, 26, 20, 4)
    art[..., 3] = 255
    library = library_of(mode, backs, [art])
    masks = 1 << predictor | barred << 12, 1 << predictor | barred
    with choices(bits=3, groups=200, whole=False, own_modes=masks[0], sprite_modes=masks[1]):
        encoder = encoder_of(library)
        for k in range(4):
            scene = scene_of(k % 2, [(0, 7 * k - 5, 5 * k - 3)])
            check_webp(encoded(encoder, scene), painted(library, scene))


def test_sprites_at_one_place_are_found_in_the_memo():
    rng = np.random.default_rng(6)
    library = library_of("RGB", [noise(rng, 90, 64, 3)], [blob(rng, 30, 20), blob(rng, 20, 20)])
    encoder = encoder_of(library)
    for k in range(6):
        scene = scene_of(0, [(0, 10, 3), (1, 5 * k, 40)])
        check_webp(encoded(encoder, scene), painted(library, scene))
    lookups, hits = encoder._memo.state[1:].tolist()
    assert 0 < hits < lookups


def test_regions_are_the_rows_of_tiles():
    rng = np.random.default_rng(4)
    library = library_of("RGB", [noise(rng, 120, 80, 3)], [blob(rng, 30, 20)])
    encoder = encoder_of(library)
    assert encoder.encode(scene_of(0, [])).regions == (5, 0, 0)
    assert encoder.encode(scene_of(0, [(0, 10, 20)])).regions == (3, 2, 0)
    assert encoder.encode(scene_of(0, [(0, 200, 20)])).regions == (5, 0, 0)
    flat_library = library_of("RGB", [flat(rng, 120, 80, 3)], [blob(rng, 1, 1)])
    assert encoder_of(flat_library).encode(scene_of(0, [])).regions == (0, 0, 1)


def test_flat_art_takes_next_to_nothing():
    rng = np.random.default_rng(5)
    library = library_of("RGBA", [flat(rng, 400, 300, 4)], [blob(rng, 4, 4)])
    assert len(encoded(encoder_of(library), scene_of(0, [(0, 9, 9)]))) < 400


@pytest.mark.parametrize("mode", MODES)
def test_a_flat_background_takes_next_to_nothing_under_photographs(mode):
    """It has a code whose only symbol takes no bits; what sprites touch of it has another."""
    rng = np.random.default_rng(8)
    sky = np.concatenate([flat(rng, 160, part, CHANNELS[mode]) for part in (50, 70)])
    photographs = [
        np.dstack([grain(rng, *size, 3), blob(rng, *size)[..., 3]]) for size in PHOTOGRAPHS
    ]
    library = library_of(mode, [sky], photographs)
    encoder = encoder_of(library)
    sizes = []
    for items in ([], [(0, 50, 40)], [(0, -20, 90), (1, 145, 45)]):
        scene = scene_of(0, items)
        assert encoder.encode(scene).regions.afresh == 0
        check_webp(encoded(encoder, scene), painted(library, scene))
        sizes.append(len(encoded(encoder, scene)))
    assert sizes[0] < 500  # of 19,200 px
    assert sizes[1] - sizes[0] < 60 * 45 * (1 + CHANNELS[mode])
