"""Instances that are all different: no two in an image show variants of one name."""

import itertools
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.scenes import distribution_of, variants_of
from tests.reference import ContradictionError, chi_square, scene_chances

from imggen.errors import PlanError
from imggen.planning.sampling.families import chances_given_rest
from imggen.planning.sampling.frequencies import find_frequencies
from imggen.planning.sampling.instances import draw_instances, draw_quota_instances
from imggen.planning.sampling.quota import quota_traits
from imggen.planning.slots import Slots

OWN = {
    "sky": {"day": 0.6, "night": 0.4},
    "sign": {"blue": 0.3, "none": 0.7},
    "bird": {"blue": 0.5, "gold": 0.3, "none": 0, "red": 0.2},
    "tree": {"blue": 0.2, "fir": 0.5, "none": 0, "oak": 0.2, "red": 0.1},
}
NUMBERS = {"bird": {"1": 0.4, "2": 0.6}, "tree": {"0": 0.3, "2": 0.7}}
RULES = [
    {"all_different": ["bird"]},
    {"when": {"sky": ["night"]}, "all_different": ["sign", "tree", "bird"]},
    {"when": {"sky": ["day"]}, "probabilities": {"bird": {"gold": 0.5, "red": 0.5}}},
]


def crowd_of(own=OWN, rules=RULES, numbers=NUMBERS):
    """The distribution of layers with so many instances, and their slots."""
    tables = {layer: {"instances": given} for layer, given in numbers.items()}
    distribution = distribution_of(own, rules, **tables)
    layers = []
    for layer, chances in own.items():
        most = max((1, *map(int, numbers[layer]))) if layer in numbers else None
        one = variants_of(layer, chances)
        layers += [one] if most is None else [replace(one, instance=k) for k in range(most)]
    return distribution, Slots.of(layers)


def brute_force(own=OWN, rules=RULES, numbers=NUMBERS):
    """The chance of each image, a tuple of variants by slot, by trying all, one after the other."""
    expected = {}
    most = {layer: max(map(int, table)) for layer, table in numbers.items()}
    for shown in itertools.product(*(table.items() for table in numbers.values())):
        count = {layer: int(number) for layer, (number, _) in zip(numbers, shown, strict=True)}
        chance = math.prod(p for _, p in shown)
        for scene, p in scenes_with(own, rules, count).items():
            image = [scene[layer] for layer in own if layer not in numbers]
            for layer in numbers:
                image += [scene.get(f"{layer}/{k}", "none") for k in range(most[layer])]
            expected[tuple(image)] = expected.get(tuple(image), 0) + chance * p
    return expected


def scenes_with(own, rules, count):
    """The scenes, as maps, of images with so many instances, each taken as a layer of its own."""
    columns = {layer: [layer] for layer in own}
    columns |= {layer: [f"{layer}/{k}" for k in range(n)] for layer, n in count.items()}
    own = {column: own[layer] for layer, table in columns.items() for column in table}
    rules = [
        {
            key: [column for layer in value for column in columns[layer]]
            if key == "all_different"
            else {column: value[layer] for layer in value for column in columns[layer]}
            for key, value in rule.items()
        }
        for rule in rules
    ]
    chances = scene_chances(own, rules)
    return {Scene(zip(own, scene, strict=True)): chance for scene, chance in chances.items()}


class Scene(dict):
    """A map from columns to variants that can be a key."""

    def __hash__(self):
        return hash(tuple(self.items()))


def images_of(slots, traits):
    """Count the images that rows of traits stand for."""
    names = [layer.names for layer in slots.layers]
    return Counter(
        tuple(own[k] for own, k in zip(names, row, strict=True)) for row in traits.tolist()
    )


def drawn_images(count, seed=4, case=()):
    distribution, slots = crowd_of(*case)
    images = np.arange(count)
    drawn = distribution.draw_some(seed, images)
    return slots, draw_instances(seed, slots, distribution, drawn, images)


def test_draws_have_the_chances_of_brute_force():
    expected = brute_force()
    found = images_of(*drawn_images(200_000))
    assert set(found) <= set(expected)
    frequent = {image: p * 200_000 for image, p in expected.items() if p * 200_000 >= 10}
    counts = [found[image] for image in frequent]
    rest = [200_000 - sum(counts), 200_000 - sum(frequent.values())]
    _, p = chi_square([*counts, rest[0]], [*frequent.values(), rest[1]])
    assert len(frequent) > 150
    assert p > 0.001


def test_any_image_can_be_drawn_alone(monkeypatch):
    """Whatever the images that are drawn at once."""
    distribution, slots = crowd_of()
    _, traits = drawn_images(500)
    monkeypatch.setattr("imggen.planning.sampling.instances.CELLS_AT_ONCE", 50)
    some = np.array([3, 4, 99, 217, 498])
    drawn = distribution.draw_some(4, some)
    assert np.array_equal(draw_instances(4, slots, distribution, drawn, some), traits[some])


def test_quota_comes_close_to_all_counts():
    """Each count of a variant in a slot is what is expected, but for rounding in each group."""
    distribution, slots = crowd_of()
    drawn = quota_traits(4, 2000, distribution)
    traits = draw_quota_instances(4, slots, distribution, drawn, np.arange(2000))
    expected = brute_force()
    assert set(images_of(slots, traits)) <= set(expected)
    for slot, layer in enumerate(slots.layers):
        for k, name in enumerate(layer.names):
            share = math.fsum(p for image, p in expected.items() if image[slot] == name)
            assert np.count_nonzero(traits[:, slot] == k) == pytest.approx(2000 * share, abs=12)


