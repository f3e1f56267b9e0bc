"""Quotas are exact in each group of images that the rules tell apart, and over all of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.scenes import agreeing, distribution_of, scenes_of
from tests.reference import chi_square, scene_chances, variant_chances
from tests.strategies import distributions, ruled_layers

from imggen.config import Dataset
from imggen.planning.sampling.quota import largest_remainder
from imggen.planning.sampling.samplers import draw_traits

SEEDS = st.integers(0, 2**64 - 1)


def quota(distribution, count, seed=0):
    dataset = Dataset(count=count, seed=seed, sampling="quota")
    return scenes_of(distribution, draw_traits(dataset, distribution))


@given(ruled_layers(), st.integers(1, 500), SEEDS)
def test_each_layer_is_exact_in_each_case(ruled, count, seed):
    """Given all that the rules look at, each variant has its share, rounded up or down."""
    own, rules = ruled
    distribution, _ = agreeing(own, rules)
    names = list(own)
    scenes = [dict(zip(names, s, strict=True)) for s in quota(distribution, count, seed)]
    for step in distribution.steps:
        layer = names[step.depth]
        groups = {}
        for scene in scenes:
            case = tuple(
                (names[d], int(c[distribution.layers[d].names.index(scene[names[d]])]))
                for d, c in step.classes.items()
            )
            groups.setdefault(case, []).append(scene)
        for group in groups.values():
            before = {names[d]: group[0][names[d]] for d in step.classes}
            chances = variant_chances(layer, own[layer], rules, before)
            check_rounded(chances, [scene[layer] for scene in group])


def check_rounded(chances, shown):
    counts = Counter(shown)
    assert set(counts) <= set(chances)
    for variant, p in chances.items():
        assert abs(counts[variant] - p * len(shown)) < 1 + 1e-6


CONDITION = [
    {"when": {"a": ["a1"]}, "probabilities": {"b": {"b0": 0.7, "b2": 0.3}}},
    {"when": {"a": ["a2"]}, "forbid": {"b": ["b1"]}},
]
PAIR = {"a": {"a0": 0.5, "a1": 0.3, "a2": 0.2}, "b": {"b0": 0.2, "b1": 0.3, "b2": 0.5}}


@pytest.mark.parametrize("count", [1, 2, 9, 100, 1001])
def test_conditionals_are_exact(count):
    scenes = quota(distribution_of(PAIR, CONDITION), count)
    check_rounded(PAIR["a"], [scene[0] for scene in scenes])
    for a in PAIR["a"]:
        chances = variant_chances("b", PAIR["b"], CONDITION, {"a": a})
        check_rounded(chances, [scene[1] for scene in scenes if scene[0] == a])


def test_roundings_of_many_groups_make_up_for_each_other():
    """Where each group has one image, rounding alone would always take the likeliest variant."""
    own = {"a": {f"a{k:03}": 0.001 for k in range(1000)}, "b": {"b0": 0.7, "b1": 0.3}}
    rules = [
        {"when": {"a": a}, "probabilities": {"b": {"b0": k / 1000, "b1": 1 - k / 1000}}}
        for k, a in enumerate(own["a"])
    ]
    scenes = quota(distribution_of(own, rules), 1000)
    assert len({scene[0] for scene in scenes}) == 1000
    assert Counter(scene[1] for scene in scenes)["b0"] == pytest.approx(499.5, abs=1)
    low = [scene[1] for scene in scenes if scene[0] < "a500"]
    assert 75 < Counter(low)["b0"] < 175  # 124.8 of 500, were each drawn by itself


def test_which_group_is_rounded_up_is_drawn():
    """Of three groups with a half each, every seed rounds others up."""
    own = {"a": {f"a{k}": 0.25 for k in range(4)}, "b": {"b0": 0.5, "b1": 0.5}}
    rules = [
        {"when": {"a": a}, "probabilities": {"b": {"b0": 0.5 + k / 100, "b1": 0.5 - k / 100}}}
        for k, a in enumerate(own["a"])
    ]
    distribution = distribution_of(own, rules)
    outcomes = {tuple(sorted(quota(distribution, 4, seed))) for seed in range(100)}
    assert len(outcomes) > 4


def test_joint_table_is_exact():
    table = {"a0": {"b0": 0.1, "b1": 0.4}, "a1": {"b2": 0.3}, "a2": {"b0": 0.2}}
    distribution = distribution_of(PAIR, joint=[{"layers": ["a", "b"], "probabilities": table}])
    assert Counter(quota(distribution, 1000)) == {
        (a, b): round(1000 * p) for a, row in table.items() for b, p in row.items()
    }


# --- counts ---------------------------------------------------------------------------------------


def counted(layer, own, rules):
    """`layer` has counts, which are its probabilities times 100."""
    counts = {variant: round(100 * p) for variant, p in own[layer].items()}
    distribution = distribution_of(
        own, rules, dataset={"sampling": "quota", "count": 100}, **{layer: {"counts": counts}}
    )
    return distribution, counts


@pytest.mark.parametrize("layer", ["a", "b"])
def test_counts_are_met_under_rules(layer):
    """The layer without counts gives way, whichever of them is the earlier."""
    rules = [{"when": {"a": "a2"}, "forbid": {"b": ["b1", "b2"]}}]
    distribution, counts = counted(layer, PAIR, rules)
    scenes = quota(distribution, 100)
    assert Counter(scene["ab".index(layer)] for scene in scenes) == counts
    assert not {("a2", "b1"), ("a2", "b2")} & set(scenes)


def test_an_earlier_layer_gives_way_to_counts():
    own = {**PAIR, "c": {"c0": 0.5, "c1": 0.5}}
    rules = [{"when": {"b": "b1"}, "forbid": {"c": "c0"}}]
    distribution, counts = counted("b", dict(reversed(own.items())), rules)
    assert distribution.order == (1, 0, 2)
    scenes = quota(distribution, 100)
    assert Counter(scene[1] for scene in scenes) == counts
    assert {scene[0] for scene in scenes if scene[1] == "b1"} == {"c1"}


# --- rounding -------------------------------------------------------------------------------------


@given(distributions(), st.integers(0, 1000), st.data())
def test_what_is_owed_comes_first_but_within_the_rounding(probabilities, count, data):
    p = np.array(probabilities)
    owed = np.array([data.draw(st.floats(-1, 1)) for _ in probabilities])
    counts = largest_remainder(p, count, owed)
    assert counts.sum() == count
    assert (counts >= np.floor(p * count - 1e-6)).all()
    assert (counts <= np.ceil(p * count + 1e-6)).all()


def test_what_is_owed():
    third = np.full(3, 1 / 3)
    assert largest_remainder(third, 1).tolist() == [1, 0, 0]
    assert largest_remainder(third, 1, np.array([-0.5, 0.1, 0.4])).tolist() == [0, 0, 1]


def test_quota_has_the_chances_of_the_rules():
    expected = scene_chances(PAIR, CONDITION)
    scenes = Counter(quota(distribution_of(PAIR, CONDITION), 100_000))
    _, p = chi_square([scenes[s] for s in expected], [100_000 * c for c in expected.values()])
    assert p > 0.999, "closer than chance"
