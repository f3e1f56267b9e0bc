"""The second image of a pair differs in one trait, drawn as likely as that trait is there."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.plan.drawn import HALVES, config_of
from tests.plan.layers import layer, library, no_looks, variants
from tests.plan.scenes import agreeing, variants_of
from tests.reference import chi_square, scene_chances
from tests.strategies import ruled_layers, split_layers

from imggen.config import Config
from imggen.errors import PlanError
from imggen.plan import make_plan
from imggen.plan.pairs import side_by_side
from imggen.plan.placement.looks import LookTable
from imggen.plan.placement.positions import Placer
from imggen.plan.placement.spots import make_spots
from imggen.plan.sampling.counterfactuals import chances_of_others, change_traits
from imggen.plan.sampling.images import ImageSource

SEEDS = st.integers(0, 2**64 - 1)
MANY = 100_000
DICE = {"a": {"x": 0.5, "y": 0.3, "z": 0.2}, "b": {"x": 0.6, "y": 0.4}, "c": {"p": 0.7, "q": 0.3}}


def traits_of_pairs(own, splits=(), *, pair, pairs, seed=0, **settings):
    """The traits of first and second images, (pairs, layers), and their splits."""
    config = config_of(own, splits, pair=pair, count=2 * pairs, seed=seed, **settings)
    layers = [variants_of(*given) for given in own.items()]
    source = ImageSource.of(config, layers)
    first, places = source.draw_scenes(pairs)
    return first, change_traits(config.dataset, source.distributions, first, places), places


# --- traits ---------------------------------------------------------------------------------------


@given(ruled_layers(), st.data())
def test_chances_are_those_given_the_rest(ruled, data):
    """By brute force: of all scenes that differ from this one in that layer only."""
    distribution, expected = agreeing(*ruled)
    depth = data.draw(st.integers(0, len(ruled[0]) - 1))
    names = [sorted(layer) for layer in ruled[0].values()]
    for scene in expected:
        row = np.array([[n.index(v) for n, v in zip(names, scene, strict=True)]], np.uint8)
        others = {
            v: expected.get((*scene[:depth], v, *scene[depth + 1 :]), 0.0)
            for v in names[depth]
            if v != scene[depth]
        }
        total = math.fsum(others.values())
        if total == 0:
            with pytest.raises(PlanError, match="is the only variant of it that can be drawn"):
                chances_of_others(distribution, depth, row)
            continue
        found = chances_of_others(distribution, depth, row)[0]
        wanted = [others.get(v, 0.0) / total for v in names[depth]]
        assert found == pytest.approx(wanted, abs=1e-12)


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


def test_chunks_of_scenes_make_no_difference(monkeypatch):
    whole = traits_of_pairs(DICE, HALVES, pair="a", pairs=300)
    monkeypatch.setattr("imggen.plan.sampling.counterfactuals.CELLS_AT_ONCE", 7)
    for one, other in zip(whole, traits_of_pairs(DICE, HALVES, pair="a", pairs=300), strict=True):
        np.testing.assert_array_equal(one, other)


# --- positions ------------------------------------------------------------------------------------

SIZES = [(11, 20), (40, 7), None, (24, 24)]


def places_of(inside, pairs=400, seed=0):
    """Layers and positions of pairs: of one layer that changes between two that do not."""
    own = [
        variants("back", [(30, 30), (9, 9)]),
        variants("thing", SIZES),
        variants("front", [(5, 6)]),
    ]
    layers = [
        layer("back", x=(0, 200), y=(0, 100)),
        layer("thing", anchor="bottom", x=(-20, 150), y=(10, 130), inside=inside),
        layer("front", anchor="center", of="back", at="right"),
    ]
    config = Config(layer=layers, dataset={"pair": "thing", "count": 2 * pairs, "seed": seed})
    library_ = library((150, 120), *own)
    source = ImageSource.of(config, own)
    first, splits = source.draw_scenes(pairs)
    second = change_traits(config.dataset, source.distributions, first, splits)
    spots = make_spots(layers, own, library_.size)
    both = side_by_side(first, second)
    placer = Placer(seed, spots, library_, LookTable.of([one.vary for one in layers]))
    drawn = placer.draw_pairs(both, no_looks(both), depth=1).positions
    return first, second, drawn[::2], drawn[1::2]


@pytest.mark.parametrize("inside", [True, False])
def test_the_anchor_stays(inside):
    first, second, before, after = places_of(inside)
    np.testing.assert_array_equal(before[:, 0], after[:, 0])
    sizes = np.array([size or (0, 0) for size in SIZES])
    anchor = np.stack([(sizes[:, 0] + 1) // 2, sizes[:, 1]], axis=1)
    drawn = (first[:, 1] != 2) & (second[:, 1] != 2)
    old = before[:, 1] + anchor[first[:, 1]]
    new = after[:, 1] + anchor[second[:, 1]]
    box = sizes[second[:, 1]]
    if inside:  # no further than the canvas asks for
        lowest, highest = anchor[second[:, 1]], (150, 120) - box + anchor[second[:, 1]]
        old = np.clip(old, np.maximum(lowest, (-20, 10)), np.minimum(highest, (150, 130)))
    np.testing.assert_array_equal(new[drawn], old[drawn])
    assert drawn.sum() > 100
    assert (after[second[:, 1] == 2, 1] == 0).all()


def test_an_anchor_that_stays_may_be_crowded():
    """The first image finds room; the second keeps the place, and is counted if it has none."""
    own = [variants("back", [(30, 30)]), variants("thing", [(4, 4), (60, 60)])]
    layers = [
        layer("back", at=(60, 45)),
        layer("thing", anchor="center", x=(0, 150), y=(0, 120), inside=False, avoid=["back"]),
    ]
    config = Config(layer=layers, dataset={"pair": "thing", "count": 1000})
    plan = make_plan(config, library((150, 120), *own))
    corners, sizes = plan.positions[:, 0], np.array([(4, 4), (60, 60)])[plan.traits[:, 1]]
    np.testing.assert_array_equal((corners + sizes // 2)[::2], (corners + sizes // 2)[1::2])
    overlaps = ((corners < (90, 75)) & (corners + sizes > (60, 45))).all(axis=1)
    assert not overlaps[::2].any()
    assert plan.crowded == {"thing": overlaps.sum()}
    assert overlaps.sum() > 20


def test_a_whole_plan_of_pairs():
    """Firsts and seconds in turn, both halves of a pair in one split and one after the other."""
    own = [variants("back", [(30, 30)]), variants("thing", SIZES)]
    tables = {
        "dataset": {"pair": "thing", "count": 200},
        "layer": [{"name": n, "folder": n} for n in ("back", "thing")],
        "split": HALVES,
    }
    plan = make_plan(Config.model_validate(tables), library((150, 120), *own))
    assert plan.count == 200
    assert (plan.traits[::2, 0] == plan.traits[1::2, 0]).all()
    assert (plan.traits[::2, 1] != plan.traits[1::2, 1]).all()
    assert (plan.splits[::2] == plan.splits[1::2]).all()