def test_quota_of_equal_chances_is_exact():
    own = {"sky": {"day": 1}, "bird": dict.fromkeys("abcde", 0.2) | {"none": 0}}
    rules, numbers = [{"all_different": ["bird"]}], {"bird": {"3": 1}}
    distribution, slots = crowd_of(own, rules, numbers)
    drawn = quota_traits(4, 1000, distribution)
    traits = draw_quota_instances(4, slots, distribution, drawn, np.arange(1000))
    assert np.bincount(traits[:, 1:].ravel(), minlength=6)[:5].tolist() == [600] * 5
    assert all(len(set(row)) == 3 for row in traits[:, 1:].tolist())


def test_shares_are_those_of_all_instances():
    distribution, slots = crowd_of()
    expected = brute_force()
    _, traits = drawn_images(1000)
    found = find_frequencies(distribution, traits, "", slots)
    one = next(one for one in found if one.called == "layer.bird")
    total = math.fsum(p * (2 - image[2:4].count("none")) for image, p in expected.items())
    for name, share in zip(one.variants, one.exact, strict=True):
        sums = math.fsum(
            p * image[2:4].count(name) for image, p in expected.items() if name != "none"
        )
        assert share == pytest.approx(sums / total, abs=0.005)
    assert one.trials > 2**16


def test_shares_count_images_with_many_instances_more():
    """One red bird by night, nine blue ones by day: nine of ten birds are blue."""
    own = {"sky": {"day": 0.5, "night": 0.5}, "bird": {"blue": 0.5, "none": 0, "red": 0.5}}
    rules = [
        {"when": {"sky": "night"}, "instances": {"bird": 1}},
        {"when": {"sky": "night"}, "probabilities": {"bird": {"red": 1}}},
        {"when": {"sky": "day"}, "probabilities": {"bird": {"blue": 1}}},
    ]
    numbers = {"bird": {"9": 1}}
    distribution, slots = crowd_of(own, rules, numbers)
    traits = np.zeros((0, 10), np.uint8)
    found = {one.called: one for one in find_frequencies(distribution, traits, "", slots)}
    assert found["layer.bird"].exact.tolist() == pytest.approx([0.9, 0, 0.1], abs=0.005)
    assert found["rule.2"].exact.tolist() == [0, 0, 1]


def test_other_variants_of_a_scene_have_the_chances_of_brute_force():
    """The sky of a scene, given all else that it shows: what pairs and views are drawn from."""
    distribution, slots = crowd_of()
    expected = brute_force()
    _, traits = drawn_images(60)
    drawn = distribution.draw_some(4, np.arange(60))
    shown = {depth: slots.shown(traits, depth) for depth in slots.instanced}
    chances = chances_given_rest(distribution, 0, drawn, shown)
    for row, images in zip(chances, traits.tolist(), strict=True):
        rest = [layer.names[k] for layer, k in zip(slots.layers, images, strict=True)][1:]
        both = [expected.get((sky, *rest), 0) for sky in ("day", "night")]
        assert row / row.sum() == pytest.approx(np.array(both) / sum(both))


@st.composite
def small_crowds(draw):
    """Layers with instances of some variants, and rules that some are different."""
    names = st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True)
    own = {"sky": {"day": 0.5, "night": 0.5}}
    for layer in ("bird", "fish", "tree"):
        given_ = sorted(draw(names))
        own[layer] = {**dict.fromkeys(given_, 1 / len(given_)), "none": 0}
    numbers = {layer: {str(draw(st.integers(0, 3))): 1} for layer in list(own)[1:]}
    one = st.lists(st.sampled_from(list(own)[1:]), min_size=1, unique=True)
    rule = {"all_different": draw(one)}
    others = [{"when": {"sky": ["day"]}, "all_different": draw(one)}] if draw(st.booleans()) else []
    return own, [rule, *others], numbers


@given(small_crowds())
@settings(max_examples=60)
def test_refused_where_brute_force_finds_a_dead_end(case):
    try:
        brute_force(*case)
    except ContradictionError:
        with pytest.raises(PlanError):
            crowd_of(*case)
    else:
        crowd_of(*case)


ALONE = [{"all_different": ["bird"]}]
REFUSED = "rule.1.all_different needs {} variants of {} for as many instances in an image, "
WAY_OUT = "; show fewer instances, or let more variants be drawn."


@pytest.mark.parametrize(
    ("rules", "numbers", "sentence"),
    [
        (
            ALONE,
            {"bird": {"4": 1}},
            REFUSED.format(4, "bird") + "but only 3 can be drawn" + WAY_OUT,
        ),
        (
            [*ALONE, {"when": {"sky": "day"}, "instances": {"bird": [2, 5]}}],
            {"bird": {"2": 1}},
            REFUSED.format(5, "bird") + 'but only 3 can be drawn where sky is "day"' + WAY_OUT,
        ),
        (
            [*ALONE, {"when": {"sky": "night"}, "forbid": {"bird": ["red", "gold"]}}],
            {"bird": {"2": 1}},
            REFUSED.format(2, "bird") + 'but only 1 can be drawn where sky is "night"' + WAY_OUT,
        ),
        (
            [{"all_different": ["tree", "bird"]}],
            {"bird": {"2": 1}, "tree": {"3": 1}},
            (
                REFUSED.format(3, "tree")
                + "but only 2 can be drawn, as 2 of bird may take the others"
                + WAY_OUT
            ),
        ),
    ],
)
def test_refused(rules, numbers, sentence):
    with pytest.raises(PlanError) as error:
        crowd_of(OWN, rules, numbers)
    assert str(error.value) == sentence
