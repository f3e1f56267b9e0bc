"""Random positions: uniform over the pixels allowed, the same for every count, layer by layer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.layers import draw_positions, layer, library, variants
from tests.reference import chi_square

from imggen.planning.placement.anchors import POINTS
from imggen.planning.placement.areas import corner_ends
from imggen.planning.placement.spots import make_spots

SIZE = (100, 80)
RANGES = st.tuples(st.integers(-150, 150), st.integers(0, 150)).map(lambda r: (r[0], sum(r)))


def draw(layers, groups, traits, seed=0, size=SIZE):
    """Positions of images with `traits`: (images, layers with ranges, 2)."""
    spots = make_spots(layers, groups, size)
    shown = np.asarray(traits, np.uint8)
    return draw_positions(seed, spots, library(size, *groups), shown).positions


def draw_one(count, sizes, variant=0, **place):
    """(count, 2), positions of one layer's sprites that all show one variant."""
    traits = np.full((count, 1), variant)
    return draw([layer("a", **place)], [variants("a", sizes)], traits)[:, 0]


# --- which positions ------------------------------------------------------------------------------


def test_uniform_over_whole_pixels_both_ends_included():
    corners = draw_one(200_000, [(1, 1)], x=(10, 59), y=(-7, 12), inside=False)
    for axis, (lowest, highest) in enumerate([(10, 59), (-7, 12)]):
        counts = np.bincount(corners[:, axis] - lowest)
        assert len(counts) == highest - lowest + 1
        assert (counts > 0).all()
        _, p = chi_square(counts, np.full(len(counts), 200_000 / len(counts)))
        assert p > 0.001


def test_x_and_y_are_independent():
    corners = draw_one(200_000, [(1, 1)], x=(0, 9), y=(0, 9))
    pairs = np.bincount(corners[:, 0] * 10 + corners[:, 1])
    _, p = chi_square(pairs, np.full(100, 2000))
    assert p > 0.001


def test_uniform_where_a_variant_is_inside():
    """A wide sprite is not pushed to the edges of what is left of the range."""
    corners = draw_one(100_000, [(1, 1), (60, 1)], variant=1, x=(0, 99), y=(0, 0))
    counts = np.bincount(corners[:, 0])
    assert len(counts) == 100 - 60 + 1
    _, p = chi_square(counts, np.full(41, 100_000 / 41))
    assert p > 0.001


def test_a_single_number_is_fixed():
    corners = draw_one(50, [(10, 10)], x=17, y=(0, 20))
    assert set(corners[:, 0].tolist()) == {17}
    assert len(set(corners[:, 1].tolist())) > 5


