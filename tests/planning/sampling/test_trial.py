"""Rules that tie too many layers together to go through all combinations: draws are exact still."""

import random
from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.planning.scenes import distribution_of, scenes_of
from tests.reference import chi_square, scene_chances, without_replacement
from tests.strategies import ruled_layers

from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.planning.sampling.frequencies import find_frequencies, find_warnings
from imggen.planning.sampling.samplers import draw_traits
from imggen.planning.sampling.step import matches
from imggen.planning.sampling.unique import unique_traits
from imggen.planning.sampling.walk import TooManyError

SEEDS = st.integers(0, 2**64 - 1)
OWN = {
    "a": {"a0": 0.5, "a1": 0.3, "a2": 0.2},
    "b": {"b0": 0.6, "b1": 0.4},
    "c": {"c0": 0.7, "c1": 0.2, "c2": 0.1},
}
RULES = [
    {"when": {"a": ["a1"]}, "forbid": {"c": ["c0", "c2"]}},
    {"when": {"b": ["b1"]}, "forbid": {"c": ["c1"]}},  # with a1, nothing is left of c
    {"when": {"b": ["b0"]}, "probabilities": {"c": {"c0": 0.2, "c1": 0.5, "c2": 0.3}}},
]
EXPECTED = scene_chances(OWN, RULES, dead_ends=True)
DEAD_END = (
    'c is left without a variant where a is "a1" and b is "b1", by rule.1, rule.2; forbid that '
    "combination, or leave it one that can be drawn."
)


def unknown(own, rules, trials=2**14):
    """A distribution whose combinations are too many to go through, with so many trials."""
    with (
        patch("imggen.planning.sampling.walk.MOST_CELLS", 0),
        patch("imggen.planning.sampling.distribution.TRIALS", trials),
    ):
        distribution = distribution_of(own, rules)
    assert distribution.walked is None
    return distribution


@pytest.fixture(scope="module")
def small():
    return unknown(OWN, RULES)


# --- draws ----------------------------------------------------------------------------------------


def test_draws_have_the_chances_of_what_is_no_dead_end(small):
    drawn = Counter(scenes_of(small, small.draw(11, 0, 200_000)))
    assert set(drawn) == set(EXPECTED)
    _, p = chi_square([drawn[s] for s in EXPECTED], [200_000 * p for p in EXPECTED.values()])
    assert p > 0.001


def test_what_is_drawn_again_depends_on_no_other_image(small):
    dead = small.draw_once(3, np.arange(1000))[1]
    assert 80 < np.count_nonzero(dead) < 160  # 12 % are expected
    whole = small.draw(3, 0, 1000)
    for start, stop in ((0, 500), (500, 1000), (17, 18), (990, 1000)):
        np.testing.assert_array_equal(small.draw(3, start, stop), whole[start:stop])
    some = np.flatnonzero(dead)[::2]
    np.testing.assert_array_equal(small.draw_some(3, some), whole[some])


@given(ruled_layers(), SEEDS)
def test_only_scenes_that_can_occur_are_drawn(ruled, seed):
    """The same scenes as of a distribution that is known, where there are no dead ends."""
    try:
        distribution = unknown(*ruled, trials=2**8)
    except PlanError:
        assume(condition=False)
    expected = scene_chances(*ruled, dead_ends=True)
    traits = distribution.draw(seed, 0, 200)
    assert set(scenes_of(distribution, traits)) <= set(expected)
    every = draw_traits(Dataset(sampling="all"), distribution)
    assert scenes_of(distribution, every) == sorted(expected)
    unique = Dataset(count=len(expected), unique=True, seed=seed)
    assert sorted(scenes_of(distribution, draw_traits(unique, distribution))) == sorted(expected)
    try:
        known = distribution_of(*ruled)
    except PlanError:
        return  # which has dead ends
    np.testing.assert_array_equal(known.draw(seed, 0, 200), traits)


@pytest.mark.slow
def test_unique_is_drawing_one_after_the_other(small):
    scenes = list(EXPECTED)
    chances = without_replacement(list(EXPECTED.values()), 2)
    found = Counter()
    for seed in range(5000):
        drawn = scenes_of(small, unique_traits(seed, 2, small))
        found[tuple(map(scenes.index, drawn))] += 1
    likely = [pair for pair, p in chances.items() if p * 5000 >= 5]
    _, p = chi_square([found[pair] for pair in likely], [chances[pair] * 5000 for pair in likely])
    assert p > 0.001


