"""Rules become what they say, and each that cannot be met is refused with its sentence."""

import itertools

import numpy as np
import pytest
from tests.planning.sampling.drawing import OWN, check_shares, draw, shown
from tests.planning.scenes import distribution_of, scenes_of

from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.planning.sampling.samplers import draw_traits

# --- what rules mean, on 100,000 images -----------------------------------------------------------


def test_forbid():
    rule = {"when": {"character": "ghost"}, "forbid": {"object": ["axe", "key1"]}}
    scenes = draw([rule])
    check_shares(shown(scenes, 1), OWN["character"])
    check_shares(shown(scenes, 2, lambda s: s[1] != "ghost"), OWN["object"])
    check_shares(shown(scenes, 2, lambda s: s[1] == "ghost"), {"key2": 2 / 7, "none": 5 / 7})


def test_forbid_with_the_earlier_layer_as_target():
    """The layer that is drawn later gives way, whichever side it is on."""
    one = {"when": {"character": "ghost"}, "forbid": {"object": ["axe", "key1"]}}
    other = {"when": {"object": ["axe", "key1"]}, "forbid": {"character": "ghost"}}
    assert draw([one]) == draw([other])


def test_require():
    rule = {"when": {"object": "key*"}, "require": {"character": ["mage", "pirate"]}}
    scenes = draw([rule])
    check_shares(shown(scenes, 1), OWN["character"])
    check_shares(shown(scenes, 2, lambda s: s[1] != "ghost"), OWN["object"])
    check_shares(shown(scenes, 2, lambda s: s[1] == "ghost"), {"axe": 2 / 7, "none": 5 / 7})


def test_several_traits_lists_and_patterns():
    rule = {"when": {"background": "*", "character": ["m*", "ghost"]}, "forbid": {"object": "*e*"}}
    with pytest.raises(PlanError) as caught:
        draw([rule])
    assert str(caught.value) == (
        'object is left without a variant where background is "day" and character is "ghost", by '
        "rule.1; forbid that combination, or leave it one that can be drawn."
    )
    rule["forbid"] = {"object": "?ey*"}
    scenes = draw([rule])
    check_shares(shown(scenes, 2, lambda s: s[1] == "pirate"), OWN["object"])
    check_shares(shown(scenes, 2, lambda s: s[1] != "pirate"), {"axe": 2 / 7, "none": 5 / 7})


CHANCES = {"axe": 0.7, "none": 0.3}


def test_conditional_probabilities():
    scenes = draw([{"when": {"character": "pirate"}, "probabilities": {"object": CHANCES}}])
    check_shares(shown(scenes, 0), OWN["background"])
    check_shares(shown(scenes, 1), OWN["character"])
    check_shares(shown(scenes, 2, lambda s: s[1] == "pirate"), CHANCES)
    check_shares(shown(scenes, 2, lambda s: s[1] != "pirate"), OWN["object"])


def test_conditional_weights_of_an_earlier_layer():
    """A layer is drawn after those that its probabilities look at."""
    rule = {"when": {"object": "key?"}, "weights": {"character": {"never": 3, "mage": 1}}}
    scenes = draw([rule])
    check_shares(shown(scenes, 2), OWN["object"])
    key = lambda s: s[2].startswith("key")  # noqa: E731  # a name for a condition
    check_shares(shown(scenes, 1, key), {"never": 0.75, "mage": 0.25})
    check_shares(shown(scenes, 1, lambda s: not key(s)), OWN["character"])


def test_the_last_matching_rule_counts():
    rules = [
        {"when": {"character": "*"}, "probabilities": {"object": {"key1": 1}}},
        {"when": {"character": "pirate"}, "probabilities": {"object": CHANCES}},
        {"when": {"background": "night"}, "probabilities": {"object": {"key2": 1}}},
        {"when": {"background": "night"}, "forbid": {"character": "mage"}},
    ]
    scenes = draw(rules)
    check_shares(shown(scenes, 2, lambda s: s[:2] == ("day", "pirate")), CHANCES)
    assert {s[2] for s in scenes if s[0] == "day" and s[1] != "pirate"} == {"key1"}
    assert {s[2] for s in scenes if s[0] == "night"} == {"key2"}
    check_shares(shown(scenes, 1, lambda s: s[0] == "night"), {"pirate": 0.6, "ghost": 0.4})


