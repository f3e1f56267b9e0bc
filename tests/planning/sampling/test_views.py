"""Views of one scene: without some layers, or with another variant of one."""

import numpy as np
import pytest
from tests.planning.scenes import variants_of
from tests.reference import chi_square

from imggen.config import Config
from imggen.errors import PlanError
from imggen.planning.sampling.images import ImageSource

OWN = {
    "sky": {"a1": 0.3, "a2": 0.3, "b1": 0.2, "b2": 0.2, "none": 0.0},
    "thing": {"a": 0.5, "b": 0.5, "none": 0.0},
}
AGREE = {"layer": "sky", "follows": "thing", "agree": 1.0, "pairs": {"a": "a*", "b": "b*"}}
SCENES = 20_000


def images(views, count=SCENES, **tables):
    """The traits of each view, (scenes, layers), and the splits of scenes."""
    config = Config.model_validate(
        {
            "dataset": {"count": count * len(views), "seed": 3, **tables.pop("dataset", {})},
            "layer": [{"name": name, "folder": name} for name in OWN],
            "view": views,
            "correlate": [AGREE],
            **tables,
        }
    )
    source = ImageSource.of(config, [variants_of(*one) for one in OWN.items()])
    traits, splits = source.draw_images()
    return [traits[k :: len(views)] for k in range(len(views))], splits[:: len(views)]


ORIGINAL = {"name": "original"}
SAME = {"name": "same", "another": "sky"}
RANDOM = {"name": "random", "another": "sky", "correlate": [{**AGREE, "agree": 0.5}]}
NEXT = {
    "name": "next",
    "another": "sky",
    "correlate": [{**AGREE, "pairs": {"a": "b*", "b": "a*"}}],
}


def test_the_sets_of_imagenet_9():
    """Without a layer, or with a background of the same, of any or of the next class."""
    only = [{"name": f"only {kept}", "without": left} for kept, left in
            (("thing", "sky"), ("sky", "thing"))]  # fmt: skip
    views = [ORIGINAL, *only, SAME, RANDOM, NEXT]
    (plain, thing, sky, same, other, following), _ = images(views)
    np.testing.assert_array_equal(thing[:, 1], plain[:, 1])
    np.testing.assert_array_equal(sky[:, 0], plain[:, 0])
    assert (thing[:, 0] == 4).all()
    assert (sky[:, 1] == 2).all()
    for one in (same, other, following):
        np.testing.assert_array_equal(one[:, 1], plain[:, 1])
        assert (one[:, 0] != plain[:, 0]).all()
    np.testing.assert_array_equal(same[:, 0] // 2, plain[:, 0] // 2)
    np.testing.assert_array_equal(following[:, 0] // 2, 1 - plain[:, 0] // 2)
    for shown in range(4):  # half agree, and then only the other one of two is left: 1/4 of 3/4
        rows = plain[:, 0] == shown
        agrees = other[rows, 0] // 2 == shown // 2
        own = {0: 0.3, 1: 0.3, 2: 0.2, 3: 0.2}
        pair = [v for v in own if v // 2 == shown // 2 and v != shown]
        chance = 0.5 * own[pair[0]] / (own[pair[0]] + own[shown])
        chance /= chance + 0.5
        _, p = chi_square(
            [agrees.sum(), (~agrees).sum()], np.array([chance, 1 - chance]) * rows.sum()
        )
        assert p > 0.001


def test_scenes_are_those_without_views():
    plain, *_ = images([ORIGINAL, SAME], count=500)[0]
    config = Config.model_validate(
        {
            "dataset": {"count": 500, "seed": 3},
            "layer": [{"name": name, "folder": name} for name in OWN],
            "correlate": [AGREE],
        }
    )
    source = ImageSource.of(config, [variants_of(*one) for one in OWN.items()])
    np.testing.assert_array_equal(plain, source.draw_images()[0])


def test_views_have_their_own_stream_and_begin_alike():
    """Another view, or a longer run, changes no image of a view."""
    few, many = images([ORIGINAL, SAME], count=100)[0], images([ORIGINAL, RANDOM, SAME])[0]
    np.testing.assert_array_equal(few[0], many[0][:100])
    np.testing.assert_array_equal(few[1], many[2][:100])


@pytest.mark.parametrize("sampling", ["random", "quota"])
def test_views_of_splits(sampling):
    """All views of a scene are in one split; a view's own correlation replaces the split's."""
    reverse = {"correlate": [{**AGREE, "agree": 0.0}]}
    split = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5, **reverse}]
    dataset = {"sampling": sampling}
    (plain, other, following), splits = images(
        [ORIGINAL, SAME, NEXT], count=1000, split=split, dataset=dataset
    )
    agrees = plain[:, 0] // 2 == plain[:, 1]
    np.testing.assert_array_equal(agrees, splits == 0)
    np.testing.assert_array_equal(other[:, 0] // 2, plain[:, 0] // 2)
    np.testing.assert_array_equal(following[:, 0] // 2, 1 - plain[:, 1])
    if sampling == "quota":
        assert np.bincount(plain[:, 1]).tolist() == [500, 500]


def test_no_other_variant():
    view = {
        "name": "same",
        "another": "sky",
        "correlate": [{**AGREE, "pairs": {"a": "a1", "b": "b*"}}],
    }
    with pytest.raises(PlanError) as caught:
        images([ORIGINAL, view], count=50)
    assert str(caught.value) == (
        'view.same.another is "sky", but of a scene with "a1" no other variant of it can be drawn '
        'where thing is "a"; change the probabilities or the rules of the view.'
    )