def test_unique_begins_like_a_longer_run(small):
    longer = unique_traits(4, len(EXPECTED), small)
    for count in range(1, len(EXPECTED)):
        np.testing.assert_array_equal(unique_traits(4, count, small), longer[:count])


def test_many_forbids():
    """150 forbidden pairs over 12 layers of 15: about 30 of a million images are drawn again."""
    layers = {f"t{k:02}": {f"c{c:02}": 1 / 15 for c in range(15)} for k in range(12)}
    chance = random.Random(1)
    rules = []
    for _ in range(150):
        one, other = (f"t{k:02}" for k in chance.sample(range(12), 2))
        shown = [[f"c{v:02}" for v in chance.sample(range(15), chance.randint(1, 3))] for _ in "ab"]
        rules.append({"when": {one: shown[0]}, "forbid": {other: shown[1]}})
    with patch(
        "imggen.planning.sampling.walk.MOST_CELLS", 10**5
    ):  # as they are too many for 5,000,000
        distribution = distribution_of(layers, rules)
    assert distribution.walked is None
    assert 0 < distribution.trial.dead < 50
    traits = distribution.draw(0, 0, 100_000)
    assert not any(matches(one.variants, traits).any() for one in distribution.forbidden)
    np.testing.assert_array_equal(distribution.draw(0, 50_000, 60_000), traits[50_000:60_000])
    unique = unique_traits(0, 5000, distribution)
    assert len(np.unique(unique, axis=0)) == 5000
    assert not any(matches(one.variants, unique).any() for one in distribution.forbidden)


# --- refused --------------------------------------------------------------------------------------


def test_more_than_there_are(small):
    with pytest.raises(PlanError) as caught:
        draw_traits(Dataset(count=len(EXPECTED) + 1, unique=True), small)
    assert str(caught.value) == (
        f"dataset.count is {len(EXPECTED) + 1} and dataset.unique is true, but the layers give "
        f"only {len(EXPECTED)} different combinations under the rules; lower the count or add "
        "variants."
    )


def test_quota_draws_nothing_again(small):
    with pytest.raises(PlanError) as caught:
        draw_traits(Dataset(count=100, sampling="quota"), small)
    assert str(caught.value) == (
        f'dataset.sampling is "quota", which draws no image again, and {DEAD_END}'
    )


def test_all_that_are_too_many(small, monkeypatch):
    monkeypatch.setattr("imggen.planning.sampling.limits.MOST_IMAGES", len(EXPECTED) - 1)
    with pytest.raises(PlanError) as caught:
        draw_traits(Dataset(sampling="all"), small)
    assert str(caught.value) == (
        f"the layers give {len(EXPECTED)} combinations; expected at most {len(EXPECTED) - 1} for "
        "all of them. Give a count instead."
    )


def test_a_dead_end_among_few_layers_is_refused_whatever_the_others():
    """Of layers that no rule ties to those that are too many."""
    many = {f"l{k}": {f"v{i}": 0.1 for i in range(10)} for k in range(3)}
    rules = [{"when": {"l0": f"v{i}", "l1": f"v{i}"}, "forbid": {"l2": f"v{i}"}} for i in range(10)]
    with patch("imggen.planning.sampling.walk.MOST_CELLS", 50):
        assert distribution_of(many, rules).walked is None
        with pytest.raises(PlanError) as caught:
            distribution_of({**many, **OWN}, [*rules, *RULES])
    tied = "by rule.11, rule.12; forbid that combination, or leave it one that can be drawn."
    where = 'c is left without a variant where a is "a1" and b is "b1"'
    assert str(caught.value) == f"{where}, {tied}"


def test_nearly_all_are_dead_ends():
    own = {**OWN, "a": {"a0": 0.02, "a1": 0.98}, "b": {"b0": 0.01, "b1": 0.99}}
    with pytest.raises(PlanError) as caught:
        unknown(own, RULES)
    assert str(caught.value) == (
        "3 rules tie a, b and c together, and leave one of these no variant in 97.1% of 16,384 "
        f"draws; expected at most 90%. One of them: {DEAD_END}"
    )


