"""What a dry run knows: what was asked for, what the rules make of it, and what is planned."""

import numpy as np
import pytest
from hypothesis import given
from tests.planning.scenes import agreeing, distribution_of
from tests.strategies import ruled_layers

from imggen.config import Dataset
from imggen.planning.sampling.frequencies import find_frequencies, find_warnings
from imggen.planning.sampling.samplers import draw_traits

OWN = {
    "background": {"day": 0.75, "night": 0.25},
    "character": {"mage": 0.5, "pirate": 0.3, "ghost": 0.2, "never": 0.0},
    "object": {"axe": 0.2, "key": 0.3, "none": 0.5},
}


def look(rules=(), tables=None, **dataset):
    distribution = distribution_of(OWN, rules, **(tables or {}))
    settings = Dataset(**{"count": 1000, **dataset})
    found = find_frequencies(distribution, draw_traits(settings, distribution))
    return found, find_warnings(settings, distribution, found)


@given(ruled_layers())
def test_conditionals_are_exact(ruled):
    own, rules = ruled
    distribution, expected = agreeing(own, rules)
    found = find_frequencies(distribution, distribution.draw(0, 0, 100))
    names = list(own)
    conditional = [one for one in found if one.where]
    assert len(conditional) == sum("probabilities" in rule for rule in rules)
    for one in conditional:
        rule = rules[int(one.called.removeprefix("rule.")) - 1]
        matching = {
            scene: p
            for scene, p in expected.items()
            if all(scene[names.index(d)] in shown for d, shown in rule["when"].items())
        }
        depth = names.index(one.layer)
        for variant, chance in zip(one.variants, one.exact, strict=True):
            part = sum(p for scene, p in matching.items() if scene[depth] == variant)
            assert chance == pytest.approx(part / (sum(matching.values()) or 1), abs=1e-9)


def test_without_rules():
    found, warnings = look(sampling="quota")
    assert warnings == []
    assert [(one.called, one.where) for one in found] == [
        ("layer.background", ""), ("layer.character", ""), ("layer.object", ""),
    ]  # fmt: skip
    assert found[1].variants == ("ghost", "mage", "never", "pirate")
    for one in found:
        np.testing.assert_array_equal(one.asked, one.exact)
        np.testing.assert_allclose(one.planned, 1000 * one.asked)


RULES = [
    {
        "when": {"character": ["mage", "ghost", "never"]},
        "weights": {"object": {"axe": 1, "key": 1}},
    },
    {"when": {"background": "night"}, "forbid": {"object": "axe"}},
]


def test_what_rules_change():
    found, warnings = look(RULES, sampling="quota")
    one = found[-1]
    assert (one.called, one.layer) == ("rule.1", "object")
    assert one.where == 'character is "ghost" or "mage" or "never"'
    np.testing.assert_allclose(one.asked, [0.5, 0.5, 0])
    np.testing.assert_allclose(one.exact, [0.375, 0.625, 0])
    assert one.planned.sum() == 700
    assert warnings == [
        'object: the rules make "none" 15.94 % instead of 50 %.',
        (
            'object where character is "ghost" or "mage" or "never" (rule.1): '
            'the rules make "axe" 37.5 % instead of 50 %.'
        ),
    ]


def test_a_rule_that_never_applies():
    rule = {"when": {"character": "never"}, "weights": {"object": {"axe": 1}}}
    found, warnings = look([rule], sampling="quota")
    assert not found[-1].exact.any()
    assert warnings == ['rule.1 never applies: it cannot be that character is "never".']


def test_each_pair_of_a_correlation():
    correlate = {
        "layer": "background", "follows": "character", "agree": 0.9,
        "pairs": {"mage": "night", "pirate": "day"},
    }  # fmt: skip
    found, warnings = look(tables={"correlate": [correlate]}, sampling="quota")
    assert [one.where for one in found[3:]] == ['character is "mage"', 'character is "pirate"']
    assert [one.planned.tolist() for one in found[3:]] == [[50, 450], [270, 30]]
    assert warnings == ['background: the rules make "day" 47 % instead of 75 %.']


def test_a_long_condition_is_cut():
    own = {"a": {f"a{k}": 0.125 for k in range(8)}, "b": {"b0": 1.0}}
    distribution = distribution_of(own, [{"when": {"a": "*"}, "weights": {"b": {"b0": 1}}}])
    found = find_frequencies(distribution, distribution.draw(0, 0, 10))
    assert found[-1].where == 'a is "a0" or "a1" or 6 others'


def test_unique_distorts():
    found, _ = look(unique=True, count=18)
    assert all(len(set(one.planned[one.asked > 0])) == 1 for one in found)
    own = {f"l{k}": {f"v{i}": p for i, p in enumerate((0.9, 0.09, 0.01))} for k in range(8)}
    distribution = distribution_of(own)
    assert distribution.count_combinations() == 6561
    settings = Dataset(count=6561, unique=True)
    found = find_frequencies(distribution, draw_traits(settings, distribution))
    assert find_warnings(settings, distribution, found)[0] == (
        'l0: unique makes "v0" 33.33 % instead of 90 %, as 6,561 of all 6,561 combinations are '
        "drawn."
    )
    few = Dataset(count=5, unique=True)
    found = find_frequencies(distribution, draw_traits(few, distribution))
    assert not [text for text in find_warnings(few, distribution, found) if "unique" in text]


def test_too_few_images_for_the_rare():
    _, warnings = look(count=2, sampling="quota")
    assert warnings == [
        'background: "night" (25 %) is in none of the 2 images.',
        'character: "ghost" (20 %) is in none of the 2 images.',
        'object: "axe" (20 %) is in none of the 2 images.',
    ]
    _, warnings = look(count=1, sampling="quota")
    assert warnings[1] == 'character: "pirate" (30 %) and 1 more are in none of the 1 images.'


def test_all_is_not_by_probabilities():
    assert look(RULES, sampling="all")[1] == []


def test_pairs_distort():
    """The second image shows another: of two variants, each comes in half of the images."""
    own = {"sky": {"day": 0.5, "night": 0.5}, "hat": {"cap": 0.9, "fez": 0.1}}
    distribution = distribution_of(own)
    settings = Dataset(count=1000, pair="hat")
    first = draw_traits(Dataset(count=500), distribution)
    second = first.copy()
    second[:, 1] = 1 - first[:, 1]
    found = find_frequencies(distribution, np.concatenate([first, second]))
    assert find_warnings(settings, distribution, found) == [
        'hat: pairs make "cap" 50 % instead of 90 %, as the second image shows another variant.'
    ]
    settings = Dataset(count=1000, family={"layer": "hat", "size": 2})
    assert find_warnings(settings, distribution, found) == [
        'hat: families make "cap" 50 % instead of 90 %, as each image of one shows another variant.'
    ]
    settings = Dataset(count=1000, family={"layer": "hat", "vary": "hue"})
    assert find_warnings(settings, distribution, found) == []
    assert find_warnings(Dataset(count=1000), distribution, found) == []
