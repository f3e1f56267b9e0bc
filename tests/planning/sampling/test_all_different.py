"""Layers that are all different: no two show variants of one name."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.scenes import agreeing, distribution_of, scenes_of
from tests.reference import chi_square, scene_chances
from tests.strategies import distributions

from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.planning.sampling.samplers import draw_traits

SEEDS = st.integers(0, 2**64 - 1)
NAMES = ("blue", "green", "none", "red", "white")
GARMENTS = {
    "coat": {"blue": 0.4, "green": 0.3, "red": 0.2, "none": 0.1},
    "hat": {"blue": 0.5, "green": 0.25, "white": 0.25},
    "shoes": {"blue": 0.1, "green": 0.6, "none": 0.3},
}
DIFFERENT = [{"all_different": ["hat", "shoes", "coat"]}]


@st.composite
def garments(draw):
    """Layers whose variants have some names in common, and rules that some are all different."""
    own = {
        layer: dict(zip(NAMES, draw(distributions(5)), strict=False))
        for layer in "abcd"[: draw(st.integers(2, 4))]
    }
    rules = []
    for _ in range(draw(st.integers(1, 2))):
        different = draw(st.lists(st.sampled_from(sorted(own)), min_size=2, unique=True))
        others = [layer for layer in own if layer not in different]
        rule = {"all_different": different}
        if others and draw(st.booleans()):
            layer = draw(st.sampled_from(others))
            rule["when"] = {layer: [draw(st.sampled_from(sorted(own[layer])))]}
        rules.append(rule)
    return own, rules


@given(garments(), SEEDS)
def test_same_as_brute_force(case, seed):
    distribution, expected = agreeing(*case)
    assert distribution.count_combinations() == len(expected)
    for column, (layer, marginal) in enumerate(
        zip(distribution.layers, distribution.marginals(), strict=True)
    ):
        for variant, chance in zip(layer.names, marginal, strict=True):
            sums = math.fsum(p for scene, p in expected.items() if scene[column] == variant)
            assert chance == pytest.approx(sums, abs=1e-12)
    every = scenes_of(distribution, draw_traits(Dataset(sampling="all"), distribution))
    assert every == sorted(expected)
    for settings in ({}, {"sampling": "quota"}, {"unique": True, "count": len(expected)}):
        dataset = Dataset(**{"count": 50, "seed": seed, **settings})
        assert set(scenes_of(distribution, draw_traits(dataset, distribution))) <= set(expected)


def test_draws_have_the_chances_of_brute_force():
    expected = scene_chances(GARMENTS, DIFFERENT)
    distribution = distribution_of(GARMENTS, DIFFERENT)
    drawn = scenes_of(distribution, distribution.draw(5, 0, 100_000))
    counts = [drawn.count(scene) for scene in expected]
    assert sum(counts) == 100_000
    _, p = chi_square(counts, [chance * 100_000 for chance in expected.values()])
    assert p > 0.001


def test_none_is_exempt():
    every = scene_chances(GARMENTS, DIFFERENT)
    assert ("none", "blue", "none") in every
    found = distribution_of(GARMENTS, DIFFERENT)
    assert found.count_combinations() == len(every)
    for scene in every:
        shown = [variant for variant in scene if variant != "none"]
        assert len(set(shown)) == len(shown)


def test_a_rule_like_all_its_forbids():
    """Each pair of layers and each colour, forbidden one by one: the same draws."""
    own = {f"t{k}": {f"c{c}": (c + 1) / 36 for c in range(8)} for k in range(5)}
    forbids = [
        {"when": {one: f"c{c}"}, "forbid": {other: f"c{c}"}}
        for one, other in itertools.combinations(own, 2)
        for c in range(8)
    ]
    different = distribution_of(own, [{"all_different": list(own)}])
    forbidden = distribution_of(own, forbids)
    np.testing.assert_array_equal(different.draw(3, 0, 2000), forbidden.draw(3, 0, 2000))
    assert different.count_combinations() == forbidden.count_combinations() == math.perm(8, 5)


def test_six_garments_in_twenty_colours():
    """27.9 million combinations, exactly; in the last layer, too, all colours are alike likely."""
    own = {f"t{k}": {f"c{c:02}": 0.05 for c in range(20)} for k in range(6)}
    distribution = distribution_of(own, [{"all_different": list(own)}])
    assert distribution.count_combinations() == math.perm(20, 6)
    for marginal in distribution.marginals():
        np.testing.assert_allclose(marginal, 0.05, rtol=1e-12)
    traits = np.sort(distribution.draw(1, 0, 20_000), axis=1)
    assert (np.diff(traits.astype(int), axis=1) > 0).all()
    for column in distribution.draw(1, 0, 20_000).T:
        _, p = chi_square(np.bincount(column, minlength=20), np.full(20, 1000))
        assert p > 0.001


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (
            {layer: {"x": 0.5, "y": 0.5} for layer in "abc"},
            (
                'c is left without a variant where a is "y" and b is "x", by rule.1; forbid that '
                "combination, or leave it one that can be drawn."
            ),
        ),
        (
            {"a": {"x": 1.0}, "b": {"y": 0.5, "none": 0.5}, "c": {"none": 1.0}},
            (
                "rule.1.all_different names a and b and c, of which no two have a variant of one "
                "name; remove the rule, or give variants that are alike the same file name."
            ),
        ),
    ],
)
def test_refused(own, sentence):
    with pytest.raises(PlanError) as caught:
        distribution_of(own, [{"all_different": list(own)}])
    assert str(caught.value) == sentence
