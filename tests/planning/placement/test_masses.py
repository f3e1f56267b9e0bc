"""Positions that are not all alike likely: as often as asked, and only where the sprite may be."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from tests.planning.layers import draw_positions, layer, library, variants
from tests.reference import chi_square

from imggen.config.positions import Positions
from imggen.errors import PlanError
from imggen.planning.placement.masses import make_mass
from imggen.planning.placement.spots import make_spots

SIZE = (100, 80)
COUNT = 50_000
LIKELY = 1e-4  # p-values below this are no chance


def mass(side=100, **table):
    return make_mass(Positions.model_validate(table), side)


def draw(box, count=COUNT, **place):
    """The corners of sprites of one size: (count, 2)."""
    spots = make_spots([layer("a", **place)], [], SIZE)
    art = library(SIZE, variants("a", [box]))
    return draw_positions(0, spots, art, np.zeros((count, 1), np.uint8)).positions[:, 0]


def counts_of(corners, values):
    """How often each of `values` comes; nothing else does."""
    counts = [np.count_nonzero(corners == value) for value in values]
    assert sum(counts) == len(corners)
    return counts


# --- which positions, and how likely --------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "positions"),
    [
        ({"range": (0, 90), "step": 30}, [0, 30, 60, 90]),
        ({"range": (0, 90), "step": 40}, [0, 40, 80]),
        ({"range": ("10%", "50%"), "step": "12.5%"}, [10, 22, 35, 47]),
        ({"values": (70, "50%", 3)}, [3, 50, 70]),
        ({"values": (50, "50%", 3), "weights": (1, 2, 0)}, [50]),
        ({"normal": ("50%", 2)}, list(range(44, 57))),
        ({"normal": (50, 2), "step": 4}, [46, 50, 54]),
        ({"normal": (50, 2), "range": (49, 51)}, [49, 50, 51]),
    ],
)
def test_positions(table, positions):
    found = mass(**table)
    assert found.positions.tolist() == positions
    assert found.ends == (positions[0], positions[-1])
    assert found.chances.sum() == pytest.approx(1)


def test_all_px_of_a_range_need_no_table():
    assert mass(range=(0, 90)) is None


def test_weights_of_one_px_add_up():
    assert mass(values=("50%", 50, 3), weights=(1, 2, 1)).chances.tolist() == [0.25, 0.75]


def test_normal_positions_have_what_rounds_to_them():
    normal = NormalDist(50, 7)
    expected = [normal.cdf(p + 0.5) - normal.cdf(p - 0.5) for p in range(29, 72)]
    assert mass(normal=(50, 7)).chances == pytest.approx(np.array(expected) / math.fsum(expected))


# --- drawn ----------------------------------------------------------------------------------------


def test_as_often_as_asked():
    x = {"values": [10, 30, 80], "weights": [1, 2, 3]}
    corners = draw((4, 4), x=x, y={"normal": [40, 3]}, anchor="center", offset=(1, 0))
    counts = counts_of(corners[:, 0], [9, 29, 79])
    assert chi_square(counts, COUNT * np.array([1, 2, 3]) / 6)[1] > LIKELY
    chances = mass(80, normal=(40, 3)).chances
    counts = counts_of(corners[:, 1], range(29, 48))
    assert chi_square(counts, COUNT * chances)[1] > LIKELY


@pytest.mark.parametrize("inside", [True, 0.999999])
def test_inside_keeps_the_proportions_of_what_it_allows(inside):
    """Of four positions, a sprite 40 px wide has two."""
    x = {"values": [0, 20, 60, 90], "weights": [1, 3, 2, 9]}
    corners = draw((40, 10), x=x, y={"range": [0, 70], "step": 35}, inside=inside)
    counts = counts_of(corners[:, 0], [0, 20, 60])
    assert chi_square(counts, COUNT * np.array([1, 3, 2]) / 6)[1] > LIKELY
    counts = counts_of(corners[:, 1], [0, 35, 70])
    assert chi_square(counts, [COUNT / 3] * 3)[1] > LIKELY


def test_a_share_inside_keeps_the_proportions_of_pairs():
    """By trying all positions: their chances are those of x times those of y."""
    x, y = {"values": [-5, 40, 95], "weights": [1, 2, 3]}, {"normal": [75, 4]}
    corners = draw((10, 10), x=x, y=y, inside=0.4)
    along_x, along_y = mass(100, **x), mass(80, **y)
    expected = {}
    for px, first in zip(along_x.positions.tolist(), along_x.chances.tolist(), strict=True):
        for py, second in zip(along_y.positions.tolist(), along_y.chances.tolist(), strict=True):
            width = min(px + 10, 100) - max(px, 0)
            if width * (min(py + 10, 80) - py) >= 40:
                expected[px, py] = first * second
    places, counts = np.unique(corners, axis=0, return_counts=True)
    assert {tuple(place) for place in places.tolist()} <= expected.keys()
    asked = np.array([expected[tuple(place)] for place in places.tolist()])
    assert asked.sum() / sum(expected.values()) > 0.999
    asked *= COUNT / asked.sum()
    likely = asked > 5
    statistic = ((counts - asked) ** 2 / asked)[likely].sum()
    assert abs(statistic - likely.sum()) < 5 * math.sqrt(2 * likely.sum())


def test_avoiding_keeps_to_the_positions():
    layers = [layer("a", x=40, y=0), layer("b", x={"values": [0, 45, 90]}, y=0, avoid=("a",))]
    groups = [variants("a", [(10, 10)]), variants("b", [(10, 10)])]
    traits = np.zeros((1000, 2), np.uint8)
    drawn = draw_positions(0, make_spots(layers, [], SIZE), library(SIZE, *groups), traits)
    assert set(drawn.positions[:, 1, 0].tolist()) == {0, 90}
    assert drawn.crowded == {"b": 0}


def test_other_columns_stay_as_they_are():
    plain = draw((4, 4), x=(0, 90), y=(0, 70))
    other = draw((4, 4), x=(0, 90), y={"values": [3, 9]})
    assert (plain[:, 0] == other[:, 0]).all()


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "why"),
    [
        ({"range": [0, 90], "step": "0.5%"}, "its step is 0.5 px; expected at least 1"),
        ({"normal": [0, 1], "range": [90, 95]}, "its normal distribution never reaches its range"),
    ],
)
def test_no_positions(x, why):
    with pytest.raises(PlanError) as caught:
        make_spots([layer("a", x=x, y=0)], [], SIZE)
    assert str(caught.value) == (
        f"layer.a.place.x has no positions on the canvas of 100x80 px: {why}. Change it."
    )
