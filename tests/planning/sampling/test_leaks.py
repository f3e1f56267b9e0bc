"""A scene in two splits is found, and named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.drawn import HALVES
from tests.planning.layers import library, variants

from imggen.config import Config
from imggen.errors import PlanError
from imggen.planning import make_plan


def plan_of(sizes, *, place=None, **dataset):
    """The plan of two layers of so many variants each, in a train and a test split."""
    layers = [{"name": name, "folder": name} for name in "ab"]
    if place:
        layers[1]["place"] = place
    own = [variants(name, [(4, 4)] * size) for name, size in zip("ab", sizes, strict=True)]
    tables = {"dataset": dataset, "layer": layers, "split": HALVES}
    return make_plan(Config.model_validate(tables), library((90, 80), *own))


def leaks(plan, *columns):
    """How many rows of `columns` are in several splits, by brute force."""
    homes = {}
    rows = np.column_stack([plan.traits, *columns]).tolist()
    for row, place in zip(rows, plan.splits.tolist(), strict=True):
        homes.setdefault(tuple(row), set()).add(place)
    return sum(len(home) > 1 for home in homes.values())


@given(st.integers(2, 15), st.integers(2, 15), st.integers(1, 60), st.integers(0, 2**32))
def test_found_where_there_is_one(a, b, count, seed):
    settings = {"count": count, "seed": seed}
    expected = leaks(plan_of((a, b), **settings))
    if expected:
        with pytest.raises(PlanError, match='disjoint is "scenes", but image'):
            plan_of((a, b), disjoint="scenes", **settings)
    else:
        plan_of((a, b), disjoint="scenes", **settings)


def test_places_tell_scenes_apart():
    """Few combinations, but so many places that no scene is twice."""
    place = {"x": [0, 86], "y": [0, 76]}
    plan = plan_of((2, 2), place=place, count=60, disjoint="scenes")
    assert leaks(plan) == 4
    assert leaks(plan, plan.positions[:, 0]) == 0


@pytest.mark.parametrize("settings", [{"disjoint": "combinations"}, {"unique": True}])
def test_mended(settings):
    plan = plan_of((9, 9), count=60, **{"disjoint": "scenes", **settings})
    assert leaks(plan) == 0
    assert set(plan.splits.tolist()) == {0, 1}


def test_the_sentence():
    with pytest.raises(PlanError) as caught:
        plan_of((2, 2), count=40, disjoint="scenes")
    assert str(caught.value) == (
        'dataset.disjoint is "scenes", but image 9 of test and image 24 of train show the same '
        "(a a, b a), and so do images of 3 other scenes; give "
        'disjoint = "combinations" or unique = true, or make scenes differ more.'
    )
