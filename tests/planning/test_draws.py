"""Sources of words: even where they should be, and lower in discrepancy than random ones."""

from itertools import combinations

import numpy as np
import pytest

from imggen.config import Dataset
from imggen.planning.draws import LatinDraws, RandomDraws, SobolDraws, make_draws

COLUMNS = ["bird.x", "bird.y", "bird.scale", "bird.hue"]


def points(draws, count, columns=COLUMNS):
    """(count, columns) in [0, 1)."""
    return np.stack([draws.words(column, 0, count) / 2.0**64 for column in columns], axis=1)


def centred_discrepancy(points):
    """The square of the centred L2 discrepancy. Source: Hickernell, Math. Comp. 67, 1998, (5.1)."""
    count, dimensions = points.shape
    off = np.abs(points - 0.5)
    single = np.prod(1 + off / 2 - off**2 / 2, axis=1).sum()
    pairs = np.ones((count, count))
    for d in range(dimensions):
        own, x = off[:, d], points[:, d]
        apart = np.abs(x[:, None] - x[None])
        pairs *= 1 + own[:, None] / 2 + own[None] / 2 - apart / 2
    return (13 / 12) ** dimensions - 2 / count * single + pairs.sum() / count**2


def star_discrepancy(points):
    """The largest error of a box from the origin to a point's coordinates, of two columns."""
    count = len(points)
    worst = 0.0
    ends = [np.append(np.sort(column), 1) for column in points.T]
    for x in ends[0]:
        inside, closed = points[:, 0] < x, points[:, 0] <= x
        ys = ends[1]
        order, closed_order = np.sort(points[inside, 1]), np.sort(points[closed, 1])
        below = np.searchsorted(order, ys, side="left") / count
        at_most = np.searchsorted(closed_order, ys, side="right") / count
        worst = max(worst, (x * ys - below).max(), (at_most - x * ys).max())
    return worst


def test_discrepancy_by_hand():
    """Of one point in the middle: all terms are known; as scipy.stats.qmc.discrepancy has them."""
    assert centred_discrepancy(np.array([[0.5, 0.5]])) == pytest.approx((13 / 12) ** 2 - 1)
    assert star_discrepancy(np.array([[0.5, 0.5]])) == pytest.approx(0.75)


@pytest.mark.parametrize("count", [64, 200, 512])
def test_sobol_and_latin_are_more_even_than_random(count):
    """On average over seeds, and Sobol is the most even of the three."""
    of = {
        "random": RandomDraws,
        "latin": lambda seed: LatinDraws(seed, count),
        "sobol": SobolDraws,
    }
    centred = {
        name: np.mean([centred_discrepancy(points(make(seed), count)) for seed in range(5)])
        for name, make in of.items()
    }
    star = {
        name: np.mean(
            [star_discrepancy(points(make(seed), count, COLUMNS[:2])) for seed in range(5)]
        )
        for name, make in of.items()
    }
    for found in (centred, star):
        assert found["sobol"] < found["latin"] < found["random"]
    assert centred["sobol"] < centred["random"] / 4


@pytest.mark.parametrize("count", [1, 2, 7, 100, 1000])
def test_each_part_has_one_latin_number(count):
    for column in COLUMNS:
        words = LatinDraws(3, count).words(column, 0, count).tolist()
        assert sorted(word * count >> 64 for word in words) == list(range(count))


def test_latin_columns_are_independent():
    found = points(LatinDraws(0, 5000), 5000, [*COLUMNS, "sky.hue", "sky.x"])
    for one, other in combinations(found.T, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / 5000**0.5


@pytest.mark.parametrize("draws", [RandomDraws(1), SobolDraws(1), LatinDraws(1, 1000)])
def test_any_range_alone(draws):
    whole = draws.words("bird.x", 0, 1000)
    assert whole.dtype == np.uint64
    assert (draws.words("bird.x", 301, 700) == whole[301:700]).all()


def test_by_sampling():
    assert make_draws(Dataset(seed=3), 9) == RandomDraws(3)
    assert make_draws(Dataset(seed=3, sampling="quota"), 9) == RandomDraws(3)
    assert make_draws(Dataset(seed=3, sampling="sobol"), 9) == SobolDraws(3)
    assert make_draws(Dataset(seed=3, sampling="latin"), 9) == LatinDraws(3, 9)
