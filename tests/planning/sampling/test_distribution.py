"""A distribution is exactly what its rules say, by counting, by drawing, and by brute force."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.scenes import agreeing, distribution_of, scenes_of
from tests.reference import chi_square, drawing_order, scene_chances, shows, without_replacement
from tests.strategies import ruled_layers

from imggen.config import Dataset
from imggen.planning.sampling.samplers import draw_traits
from imggen.planning.sampling.unique import unique_traits
from imggen.planning.streams import random_odds

SEEDS = st.integers(0, 2**64 - 1)


# --- exactness ------------------------------------------------------------------------------------


@settings(max_examples=400)
@given(ruled_layers())
def test_same_as_brute_force(ruled):
    own, rules = ruled
    distribution, expected = agreeing(own, rules)
    names = list(own)
    assert [names[depth] for depth in distribution.order] == drawing_order(names, rules)
    assert distribution.count_combinations() == len(expected)
    for column, (layer, marginal) in enumerate(
        zip(distribution.layers, distribution.marginals(), strict=True)
    ):
        for variant, chance in zip(layer.names, marginal, strict=True):
            sums = math.fsum(p for scene, p in expected.items() if scene[column] == variant)
            assert chance == pytest.approx(sums, abs=1e-12)


@given(ruled_layers(), st.data())
def test_scenes_by_class_are_exact(ruled, data):
    distribution, expected = agreeing(*ruled)
    some = data.draw(st.sets(st.sampled_from(range(len(ruled[0]))), min_size=1))
    states = distribution.scenes_by_class(
        {d: np.arange(len(distribution.layers[d].names)) for d in some}
    )
    found = {}
    for scene, chance, ways in zip(
        scenes_of(distribution, states.traits), states.chances, states.ways, strict=True
    ):
        assert scene in expected, "no scene that can occur"
        key = tuple(scene[d] for d in sorted(some))
        old = found.get(key, (0, 0))
        found[key] = (old[0] + chance, old[1] + ways)
    for key, (chance, ways) in found.items():
        like = [p for s, p in expected.items() if tuple(s[d] for d in sorted(some)) == key]
        assert ways == len(like)
        assert chance == pytest.approx(math.fsum(like), abs=1e-12)


@given(ruled_layers(), SEEDS)
def test_all_and_unique_are_every_scene(ruled, seed):
    distribution, expected = agreeing(*ruled)
    every = scenes_of(distribution, draw_traits(Dataset(sampling="all"), distribution))
    assert every == sorted(expected)
    dataset = Dataset(count=len(expected), seed=seed, unique=True)
    assert sorted(scenes_of(distribution, draw_traits(dataset, distribution))) == every


@given(ruled_layers(), st.floats(0, 1), SEEDS)
def test_unique_draws_different_scenes_that_can_occur(ruled, share, seed):
    distribution, expected = agreeing(*ruled)
    count = max(1, round(len(expected) * share))
    drawn = scenes_of(
        distribution, draw_traits(Dataset(count=count, seed=seed, unique=True), distribution)
    )
    assert len(set(drawn)) == count
    assert set(drawn) <= set(expected)


@given(ruled_layers(), st.sampled_from(["random", "quota"]), SEEDS)
def test_only_scenes_that_can_occur_are_drawn(ruled, sampling, seed):
    distribution, expected = agreeing(*ruled)
    dataset = Dataset(count=200, seed=seed, sampling=sampling)
    assert set(scenes_of(distribution, draw_traits(dataset, distribution))) <= set(expected)


def test_billions_are_counted_not_enumerated():
    own = {f"l{k}": {f"v{i:02}": 0.02 for i in range(50)} for k in range(12)}
    rules = [{"when": {f"l{k}": "v0*"}, "forbid": {f"l{k + 1}": ["v1*", "v2*"]}} for k in range(11)]
    low, middle, high = 10, 20, 20  # ways that end in v0*, in v1* or v2*, in others
    for _ in range(11):
        every = low + middle + high
        low, middle, high = 10 * every, 20 * (every - low), 20 * every
    assert distribution_of(own, rules).count_combinations() == low + middle + high > 10**19


# --- laws -----------------------------------------------------------------------------------------


@given(ruled_layers(), SEEDS, st.integers(0, 200), st.integers(0, 200))
def test_any_range_is_drawn_alone(ruled, seed, start, count):
    distribution, _ = agreeing(*ruled)
    whole = distribution.draw(seed, 0, start + count)
    np.testing.assert_array_equal(distribution.draw(seed, start, start + count), whole[start:])


@given(ruled_layers(), SEEDS, st.integers(1, 20))
def test_unique_begins_like_a_shorter_run(ruled, seed, count):
    distribution, expected = agreeing(*ruled)
    full = draw_traits(Dataset(count=len(expected), seed=seed, unique=True), distribution)
    count = min(count, len(expected))
    part = draw_traits(Dataset(count=count, seed=seed, unique=True), distribution)
    np.testing.assert_array_equal(part, full[:count])


@given(ruled_layers(), SEEDS)
def test_rules_change_only_what_they_are_about(ruled, seed):
    """A scene that matches no `when`, and shows nothing that is ruled out, stays as it was."""
    own, rules = ruled
    distribution, _ = agreeing(own, rules)
    plain = distribution_of(own)
    before, after = (scenes_of(d, d.draw(seed, 0, 200)) for d in (plain, distribution))
    concerned = {layer for rule in rules for table in rule.values() for layer in table}
    for one, other in zip(before, after, strict=True):
        scene = dict(zip(own, one, strict=True))
        if not any(is_about(rule, scene) for rule in rules):
            assert other == one
        for layer, now in zip(own, other, strict=True):
            assert layer in concerned or now == scene[layer]


def is_about(rule, scene):
    """Whether a scene shows one side of a rule."""
    ruled_out = [
        *(scene[layer] in names for layer, names in rule.get("forbid", {}).items()),
        *(scene[layer] not in names for layer, names in rule.get("require", {}).items()),
    ]
    return shows(scene, rule["when"]) or any(ruled_out)


# --- unique ---------------------------------------------------------------------------------------

DRAWS = 20_000
SMALL = {"a": {"a0": 0.5, "a1": 0.3, "a2": 0.2}, "b": {"b0": 0.9, "b1": 0.1}}
SMALL_RULES = [
    {"when": {"a": ["a1"]}, "probabilities": {"b": {"b0": 0.2, "b1": 0.8}}},
    {"when": {"b": ["b1"]}, "forbid": {"a": ["a2"]}},
]


@pytest.mark.slow
def test_unique_under_rules_is_drawing_one_after_the_other():
    chances = scene_chances(SMALL, SMALL_RULES)
    distribution = distribution_of(SMALL, SMALL_RULES)
    order = list(chances)
    expected = without_replacement(list(chances.values()), 3)
    found = Counter()
    for seed in range(DRAWS):
        drawn = unique_traits(seed, 3, distribution)
        found[tuple(order.index(scene) for scene in scenes_of(distribution, drawn))] += 1
    assert set(found) <= set(expected)
    likely = [key for key, p in expected.items() if p * DRAWS >= 5]
    _, p = chi_square([found[key] for key in likely], [expected[key] * DRAWS for key in likely])
    assert p > 0.001


@pytest.mark.parametrize("weights", ["alike", "steep"])
def test_unique_delivers_the_very_last_combination(weights):
    sizes = {"a": 50, "b": 200}
    own = {}
    for name, size in sizes.items():
        numbers = [1.0 if weights == "alike" else 0.8**k for k in range(size)]
        own[name] = {f"{name}{k:03}": w / sum(numbers) for k, w in enumerate(numbers)}
    plain = distribution_of(own)
    assert len(set(scenes_of(plain, unique_traits(0, 10_000, plain)))) == 10_000
    ruled = distribution_of(own, [{"when": {"a": "a01?"}, "forbid": {"b": "b0*"}}])
    assert ruled.count_combinations() == 9_000
    assert len(set(scenes_of(ruled, unique_traits(0, 9_000, ruled)))) == 9_000


def test_unique_takes_time_close_to_linear(monkeypatch):
    """Counted in variates, as clocks of a busy machine cannot tell."""
    own = {f"l{k}": {f"v{i:02}": 0.02 for i in range(50)} for k in range(6)}
    distribution = distribution_of(own, [{"when": {"l0": "v0*"}, "forbid": {"l5": "v1*"}}])
    made = Counter()

    def counting(seed, column, start, stop):
        made[count] += stop - start
        return random_odds(seed, column, start, stop)

    monkeypatch.setattr("imggen.planning.sampling.unique.random_odds", counting)
    for count in (10_000, 20_000, 40_000):
        unique_traits(0, count, distribution)
    assert made[20_000] < 2.2 * made[10_000]
    assert made[40_000] < 2.2 * made[20_000]


def test_unique_in_pieces_is_the_same(monkeypatch):
    """However few of the candidates are looked at at once."""
    own = {f"l{k}": {f"v{i}": (i + 1) / 45 for i in range(9)} for k in range(4)}
    distribution = distribution_of(own, [{"when": {"l0": "v?"}, "forbid": {"l2": "v1"}}])
    whole = unique_traits(0, 500, distribution)
    monkeypatch.setattr("imggen.planning.sampling.unique.CELLS_AT_ONCE", 30)
    np.testing.assert_array_equal(unique_traits(0, 500, distribution), whole)
