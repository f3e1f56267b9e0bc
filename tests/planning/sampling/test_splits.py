"""Splits have their sizes and their own distributions, and show nothing they should not."""

import itertools
import tracemalloc
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.art import BACKGROUND_CHANCES, CHARACTER_CHANCES, OBJECT_CHANCES
from tests.planning.drawn import HALVES, draw, draw_numbers
from tests.planning.layers import library, variants
from tests.reference import chi_square, scene_chances, webster
from tests.strategies import split_layers

from imggen.config import Config
from imggen.errors import ConfigError, PlanError
from imggen.planning import make_plan

ARTICLE = {
    "background": BACKGROUND_CHANCES,
    "character": CHARACTER_CHANCES,
    "object": OBJECT_CHANCES,
}
MANY = 100_000
SEEDS = st.integers(0, 2**64 - 1)
DICE = {"a": {"x": 0.5, "y": 0.3, "z": 0.2}, "b": {"x": 0.6, "y": 0.4}}


def fits(counts, chances):
    """Whether counts by name are those of independent draws with these probabilities."""
    total = sum(counts.values())
    likely = {name: p for name, p in chances.items() if p > 0}
    assert set(counts) <= set(likely), "what has probability 0 is drawn"
    _, p = chi_square([counts[n] for n in likely], [likely[n] * total for n in likely])
    return p > 0.001


def with_test(**how):
    return [HALVES[0], {**HALVES[1], **how}]


# --- shares and counts ----------------------------------------------------------------------------


def test_shares_and_marginals():
    """Those of each split: one has some of its own."""
    own = {"background": {"glacial": 1.0}, "character": {"mage": 0.2, "toadking": 0.8}}
    scenes, splits = draw(ARTICLE, with_test(probabilities=own), count=MANY)
    assert fits(Counter(splits), {"train": 0.75, "test": 0.25})
    for name, expected in (("train", ARTICLE), ("test", {**ARTICLE, **own})):
        shown = [scene for scene, split in zip(scenes, splits, strict=True) if split == name]
        for column, (layer, chances) in enumerate(expected.items()):
            assert fits(Counter(scene[column] for scene in shown), chances), (name, layer)


def test_weights_of_a_split():
    scenes, splits = draw(DICE, with_test(weights={"a": {"x": 3, "z": 9}}), count=MANY)
    shown = Counter(s[0] for s, split in zip(scenes, splits, strict=True) if split == "test")
    assert fits(shown, {"x": 0.25, "z": 0.75})


def test_rules_and_correlations_of_a_split():
    """A correlation of 95 % in one and 50 % in the other; a rule in one only."""
    pairs = {"x": ["x"], "y": ["y"], "z": ["x"]}
    agreeing = [{"layer": "b", "follows": "a", "agree": p, "pairs": pairs} for p in (0.95, 0.5)]
    rule = {"when": {"a": ["z"]}, "probabilities": {"b": {"x": 0.1, "y": 0.9}}}
    train, test = HALVES
    splits = [
        {**train, "correlate": agreeing[:1]},
        {**test, "correlate": agreeing[1:], "rule": [rule]},
    ]
    scenes, names = draw(DICE, splits, count=MANY)
    shown = Counter((name, *scene) for name, scene in zip(names, scenes, strict=True))
    for name, agree in (("train", 0.95), ("test", 0.5)):
        given_x = {b: shown[name, "x", b] for b in "xy"}
        assert fits(Counter(given_x), {"x": agree, "y": 1 - agree})
    assert fits(Counter({b: shown["test", "z", b] for b in "xy"}), {"x": 0.1, "y": 0.9})
    assert fits(Counter({b: shown["train", "z", b] for b in "xy"}), {"x": 0.95, "y": 0.05})


def test_a_correlation_of_a_split_replaces_that_of_all():
    pairs = {"x": ["x"], "y": ["y"], "z": ["x"]}
    one, other = ({"layer": "b", "follows": "a", "agree": p, "pairs": pairs} for p in (1.0, 0.0))
    scenes, names = draw(DICE, with_test(correlate=[other]), correlate=[one], count=500)
    agree = {("x", "x"), ("y", "y"), ("z", "x")}
    assert {s for s, name in zip(scenes, names, strict=True) if name == "train"} == agree
    assert not agree & {s for s, name in zip(scenes, names, strict=True) if name == "test"}


