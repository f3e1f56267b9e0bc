"""Scenes are sorted, compared and given digests as tuples of their keys are."""

import itertools

import numpy as np
import pytest

from imggen.planning import scene_keys
from imggen.planning.scene_keys import hash_scenes, sort_scenes, starts_scene


@pytest.fixture(params=[3, 70], ids=["few keys", "many keys"])
def keys(request):
    """Keys of 200 scenes, many of them equal; of more than 64 keys, a mixture is sorted by."""
    rng = np.random.default_rng(1)
    drawn = [rng.integers(0, 3, 200).astype(np.uint8) for _ in range(2)]
    return [drawn[number % 2] for number in range(request.param - 1)] + [drawn[0] ^ drawn[1]]


def scenes_of(keys):
    """A tuple for each scene."""
    return list(zip(*(key.tolist() for key in keys), strict=True))


def test_equal_scenes_are_neighbours(keys):
    scenes = scenes_of(keys)
    order = sort_scenes(keys, 1)
    assert sorted(order.tolist()) == [*range(200)]
    assert len(list(itertools.groupby(scenes[row] for row in order))) == len(set(scenes))
    first = keys[0][order]
    assert (first[1:] >= first[:-1]).all(), "the first key comes first"


def test_few_keys_sort_as_tuples_do():
    keys = [np.array([1, 0, 1, 0, 1]), np.array([300, 2, 2, 1, 300]), np.array([0, 0, 1, 0, 0])]
    assert sort_scenes(keys).tolist() == [3, 1, 2, 0, 4]


def test_a_scene_starts_where_the_one_before_differs(keys):
    scenes, order = scenes_of(keys), np.random.default_rng(2).permutation(200)
    pairs = itertools.pairwise(scenes[row] for row in order)
    expected = [True, *(one != other for one, other in pairs)]
    assert starts_scene(keys, order).tolist() == expected
    assert not all(expected)


def test_digests_tell_scenes_apart(keys):
    scenes, digests = scenes_of(keys), hash_scenes(keys).tolist()
    assert len(set(zip(scenes, digests, strict=True))) == len(set(scenes)) == len(set(digests))


def test_many_keys_are_more_than_are_sorted():
    assert 3 <= scene_keys.MOST_SORTED < 70
