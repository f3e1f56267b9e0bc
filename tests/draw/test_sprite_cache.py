"""Sprites are made of the library's and a look alone, of the size that the plan says."""

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference
from tests.art import blob, load, random_pixels, write_dataset
from tests.checks import check_pixels
from tests.draw.test_painter import background_of, library_of
from tests.strategies import LOOKS, sprites

from imggen.assets import load_assets
from imggen.assets.library import CHANNELS
from imggen.config.plain import NEUTRAL
from imggen.draw import Painter, sprite_cache
from imggen.draw.recolour import colour_matrix
from imggen.draw.sprite_cache import SpriteCache
from imggen.planning import Scene, make_plan
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes

MODES = tuple(CHANNELS)
ITEMS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-20, 40), st.integers(-9, 15), LOOKS),
    min_size=1,
    max_size=4,
)


@contextmanager
def keeping(pixels):
    """Within, caches keep sprites of about so many pixels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sprite_cache, "KEPT_PIXELS", pixels)
        yield


@contextmanager
def few(pixels):
    """Within, caches keep so many pixels at first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sprite_cache, "FEW_PIXELS", pixels)
        yield


def scene_of(items):
    """A scene of (sprite, x, y, look) each."""
    rows = np.array([item[:3] for item in items], np.int64).reshape(-1, 3)
    return Scene(0, rows, np.array([item[3] for item in items], float).reshape(-1, len(NEUTRAL)))


def look(**values):
    return tuple({**NEUTRAL, **values}.values())


def arts_of(seed):
    rng = np.random.default_rng(seed)
    return [blob(rng, 23, 15), random_pixels(rng, 12, 9, 4)]


@pytest.mark.parametrize("mode", MODES)
@given(seed=st.integers(0, 9), scenes=st.lists(ITEMS, min_size=1, max_size=6))
def test_what_is_kept_changes_no_pixel(mode, seed, scenes):
    library = library_of(mode, arts_of(seed), background_of(mode))
    scenes = [scene_of(items) for items in scenes]
    alone = [Painter(library).paint(scene).copy() for scene in scenes]
    for pixels in (1, 2048, 20_000, 2**20):
        with keeping(pixels):
            painter = Painter(library)
            for scene, expected in zip([*scenes, *scenes], [*alone, *alone], strict=True):
                check_pixels(painter.paint(scene), expected)


@pytest.mark.parametrize("mode", MODES)
@given(sprites(), st.integers(-70, 60), st.integers(-10, 25))
def test_the_plain_look_is_the_file_s_own(mode, pixels, x, y):
    library = library_of(mode, [pixels], background_of(mode))
    expected = Painter(library).paint(Scene(0, np.array([[0, x, y]]))).copy()
    check_pixels(Painter(library).paint(scene_of([(0, x, y, look())])), expected)


@given(st.integers(0, 9), LOOKS)
def test_the_size_is_what_the_plan_says(seed, values):
    library = library_of("RGB", arts_of(seed), background_of("RGB"))
    drawn = SpriteCache(library).fetch(scene_of([(1, 5, 6, values)]))
    (row, x, y), named = drawn.items[0], dict(zip(NEUTRAL, values, strict=True))
    size = turned_sizes(scaled_sizes(np.array([12, 9]), named["scale"]), named["rotate"])
    assert drawn.sprites.table[row, 2:].tolist() == size.tolist()
    assert (x, y) == (5, 6)


def test_what_shows_the_same_is_made_once():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    one, other = look(scale=2.0), look(scale=2.0, flip=1.0)
    cache = SpriteCache(library)
    for items, made in (
        ([(0, 1, 1, one), (0, 5, 5, one)], 1),
        ([(0, 2, 2, one)], 1),
        ([(0, 2, 2, other), (1, 2, 2, one)], 3),
    ):
        cache.fetch(scene_of(items))
        assert cache.made == made
    assert cache.asked == 5


def test_a_full_cache_is_cleared():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    with keeping(2048 * 4):
        cache = SpriteCache(library)
        for k in range(20):
            drawn = cache.fetch(scene_of([(0, 0, 0, look(scale=1 + k / 10))]))
            assert len(drawn.sprites.table) <= 4
    assert cache.made == 20


def test_a_number_is_one_sprite_s_for_good():
    """Though rows are used again, and sprites of the library have numbers too."""
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    plain = Scene(0, np.array([[0, 0, 0], [1, 0, 0]]))
    with keeping(2048 * 4):
        cache = SpriteCache(library)
        shown, rows = dict.fromkeys(cache.fetch(plain).numbers.tolist()), set()
        assert list(shown) == [0, 1]
        for k in [*range(9), *range(9)]:
            drawn = cache.fetch(scene_of([(0, 0, 0, look(scale=1 + k / 10))] * 2))
            (number,) = set(drawn.numbers.tolist())
            assert shown.setdefault(number, k) == k
            rows.add(int(drawn.items[0, 0]))
    assert len(shown) == 2 + cache.made > len(rows) + 2