def test_counts_are_exact_and_lie_behind_one_another():
    splits = [
        {"name": "train", "count": 70},
        {"name": "validation", "count": 5},
        {"name": "test", "count": 25},
    ]
    scenes, names = draw(ARTICLE, splits, seed=3)
    assert names == ["train"] * 70 + ["validation"] * 5 + ["test"] * 25
    longer = [*splits[:2], {"name": "test", "count": 60}]
    more, _ = draw(ARTICLE, longer, seed=3)
    assert more[:100] == scenes


def test_splits_alone_change_no_scene():
    """They have a stream of their own."""
    traits, _ = draw_numbers(ARTICLE, HALVES, count=500)
    np.testing.assert_array_equal(draw_numbers(ARTICLE, [], count=500)[0], traits)


@given(split_layers(), SEEDS, st.integers(1, 200), st.integers(0, 200))
def test_prefix_stable(ruled, seed, count, more):
    own, rules, splits = ruled
    try:
        traits, places = draw_numbers(own, splits, rules=rules, count=count, seed=seed)
    except PlanError:
        assume(condition=False)
    longer = draw_numbers(own, splits, rules=rules, count=count + more, seed=seed)
    np.testing.assert_array_equal(longer[0][:count], traits)
    np.testing.assert_array_equal(longer[1][:count], places)


@given(split_layers(), SEEDS)
def test_each_split_shows_what_its_rules_allow(ruled, seed):
    """By brute force, over random layers, rules, distributions of splits and what they hold out."""
    own, rules, splits = ruled
    try:
        scenes, names = draw(own, splits, rules=rules, count=150, seed=seed)
    except PlanError:
        assume(condition=False)
    check_allowed(ruled, scenes, names)


def check_allowed(ruled, scenes, names):
    """Every scene is one that its split may show, found by brute force."""
    own, rules, splits = ruled
    for split in splits:
        chances = {**own, **split.get("probabilities", {})}
        all_of_it = scene_chances(
            chances, [*rules, *split.get("rule", ())], forbidden_in(split, splits)
        )
        shown = {s for s, name in zip(scenes, names, strict=True) if name == split["name"]}
        assert shown <= all_of_it.keys()


def forbidden_in(split, splits):
    """What other splits hold out from this one."""
    own = split.get("hold_out", [])
    return [held for other in splits for held in other.get("hold_out", []) if held not in own]


# --- held out -------------------------------------------------------------------------------------

HELD = [{"character": ["toadking"]}, {"background": ["desert"], "object": ["axe", "none"]}]


def is_held(scene):
    return scene[1] == "toadking" or (scene[0] == "desert" and scene[2] in ("axe", "none"))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"stratify": ["character"]},
        {"disjoint": "combinations"},
        {"sampling": "quota"},
        {"sampling": "all"},
        {"unique": True, "count": 200},
        {"unique": True, "stratify": ["object"], "count": 220},
    ],
)
def test_held_out_is_in_the_test_only(how):
    scenes, splits = draw(ARTICLE, with_test(hold_out=HELD), **{"count": 20_000, **how})
    held = Counter(split for scene, split in zip(scenes, splits, strict=True) if is_held(scene))
    assert set(held) == {"test"}
    assert held["test"] > 20


def test_held_out_by_two_is_in_both():
    three = [{"name": name, "share": p} for name, p in (("a", 0.5), ("b", 0.25), ("c", 0.25))]
    splits = [three[0], *({**split, "hold_out": HELD} for split in three[1:])]
    for how in ({}, {"stratify": ["object"]}, {"disjoint": "combinations"}):
        scenes, names = draw(ARTICLE, splits, count=20_000, **how)
        held = {name for scene, name in zip(scenes, names, strict=True) if is_held(scene)}
        assert held == {"b", "c"}


def test_what_different_splits_hold_out_never_meets():
    splits = [
        {"name": "train", "share": 0.5},
        {"name": "validation", "share": 0.25, "hold_out": [{"a": ["z"]}]},
        {"name": "test", "share": 0.25, "hold_out": [{"b": ["y"]}]},
    ]
    for how in ({}, {"stratify": ["b"]}, {"sampling": "all"}):
        scenes, names = draw(DICE, splits, count=2000, **how)
        shown = {
            name: {s for s, n in zip(scenes, names, strict=True) if n == name} for name in names
        }
        assert not any(scene == ("z", "y") for scene in scenes)
        assert {scene for scene in shown["validation"] if scene[0] == "z"} == {("z", "x")}
        assert all(b == "x" for name in ("train", "validation") for _, b in shown[name])


# --- refused --------------------------------------------------------------------------------------


def refused(own, splits, **how):
    with pytest.raises(PlanError) as caught:
        draw(own, splits, **how)
    return str(caught.value)


