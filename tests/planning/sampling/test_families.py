"""Members of families differ in one trait, drawn as likely as that trait is there."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.planning.drawn import HALVES, config_of
from tests.planning.scenes import agreeing, variants_of
from tests.reference import chi_square, scene_chances
from tests.strategies import ruled_layers, split_layers

from imggen.errors import PlanError
from imggen.planning.sampling.families import DrawnScenes, chances_given_rest
from imggen.planning.sampling.images import ImageSource

SEEDS = st.integers(0, 2**64 - 1)
MANY = 100_000
DICE = {"a": {"x": 0.5, "y": 0.3, "z": 0.2}, "b": {"x": 0.6, "y": 0.4}, "c": {"p": 0.7, "q": 0.3}}


def members_of(own, splits=(), *, scenes, size=2, seed=0, **settings):
    """The traits of each member, (scenes, layers), and the splits of all scenes."""
    config = config_of(own, splits, count=size * scenes, seed=seed, **settings)
    layers = [variants_of(*given) for given in own.items()]
    source = ImageSource.of(config, layers)
    drawn, places = source.draw_scenes(scenes)
    all_ = DrawnScenes(seed, source.slots, source.distributions, drawn, drawn, places)
    return *source.family.members(all_), places


def traits_of_pairs(own, splits=(), *, pair, pairs, seed=0, **settings):
    """The traits of first and second images, (pairs, layers), and their splits."""
    return members_of(own, splits, scenes=pairs, pair=pair, seed=seed, **settings)


@given(ruled_layers(), st.data())
def test_chances_are_those_given_the_rest(ruled, data):
    """By brute force: of all scenes that differ from this one in that layer only."""
    distribution, expected = agreeing(*ruled)
    depth = data.draw(st.integers(0, len(ruled[0]) - 1))
    names = [sorted(layer) for layer in ruled[0].values()]
    for scene in expected:
        row = np.array([[n.index(v) for n, v in zip(names, scene, strict=True)]], np.uint8)
        rest = [expected.get((*scene[:depth], v, *scene[depth + 1 :]), 0.0) for v in names[depth]]
        found = chances_given_rest(distribution, depth, row)[0]
        wanted = [chance / math.fsum(rest) for chance in rest]
        assert found / found.sum() == pytest.approx(wanted, abs=1e-12)


def test_only_that_trait_differs_and_as_declared():
    """Under a rule: where b is y, a is x with 10 %, y with 60 %, z with 30 %."""
    rule = {"when": {"b": ["y"]}, "probabilities": {"a": {"x": 0.1, "y": 0.6, "z": 0.3}}}
    first, second, _ = traits_of_pairs(DICE, pair="a", pairs=MANY, rules=[rule])
    np.testing.assert_array_equal(first[:, 1:], second[:, 1:])
    for b, chances in enumerate(([0.5, 0.3, 0.2], [0.1, 0.6, 0.3])):
        for a in range(3):
            rows = (first[:, 0] == a) & (first[:, 1] == b)
            left = np.where(np.arange(3) == a, 0, chances)
            counts = np.bincount(second[rows, 0], minlength=3)
            assert counts[a] == 0
            likely = left > 0
            _, p = chi_square(counts[likely], (left / left.sum() * rows.sum())[likely])
            assert p > 0.001


def test_first_images_are_those_without_pairs():
    first, _, _ = traits_of_pairs(DICE, pair="a", pairs=500)
    alone = config_of(DICE, [], count=500)
    source = ImageSource.of(alone, [variants_of(*one) for one in DICE.items()])
    np.testing.assert_array_equal(first, source.draw_scenes(500)[0])


@settings(suppress_health_check=list(HealthCheck))  # many random rules leave no other variant
@given(split_layers(), SEEDS, st.integers(1, 100), st.integers(0, 100), st.data())
def test_pairs_in_splits(ruled, seed, pairs, more, data):
    """Both images are scenes of their split, by brute force, and a longer run begins alike."""
    own, rules, splits = ruled
    asked = {"pair": data.draw(st.sampled_from(sorted(own))), "rules": rules, "seed": seed}
    try:
        longer = traits_of_pairs(own, splits, pairs=pairs + more, **asked)
    except PlanError:
        assume(condition=False)
    short = traits_of_pairs(own, splits, pairs=pairs, **asked)
    for whole, part in zip(longer, short, strict=True):
        np.testing.assert_array_equal(whole[:pairs], part)
    differ = longer[0] != longer[1]
    assert (differ.sum(axis=1) == 1).all()
    assert differ[:, list(own).index(asked["pair"])].all()
    names = [sorted(layer) for layer in own.values()]
    for place, split in enumerate(splits):
        held = [
            h for s in splits for h in s.get("hold_out", []) if h not in split.get("hold_out", [])
        ]
        chances = {**own, **split.get("probabilities", {})}
        possible = scene_chances(chances, [*rules, *split.get("rule", ())], held)
        for rows in longer[:2]:
            for row in np.unique(rows[longer[2] == place], axis=0).tolist():
                assert tuple(n[k] for n, k in zip(names, row, strict=True)) in possible


def test_pairs_stay_in_one_split():
    """Whichever decides the split; combinations of the other layers are in one split, too."""
    for how in ({"stratify": ["c"]}, {"disjoint": "combinations"}):
        first, second, places = traits_of_pairs(DICE, HALVES, pair="a", pairs=2000, **how)
        homes = {}
        for row, place in zip(np.concatenate([first, second]), np.tile(places, 2), strict=True):
            homes.setdefault(tuple(row.tolist()), set()).add(place)
        if "disjoint" in how:
            assert all(len(home) == 1 for home in homes.values())
        assert len(np.unique(places)) == 2


@pytest.mark.parametrize(
    ("rules", "where"),
    [
        ([], ""),
        ([{"when": {"c": ["p"]}, "forbid": {"a": ["y"]}}], ' where c is "p"'),
        (
            [{"when": {"a": ["y"], "b": ["x"]}, "forbid": {"c": ["p"]}}],
            ' where b is "x" and c is "p"',
        ),
    ],
)
def test_no_other_variant(rules, where):
    """Only layers that have something to do with it are named."""
    likely = 0.5 if rules else 1.0
    own = {**DICE, "a": {"x": likely, "y": 1 - likely}}
    with pytest.raises(PlanError) as caught:
        traits_of_pairs(own, pair="a", pairs=100, rules=rules)
    assert str(caught.value) == (
        f'dataset.pair is "a", but "x" is the only variant of it that can be drawn{where}; '
        "expected at least two. Change its probabilities or the rules, or pair another layer."
    )


FOUR = {"a": {"w": 0.4, "x": 0.3, "y": 0.2, "z": 0.1}, "b": {"p": 0.5, "q": 0.5}}


def test_members_are_drawn_without_replacement():
    """By brute force: the chance of each order of three of four variants."""
    *members, _ = members_of(FOUR, scenes=MANY, size=3, family={"layer": "a", "size": 3})
    for one in members[1:]:
        np.testing.assert_array_equal(one[:, 1], members[0][:, 1])
    chances = np.array([0.4, 0.3, 0.2, 0.1])
    drawn = np.stack([one[:, 0] for one in members], axis=1).astype(int) @ (16, 4, 1)
    orders = list(itertools.permutations(range(4), 3))
    expected = [
        chances[i] * chances[j] / (1 - chances[i]) * chances[k] / (1 - chances[i] - chances[j])
        for i, j, k in orders
    ]
    counts = np.bincount(drawn, minlength=64)
    found = [counts[16 * i + 4 * j + k] for i, j, k in orders]
    assert sum(found) == MANY
    _, p = chi_square(found, np.array(expected) * MANY)
    assert p > 0.001


def test_a_larger_family_begins_with_a_smaller_one():
    pair = members_of(FOUR, scenes=300, pair="a")
    two, three = (
        members_of(FOUR, scenes=300, size=n, family={"layer": "a", "size": n}) for n in (2, 3)
    )
    for one, other, third in zip(pair[:2], two[:2], three[:2], strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one, third)


def test_a_family_of_all_is_in_order():
    own = {**FOUR, "a": {**FOUR["a"], "v": 0.0}}
    *members, _ = members_of(own, scenes=50, size=4, family={"layer": "a"})
    assert [set(one[:, 0].tolist()) for one in members] == [{1}, {2}, {3}, {4}]
    alone = members_of(own, scenes=50, size=1)[0]
    for one in members:
        np.testing.assert_array_equal(one[:, 1], alone[:, 1])


WAY_OUT = "lower its size, or change the probabilities or the rules."
FORBIDDEN = [{"when": {"b": ["q"]}, "forbid": {"a": ["w", "z"]}}]


@pytest.mark.parametrize(
    ("family", "size", "rules", "error"),
    [
        ({"layer": "a", "size": 3}, 3, FORBIDDEN,
         ('dataset.family shows 3 variants of a in each scene, but only "x" and "y" can be drawn '
          f'where b is "q"; {WAY_OUT}')),
        ({"layer": "a"}, 4, FORBIDDEN,
         ('dataset.family shows 4 variants of a in each scene, but only "x" and "y" can be drawn '
          f'where b is "q"; {WAY_OUT}')),
        ({"layer": "a", "size": 5}, 5, [],
         ('dataset.family shows 5 variants of a in each scene, but only "w", "x", "y" and "z" '
          f"can be drawn; {WAY_OUT}")),
        ({"layer": "a"}, 3, [],
         ("dataset.count is 90, but dataset.family makes 4 images of each scene, one for each of "
          "the variants of a that can be drawn; expected a multiple of 4, like 92.")),
    ],
)  # fmt: skip
def test_families_that_are_refused(family, size, rules, error):
    with pytest.raises(PlanError) as caught:
        members_of(FOUR, scenes=30, size=size, family=family, rules=rules)
    assert str(caught.value) == error


def test_a_family_of_one_is_refused():
    with pytest.raises(PlanError) as caught:
        members_of({**FOUR, "a": {"x": 1.0}}, scenes=30, family={"layer": "a"})
    assert str(caught.value) == (
        "dataset.family goes through all variants of a that can be drawn, but there is only one; "
        "expected several."
    )


def test_chunks_of_scenes_make_no_difference(monkeypatch):
    whole = traits_of_pairs(DICE, HALVES, pair="a", pairs=300)
    monkeypatch.setattr("imggen.planning.sampling.families.CELLS_AT_ONCE", 7)
    for one, other in zip(whole, traits_of_pairs(DICE, HALVES, pair="a", pairs=300), strict=True):
        np.testing.assert_array_equal(one, other)