def test_art_that_was_trimmed_to_nothing():
    nothing = np.zeros((0, 0, 4), np.uint8)
    library = library_of("RGB", [nothing], background_of("RGB"))
    scene = scene_of([(0, 3, 3, look(scale=3.0, rotate=45.0))])
    check_pixels(Painter(library).paint(scene), library.backgrounds[0])


@pytest.mark.parametrize(
    "values",
    [
        {"scale": 0.6},
        {"scale": 1.9, "flip": 1.0},
        {"rotate": 25.0},
        {"scale": 0.8, "rotate": -70.0, "flip": 1.0, "hue": 90.0, "brightness": 0.7},
        {"rotate": 180.0, "saturation": 0.0, "opacity": 0.4},
    ],
)
def test_by_the_plain_formulas(values):
    """In this order: mirrored, scaled, turned, recoloured, and rounded at the end."""
    named = {**NEUTRAL, **values}
    pixels = blob(np.random.default_rng(3), 31, 22)
    pixels[..., :3] = pixels[..., :3] // 4 + 60  # little noise: positions are in 256ths of a pixel
    library = library_of("RGBA", [pixels], np.zeros((60, 60, 4), np.uint8))
    drawn = SpriteCache(library).fetch(scene_of([(0, 0, 0, tuple(named.values()))]))
    first, _, width, height = drawn.sprites.table[drawn.items[0, 0]].tolist()
    made = drawn.sprites.colour[first : first + 4 * width * height].reshape(height, width, 4)
    expected = by_formulas(pixels, named, (width, height))
    seen = expected[..., 3] > 24
    check_pixels(made[..., 3], np.round(expected[..., 3]), within=2)
    check_pixels(made[seen], np.round(expected[seen]), within=3)


def by_formulas(pixels, named, size):
    mirrored = pixels[:, ::-1] if named["flip"] else pixels
    scaled = scaled_sizes(np.array(pixels.shape[1::-1]), named["scale"]).tolist()
    values = reference.transform(mirrored, scaled, named["rotate"], size)
    alpha = np.clip(values[..., 3:], 0, 255)
    straight = values[..., :3] * 255 / np.maximum(values[..., 3:], 1e-9)
    matrix = colour_matrix(named["hue"], named["saturation"], named["brightness"])
    straight = np.clip(np.clip(straight, 0, 255) @ matrix.T.astype(float), 0, 255)
    return np.dstack([straight, alpha * named["opacity"]])


@pytest.mark.parametrize(
    ("canvas", "layer", "copies"),
    [
        ({}, {}, False),
        ({"resample": "nearest"}, {}, True),
        ({}, {"resample": "nearest"}, True),
        ({"resample": "nearest"}, {"resample": "smooth"}, False),
    ],
)
def test_resample_of_a_layer_or_of_the_canvas(tmp_path, canvas, layer, copies):
    """Of sprites in parts all do; of copies no colour is new."""
    colours = np.array([(250, 0, 0), (0, 250, 0), (0, 0, 250)], np.uint8)
    rng = np.random.default_rng(0)
    variants = {
        f"cap/{part}": np.dstack(
            [colours[rng.integers(0, 3, (9, 9))], np.full((9, 9), 255, np.uint8)]
        )
        for part in ("back", "front")
    }
    hat = {
        "parts": {"back": 0, "front": 0},
        "place": {"at": [10, 10]},
        "vary": {"scale": 1.9, "rotate": 20},
        **layer,
    }
    layers = {"sky": {"day": np.zeros((60, 60, 3), np.uint8)}, "hat": variants}
    config = load(write_dataset(tmp_path, layers, hat=hat, canvas=canvas, dataset={"count": 1}))
    library = load_assets(config)
    (scene,) = make_plan(config, library).chunk(0, 1).scenes
    shown = {tuple(pixel) for pixel in Painter(library).paint(scene).reshape(-1, 3).tolist()}
    assert (shown <= {(0, 0, 0), *map(tuple, colours.tolist())}) == copies
    assert len(shown) > 3


def test_few_sprites_are_kept_until_some_are_found_again():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    scenes = [scene_of([(0, 0, 0, look(scale=1 + k / 100))]) for k in range(40)]
    with keeping(2**16), few(2**14):  # as much as 32 and 8 sprites need
        kept = SpriteCache(library)
        for scene in [*scenes, *scenes]:
            kept.fetch(scene)
        assert kept.made == 80
        for k in np.random.default_rng(0).integers(0, 12, 100):
            kept.fetch(scenes[k])
        made = kept.made
        for scene in scenes[:12]:
            kept.fetch(scene)
        assert kept.made == made


def test_a_scene_that_is_labelled_and_then_drawn_is_fetched_once():
    kept = SpriteCache(library_of("RGB", arts_of(0), background_of("RGB")))
    scene = scene_of([(0, 1, 1, look(scale=2.0))])
    assert kept.fetch(scene) is kept.fetch(scene)
    assert kept.asked == 1