def test_unknown_variants():
    assert refused(ARTICLE, with_test(hold_out=[{"character": ["toad"]}])) == (
        'split.test.hold_out.character names "toad", which is no variant of character; did you '
        'mean "toadking"?'
    )
    assert refused(ARTICLE, with_test(probabilities={"background": {"glacia": 1.0}})) == (
        'split.test.probabilities.background names "glacia", which is no variant of background; '
        'did you mean "glacial"?'
    )
    rule = {"when": {"object": ["axt"]}, "forbid": {"background": ["desert"]}}
    assert refused(ARTICLE, with_test(rule=[rule])) == (
        'split.test.rule.1.when.object names "axt", which is no variant of object; did you mean '
        '"axe"?'
    )


def test_held_out_but_never_shown():
    splits = with_test(hold_out=[{"a": ["x"], "b": ["y"]}], probabilities={"b": {"x": 1.0}})
    assert refused(DICE, splits) == (
        'split.test.hold_out holds out { a = "x", b = "y" }, which that split itself never shows; '
        "remove it, or change the probabilities or rules that keep it from being drawn."
    )


def test_nothing_left():
    splits = [
        {**HALVES[0], "probabilities": {"a": {"z": 1.0}}},
        with_test(hold_out=[{"a": ["z"]}])[1],
    ]
    assert refused(DICE, splits) == (
        "a is left without a variant, by split.test.hold_out; leave it one that can be drawn."
    )


def test_held_out_by_three_from_each_other():
    """Any two of them have a split in common, but all three have none."""
    splits = [{"name": name, "share": 0.25} for name in "pqrs"]
    for k, layer in enumerate("abc"):
        for place in {0, 1, 2} - {k}:
            splits[place].setdefault("hold_out", []).append({layer: [f"{layer}1"]})
    own = {layer: {f"{layer}0": 0.5, f"{layer}1": 0.5} for layer in "abc"}
    assert refused(own, splits, stratify=["a"]) == (
        "a a1, b b1, c c1: split.p.hold_out and split.q.hold_out and split.r.hold_out hold it "
        "out from each other, so that no split may show it; forbid the combination, or hold it out "
        "in one split."
    )


def test_held_out_from_each_other_against_counts():
    """Combinations that no split may show would take images from variants with exact counts."""
    splits = [
        {"name": "train", "share": 0.5},
        {"name": "validation", "share": 0.25, "hold_out": [{"a": ["z"]}]},
        {"name": "test", "share": 0.25, "hold_out": [{"b": ["y"]}]},
    ]
    counts = {"a": {"x": 50, "y": 30, "z": 20}, "b": {"x": 60, "y": 40}}
    how = {"sampling": "quota", "count": 100}
    assert refused(DICE, splits, counts=counts, **how) == (
        "split.validation.hold_out and split.test.hold_out rule out combinations of a and b, which "
        "all have counts; expected a layer without counts, which can give way."
    )
    one = {"a": counts["a"]}
    scenes, _ = draw(DICE, splits, counts=one, **how)
    assert Counter(scene[0] for scene in scenes) == counts["a"]
    other = [splits[0], splits[1], {**splits[2], "hold_out": [{"a": ["y"]}]}]
    scenes, _ = draw(DICE, other, counts=counts, **how)
    assert Counter(scene[0] for scene in scenes) == counts["a"]


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=3),
    st.sampled_from(["all", "quota"]),
    st.booleans(),
    st.integers(1, 300),
    SEEDS,
)
def test_exact_shares_are_of_what_nothing_holds_out(weights, sampling, held, count, seed):
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    splits = [{"name": n, "share": float(p)} for n, p in zip("pqr", shares, strict=False)]
    if held:
        splits[1]["hold_out"] = HELD
    scenes, names = draw(ARTICLE, splits, sampling=sampling, count=count, seed=seed)
    free = [
        name for scene, name in zip(scenes, names, strict=True) if not held or not is_held(scene)
    ]
    wanted = Counter("pqr"[place] for place in webster(shares, len(free)))
    assert Counter(free) == wanted
    held_in = {name for scene, name in zip(scenes, names, strict=True) if is_held(scene)}
    assert not held or held_in <= {"q"}


# --- what is shown decides ------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"sampling": "quota"}, {"unique": True, "count": 150}])
def test_stratified_exactly(how):
    three = [Fraction(7, 10), Fraction(2, 10), Fraction(1, 10)]
    splits = [{"name": n, "share": float(p)} for n, p in zip("abc", three, strict=True)]
    how = {"count": 10_000, **how}
    scenes, names = draw(ARTICLE, splits, stratify=["character", "background"], **how)
    strata = {}
    for scene, name in zip(scenes, names, strict=True):
        strata.setdefault(scene[:2], []).append("abc".index(name))
    assert len(strata) > 15
    for places in strata.values():
        assert places == webster(three, len(places))


