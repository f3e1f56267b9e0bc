"""The plan is cut into chunks that hold every image once, whatever the cuts."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import load, place_at_random, write_small_article

from imggen.assets import load_assets
from imggen.planning import make_plan
from imggen.run.chunks.complete import RenderTask


@pytest.fixture(scope="module")
def make(small_article):
    """A plan of the small article with other settings of its [dataset]."""
    config = load(small_article / "imggen.toml")
    library = load_assets(config)

    def plan(**settings):
        dataset = config.dataset.model_copy(update=settings)
        return make_plan(config.model_copy(update={"dataset": dataset}), library)

    return plan


@pytest.fixture(scope="module")
def plan(make):
    return make(count=300)


@pytest.fixture(scope="module")
def make_random(tmp_path_factory):
    """A plan of the small article with random places that are few enough to recur."""
    folder = write_small_article(tmp_path_factory.mktemp("random"))
    path = place_at_random(folder, x=[90, 91], y=[90, 92]) / "imggen.toml"
    library = load_assets(load(path))
    return lambda **settings: make_plan(load(path, **settings), library)


def contents(scene):
    return scene.background, scene.items.tolist()


@given(st.lists(st.integers(0, 300), max_size=8))
def test_chunks_hold_every_image_once(plan, cuts):
    bounds = sorted({0, 300, *cuts})
    chunks = [plan.chunk(a, b) for a, b in itertools.pairwise(bounds)]
    images = np.concatenate([chunk.images for chunk in chunks])
    assert sorted(images.tolist()) == list(range(300))
    for chunk in chunks:
        np.testing.assert_array_equal(chunk.traits, plan.traits[chunk.images])


@given(st.integers(0, 299), st.integers(1, 300))
def test_a_scene_is_the_same_in_every_chunk(plan, start, length):
    chunk = plan.chunk(start, min(300, start + length))
    assert chunk.first[0] == 0
    assert chunk.first[-1] == len(chunk.images)
    for k, scene in enumerate(chunk.scenes):
        shown = chunk.traits[chunk.first[k] : chunk.first[k + 1]]
        assert len(shown) >= 1
        assert (shown == shown[0]).all(), "one scene of two combinations"
        place = start + int(chunk.first[k])
        assert contents(plan.chunk(place, place + 1).scenes[0]) == contents(scene)


def test_equal_scenes_lie_side_by_side(plan):
    chunk = plan.chunk(0, 300)
    assert len(chunk.scenes) == plan.distinct == len(np.unique(plan.traits, axis=0))
    backgrounds = [scene.background for scene in chunk.scenes]
    assert backgrounds == sorted(backgrounds)


def test_none_is_not_drawn(plan):
    none = plan.library.layers[2].names.index("none")
    chunk = plan.chunk(0, 300)
    drawn = [len(scene.items) for scene in chunk.scenes]
    assert drawn == [1 if t[2] == none else 2 for t in chunk.traits[chunk.first[:-1]]]
    assert set(drawn) == {1, 2}


def test_what_a_scene_shows(plan):
    """Looked up by hand: sprite rows, and corners by the article's formula."""
    chunk = plan.chunk(0, 300)
    library = plan.library
    for scene, traits in zip(chunk.scenes, chunk.traits[chunk.first[:-1]], strict=True):
        background, character, thing = traits.tolist()
        assert scene.background == library.layers[0].backgrounds[background]
        w, h = library.layers[1].sizes[character].tolist()
        expected = [[library.layers[1].sprites[character], int(96 - w / 2), 100 - h]]
        if library.layers[2].names[thing] != "none":
            h_object = int(library.layers[2].sizes[thing][1])
            corner = [int(96 + w / 2 + 3), 100 - h_object]
            expected.append([library.layers[2].sprites[thing], *corner])
        assert scene.items.tolist() == expected


def test_scenes_differ_in_positions_too(make_random):
    plan = make_random(dataset__count=2000)
    chunk = plan.chunk(0, 2000)
    shown = [contents(scene) for scene in chunk.scenes]
    different = {repr(scene) for scene in shown}
    assert len(shown) == plan.distinct == len(different)
    assert len(np.unique(plan.traits, axis=0)) < plan.distinct < 2000
    backgrounds = [scene.background for scene in chunk.scenes]
    assert backgrounds == sorted(backgrounds)
    assert sorted(chunk.images.tolist()) == list(range(2000))


def test_what_a_random_scene_shows(make_random):
    plan = make_random(dataset__count=300)
    none = plan.library.layers[2].names.index("none")
    for start in range(0, 300, 50):
        chunk = plan.chunk(start, start + 50)
        for k, scene in enumerate(chunk.scenes):
            for image in chunk.images[chunk.first[k] : chunk.first[k + 1]]:
                variants = plan.traits[image].tolist()
                corners = plan.positions[image].tolist()
                expected = [
                    [int(plan.library.layers[layer].sprites[variants[layer]]), *corners[layer - 1]]
                    for layer in (1, 2)
                    if layer == 1 or variants[2] != none
                ]
                assert scene.items.tolist() == expected


@pytest.mark.parametrize("settings", [{"sampling": "all"}, {"unique": True}])
def test_each_combination_gets_a_position(make_random, settings):
    """They are of traits, as without random places."""
    plan = make_random(dataset__count=100, **{f"dataset__{k}": v for k, v in settings.items()})
    assert plan.distinct == plan.count == len(np.unique(plan.traits, axis=0))
    drawn = plan.traits[:, 2] != plan.library.layers[2].names.index("none")
    assert len(np.unique(plan.positions[drawn, 1], axis=0)) > 0.9 * np.count_nonzero(drawn)


def test_a_longer_run_has_the_same_positions(make_random):
    short, long = make_random(dataset__count=100), make_random(dataset__count=250)
    np.testing.assert_array_equal(long.positions[:100], short.positions)


def test_places_do_not_change_the_traits(make, make_random):
    np.testing.assert_array_equal(make_random(dataset__count=300).traits, make(count=300).traits)


def test_a_longer_run_begins_with_the_shorter(make):
    short, long = make(count=100), make(count=250)
    np.testing.assert_array_equal(long.traits[:100], short.traits)


def test_a_million_images_take_few_bytes(make):
    plan = make(count=1_000_000)
    assert plan.traits.nbytes + plan.order.nbytes + plan.positions.nbytes <= 8 * 1_000_000


def test_a_million_random_places_take_few_bytes(make_random):
    plan = make_random(dataset__count=1_000_000)
    assert plan.positions.nbytes <= 8 * 1_000_000


@pytest.mark.parametrize(
    ("stop", "named"),
    [(1, "image {}"), (3, "images {}, {}, {}"), (5, "images {}, {}, {} and 2 more")],
)
def test_sentences_name_a_chunk_by_its_first_images(plan, stop, named):
    chunk = plan.chunk(0, stop)
    assert str(chunk) == named.format(*chunk.images[:3])
    assert str(RenderTask(chunk, None)) == str(chunk)
