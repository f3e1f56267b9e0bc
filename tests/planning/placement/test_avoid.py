"""Sprites that avoid others: clear of them where that can be, and counted where it cannot."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.layers import draw_positions, layer, library, place, variants
from tests.reference import chi_square, common_area, corners_allowed

from imggen.planning.placement.avoid import MOST_TRIES, PlacedImages, Placing, SpotPlacer
from imggen.planning.placement.spots import make_spots

SIZE = (24, 20)


def draw(layers, groups, traits, seed=0, size=SIZE):
    return draw_positions(
        seed, make_spots(layers, groups, size), library(size, *groups), np.asarray(traits)
    )


def allowed(one, box, others, overlap):
    """All corners of a random layer that keep it clear of `others`, corners and boxes."""
    return {
        corner
        for corner in corners_allowed(one.place, box, SIZE)
        if all(
            common_area(corner, box, *other) <= round(overlap * box[0] * box[1], 9)
            for other in others
        )
    }


@pytest.mark.parametrize("inside", [True, 0.6])
@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_uniform_over_exactly_what_is_clear(inside, overlap):
    layers = [
        layer("hero", at=(6, 5)),
        layer("tree", at=(18, -2)),
        layer("bird", x=(-9, 30), y=(-9, 30), inside=inside, avoid=("hero", "tree"),
              overlap=overlap),
    ]  # fmt: skip
    groups = [variants("hero", [(9, 8)]), variants("tree", [(3, 15)]), variants("bird", [(5, 4)])]
    drawn = draw(layers, groups, np.zeros((100_000, 3), np.uint8))
    clear = allowed(layers[2], (5, 4), [((6, 5), (9, 8)), ((18, -2), (3, 15))], overlap)
    corners, counts = np.unique(drawn.positions[:, 0], axis=0, return_counts=True)
    assert corners.tolist() == [list(corner) for corner in sorted(clear)]
    _, p = chi_square(counts, np.full(len(clear), 100_000 / len(clear)))
    assert p > 0.001
    assert drawn.crowded == {"bird": 0}


def test_a_sprite_that_moves_is_avoided_where_it_is():
    layers = [
        layer("hero", x=(0, 23), y=(0, 19)),
        layer("sword", of="hero", at="right", anchor="left"),
        layer("bird", x=(0, 23), y=(0, 19), avoid=("hero", "sword")),
    ]
    groups = [
        variants("hero", [(6, 5), (2, 9)]), variants("sword", [(3, 3), None]),
        variants("bird", [(4, 4)]),
    ]  # fmt: skip
    traits = np.array(list(itertools.product(range(2), range(2), [0]))).repeat(500, axis=0)
    drawn = draw(layers, groups, traits)
    corners = place(layers, groups, traits, drawn.positions, SIZE)
    boxes = np.stack([group.sizes[traits[:, d]] for d, group in enumerate(groups)], axis=1)
    touching = [
        any(common_area(at[2], box[2], at[k], box[k]) for k in (0, 1))
        for at, box in zip(corners.tolist(), boxes.tolist(), strict=True)
    ]
    assert sum(touching) == drawn.crowded["bird"] == 0


def test_none_is_in_nobody_s_way():
    layers = [layer("hero", at=(0, 0)), layer("bird", x=(0, 5), y=(0, 5), avoid=("hero",))]
    groups = [variants("hero", [None, (24, 20)]), variants("bird", [(4, 4), None])]
    traits = np.array([[0, 0], [1, 1], [1, 0]]).repeat([40, 30, 20], axis=0)
    drawn = draw(layers, groups, traits)
    assert drawn.crowded == {"bird": 20}
    assert len(np.unique(drawn.positions[:40, 0], axis=0)) > 10


def test_where_there_is_no_room_it_is_placed_as_if_it_avoided_nothing():
    free = {"x": (0, 23), "y": (0, 19)}
    layers = [layer("hero", at=(0, 0)), layer("bird", avoid=("hero",), overlap=0.5, **free)]
    careless = [layers[0], layer("bird", **free)]
    groups = [variants("hero", [(24, 20), (3, 3)]), variants("bird", [(4, 4)])]
    traits = np.zeros((300, 2), np.uint8)
    traits[::3, 0] = 1
    drawn, other = draw(layers, groups, traits), draw(careless, groups, traits)
    assert drawn.crowded == {"bird": 200}
    assert other.crowded == {}
    same = (drawn.positions == other.positions).all(axis=(1, 2))
    assert same[traits[:, 0] == 0].all()
    assert 0 < (~same).sum() < 100


def test_the_number_of_tries_is_bounded(monkeypatch):
    """One corner in 150 is clear: most images do not find one."""
    layers = [
        layer("hero", at=(1, 1)),
        layer("bird", x=(0, 299), y=(0, 299), inside=False, avoid=("hero",)),
    ]
    groups = [variants("hero", [(299, 299)]), variants("bird", [(1, 1)])]
    tries = []
    attempt = SpotPlacer.attempt
    monkeypatch.setattr(
        SpotPlacer, "attempt", lambda self, n, images: tries.append(n) or attempt(self, n, images)
    )
    drawn = draw(layers, groups, np.zeros((200, 2), np.uint8), size=(300, 300))
    found = ((drawn.positions[:, 0] == 0).any(axis=1)).sum()
    assert drawn.crowded == {"bird": 200 - found}
    assert 100 < drawn.crowded["bird"] < 200
    assert tries == list(range(MOST_TRIES))


@given(
    at=st.tuples(st.integers(-10, 24), st.integers(-10, 20)),
    hero=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    bird=st.tuples(st.integers(1, 24), st.integers(1, 20)),
    x=st.tuples(st.integers(0, 12), st.integers(12, 24)),
    y=st.tuples(st.integers(0, 10), st.integers(10, 20)),
    overlap=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    inside=st.sampled_from([True, False]),
)
def test_hopeless_is_where_every_corner_is_crowded(at, hero, bird, x, y, overlap, inside):
    """As trying each."""
    layers = [
        layer("hero", at=at),
        layer("bird", x=x, y=y, inside=inside, avoid=("hero",), overlap=overlap),
    ]
    spot = make_spots(layers, [], SIZE)[1].spots[0]
    images = PlacedImages(np.zeros(1, int), np.array([[hero, bird]]), np.array([[at, (0, 0)]]))
    placer = SpotPlacer(0, "bird", 1, spot, SIZE, spot.avoid)
    hopeless = placer.hopeless(placer.placing(images))
    corners = corners_allowed(layers[1].place, bird, SIZE)
    if corners:
        assert hopeless.tolist() == [not allowed(layers[1], bird, [(at, hero)], overlap)]


CORNERS = st.tuples(st.integers(-10, 20), st.integers(-10, 20))
SIDES = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(
    others=st.lists(st.tuples(CORNERS, SIDES), min_size=1, max_size=6),
    box=SIDES,
    ends=st.lists(CORNERS, min_size=1, max_size=2),
    allowed=st.integers(0, 40),
    avoided=st.sets(st.integers(0, 5)),
)
def test_covered_is_as_counting_pixels(others, box, ends, allowed, avoided):
    """Of the last image of three, which alone is asked for; of two ends the smaller overlap."""
    avoided = sorted(layer for layer in avoided if layer < len(others))
    corners = np.array([[(0, 0)] * len(others)] * 2 + [[corner for corner, _ in others]])
    sizes = np.array([[(30, 30)] * len(others)] * 2 + [[size for _, size in others]])
    images = PlacedImages(np.arange(3), sizes, corners)
    placing = Placing(
        *(np.array([2]), np.array([box]), np.array([2]), images), np.array(avoided, np.int64)
    )
    found = placing.covered(np.array(ends)[:, None], np.array([allowed]))
    expected = any(least_area(ends, box, *others[layer]) > allowed for layer in avoided)
    assert found.tolist() == [expected]


def least_area(ends, box, corner, size):
    """The smallest width times the smallest height that `box` shares, at one of `ends`."""
    axes = [
        [max(0, min(end[k] + box[k], corner[k] + size[k]) - max(end[k], corner[k])) for end in ends]
        for k in (0, 1)
    ]
    return min(axes[0]) * min(axes[1])