def test_a_name_goes_before_a_pattern():
    own = {"a": {"x*": 0.5, "xy": 0.5}, "b": {"[1]": 0.5, "1": 0.5}}
    rules = [{"when": {"a": "x*"}, "forbid": {"b": "[1]"}}]
    distribution = distribution_of(own, rules)
    scenes = scenes_of(distribution, draw_traits(Dataset(sampling="all"), distribution))
    assert sorted(set(itertools.product(*own.values())) - set(scenes)) == [("x*", "[1]")]


# --- what cannot be met ---------------------------------------------------------------------------

MAGE = {"character": "mage"}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            [{"when": {"character": "mag"}, "forbid": {"object": "axe"}}],
            (
                'rule.1.when.character names "mag", which is no variant of character; '
                'did you mean "mage"?'
            ),
        ),
        (
            [{"when": MAGE, "require": {"object": ["axe", "zz*"]}}],
            (
                'rule.1.require.object names "zz*", which is no variant of object; '
                "expected the name of one of its files."
            ),
        ),
        (
            [{"when": {"background": "none"}, "forbid": {"object": "axe"}}],
            (
                'rule.1.when.background names "none", which is no variant of background; '
                "to allow none, give it a probability, a weight or a count there."
            ),
        ),
        (
            [{"when": MAGE, "weights": {"object": {"key*": 1}}}],
            (
                'rule.1.weights.object names "key*", which is no variant of object; '
                'did you mean "key2"?'
            ),
        ),
        (
            [{"when": MAGE, "forbid": {"object": "*"}}],
            (
                'object is left without a variant where character is "mage", by rule.1; '
                "forbid that combination, or leave it one that can be drawn."
            ),
        ),
        (
            [
                {"when": MAGE, "require": {"object": "key?"}},
                {"when": {"background": "night"}, "forbid": {"object": "key*"}},
            ],
            (
                'object is left without a variant where background is "night" and character is '
                '"mage", by rule.1, rule.2; '
                "forbid that combination, or leave it one that can be drawn."
            ),
        ),
        (
            [
                {"when": MAGE, "probabilities": {"object": {"axe": 1}}},
                {"when": {"object": "axe"}, "require": {"background": "day"}},
            ],
            (
                'object is left without a variant where background is "night" and character is '
                '"mage", by rule.1, rule.2; '
                "forbid that combination, or leave it one that can be drawn."
            ),
        ),
        (
            [
                {"when": MAGE, "weights": {"object": {"axe": 1}}},
                {"when": {"object": "axe"}, "weights": {"background": {"day": 1}}},
                {"when": {"background": "day"}, "weights": {"character": {"mage": 1}}},
            ],
            (
                "the probabilities of background depend on object (rule.2), those of object on "
                "character (rule.1), those of character on background (rule.3): a circle, in which "
                "none can be drawn first; remove one of them."
            ),
        ),
    ],
)
def test_rules_that_cannot_be_met(rules, sentence):
    with pytest.raises(PlanError) as caught:
        distribution_of(OWN, rules)
    assert str(caught.value) == sentence


def test_what_means_the_same_later_is_not_told_apart():
    """Whether all four have shown the same number so far, and which: 101 cases, not 100^4."""
    own = {f"l{k}": {f"v{i:03}": 0.01 for i in range(100)} for k in range(5)}
    rules = [
        {"when": {f"l{k}": f"v{i:03}" for k in range(4)}, "forbid": {"l4": f"v{i:03}"}}
        for i in range(100)
    ]
    distribution = distribution_of(own, rules)
    assert distribution.count_combinations() == 100**5 - 100
    for marginal in distribution.marginals():
        np.testing.assert_allclose(marginal, 0.01, rtol=1e-12)


def test_more_than_there_are_under_rules():
    distribution = distribution_of(OWN, [{"when": MAGE, "forbid": {"object": "k*"}}])
    with pytest.raises(PlanError) as caught:
        draw_traits(Dataset(count=21, unique=True), distribution)
    assert str(caught.value) == (
        "dataset.count is 21 and dataset.unique is true, but the layers give only 20 different "
        "combinations under the rules; lower the count or add variants."
    )
