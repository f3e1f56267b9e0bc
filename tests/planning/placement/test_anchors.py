"""Sprites lie where the article's formula and the anchors say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.layers import layer, place, variants

from imggen.planning.placement.anchors import POINTS

SIDES = st.integers(0, 300)
BOXES = st.tuples(SIDES, SIDES)
OFFSETS = st.tuples(st.integers(-500, 500), st.integers(-500, 500))


def corners(layers, sizes):
    """Corners of one scene whose sprites have these sizes: x, y of each layer."""
    groups = [variants(one.name, [size]) for one, size in zip(layers, sizes, strict=True)]
    traits = np.zeros((1, len(layers)), np.uint8)
    return place(layers, groups, traits)[0].tolist()


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
    placed = place(layers, groups, np.zeros((1, 2), np.uint8))[0].tolist()
    assert placed == [[50, 60], [50, 60]]


def test_each_scene_has_its_own_sizes():
    layers = [layer("a", anchor="bottom", at=(50, 60)), layer("b", of="a", at="bottom-right")]
    groups = [variants("a", [(10, 20), (31, 40), None]), variants("b", [(5, 5)])]
    traits = np.array([[0, 0], [1, 0], [2, 0], [1, 0]], np.uint8)
    placed = place(layers, groups, traits)
    assert placed[:, 0].tolist() == [[45, 40], [34, 20], [50, 60], [34, 20]]
    assert placed[:, 1].tolist() == [[55, 60], [65, 60], [50, 60], [65, 60]]


def test_drawn_positions_are_corners():
    layers = [
        layer("a", at=(7, 8)),
        layer("b", anchor="bottom", x=(0, 90), y=(0, 90)),
        layer("c", of="b", at="bottom-right", offset=(1, 2)),
        layer("d", x=(0, 90), y=(0, 90)),
    ]
    groups = [variants(one.name, [(10, 20)]) for one in layers]
    positions = np.array([[[1, 2], [3, 4]], [[50, 60], [-70, 80]]])
    placed = place(layers, groups, np.zeros((2, 4), np.uint8), positions)
    assert placed.tolist() == [
        [[7, 8], [1, 2], [12, 24], [3, 4]],
        [[7, 8], [50, 60], [61, 82], [-70, 80]],
    ]