@given(split_layers(shown_first=True), SEEDS, st.integers(1, 200), st.integers(0, 200))
def test_stratified_is_prefix_stable(ruled, seed, count, more):
    own, rules, splits = ruled
    how = {"rules": rules, "seed": seed, "stratify": [min(own)]}
    try:
        traits, places = draw_numbers(own, splits, count=count, **how)
    except PlanError:
        assume(condition=False)
    longer = draw_numbers(own, splits, count=count + more, **how)
    np.testing.assert_array_equal(longer[0][:count], traits)
    np.testing.assert_array_equal(longer[1][:count], places)


def test_what_is_shown_is_as_without_splits():
    plain = {
        sampling: draw_numbers(ARTICLE, [], count=300, sampling=sampling)[0]
        for sampling in ("random", "quota", "all")
    }
    for how in (
        {"stratify": ["object"]},
        {"disjoint": "combinations"},
        {"sampling": "quota"},
        {"sampling": "all"},
    ):
        traits, _ = draw_numbers(ARTICLE, HALVES, count=300, **how)
        np.testing.assert_array_equal(traits, plain[how.get("sampling", "random")])


def test_all_and_quota_have_exact_shares():
    for sampling in ("all", "quota"):
        _, names = draw(ARTICLE, HALVES, sampling=sampling, count=220)
        assert Counter(names) == {"train": 165, "test": 55}
    counts = [{"name": "train", "count": 33}, {"name": "test", "count": 7}]
    assert Counter(draw(ARTICLE, counts, sampling="quota")[1]) == {"train": 33, "test": 7}


def test_all_is_shuffled():
    """A test split of one background only would be of no use."""
    scenes, names = draw(ARTICLE, HALVES, sampling="all")
    shown = Counter(s[0] for s, name in zip(scenes, names, strict=True) if name == "test")
    assert fits(shown, dict.fromkeys(BACKGROUND_CHANCES, 0.25))


UNIFORM = {layer: {f"{layer}{k}": 1 / 30 for k in range(30)} for layer in "abc"}


def test_combinations_are_in_one_split_each():
    scenes, names = draw(UNIFORM, HALVES, count=MANY, disjoint="combinations")
    homes = {}
    for scene, name in zip(scenes, names, strict=True):
        assert homes.setdefault(scene, name) == name
    assert len(homes) > 25_000
    assert fits(Counter(homes.values()), {"train": 0.75, "test": 0.25})


def test_combinations_are_mixed():
    """Whether two of them agree says nothing of two others, and each variant is in both splits."""
    halves = [{"name": name, "share": 0.5} for name in ("train", "test")]
    scenes, names = draw(UNIFORM, halves, count=3 * MANY, disjoint="combinations", seed=5)
    homes = dict(zip(scenes, names, strict=True))
    for layer in range(3):
        for variant in range(30):
            own = [
                name for scene, name in homes.items() if scene[layer] == f"{'abc'[layer]}{variant}"
            ]
            assert fits(Counter(own), {"train": 0.5, "test": 0.5})
    corners = [[(a, b, "c0") for a, b in itertools.product(*pairs)] for pairs in squares()]
    parity = Counter(
        sum(homes[scene] == "train" for scene in four) % 2
        for four in corners
        if all(scene in homes for scene in four)
    )
    assert fits(parity, {0: 0.5, 1: 0.5})


def squares():
    """Pairs of variants of two layers, no two squares with a corner in common."""
    for k in range(0, 30, 2):
        for j in range(0, 30, 2):
            yield (f"a{k}", f"a{k + 1}"), (f"b{j}", f"b{j + 1}")


@given(SEEDS, st.integers(1, 300), st.integers(0, 300))
def test_combinations_are_prefix_stable(seed, count, more):
    how = {"disjoint": "combinations", "seed": seed}
    short = draw(ARTICLE, HALVES, count=count, **how)
    long = draw(ARTICLE, HALVES, count=count + more, **how)
    assert (long[0][:count], long[1][:count]) == short


# --- unique ---------------------------------------------------------------------------------------