@pytest.mark.parametrize("anchor", POINTS)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(-5, 105), st.integers(-5, 85))
def test_the_anchor_lands_on_the_position(anchor, width, height, x, y):
    [corner] = draw_one(1, [(width, height)], anchor=anchor, x=x, y=y, inside=False).tolist()
    column, row = POINTS[anchor]
    assert corner == [x - (width * column + 1) // 2, y - (height * row + 1) // 2]


def test_the_offset_moves_the_range():
    plain = draw_one(30, [(5, 5)], x=(20, 40), y=(20, 40))
    moved = draw_one(30, [(5, 5)], x=(20, 40), y=(20, 40), offset=(3, -4))
    np.testing.assert_array_equal(moved, plain + np.array([3, -4]))


@pytest.mark.parametrize("anchor", POINTS)
@given(x=RANGES, y=RANGES, box=st.tuples(st.integers(1, 100), st.integers(1, 80)))
def test_inside_is_all_of_the_range_that_is_inside(anchor, x, y, box):
    """As trying every position of the range."""
    [spots] = make_spots([layer("a", anchor=anchor, x=x, y=y)], [], SIZE)
    lowest, highest = corner_ends(spots.spots[0], np.array([box]), SIZE).reshape(2, 2)
    for axis, (start, stop) in enumerate((x, y)):
        shift = (box[axis] * POINTS[anchor][axis] + 1) // 2
        corners = [k - shift for k in range(start, stop + 1)]
        inside = [c for c in corners if c >= 0 and c + box[axis] <= SIZE[axis]]
        assert list(range(lowest[axis], highest[axis] + 1)) == inside


@given(seed=st.integers(0, 2**64 - 1))
def test_every_variant_is_inside(seed):
    sizes = [(100, 80), (99, 1), (1, 79), (30, 30), None]
    traits = np.arange(500)[:, None] % 5
    place = {"anchor": "center", "x": (0, 100), "y": (0, 80)}
    corners = draw([layer("a", **place)], [variants("a", sizes)], traits, seed)[:, 0]
    boxes = np.array([size or (0, 0) for size in sizes])[traits[:, 0]]
    assert (corners >= 0).all()
    assert (corners + boxes <= SIZE).all()


def test_not_inside_hangs_over():
    corners = draw_one(1000, [(30, 30)], x=(-20, 90), y=(0, 0), inside=False)
    assert corners[:, 0].min() < 0
    assert corners[:, 0].max() > 70


@pytest.mark.parametrize("far", [2**15 - 1, 2**15, 1_000_000])
def test_far_out(far):
    corners = draw_one(3, [(1, 1)], x=far, y=-far, inside=False)
    assert corners.tolist() == [[far, -far]] * 3


def test_each_scenery_has_its_own_range():
    """100,000 scenes: uniform over the range of what they show, and over that alone."""
    hero = layer("hero", {"when": {"scene": ("b", "c")}, "x": (30, 49)},
                 {"when": {"scene": ("d",)}, "at": (7, 3)}, x=(0, 9), y=(0, 9))  # fmt: skip
    groups = [variants("scene", [SIZE] * 4), variants("hero", [(1, 1)])]
    traits = np.stack([np.arange(100_000) % 4, np.zeros(100_000)], axis=1)
    corners = draw([layer("scene"), hero], groups, traits)[:, 0]
    for scene, (low, columns) in enumerate([(0, 10), (30, 20), (30, 20)]):
        shown = corners[scene::4] - (low, 0)
        counts = np.bincount(shown[:, 0] * 10 + shown[:, 1], minlength=columns * 10)
        assert len(counts) == columns * 10
        _, p = chi_square(counts, np.full(len(counts), 25_000 / len(counts)))
        assert p > 0.001
    assert (corners[3::4] == (7, 3)).all()


# --- law 2 ----------------------------------------------------------------------------------------

TWO = [
    layer("a", anchor="bottom", x=(0, 100), y=(0, 80)),
    layer("b", x=(0, 50), y=(0, 50)),
]
GROUPS = [variants("a", [(10, 20), (31, 40)]), variants("b", [(5, 5), (9, 3)])]


@given(st.integers(0, 300), st.integers(0, 2**64 - 1))
def test_a_longer_run_begins_with_the_shorter(count, seed):
    traits = np.arange(600).reshape(300, 2) % 2
    whole = draw(TWO, GROUPS, traits, seed)
    np.testing.assert_array_equal(draw(TWO, GROUPS, traits[:count], seed), whole[:count])


def test_a_layer_s_positions_depend_on_no_other_layer():
    traits = np.arange(600).reshape(300, 2) % 2
    both = draw(TWO, GROUPS, traits)
    np.testing.assert_array_equal(draw(TWO[1:], GROUPS[1:], traits[:, 1:])[:, 0], both[:, 1])
    other = draw([TWO[1], TWO[0]], GROUPS[::-1], traits[:, ::-1])
    np.testing.assert_array_equal(other[:, ::-1], both)
    traits[:, 0] = 1 - traits[:, 0]
    fixed = draw([layer("a", at=(3, 3)), TWO[1]], GROUPS, traits)
    np.testing.assert_array_equal(fixed[:, 0], both[:, 1])


def test_other_names_and_seeds_give_other_positions():
    traits = np.zeros((1000, 1))
    place = {"x": (0, 99), "y": (0, 79)}
    first = draw([layer("a", **place)], [variants("a", [(1, 1)])], traits)
    for name, seed in (("b", 0), ("a", 1)):
        other = draw([layer(name, **place)], [variants(name, [(1, 1)])], traits, seed)
        assert (other == first).mean() < 0.05


def test_known_positions():
    """Those of published datasets must never change."""
    corners = draw_one(3, [(10, 10)], x=(0, 1000), y=(0, 1000), inside=False)
    assert corners.tolist() == [[134, 484], [317, 812], [880, 334]]


# --- what is not drawn ----------------------------------------------------------------------------


def test_none_has_no_position():
    corners = draw_one(20, [(10, 10), None], variant=1, x=(20, 40), y=(20, 40))
    assert (corners == 0).all()


def test_none_has_a_position_where_another_layer_needs_it():
    """Two layers up the chain, and only in the images where that is drawn."""
    layers = [
        layer("a", x=(20, 40), y=(20, 40)),
        layer("b", of="a", at="top"),
        layer("c", of="b", at="top"),
        layer("d", x=(20, 40), y=(20, 40)),
    ]
    groups = [
        variants("a", [None]),
        variants("b", [None]),
        variants("c", [None, (5, 5)]),
        variants("d", [(5, 5)]),
    ]
    traits = np.zeros((40, 4), int)
    traits[::2, 2] = 1
    corners = draw(layers, groups, traits)[:, 0]
    assert (corners[::2] >= 20).all()
    assert (corners[1::2] == 0).all()


def test_none_has_no_position_where_another_layer_is_placed_otherwise():
    layers = [layer("a", x=(20, 40), y=(20, 40)), layer("b", of="a", at="top", otherwise=(1, 1))]
    groups = [variants("a", [None, (5, 5)]), variants("b", [(5, 5)])]
    corners = draw(layers, groups, np.arange(40)[:, None] % 2 * [1, 0])[:, 0]
    assert (corners[::2] == 0).all()
    assert (corners[1::2] >= 20).all()


def test_none_is_anywhere_in_the_range():
    """It is nowhere to be kept inside; what lies relative to it may well be."""
    layers = [layer("a", x=(-50, -40), y=(0, 0)), layer("b", of="a", at="top", offset=(60, 0))]
    groups = [variants("a", [None]), variants("b", [(5, 5)])]
    corners = draw(layers, groups, np.zeros((50, 2), int))[:, 0]
    assert corners[:, 0].min() == -50
    assert corners[:, 0].max() == -40


def test_no_ranges_no_positions():
    positions = draw([layer("a", at=(3, 3))], [variants("a", [(5, 5)])], np.zeros((7, 1)))
    assert positions.shape == (7, 0, 2)
    assert positions.nbytes == 0


def test_a_million_positions_take_eight_bytes_each():
    traits = np.arange(2_000_000).reshape(-1, 2) % 2
    assert draw(TWO, GROUPS, traits).nbytes <= 8 * 1_000_000