def test_what_is_too_much_to_tell_apart_says_what_ties_it():
    own = {f"l{k}": {f"v{i}": 0.2 for i in range(5)} for k in range(4)}
    rules = [
        {"when": {f"l{k}": f"v{i}"}, "forbid": {"l3": f"v{(i + k) % 5}"}}
        for k in range(2)
        for i in range(4)
    ]
    distribution = distribution_of(own, rules)
    with (
        patch("imggen.planning.sampling.walk.MOST_CELLS", 60),
        pytest.raises(TooManyError) as caught,
    ):
        distribution.scenes_by_class({d: np.arange(5) for d in (0, 1, 3)})
    assert str(caught.value) == (
        "8 rules tie l0, l1 and l3 together, and tell apart 125 combinations of their variants; "
        "expected at most 60. Remove some of these rules, or let them name the same variants."
    )


# --- what is known --------------------------------------------------------------------------------


def test_marginals_are_estimated(small):
    for column, (layer, found) in enumerate(zip(small.layers, small.marginals(), strict=True)):
        for variant, chance in zip(layer.names, found, strict=True):
            exact = sum(p for scene, p in EXPECTED.items() if scene[column] == variant)
            assert chance == pytest.approx(exact, abs=0.016)  # four standard errors
    ((_, found),) = small.conditional_chances()
    b0 = {scene: p for scene, p in EXPECTED.items() if scene[1] == "b0"}
    for variant, chance in zip(("c0", "c1", "c2"), found, strict=True):
        exact = sum(p for scene, p in b0.items() if scene[2] == variant) / sum(b0.values())
        assert chance == pytest.approx(exact, abs=0.02)
    assert small.count_combinations() is None


def test_a_dry_run_says_so(small):
    settings = Dataset(count=1000)
    found = find_frequencies(small, draw_traits(settings, small))
    warnings = find_warnings(settings, small, found)
    dead = small.trial.dead
    assert dead == pytest.approx(0.12 * 2**14, abs=170)
    assert warnings[:2] == [
        (
            "3 rules tie a, b and c together, and there are too many combinations to go through: "
            f"exact frequencies are estimated from {2**14 - dead:,} scenes, give or take "
            "0.8 %."
        ),
        (
            f"{dead:,} of 16,384 scenes left a layer no variant; such an image is drawn again. "
            f"One of them: {DEAD_END}"
        ),
    ]
    assert all(one.trials is not None for one in found)
    assert not find_warnings(settings, small, found)[2].startswith("b where")


def test_an_estimate_is_no_change():
    """Of layers that no rule is about, the trial differs from what is asked for by chance only."""
    own = {**OWN, "d": {"d0": 0.25, "d1": 0.25, "d2": 0.5}}
    distribution = unknown(own, RULES)
    for settings in (Dataset(count=10**6), Dataset(count=20, unique=True)):
        found = find_frequencies(distribution, draw_traits(settings, distribution))
        assert not np.array_equal(found[3].exact, found[3].asked)
        warnings = find_warnings(settings, distribution, found)
        assert not [sentence for sentence in warnings if sentence.startswith("d:")]


def test_a_rule_that_no_trial_shows():
    never = {"when": {"a": ["a1"], "b": ["b1"]}, "probabilities": {"c": {"c1": 1.0}}}
    distribution = unknown(OWN, [*RULES, never])
    found = find_frequencies(distribution, distribution.draw(0, 0, 100))
    assert find_warnings(Dataset(count=100), distribution, found)[-1] == (
        'rule.4 may never apply: none of 262,144 scenes says that a is "a1" and b is "b1".'
    )


@given(ruled_layers(), st.data())
def test_possible_scenes_are_all_that_can_occur(ruled, data):
    try:
        distribution = unknown(*ruled, trials=2**8)
    except PlanError:
        assume(condition=False)
    depths = data.draw(st.sets(st.sampled_from(range(len(ruled[0]))), min_size=1))
    classes = {d: np.arange(len(distribution.layers[d].names)) for d in sorted(depths)}
    states = distribution.possible_scenes(classes)
    assert (states.chances > 0).all()
    found = {tuple(row) for row in states.traits[:, sorted(depths)].tolist()}
    names = [layer.names for layer in distribution.layers]
    for scene in scene_chances(*ruled, dead_ends=True):
        row = [own.index(variant) for own, variant in zip(names, scene, strict=True)]
        assert tuple(row[d] for d in sorted(depths)) in found
        assert all(distribution.can_show(d)[k] for d, k in enumerate(row))
    among = [one for one in distribution.forbidden if set(one.variants) <= depths]
    for one in among:
        assert not matches(one.variants, states.traits).any()
