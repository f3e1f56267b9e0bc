"""Boxes, counts and masks are those that painting one pixel after the other gives."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import reference
from tests.art import random_pixels
from tests.checks import check_pixels
from tests.draw.test_painter import CHANNELS, SIZE, background_of, library_of
from tests.draw.test_sprite_cache import look, scene_of
from tests.strategies import sprites

from imggen.assets import NO_SPRITE, Variants
from imggen.draw.sprite_cache import SpriteCache
from imggen.geometry import instances, silhouettes
from imggen.geometry.instances import NOWHERE, Tracer
from imggen.planning import Scene

WIDTH, HEIGHT = SIZE
PLACED = st.lists(
    st.tuples(sprites(), st.integers(-70, 60), st.integers(-10, 25)), min_size=1, max_size=4
)
THRESHOLDS = st.sampled_from([1, 2, 100, 128, 254, 255])


def layer_of(depth, rows, parts=1):
    """A layer whose variants are the sprites `rows`."""
    nothing = np.full(len(rows), NO_SPRITE, np.int32)
    return Variants(
        layer=f"layer {depth}",
        names=tuple(f"variant {k}" for k in range(len(rows))),
        probabilities=np.full(len(rows), 1 / len(rows)),
        sizes=np.zeros((len(rows), 2), np.int32),
        sprites=np.array(rows, np.int32),
        backgrounds=nothing,
        parts=parts,
    )


def tracer_of(mode, pixels, layers, threshold, wanted=None):
    library = replace(library_of(mode, pixels, background_of(mode)), layers=tuple(layers))
    wanted = range(len(layers)) if wanted is None else wanted
    return Tracer(library, SpriteCache(library), wanted, threshold)


def trace_placed(mode, placed, threshold, wanted=None):
    """The instances of sprites at places, each of a layer of its own."""
    layers = [layer_of(depth, [depth]) for depth in range(len(placed))]
    tracer = tracer_of(mode, [pixels for pixels, _, _ in placed], layers, threshold, wanted)
    items = np.array([[k, x, y] for k, (_, x, y) in enumerate(placed)], np.int64)
    return tracer.trace(Scene(0, items))


def pixels_of(mask):
    """(height, width) bool."""
    image = np.zeros((HEIGHT, WIDTH), bool)
    for row in range(len(mask.rows) - 1):
        last = -1
        for start, end in mask.runs[mask.rows[row] : mask.rows[row + 1]].tolist():
            assert last < start < end, "runs touch, or are not sorted"
            image[mask.y + row, start:end] = True
            last = end
    return image


def check_instance(instance, expected):
    """It is what `reference.visible_masks` says."""
    whole, seen = expected
    check_pixels(pixels_of(instance.mask), seen)
    assert instance.pixels == whole.pixels
    assert instance.amodal == whole.box
    assert instance.visible_pixels == np.count_nonzero(seen)
    assert instance.visible == reference.box_of(seen)
    share = np.count_nonzero(seen) / whole.pixels if whole.pixels else 0
    assert instance.visible_fraction == share


@pytest.mark.parametrize("mode", CHANNELS)
@given(PLACED, THRESHOLDS)
def test_same_as_painting(mode, placed, threshold):
    instances = trace_placed(mode, placed, threshold)
    alphas = [(pixels[..., 3], x, y) for pixels, x, y in placed]
    expected = reference.visible_masks(alphas, SIZE, threshold)
    assert len(instances) == len(placed)
    for k, (instance, (pixels, x, y)) in enumerate(zip(instances, placed, strict=True)):
        assert (instance.depth, instance.variant, instance.z) == (k, 0, k)
        assert instance.drawn == (x, y, pixels.shape[1], pixels.shape[0])
        check_instance(instance, expected[k])


@given(PLACED)
def test_layers_that_are_not_wanted_still_hide(placed):
    everything = trace_placed("RGB", placed, 128)
    first = trace_placed("RGB", placed, 128, wanted=[0])
    assert len(first) == 1
    assert first[0][:-1] == everything[0][:-1]
    check_pixels(pixels_of(first[0].mask), pixels_of(everything[0].mask))


@given(PLACED)
def test_all_else_is_known_without_masks(placed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{__name__}.Tracer", partial(Tracer, masks=False))
        without = trace_placed("RGB", placed, 128)
    assert [one[:-1] for one in without] == [one[:-1] for one in trace_placed("RGB", placed, 128)]
    assert not any(len(one.mask.runs) for one in without)


def test_masks_stay_when_others_are_traced():
    pixels = random_pixels(np.random.default_rng(0), 9, 7, 4)
    tracer = tracer_of("RGB", [pixels], [layer_of(0, [0])], 128)
    scenes = [Scene(0, np.array([[0, x, 2 * x]], np.int64)) for x in range(5)]
    kept = [tracer.trace(scene)[0] for scene in scenes]
    for scene, instance in zip(scenes, kept, strict=True):
        (again,) = tracer.trace(scene)
        check_pixels(pixels_of(instance.mask), pixels_of(again.mask))
        assert instance[:-1] == again[:-1]


def test_runs_find_room():
    """Every second pixel is a run of its own, so a few rows need more than the first room."""
    pixels = random_pixels(np.random.default_rng(0), 50, 20, 4)
    pixels[..., 3] = np.where(np.arange(50) % 2, 255, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instances, "FIRST_RUNS", 3)
        (instance,) = trace_placed("RGB", [(pixels, 0, 0)], 128)
    assert instance.visible_pixels == len(instance.mask.runs) == 25 * 20


@given(
    st.lists(st.tuples(sprites(), st.integers(-20, 40), st.integers(-9, 15)), max_size=2),
    st.integers(0, 9),
    st.integers(-20, 40),
)
def test_parts_are_one_thing(others, seed, x):
    """Of a layer in two parts, one behind the others and one before them."""
    rng = np.random.default_rng(seed)
    parts = [random_pixels(rng, 17, 9, 4) for _ in range(2)]
    for part in parts:
        part[..., 3] = np.where(rng.random((9, 17)) < 0.5, 255, 0)
    layers = [layer_of(0, [0], parts=2)]
    layers += [layer_of(k + 1, [k + 2]) for k in range(len(others))]
    arts = [*parts, *(pixels for pixels, _, _ in others)]
    tracer = tracer_of("RGB", arts, layers, 128)
    items = [[0, x, 3], *([k + 2, left, top] for k, (_, left, top) in enumerate(others)), [1, x, 3]]
    instances = tracer.trace(Scene(0, np.array(items, np.int64)))
    thing = next(one for one in instances if one.depth == 0)
    assert instances[-1] is thing, "its last part lies in front"
    assert thing.z == len(others) + 1
    alphas = [(arts[row][..., 3], left, top) for row, left, top in items]
    masks = reference.visible_masks(alphas, SIZE, 128)
    either = np.maximum(parts[0][..., 3], parts[1][..., 3])
    whole = reference.visible_masks([(either, x, 3)], SIZE, 128)[0][0]
    check_instance(thing, (whole, masks[0][1] | masks[-1][1]))
    for other, expected in zip(instances[:-1], masks[1:-1], strict=True):
        check_instance(other, expected)


def test_silhouettes_that_were_dropped_are_found_again(monkeypatch):
    arts = [random_pixels(np.random.default_rng(k), 23, 15, 4) for k in range(2)]
    looks = [look(rotate=10.0 * k) for k in range(6)]
    scenes = [scene_of([(0, 5, 2, one), (1, 9, 3, look())]) for one in looks]
    tracer = tracer_of("RGB", arts, [layer_of(0, [0]), layer_of(1, [1])], 100)
    expected = [tracer.trace(scene) for scene in scenes]
    monkeypatch.setattr(silhouettes, "MOST_KEPT", 60)  # rows or runs
    for scene, found in zip(scenes * 2, expected * 2, strict=True):
        for one, other in zip(tracer.trace(scene), found, strict=True):
            check_pixels(pixels_of(one.mask), pixels_of(other.mask))
            assert one._replace(mask=None) == other._replace(mask=None)
        assert len(tracer._silhouettes.shapes) < 7


@pytest.mark.parametrize("mode", CHANNELS)
@given(st.integers(0, 99))
def test_of_made_sprites(mode, seed):
    """Scaled, turned and fainter sprites: a pixel belongs to one by its alpha as drawn."""
    rng = np.random.default_rng(seed)
    arts = [random_pixels(rng, 23, 15, 4), random_pixels(rng, 12, 9, 4)]
    scene = scene_of(
        [
            (0, 5, 2, look(scale=1.7, rotate=-33.0, opacity=0.8)),
            (1, 20, 8, look(flip=1.0, blend=1.0)),
        ]
    )
    tracer = tracer_of(mode, arts, [layer_of(0, [0]), layer_of(1, [1])], 100)
    instances = tracer.trace(scene)
    sprites_made, items, _ = tracer._sprite_cache.fetch(scene)
    alphas = []
    for row, x, y in items.tolist():
        first, _, width, height = sprites_made.table[row].tolist()
        flat = sprites_made.colour[3:] if mode == "RGBA" else sprites_made.alpha
        step = CHANNELS[mode]
        alpha = flat[first : first + width * height * step][::step].reshape(height, width)
        alphas.append((alpha, x, y))
    for instance, expected in zip(
        instances, reference.visible_masks(alphas, SIZE, 100), strict=True
    ):
        check_instance(instance, expected)


def test_a_thing_that_is_not_seen():
    pixels = np.full((4, 6, 4), 255, np.uint8)
    faint = pixels // 2
    hidden, cover, outside, empty = trace_placed(
        "RGB", [(pixels, 3, 3), (pixels, 3, 3), (pixels, 90, 3), (faint, 20, 10)], 128
    )
    assert (hidden.visible, hidden.visible_fraction, len(hidden.mask.runs)) == (NOWHERE, 0, 0)
    assert cover.visible == cover.amodal == (3, 3, 6, 4)
    assert (outside.amodal, outside.visible) == ((90, 3, 6, 4), NOWHERE)
    assert (empty.amodal, empty.pixels, empty.visible_fraction) == (NOWHERE, 0, 0)
    assert empty.drawn == (20, 10, 6, 4)
