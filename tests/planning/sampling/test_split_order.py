"""Splits with counts lie one behind another, whatever else is asked for."""

import itertools
from collections import Counter

import numpy as np
import pytest
from tests.planning.drawn import config_of
from tests.planning.scenes import variants_of
from tests.reference import chi_square

from imggen.config.families import check_family
from imggen.errors import ConfigError
from imggen.planning.sampling.images import ImageSource

OWN = {
    "a": {f"a{k}": (k + 1) / 15 for k in range(5)},
    "b": {f"b{k}": (k + 1) / 21 for k in range(6)},
    "c": {f"c{k}": 0.25 for k in range(4)},
}
SPLITS = [{"name": "x", "count": 26}, {"name": "y", "count": 4}, {"name": "z", "count": 10}]
DATASET = {
    "sampling": ("random", "quota", "all"),
    "unique": (False, True),
    "stratify": (None, ["a"]),
    "disjoint": (None, "scenes", "combinations"),
    "pair": (None, "b"),
}
OF_Z = {
    "hold_out": ([], [{"a": ["a1"]}]),
    "weights": ({}, {"c": {"c1": 3, "c2": 1}}),
    "rule": ([], [{"when": {"a": ["a2"]}, "forbid": {"c": ["c1"]}}]),
}


def choices(table):
    return [dict(zip(table, values, strict=True)) for values in itertools.product(*table.values())]


def images(config):
    """The traits and splits of all images."""
    layers = [variants_of(*pair) for pair in OWN.items()]
    return ImageSource.of(config, layers).draw_images()


def accepted(dataset, of_z):
    """The configuration of these settings, or None if they are refused."""
    given = {key: value for key, value in dataset.items() if value is not None}
    try:
        config = config_of(OWN, [*SPLITS[:2], {**SPLITS[2], **of_z}], **given)
        check_family(config)
    except ConfigError:
        return None
    return config


@pytest.mark.parametrize("dataset", choices(DATASET), ids=lambda d: " ".join(map(str, d.values())))
def test_one_behind_another(dataset):
    in_order = np.repeat([0, 1, 2], [split["count"] for split in SPLITS])
    for of_z in choices(OF_Z):
        config = accepted(dataset, of_z)
        if config is not None:
            np.testing.assert_array_equal(images(config)[1], in_order)


def test_what_is_accepted_with_counts():
    """So that none of those above is refused unseen: what shows first decides takes no counts."""
    found = [
        (dataset, of_z)
        for dataset in choices(DATASET)
        for of_z in choices(OF_Z)
        if accepted(dataset, of_z)
    ]
    plain = [d for d, z in found if not any(z.values())]
    assert [tuple(d.values()) for d in plain] == [
        ("random", False, None, None, None),
        ("random", False, None, None, "b"),
        ("random", False, None, "scenes", None),
        ("random", False, None, "scenes", "b"),
        ("random", False, ["a"], None, None),
        ("random", False, ["a"], None, "b"),
        ("random", False, ["a"], "scenes", None),
        ("random", False, ["a"], "scenes", "b"),
        ("random", True, None, None, None),
        ("random", True, None, "scenes", None),
        ("random", True, None, "combinations", None),
        ("random", True, ["a"], None, None),
        ("random", True, ["a"], "scenes", None),
        ("quota", False, None, None, None),
        ("quota", False, None, "scenes", None),
        ("quota", False, ["a"], None, None),
        ("quota", False, ["a"], "scenes", None),
        ("quota", True, None, None, None),
        ("quota", True, None, "scenes", None),
        ("quota", True, None, "combinations", None),
        ("quota", True, ["a"], None, None),
        ("quota", True, ["a"], "scenes", None),
    ]


def test_unique_splits_by_counts_are_alike_and_each_begins_with_the_likely():
    own = {layer: {f"{layer}{k:02}": (k + 1) / 210 for k in range(20)} for layer in "abc"}
    splits = [{"name": "x", "count": 1500}, {"name": "y", "count": 500}]
    layers = [variants_of(*pair) for pair in own.items()]
    for seed in range(3):
        config = config_of(own, splits, unique=True, seed=seed)
        traits, places = ImageSource.of(config, layers).draw_images()
        np.testing.assert_array_equal(places, np.repeat([0, 1], [1500, 500]))
        shown = [np.bincount(traits[places == place, 0], minlength=20) for place in (0, 1)]
        _, p = chi_square(shown[1], (shown[0] + shown[1]) / 4)
        assert p > 0.001
        for start, stop in ((0, 1500), (1500, 2000)):
            likely = traits[start:stop].astype(int).sum(axis=1)
            half = (stop - start) // 2
            assert likely[:half].mean() > likely[half:].mean()


def test_quota_with_counts_draws_what_it_draws_without_splits():
    config = config_of(OWN, SPLITS, sampling="quota")
    alone = config_of(OWN, [], sampling="quota", count=40)
    np.testing.assert_array_equal(images(config)[0], images(alone)[0])
    assert Counter(images(config)[1].tolist()) == {0: 26, 1: 4, 2: 10}
