"""Scenes with looks are spliced as others are: what is painted, and the same bytes at any time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.art import blob
from tests.checks import check_png
from tests.draw.test_sprite_cache import keeping
from tests.encode import test_jpeg as jpegs
from tests.encode.png import jobs as pngs
from tests.encode.webp import jobs as webps
from tests.encode.webp.checks import check_read
from tests.strategies import LOOKS

from imggen.assets.library import CHANNELS
from imggen.config import Output
from imggen.encode.jpeg import JpegEncoder
from imggen.planning import Scene

SIZE = (150, 90)
ITEM = st.tuples(st.integers(0, 1), st.integers(-30, 150), st.integers(-20, 90), LOOKS)
SCENES = st.lists(st.tuples(st.integers(0, 1), st.lists(ITEM, max_size=3)), min_size=1, max_size=4)


def scenes_of(found):
    return [
        Scene(
            background,
            np.array([item[:3] for item in items], np.int64).reshape(-1, 3),
            np.array([item[3] for item in items], float).reshape(-1, 8),
        )
        for background, items in found
    ]


def png_library(mode):
    rng = np.random.default_rng(0)
    arts = [blob(rng, 40, 31), pngs.ring(rng, 25, 37)]
    kinds = (pngs.grain, pngs.upper_and_lower)
    backs = [kind(rng, *SIZE, CHANNELS[mode]) for kind in kinds]
    return pngs.library_of(mode, backs, arts)


@given(st.sampled_from(pngs.MODES), SCENES, pngs.GEOMETRIES, st.sampled_from([1, 5000, 2**20]))
def test_png(mode, found, bands, kept):
    library, scenes = png_library(mode), scenes_of(found)
    with pngs.geometry(**bands), keeping(kept):
        alone = [pngs.encoded(pngs.encoder_of(library), scene) for scene in scenes]
        for scene, file in zip(scenes, alone, strict=True):
            check_png(file, pngs.painted(library, scene))
        used = pngs.encoder_of(library)
        order = [*range(len(scenes)), *range(len(scenes)), *range(len(scenes))[::-1]]
        assert [pngs.encoded(used, scenes[k]) for k in order] == [alone[k] for k in order]


def test_png_where_others_use_the_cache_too():
    """As labels do for a scene whose file is kept: the cache may be cleared in between."""
    library = png_library("RGB")
    turns = [(0, 10, 10, (0, 1, 15.0 * k, 0, 1, 1, 1, 0)) for k in range(8)]
    scenes = scenes_of([(0, [item]) for item in turns])
    with keeping(2048):
        used = pngs.encoder_of(library)
        for k in (0, 1, 2, 3, 0, 1, 2, 3):
            for other in scenes[4:]:
                used.sprite_cache.fetch(other)
            alone = pngs.encoded(pngs.encoder_of(library), scenes[k])
            assert pngs.encoded(used, scenes[k]) == alone


def test_png_of_other_looks_at_one_place():
    """Their rows are soon those of sprites that are no longer kept, and their bands are not."""
    library = png_library("RGB")
    turns = [(0, 10, 10, (0, 1, 15.0 * k, 0, 1, 1, 1, 0)) for k in range(8)]
    scenes = scenes_of([(0, [item]) for item in turns])
    with keeping(2048):
        used = pngs.encoder_of(library)
        for scene in scenes * 2:
            check_png(pngs.encoded(used, scene), pngs.painted(library, scene))


def test_png_of_scenes_with_and_without_looks_in_turn():
    library = png_library("RGB")
    plain = Scene(0, np.array([[0, 10, 10]], np.int64))
    (turned,) = scenes_of([(0, [(0, 10, 10, (0, 1, 180.0, 0, 1, 1, 1, 0))])])
    used = pngs.encoder_of(library)
    for scene in (plain, turned) * 3:
        check_png(pngs.encoded(used, scene), pngs.painted(library, scene))


@given(st.sampled_from(pngs.MODES), SCENES, webps.CHOICES, st.sampled_from([1, 5000, 2**20]))
def test_webp(mode, found, chosen, kept):
    library, scenes = png_library(mode), scenes_of(found)
    with webps.choices(**chosen), keeping(kept):
        alone = [pngs.encoded(webps.encoder_of(library), scene) for scene in scenes]
        for scene, file in zip(scenes, alone, strict=True):
            check_read(file, pngs.painted(library, scene))
        used = webps.encoder_of(library)
        order = [*range(len(scenes)), *range(len(scenes)), *range(len(scenes))[::-1]]
        assert [pngs.encoded(used, scenes[k]) for k in order] == [alone[k] for k in order]


@given(st.sampled_from(jpegs.MODES), SCENES, st.sampled_from([1, 5000, 2**20]))
def test_jpeg_is_pillow_s_of_what_is_painted(mode, found, kept):
    rng = np.random.default_rng(1)
    backs = [pngs.grain(rng, *SIZE, 3), pngs.noise(rng, *SIZE, 3)]
    library = jpegs.library_of(mode, backs, [blob(rng, 40, 31), pngs.ring(rng, 25, 37)])
    output = Output(format="jpeg")
    with keeping(kept):
        used = JpegEncoder(library, output)
        for scene in [*scenes_of(found), *scenes_of(found)]:
            file = jpegs.encoded(used, scene)
            grid = used._background(scene.background).coder.grid
            blocks = 0 if grid.is_whole else grid.tile_width // (8 if mode == "L" else 16)
            assert file == jpegs.pillow_file(jpegs.pixels_of(library, scene), output, blocks)
