"""Places of every kind together: as by hand, alike whatever is drawn with them, on the canvas."""

import functools
import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.planning.layers import (
    check_on_canvas,
    draw_positions,
    layer,
    library,
    place,
    sizes_of,
    variants,
)
from tests.reference import common_area, corner_by_hand, corners_allowed, spot_number
from tests.strategies import PLACED_ON, placements

from imggen.config.positions import Positions
from imggen.errors import PlanError
from imggen.planning.placement import positions
from imggen.planning.placement.spots import make_spots

corners_of = functools.cache(corners_allowed)
DEPTHS = {"a": 0, "b": 1, "c": 2}


def draw(layers, groups, traits, seed=0):
    spots = make_spots(layers, groups, PLACED_ON)
    return draw_positions(seed, spots, library(PLACED_ON, *groups), traits)


def some_traits(groups, count):
    """(count, layers), variants of all layers in turn."""
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(0, len(g.names), count) for g in groups], axis=1).astype(np.uint8)


def spots_of(layers, groups, row):
    """The place of each layer in an image with traits `row`, by hand and in px."""
    shown = {group.layer: group.names[k] for group, k in zip(groups, row, strict=True)}
    spots = make_spots(layers, groups, PLACED_ON)
    found = []
    for one, drawn in zip(layers, spots, strict=True):
        number = spot_number(one, shown)
        chosen = one.places[number]
        if chosen.axes:
            x, y = drawn.spots[number].ranges
            offset = drawn.spots[number].at
            chosen = chosen.model_copy(
                update={"x": Positions(range=x), "y": Positions(range=y), "offset": offset}
            )
        found.append(chosen)
    return found


def drawable(layers, groups):
    """Whether each sprite has somewhere to be."""
    for row in itertools.product(*[range(len(group.names)) for group in groups]):
        boxes = sizes_of(groups, np.array([row]))[0].tolist()
        for spot, box in zip(spots_of(layers, groups, row), boxes, strict=True):
            if spot.axes and all(box) and not corners_of(spot, tuple(box), PLACED_ON):
                return False
    return True


@given(placements(), st.integers(0, 2**64 - 1))
def test_every_sprite_is_where_its_place_says(placement, seed):
    layers, groups = placement
    assume(drawable(layers, groups))
    traits = some_traits(groups, 40)
    drawn = draw(layers, groups, traits, seed)
    corners = place(layers, groups, traits, drawn.positions, PLACED_ON).tolist()
    sizes = sizes_of(groups, traits).tolist()
    crowded = {one.name: 0 for one in layers}
    for row, boxes, at in zip(traits.tolist(), sizes, corners, strict=True):
        for depth, spot in enumerate(spots_of(layers, groups, row)):
            if not all(boxes[depth]):
                continue
            if not spot.axes:
                by_hand = corner_by_hand(spot, DEPTHS, boxes, at, boxes[depth], PLACED_ON)
                assert at[depth] == by_hand
                continue
            assert tuple(at[depth]) in corners_of(spot, tuple(boxes[depth]), PLACED_ON)
            most = (spot.overlap or 0) * boxes[depth][0] * boxes[depth][1]
            crowded[layers[depth].name] += any(
                common_area(at[depth], boxes[depth], at[DEPTHS[name]], boxes[DEPTHS[name]])
                > round(most, 9)
                for name in spot.avoid or ()
            )
    assert {name: n for name, n in crowded.items() if n} == {
        name: n for name, n in drawn.crowded.items() if n
    }


@given(placements(), st.integers(0, 2**64 - 1), st.integers(1, 60))
def test_a_longer_run_begins_with_the_shorter(placement, seed, count):
    layers, groups = placement
    assume(drawable(layers, groups))
    traits = some_traits(groups, 60)
    whole = draw(layers, groups, traits, seed).positions
    np.testing.assert_array_equal(
        draw(layers, groups, traits[:count], seed).positions, whole[:count]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(positions, "IMAGES_AT_ONCE", 7)
        np.testing.assert_array_equal(draw(layers, groups, traits, seed).positions, whole)


@given(placements(), st.integers(0, 2**64 - 1))
def test_an_image_s_places_depend_on_no_other_image(placement, seed):
    layers, groups = placement
    assume(drawable(layers, groups))
    traits = some_traits(groups, 40)
    others = traits[::-1].copy()
    others[17] = traits[17]
    np.testing.assert_array_equal(
        draw(layers, groups, traits, seed).positions[17],
        draw(layers, groups, others, seed).positions[17],
    )


def possible_corners(layers, groups, row, depth):
    """All corners that the layer at `depth` may have in an image with traits `row`."""
    boxes = sizes_of(groups, np.array([row]))[0].tolist()
    spot = spots_of(layers, groups, row)[depth]
    if spot.axes:
        if all(boxes[depth]):
            return corners_of(spot, tuple(boxes[depth]), PLACED_ON)
        anywhere = spot.model_copy(update={"inside": False, "anchor": "top-left"})
        return corners_of(anywhere, (1, 1), PLACED_ON)
    parents = {(0, 0)}
    if spot.of is not None:
        parents = possible_corners(layers, groups, row, DEPTHS[spot.of])
    return {
        tuple(
            corner_by_hand(
                spot, DEPTHS, boxes, {DEPTHS.get(spot.of): parent}, boxes[depth], PLACED_ON
            )
        )
        for parent in parents
    }


@given(placements())
def test_refused_if_and_only_if_something_can_be_outside(placement):
    layers, groups = placement
    rows = list(itertools.product(*[range(len(group.names)) for group in groups]))
    bad = not drawable(layers, groups)
    numbers = [set() for _ in layers]
    for row in rows:
        boxes = sizes_of(groups, np.array([row]))[0].tolist()
        shown = {group.layer: group.names[k] for group, k in zip(groups, row, strict=True)}
        for depth, box in enumerate(boxes):
            numbers[depth].add(spot_number(layers[depth], shown))
            if all(box) and not bad:
                bad |= any(
                    not common_area(corner, box, (0, 0), PLACED_ON)
                    for corner in possible_corners(layers, groups, row, depth)
                )
    for one, reached in zip(layers, numbers, strict=True):
        bad |= not reached >= set(range(1, len(one.place_when) + 1))
    spots = make_spots(layers, groups, PLACED_ON)
    if bad:
        with pytest.raises(PlanError):
            check_on_canvas(spots, library(PLACED_ON, *groups))
    else:
        check_on_canvas(spots, library(PLACED_ON, *groups))


def test_layers_of_other_names_do_not_disturb():
    """A layer's positions are those of its name, whatever lies below."""
    bird = layer("bird", x=(0, 30), y=(0, 20), inside=0.5)
    groups = [variants("bird", [(5, 5)])]
    traits = np.zeros((50, 1), np.uint8)
    alone = draw([bird], groups, traits).positions[:, 0]
    below = [layer("hat", x=(0, 9), y=(0, 9)), bird]
    both = draw(below, [variants("hat", [(5, 5)]), *groups], np.zeros((50, 2), np.uint8))
    np.testing.assert_array_equal(both.positions[:, 1], alone)