@settings(suppress_health_check=list(HealthCheck))  # many have too few combinations
@given(split_layers(), SEEDS, st.integers(1, 6))
def test_unique_is_over_all_splits(ruled, seed, count):
    own, rules, splits = ruled
    try:
        scenes, names = draw(own, splits, rules=rules, count=count, seed=seed, unique=True)
    except PlanError:
        assume(condition=False)
    assert len(set(scenes)) == count
    check_allowed(ruled, scenes, names)


def test_unique_up_to_the_last_combination():
    """Train may show 4 x 4 x 11, the test all 220; it gets what train leaves and what is held."""
    splits = [
        {"name": "train", "count": 176},
        {"name": "test", "count": 44, "hold_out": [{"character": ["toadking"]}]},
    ]
    scenes, names = draw(ARTICLE, splits, unique=True)
    assert len(set(scenes)) == 220
    assert all((s[1] == "toadking") == (n == "test") for s, n in zip(scenes, names, strict=True))


@pytest.mark.parametrize("sizes", [("share", 0.75, 0.25), ("count", 1500, 500)])
def test_unique_splits_are_alike(sizes):
    """Likely combinations come first; they must not all be in one split."""
    key, *values = sizes
    splits = [{"name": n, key: v} for n, v in zip(("train", "test"), values, strict=True)]
    skewed = {layer: {f"{layer}{k}": (k + 1) / 210 for k in range(20)} for layer in "abc"}
    scenes, names = draw(skewed, splits, unique=True, count=2000)
    shown = {name: Counter(s[0] for s, n in zip(scenes, names, strict=True) if n == name)
             for name in ("train", "test")}  # fmt: skip
    together = shown["train"] + shown["test"]
    share = {name: count / 2000 for name, count in together.items()}
    assert fits(shown["test"], share)


def test_unique_with_own_distributions_is_no_shadow_of_another_split():
    """The test's draws do not avoid what its own stream says because train took the same."""
    own = {layer: {f"{layer}{k}": 1 / 40 for k in range(40)} for layer in "abc"}
    half = {f"a{k}": 1 / 20 for k in range(20)}
    scenes, names = draw(own, with_test(probabilities={"a": half}), count=8000, unique=True, seed=1)
    shown = [s for s, name in zip(scenes, names, strict=True) if name == "test"]
    for column, chances in enumerate((half, own["b"], own["c"])):
        assert fits(Counter(scene[column] for scene in shown), chances)


def test_too_few_for_unique():
    splits = [{"name": "train", "count": 177}, with_test(hold_out=HELD[:1])[1]]
    splits[1] = {"name": "test", "count": 10, "hold_out": HELD[:1]}
    assert refused(ARTICLE, splits, unique=True) == (
        "dataset.unique is true, and split.train needs 177 different combinations, but other "
        "splits leave only 176; lower the count or add variants."
    )
    counts = [{"name": "train", "count": 200}, {"name": "test", "count": 21}]
    assert refused(ARTICLE, counts, unique=True) == (
        "dataset.unique is true, and split.train and split.test need 221 different combinations, "
        "but there are only 220; lower the count or add variants."
    )


def test_too_many():
    counts = [{"name": "train", "count": 10**10}, {"name": "test", "count": 1}]
    assert refused(ARTICLE, counts).startswith("dataset.count is 10,000,000,001; expected at most")
    with pytest.raises(ConfigError):
        draw(ARTICLE, [{"name": "train", "share": 0.5}])


# --- size and speed -------------------------------------------------------------------------------

LETTERS = "abcdefghijkl"
TEN_RULES = [{"when": {f"l{k % 4}": ["a", "b"]}, "forbid": {"l4": [LETTERS[k]]}} for k in range(10)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"disjoint": "scenes"},
        {"disjoint": "combinations"},
        {"stratify": ["l0"]},
        {"pair": "l3"},
    ],
)
def test_a_million_scenes_in_two_splits(how):
    """Five layers, ten rules, two layers at random places: under 200 bytes a scene."""
    layers = [{"name": f"l{k}", "folder": "x"} for k in range(5)]
    for layer in layers[3:]:
        layer["place"] = {"x": [0, 800], "y": [0, 500]}
    test = {**HALVES[1], "hold_out": [{"l0": ["a"], "l1": ["b"]}]}
    tables = {"dataset": {"count": 10**6, **how}, "layer": layers, "rule": TEN_RULES}
    config = Config.model_validate({**tables, "split": [HALVES[0], test]})
    art = library((1920, 1078), *(variants(f"l{k}", [(100, 100)] * 12) for k in range(5)))
    tracemalloc.start()
    assert make_plan(config, art).count == 10**6
    assert tracemalloc.get_traced_memory()[1] < 200 * 10**6
    tracemalloc.stop()
