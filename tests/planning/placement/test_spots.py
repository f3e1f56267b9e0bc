"""Which place each image has, in px of the canvas."""

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_sentence
from tests.planning.layers import layer, place, variants
from tests.reference import spot_number

from imggen.errors import PlanError
from imggen.planning.placement.spots import choose_spots, length_in_pixels, make_spots

SIZE = (100, 80)
GROUPS = [
    variants("a", [(5, 5), (6, 6), (7, 7), None]),
    variants("b", [(5, 5), None]),
    variants("c", [(5, 5)]),
]


def make(*specials, groups=GROUPS, **settings):
    """The spots of layer c, which comes after a and b."""
    layers = [layer("a"), layer("b"), layer("c", *specials, **settings)]
    return make_spots(layers, groups, SIZE)


@given(st.integers(-100_000, 100_000), st.integers(1, 65_535))
def test_a_share_is_rounded_down(thousandths, side):
    text = f"{Decimal(thousandths).scaleb(-3):.3f}%"
    assert length_in_pixels(text, side) == math.floor(Fraction(thousandths, 100_000) * side)


@pytest.mark.parametrize(
    ("share", "side", "pixels"),
    [("50%", 1920, 960), ("50%", 5, 2), ("100%", 7, 7), ("0%", 9, 0), ("-10%", 5, -1),
     ("29%", 100, 29), ("0.1%", 1000, 1), (12, 5, 12)],
)  # fmt: skip
def test_shares_that_binary_fractions_would_miss(share, side, pixels):
    assert length_in_pixels(share, side) == pixels


def test_shares_are_of_the_width_for_x_and_of_the_height_for_y():
    layers = [
        layer("a", at=("50%", "50%"), offset=("10%", "-10%")),
        layer("b", of="a", at="top-left", offset=("25%", 3), otherwise=("1%", "5%")),
    ]
    groups = [variants("a", [(4, 4), None]), variants("b", [(4, 4)])]
    assert place(layers, groups, [[0, 0]])[0].tolist() == [[60, 32], [85, 35]]
    assert place(layers, groups, [[1, 0]])[0].tolist() == [[60, 32], [1, 4]]


def test_ranges_in_shares():
    [spots] = make_spots([layer("a", x=("10%", 60), y="25%")], [], SIZE)
    assert spots.spots[0].ranges == ((10, 60), (20, 20))


def test_a_range_that_ends_before_it_begins():
    with pytest.raises(PlanError) as caught:
        make_spots([layer("a", x=(0, 9), y=("50%", 39))], [], SIZE)
    check_sentence(
        caught.value,
        'layer.a.place.y is ["50%", 39], which on the canvas of 100x80 px is 40 to 39; '
        "expected the lowest first.",
    )


@given(st.data())
def test_the_first_that_matches_wins(data):
    patterns = st.lists(
        st.sampled_from(["a", "b", "c", "none", "*", "n*", "*n*"]), min_size=1, max_size=2
    )
    fits = {"a": ("a", "b", "c", "none", "*", "n*", "*n*"), "b": ("a", "none", "*", "n*", "*n*")}
    specials = []
    for _ in range(data.draw(st.integers(1, 4))):
        names = data.draw(st.sets(st.sampled_from(["a", "b"]), min_size=1))
        when = {
            n: tuple(p for p in data.draw(patterns) if p in fits[n]) or ("none",) for n in names
        }
        specials.append({"when": when, "at": (1, 1)})
    layers = [layer("a"), layer("b"), layer("c", *specials)]
    traits = np.array([[a, b, 0] for a in range(4) for b in range(2)], np.uint8)
    chosen = choose_spots(make_spots(layers, GROUPS, SIZE), traits)
    assert not chosen[:, :2].any()
    shown = [
        {group.layer: group.names[k] for group, k in zip(GROUPS, row, strict=True)}
        for row in traits.tolist()
    ]
    assert chosen[:, 2].tolist() == [spot_number(layers[2], one) for one in shown]


def test_more_places_than_a_byte_counts():
    group = replace(variants("a", [(5, 5)] * 300), names=tuple(f"v{k}" for k in range(300)))
    specials = [{"when": {"a": (f"v{k}",)}, "at": (k, 0)} for k in range(300)]
    layers = [layer("a"), layer("b", *specials)]
    traits = np.array([[k, 0] for k in range(300)])
    chosen = choose_spots(make_spots(layers, [group, GROUPS[1]], SIZE), traits)
    assert chosen[:, 1].tolist() == list(range(1, 301))


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("nose", '; did you mean "none"?'),
        ("x*", "; expected the name of one of its files."),
        ("A", '; did you mean "a"?'),
    ],
)
def test_a_condition_on_no_variant(pattern, hint):
    with pytest.raises(PlanError) as caught:
        make({"when": {"b": ("*",), "a": ("a", pattern)}, "at": (1, 1)})
    assert str(caught.value) == (
        f'layer.c.place_when.1.when.a names "{pattern}", which is no variant of a{hint}'
    )


def test_a_name_with_a_star_is_that_variant():
    layers = [layer("a"), layer("b", {"when": {"a": ("x*",)}, "at": (1, 1)})]
    groups = [replace(variants("a", [(5, 5)] * 3), names=("x", "x*", "xy")), GROUPS[1]]
    traits = np.array([[0, 0], [1, 0], [2, 0]])
    assert choose_spots(make_spots(layers, groups, SIZE), traits)[:, 1].tolist() == [0, 1, 0]


def test_keys_that_are_not_given_are_those_of_place():
    keys = {"x": (1, 9), "y": (2, 8), "inside": 0.5, "anchor": "center", "offset": (3, 4)}
    spots = make(
        {"when": {"a": ("a",)}, "x": (5, 6)},
        {"when": {"a": ("b",)}, "at": (7, 8)},
        {"when": {"a": ("c",)}, "of": "a", "at": "top", "offset": (0, 0)},
        **keys,
    )[2].spots
    assert [spot.ranges for spot in spots] == [((1, 9), (2, 8)), ((5, 6), (2, 8)), None, None]
    assert [spot.at for spot in spots] == [(3, 4), (3, 4), (10, 12), (0, 0)]
    assert [spot.of for spot in spots] == [None, None, None, 0]
    assert {spot.anchor for spot in spots} == {"center"}
    assert [spot.called for spot in spots] == [
        "layer.c.place", *(f"layer.c.place_when.{k}" for k in (1, 2, 3))
    ]  # fmt: skip


def test_a_place_may_avoid_nothing_more():
    place = {"x": 1, "y": 1, "avoid": ("a", "b"), "overlap": 0.25}
    both, none = make({"when": {"a": ("a",)}, "avoid": ()}, **place)[2].spots
    assert (both.avoid, both.overlap) == ((0, 1), Fraction(1, 4))
    assert (none.avoid, none.overlap) == ((), 0)


def test_a_fixed_place_may_become_a_random_one():
    spots = make({"when": {"a": ("a",)}, "x": 5, "y": 6}, of="a", at="top", otherwise=(1, 1))
    fixed, drawn = spots[2].spots
    assert (fixed.of, fixed.otherwise, fixed.ranges) == (0, (1, 1), None)
    assert (drawn.of, drawn.otherwise, drawn.ranges) == (None, None, ((5, 5), (6, 6)))


def test_a_point_of_the_canvas_takes_the_place_of_one_of_a_layer():
    spots = make({"when": {"a": ("a",)}, "at": (5, 6)}, of="a", at="top", otherwise=(1, 1))
    assert (spots[2].spots[1].of, spots[2].spots[1].at) == (None, (5, 6))
