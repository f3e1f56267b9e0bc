"""Values are drawn evenly, each column by itself; boxes are as large as what is drawn of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.layers import variants
from tests.reference import chi_square
from tests.strategies import varies

from imggen.config.plain import FIELDS
from imggen.config.vary import Vary
from imggen.errors import PlanError
from imggen.planning.draws import RandomDraws
from imggen.planning.placement.boxes import (
    MOST_PIXELS,
    extreme_boxes,
    sizes_of,
)
from imggen.planning.placement.columns import make_columns
from imggen.planning.placement.looks import LookTable, draw_looks, drawn_columns
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes

COUNT = 100_000
LIKELY = 1e-4  # p-values below this are no chance
GROUPS = [variants("a", [(30, 20), (7, 9)]), variants("b", [(12, 12), None, (5, 40)])]
ALL = {
    "scale": [0.5, 1.5],
    "rotate": {"range": [-180, 180], "step": 15},
    "flip": 0.3,
    "hue": {"values": [-20, 0, 50]},
    "saturation": {"range": [0.5, 1], "step": 0.25},
    "brightness": [0.9, 1.1],
    "opacity": {"values": [0.5, 1]},
    "blend": {"values": ["normal", "screen", "hue"]},
}


def vary(**values):
    return Vary.model_validate(values)


def look_values(vary, looks, depth, field):
    return LookTable.of(vary).values(looks, depth, field)


def traits_of(count, seed=0):
    rng = np.random.default_rng(seed)
    sizes = [len(group.names) for group in GROUPS]
    return np.stack([rng.integers(0, n, count) for n in sizes], axis=1).astype(np.uint8)


def draw(varied, traits, seed=0):
    return draw_looks(RandomDraws(seed), make_columns(varied), GROUPS, traits)


# --- how often ------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["scale", "hue", "saturation", "brightness", "opacity", "blend"])
def test_each_value_is_as_likely_as_the_others(field):
    both = [vary(**ALL), vary(**ALL)]
    looks = draw(both, np.zeros((COUNT, 2), np.uint8))
    levels = both[1].levels(field)
    values = look_values(both, looks, 1, field)
    counts = [np.count_nonzero(values == level) for level in levels]
    assert sum(counts) == COUNT
    assert chi_square(counts, [COUNT / len(levels)] * len(levels))[1] > LIKELY


def test_an_angle_that_looks_like_another_counts_for_it():
    """Of -180 to 180 in steps of 15, two of 25 are upside down."""
    one = [vary(rotate=ALL["rotate"]), vary()]
    values = look_values(one, draw(one, np.zeros((COUNT, 2), np.uint8)), 0, "rotate")
    angles = np.arange(-180, 180, 15)
    counts = [np.count_nonzero(values == angle) for angle in angles]
    assert sum(counts) == COUNT
    expected = np.where(angles == -180, 2, 1) * COUNT / 25
    assert chi_square(counts, expected)[1] > LIKELY


@pytest.mark.parametrize("chance", [0.001, 0.3, 0.5, 0.99])
def test_flip_is_a_probability(chance):
    one = [vary(flip=chance), vary()]
    flipped = look_values(one, draw(one, np.zeros((COUNT, 2), np.uint8)), 0, "flip").sum()
    expected = [COUNT * chance, COUNT * (1 - chance)]
    assert chi_square([flipped, COUNT - flipped], expected)[1] > LIKELY


def test_columns_are_independent():
    both = [vary(**ALL), vary(**ALL)]
    looks = draw(both, np.zeros((COUNT, 2), np.uint8))
    hue, other = (look_values(both, looks, depth, "hue") for depth in (0, 1))
    opacity = look_values(both, looks, 0, "opacity")
    for first, second in ((hue, other), (hue, opacity)):
        pairs, counts = np.unique(np.stack([first, second], 1), axis=0, return_counts=True)
        assert chi_square(counts, [COUNT / len(pairs)] * len(pairs))[1] > LIKELY


# --- of what it depends ---------------------------------------------------------------------------


@given(varies(), varies(), st.integers(0, 99), st.integers(1, 40), st.integers(0, 40))
def test_more_images_begin_with_the_fewer(first, second, seed, count, more):
    traits = traits_of(count + more, seed)
    longer = draw([first, second], traits, seed)
    shorter = draw([first, second], traits[:count], seed)
    assert (longer[:count] == shorter).all()
    assert longer.dtype == shorter.dtype


@given(varies(), varies(), st.integers(0, 99))
def test_a_layer_does_not_reshuffle_another(first, second, seed):
    traits = traits_of(50, seed)
    both = draw([first, second], traits, seed)
    alone = draw([Vary(), second], traits, seed)
    for field in FIELDS:
        expected = look_values([Vary(), second], alone, 1, field)
        assert (look_values([first, second], both, 1, field) == expected).all()


@given(varies(), st.integers(0, 99))
def test_a_value_does_not_reshuffle_another(one, seed):
    fewer = one.model_copy(update={"scale": None, "flip": 0.0})
    traits = traits_of(50, seed)
    whole, part = draw([one, Vary()], traits, seed), draw([fewer, Vary()], traits, seed)
    for field in fewer.drawn:
        expected = look_values([one, Vary()], whole, 0, field)
        assert (look_values([fewer, Vary()], part, 0, field) == expected).all()


@given(varies())
def test_nothing_is_drawn_of_what_is_not_seen(one):
    looks = draw([Vary(), one], np.array([[0, 1]] * 30, np.uint8))
    assert not looks.any()


def test_few_bytes_an_image():
    both = [vary(**ALL), vary(**ALL)]
    looks = draw(both, traits_of(10))
    assert looks.shape == (10, len(drawn_columns(both))) == (10, 16)
    assert looks.dtype == np.uint8
    fine = [vary(scale={"range": [1, 2], "step": 0.001}), Vary()]
    assert draw(fine, traits_of(10)).dtype == np.uint16


def test_whole_looks():
    one = vary(scale=2, rotate={"values": [10, 20]}, blend="screen")
    looks = np.array([[0], [1]], np.uint8)
    values = LookTable.of([Vary(), one]).whole(looks)
    assert values.shape == (2, 2, len(FIELDS))
    assert values[1, 0].tolist() == [0, 1, 0, 0, 1, 1, 1, 0]
    assert values[1, 1].tolist() == [0, 2, 20, 0, 1, 1, 1, 2]
    same = [Vary(), vary(scale={"values": [2, 2]})]  # one value, written twice
    assert LookTable.of(same).whole(looks[:, :0])[:, 1, 1].tolist() == [2, 2]
    assert LookTable.of([Vary(), vary(scale=1)]).whole(np.zeros((2, 0), np.uint8)) is None


# --- boxes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [
        ((10, 5), 1.5, [15, 8]),  # halves up
        ((10, 5), 0.5, [5, 3]),
        ((10, 5), 0.01, [1, 1]),
        ((0, 0), 3.0, [0, 0]),
    ],
)
def test_scaled_sizes(size, scale, expected):
    assert scaled_sizes(np.array(size), scale).tolist() == expected


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (0, [30, 20]),
        (90, [20, 30]),
        (-180, [30, 20]),
        (270, [20, 30]),
        (45, [36, 36]),  # 50 / sqrt(2)
        (30, [36, 33]),  # 30 cos + 20 sin, 30 sin + 20 cos
        (-30, [36, 33]),
        (330, [36, 33]),
    ],
)
def test_turned_sizes(angle, expected):
    assert turned_sizes(np.array([30, 20]), angle).tolist() == expected


@given(varies(), st.integers(0, 99))
def test_extreme_boxes_hold_all_that_are_drawn(one, seed):
    """Of each variant, no box at any angle is smaller or larger than those."""
    traits = traits_of(200, seed)
    looks = draw([one, Vary()], traits, seed)
    sizes = sizes_of(LookTable.of([one, Vary()]), GROUPS, traits, looks)
    boxes = extreme_boxes(one, GROUPS[0])
    for variant in (0, 1):
        drawn = sizes[traits[:, 0] == variant, 0]
        extremes = boxes.of(np.array([variant])).sizes
        if len(drawn):
            assert (drawn >= extremes.min(axis=0)).all()
            assert (drawn <= extremes.max(axis=0)).all()
    assert (sizes[:, 1] == GROUPS[1].sizes[traits[:, 1]]).all()


def test_too_large():
    large = variants("a", [(10, 10), (3000, 2000)])
    with pytest.raises(PlanError) as caught:
        extreme_boxes(vary(scale=[1, 16]), large)
    assert str(caught.value) == (
        'layer.a.vary makes "b" up to 48000x32000 px; expected at most 67 million pixels. '
        "Scale it less."
    )
    assert extreme_boxes(vary(scale=3), large).sizes.prod(axis=1).max() <= MOST_PIXELS
