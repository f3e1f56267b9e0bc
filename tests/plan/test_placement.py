"""Sprites lie where the article's formula and the anchors say."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_sentence

from imggen.assets import NO_SPRITE, Library, Sprites, Variants
from imggen.config import Layer, Place
from imggen.errors import PlanError
from imggen.plan.placement import POINTS, check_on_canvas, place_sprites

SIDES = st.integers(0, 300)
BOXES = st.tuples(SIDES, SIDES)
OFFSETS = st.tuples(st.integers(-500, 500), st.integers(-500, 500))


def variants(name, sizes, probabilities=None):
    """A layer of sprites of these sizes, called a, b, c, ...; of none where the size is None."""
    count = len(sizes)
    return Variants(
        layer=name,
        names=tuple("none" if size is None else chr(97 + k) for k, size in enumerate(sizes)),
        probabilities=np.array(probabilities or [1 / count] * count),
        sizes=np.array([size or (0, 0) for size in sizes], np.int32),
        sprites=np.array([NO_SPRITE if s is None else k for k, s in enumerate(sizes)], np.int32),
        backdrops=np.zeros(count, np.int32),
    )


def layer(name, **place):
    return Layer(name=name, folder=name, place=Place(**place))


def library(size, *layers):
    nothing = Sprites(*[np.zeros(0, np.int64)] * 5)
    return Library(size, "RGB", layers, np.zeros((1, size[1], size[0] * 3), np.uint8), nothing, "")


def corners(layers, sizes):
    """Corners of one scene whose sprites have these sizes: x, y of each layer."""
    groups = [variants(one.name, [size]) for one, size in zip(layers, sizes, strict=True)]
    return place_sprites(layers, groups, np.zeros((1, len(layers)), np.uint8))[0].tolist()


@given(st.integers(1, 1900), st.integers(1, 1000), st.integers(1, 400), st.integers(1, 400))
def test_the_article_s_formula(w, h, w_object, h_object):
    layers = [
        layer("character", anchor="bottom", at=(960, 1000)),
        layer("object", anchor="bottom-left", of="character", at="bottom-right", offset=(30, 0)),
    ]
    assert corners(layers, [(w, h), (w_object, h_object)]) == [
        [int(1920 / 2 - w / 2), int(1000 - h)],
        [int(1920 / 2 + w / 2 + 30), int(1000 - h_object)],
    ]


@pytest.mark.parametrize("anchor", POINTS)
@given(size=BOXES, at=OFFSETS, offset=OFFSETS)
def test_the_anchor_lands_on_at(anchor, size, at, offset):
    [[x, y]] = corners([layer("a", anchor=anchor, at=at, offset=offset)], [size])
    column, row = POINTS[anchor]
    assert x == math.floor(at[0] + offset[0] - size[0] * column / 2)
    assert y == math.floor(at[1] + offset[1] - size[1] * row / 2)


@pytest.mark.parametrize("point", POINTS)
@given(box=BOXES, at=OFFSETS)
def test_a_point_of_another_layer(point, box, at):
    layers = [layer("a", at=at), layer("b", of="a", at=point)]
    column, row = POINTS[point]
    assert corners(layers, [box, (5, 5)])[1] == [
        at[0] + box[0] * column // 2,
        at[1] + box[1] * row // 2,
    ]


def test_the_names_of_the_points_are_what_they_say():
    assert corners([layer("a", anchor="bottom-right", at=(9, 7))], [(4, 2)]) == [[5, 5]]
    assert corners([layer("a", anchor="top-left", at=(9, 7))], [(4, 2)]) == [[9, 7]]
    assert corners([layer("a", anchor="center", at=(9, 7))], [(4, 2)]) == [[7, 6]]
    assert corners([layer("a", anchor="top", at=(9, 7))], [(4, 2)]) == [[7, 7]]
    assert corners([layer("a", anchor="left", at=(9, 7))], [(4, 2)]) == [[9, 6]]


@pytest.mark.parametrize("point", POINTS)
def test_none_is_a_point_where_it_would_be(point):
    layers = [layer("a", anchor="bottom", at=(50, 60)), layer("b", of="a", at=point)]
    groups = [variants("a", [None]), variants("b", [(5, 5)])]
    placed = place_sprites(layers, groups, np.zeros((1, 2), np.uint8))[0].tolist()
    assert placed == [[50, 60], [50, 60]]


def test_each_scene_has_its_own_sizes():
    layers = [layer("a", anchor="bottom", at=(50, 60)), layer("b", of="a", at="bottom-right")]
    groups = [variants("a", [(10, 20), (31, 40), None]), variants("b", [(5, 5)])]
    traits = np.array([[0, 0], [1, 0], [2, 0], [1, 0]], np.uint8)
    placed = place_sprites(layers, groups, traits)
    assert placed[:, 0].tolist() == [[45, 40], [34, 20], [50, 60], [34, 20]]
    assert placed[:, 1].tolist() == [[55, 60], [65, 60], [50, 60], [65, 60]]


# --- outside the canvas ---------------------------------------------------------------------------


def check(layers, groups, size=(100, 80)):
    check_on_canvas(layers, library(size, *groups))


@pytest.mark.parametrize("at", [(100, 0), (0, 80), (-10, 0), (0, -20), (1000, 1000)])
def test_wholly_outside(at):
    with pytest.raises(PlanError) as caught:
        check([layer("hat", at=at)], [variants("hat", [(10, 20)])])
    check_sentence(
        caught.value,
        f'layer.hat.place puts "a" (10x20 px) at x = {at[0]}, y = {at[1]}',
        "wholly outside the canvas of 100x80 px",
        "move it",
    )


@pytest.mark.parametrize("at", [(99, 0), (0, 79), (-9, 0), (0, -19), (99, 79)])
def test_partly_outside_is_fine(at):
    check([layer("hat", at=at)], [variants("hat", [(10, 20)])])


def test_only_one_combination_is_outside():
    layers = [
        layer("hero", anchor="bottom", at=(50, 70)),
        layer("sword", anchor="bottom-left", of="hero", at="bottom-right", offset=(10, 0)),
    ]
    heroes = variants("hero", [(20, 20), (81, 20)])
    with pytest.raises(PlanError, match=r'layer\.sword\.place puts "a" \(5x5 px\) at x = 100,'):
        check(layers, [heroes, variants("sword", [(5, 5), None])])
    never = variants("hero", [(20, 20), (81, 20)], [1.0, 0.0])
    check(layers, [never, variants("sword", [(5, 5), None])])


@pytest.mark.parametrize(
    ("anchor", "point", "offset"),
    # Where the large hero, 60 x 60, puts the sword just out, and the small one, 20 x 20, does not.
    [
        ("right", "left", (-20, 0)),
        ("left", "right", (20, 0)),
        ("bottom", "top", (0, -20)),
        ("top", "bottom", (0, 20)),
    ],
)
@pytest.mark.parametrize("large", [0, 1, 2])
def test_one_variant_is_outside_on_one_side(anchor, point, offset, large):
    layers = [
        layer("hero", anchor="center", at=(50, 50)),
        layer("sword", anchor=anchor, of="hero", at=point, offset=offset),
    ]
    sizes = [(20, 20)] * 3
    check(layers, [variants("hero", sizes), variants("sword", [(5, 5)] * 3)], (100, 100))
    sizes[large] = (60, 60)
    with pytest.raises(PlanError, match=r"layer\.sword\.place puts"):
        check(layers, [variants("hero", sizes), variants("sword", [(5, 5)] * 3)], (100, 100))


@pytest.mark.parametrize("anchor", ["bottom-right", "top-left"])
@pytest.mark.parametrize("small", [0, 1, 2])
def test_one_sprite_of_a_layer_is_outside(anchor, small):
    """The smaller one does not reach from a corner outside back onto the canvas."""
    at = (105, 105) if anchor == "bottom-right" else (-5, -5)
    sizes = [(9, 9)] * 3
    check([layer("hat", anchor=anchor, at=at)], [variants("hat", sizes)], (100, 100))
    sizes[small] = (9, 5)
    with pytest.raises(PlanError, match=r'puts "[abc]" \(9x5 px\)'):
        check([layer("hat", anchor=anchor, at=at)], [variants("hat", sizes)], (100, 100))


def test_what_is_not_drawn_may_be_anywhere():
    place = {"at": (500, 500)}
    check([layer("hat", **place)], [variants("hat", [None])])
    check([layer("hat", **place)], [variants("hat", [(10, 10), None], [0.0, 1.0])])
    check([layer("hat", **place)], [variants("hat", [(0, 0)])])
    with pytest.raises(PlanError, match="wholly outside"):
        check([layer("hat", **place)], [variants("hat", [None, (10, 10)])])


@given(
    sizes=st.lists(
        st.lists(st.one_of(st.none(), st.tuples(st.integers(1, 40), st.integers(1, 40))),
                 min_size=1, max_size=3),
        min_size=3, max_size=3,
    ),
    points=st.lists(st.tuples(*[st.sampled_from(list(POINTS))] * 2), min_size=3, max_size=3),
    offsets=st.lists(st.tuples(*[st.integers(-60, 60)] * 2), min_size=3, max_size=3),
    parents=st.tuples(st.sampled_from([0]), st.sampled_from([0, 1])),
)  # fmt: skip
def test_same_as_trying_all_combinations(sizes, points, offsets, parents):
    layers = [layer("l0", anchor=points[0][0], at=(50, 40), offset=offsets[0])]
    for k in (1, 2):
        anchor, point = points[k]
        of = f"l{parents[k - 1]}"
        layers.append(layer(f"l{k}", anchor=anchor, of=of, at=point, offset=offsets[k]))
    groups = [variants(f"l{k}", sizes[k]) for k in range(3)]
    traits = np.array(list(itertools.product(*[range(len(s)) for s in sizes])))
    placed = place_sprites(layers, groups, traits)
    outside = False
    for depth, group in enumerate(groups):
        box = group.sizes[traits[:, depth]]
        corner = placed[:, depth]
        drawn = group.sprites[traits[:, depth]] != NO_SPRITE
        gone = ((corner + box <= 0) | (corner >= (100, 80))).any(axis=1)
        outside |= bool((drawn & gone).any())
    if outside:
        with pytest.raises(PlanError, match="wholly outside"):
            check(layers, groups)
    else:
        check(layers, groups)


def test_checks_more_combinations_than_could_be_tried():
    sizes = [(10 + k % 7, 10) for k in range(200)]
    layers = [layer("l0", at=(40, 40))]
    layers += [layer(f"l{k}", of=f"l{k - 1}", at="top-left") for k in range(1, 5)]
    groups = [variants(f"l{k}", sizes) for k in range(5)]
    check(layers, groups)  # 200^5
    layers[4] = layer("l4", of="l3", at="right", offset=(44, 0))
    with pytest.raises(PlanError, match=r"layer\.l4\.place puts .* at x = 100,"):
        check(layers, groups)
