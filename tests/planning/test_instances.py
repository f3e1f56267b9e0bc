"""Layers of which an image shows several instances."""

import itertools
import re

import numpy as np
import pytest
from tests.art import blob, random_pixels, save, write_dataset
from tests.planning.crowd import (
    ANYWHERE,
    BIRD,
    boxes_of,
    counts_of,
    crowd,
    none_in,
    plan_of,
    shown_of,
    write_crowd,
)
from tests.reference import chi_square, common_area

from imggen.errors import PlanError
from imggen.planning.sampling.frequencies import find_frequencies

MANY = {"count": 4000, "seed": 3}


def check_shares(counts, shares):
    """`counts` (images,) are as likely as `shares` says, by number."""
    numbers = sorted(shares)
    found = [np.count_nonzero(counts == number) for number in numbers]
    assert sum(found) == len(counts)
    _, p = chi_square(found, [len(counts) * shares[number] for number in numbers])
    assert p > 0.001


# --- how many -------------------------------------------------------------------------------------


def test_a_range_is_uniform_over_both_ends(tmp_path):
    plan = crowd(tmp_path, dataset=MANY)
    check_shares(counts_of(plan, "bird"), dict.fromkeys(range(3, 8), 0.2))


def test_a_table_is_a_distribution(tmp_path):
    plan = crowd(tmp_path, dataset=MANY)
    check_shares(counts_of(plan, "tree"), {0: 0.25, 2: 0.75})


def test_a_number_is_fixed(tmp_path):
    plan = crowd(tmp_path, bird={**BIRD, "instances": 4})
    assert (counts_of(plan, "bird") == 4).all()


def test_instances_come_first_to_last(tmp_path):
    plan = crowd(tmp_path)
    present = shown_of(plan, "bird") != none_in(plan, "bird")
    assert (present[:, 1:] <= present[:, :-1]).all()


def test_a_rule_says_how_many_where_it_holds(tmp_path):
    rule = {"when": {"sky": "night"}, "instances": {"bird": [0, 1]}}
    plan = crowd(tmp_path, dataset=MANY, rule=[rule])
    night = plan.traits[:, 0] == plan.library.layers[0].names.index("night")
    check_shares(counts_of(plan, "bird")[night], {0: 0.5, 1: 0.5})
    check_shares(counts_of(plan, "bird")[~night], dict.fromkeys(range(3, 8), 0.2))


def test_a_split_has_its_own(tmp_path):
    splits = [
        {"name": "train", "share": 0.5},
        {"name": "test", "share": 0.5, "instances": {"bird": 9}},
    ]
    plan = crowd(tmp_path, dataset=MANY, split=splits)
    assert (counts_of(plan, "bird")[plan.splits == 1] == 9).all()
    check_shares(counts_of(plan, "bird")[plan.splits == 0], dict.fromkeys(range(3, 8), 0.2))


# --- which ----------------------------------------------------------------------------------------


def test_each_instance_draws_its_variant_by_the_probabilities(tmp_path):
    chances = {"blue": 0.8, "red": 0.2}
    plan = crowd(tmp_path, dataset=MANY, bird={**BIRD, "instances": 3, "probabilities": chances})
    shown = shown_of(plan, "bird")
    for column in shown.T:
        check_shares(column, {0: 0.8, 2: 0.2})
    pairs = [0.64, 0.16, 0.16, 0.04]
    found = np.bincount(shown[:, 0] // 2 * 2 + shown[:, 1] // 2, minlength=4)
    assert chi_square(found, np.array(pairs) * 4000)[1] > 0.001


def test_a_rule_is_about_each_instance(tmp_path):
    rules = [
        {"when": {"sky": "night"}, "probabilities": {"bird": {"blue": 0.1, "red": 0.9}}},
        {"when": {"sky": "day"}, "forbid": {"bird": "red"}},
    ]
    plan = crowd(tmp_path, dataset=MANY, rule=rules, bird={**BIRD, "instances": 3})
    night = plan.traits[:, 0] == plan.library.layers[0].names.index("night")
    assert (shown_of(plan, "bird")[~night] == 0).all()
    check_shares(shown_of(plan, "bird")[night].ravel(), {0: 0.1, 2: 0.9})


def test_a_rule_forbids_instances_of_a_layer_that_is_listed_first(tmp_path):
    """Whatever its place, a layer with instances is drawn when all others are known."""
    path = write_crowd(
        tmp_path,
        dataset=MANY,
        tree={"place": ANYWHERE, "instances": [1, 4]},
        bird={"place": ANYWHERE},
        rule=[{"when": {"bird": "red"}, "forbid": {"tree": "fir"}}],
    )
    plan = plan_of(path)
    red = plan.traits[:, -1] == plan.library.layers[-1].names.index("red")
    assert (shown_of(plan, "tree")[red] != 0).all()
    assert (shown_of(plan, "tree")[~red] == 0).any()
    check_shares(red, {True: 0.5, False: 0.5})


def test_quota_counts_all_instances_exactly(tmp_path):
    chances = {"blue": 0.75, "red": 0.25}
    bird = {"instances": {"1": 0.5, "3": 0.5}, "place": ANYWHERE, "probabilities": chances}
    plan = crowd(tmp_path, dataset={"count": 400, "sampling": "quota"}, bird=bird)
    assert np.bincount(counts_of(plan, "bird")).tolist() == [0, 200, 0, 200]
    shown = shown_of(plan, "bird")
    assert np.bincount(shown[shown != none_in(plan, "bird")]).tolist() == [600, 0, 200]


def test_frequencies_count_all_instances(tmp_path):
    plan = crowd(tmp_path)
    [(_, distribution, traits)] = plan.parts()
    found = {one.layer: one for one in find_frequencies(distribution, traits, "", plan.slots)}
    assert found["bird"].planned.sum() == counts_of(plan, "bird").sum()
    expected = np.bincount(counts_of(plan, "bird"), minlength=8)
    assert found["bird.instances"].planned.tolist() == expected.tolist()


# --- streams --------------------------------------------------------------------------------------

VARIED = {"scale": [0.5, 1.5], "rotate": [-30, 30], "flip": 0.5}


def test_raising_the_range_changes_no_other_instance(tmp_path):
    """Nor does another layer's, or the number of images."""
    bird = {**BIRD, "vary": VARIED, "depth": "random"}
    few = crowd(tmp_path / "few", bird=bird)
    more = crowd(
        tmp_path / "more", bird={**bird, "instances": [8, 20]}, tree={"instances": 5},
        dataset={"count": 900, "seed": 3},
    )  # fmt: skip
    present = shown_of(few, "bird") != none_in(few, "bird")
    slots = (
        few.slots.columns[2],
        slice(more.slots.columns[2].start, more.slots.columns[2].start + 7),
    )
    for name, one in (("variants", shown_values), ("boxes", box_values), ("ranks", rank_values)):
        first, second = (one(plan, own) for plan, own in zip((few, more), slots, strict=True))
        assert np.array_equal(first[present], second[:400][present]), name


def shown_values(plan, slots):
    return plan.traits[:, slots]


def box_values(plan, slots):
    return boxes_of(plan)[0][:, slots]


def rank_values(plan, slots):
    return plan.ranks[:, : slots.stop - slots.start]


def test_a_layer_without_instances_is_as_if_no_other_had_them(tmp_path):
    with_birds = crowd(tmp_path / "with", tree={"place": ANYWHERE, "vary": VARIED})
    without = crowd(
        tmp_path / "without", tree={"place": ANYWHERE, "vary": VARIED}, bird={"place": ANYWHERE}
    )
    assert np.array_equal(with_birds.traits[:, :2], without.traits[:, :2])
    first, second = boxes_of(with_birds)[0], boxes_of(without)[0]
    assert np.array_equal(first[:, :2], second[:, :2])


def test_both_images_of_a_pair_have_the_same_instances(tmp_path):
    chances = {"bird": {"blue": 0.9, "red": 0.1}}
    plan = crowd(
        tmp_path,
        dataset={"count": 400, "pair": "sky"},
        bird={**BIRD, "vary": VARIED, "depth": "random"},
        rule=[{"when": {"sky": "night"}, "probabilities": chances}],
    )
    first, second = plan.traits[::2], plan.traits[1::2]
    assert (first[:, 0] != second[:, 0]).all()
    assert np.array_equal(first[:, 1:], second[:, 1:])
    for values in (boxes_of(plan)[0], plan.ranks, plan.looks):
        assert np.array_equal(values[::2], values[1::2])


# --- places ---------------------------------------------------------------------------------------


def overlapping(plan, image, slots, others):
    """Which pairs of drawn sprites of an image have common pixels in their boxes."""
    boxes, drawn = boxes_of(plan)
    return [
        (one, other)
        for one, other in itertools.product(slots, others)
        if other < one
        and drawn[image, one]
        and drawn[image, other]
        and common_area(*split(boxes[image, one]), *split(boxes[image, other]))
    ]


def split(box):
    left, top, right, bottom = box.tolist()
    return (left, top), (right - left, bottom - top)


def slots_of(plan, depth):
    own = plan.slots.columns[depth]
    return range(own.start, own.stop)


AVOIDING = {"instances": [3, 7], "place": {**ANYWHERE, "avoid": ["self", "tree"]}}


def test_instances_keep_apart(tmp_path):
    plan = crowd(tmp_path, bird={**AVOIDING, "vary": VARIED}, dataset={"count": 60})
    trees, birds = slots_of(plan, 1), slots_of(plan, 2)
    assert plan.crowded == {"bird": 0}
    assert plan.dropped == {"bird": 0}
    for image in range(60):
        assert not overlapping(plan, image, birds, [*trees, *birds])
    careless = crowd(tmp_path / "careless", bird={**BIRD, "vary": VARIED}, dataset={"count": 60})
    assert any(overlapping(careless, image, birds, birds) for image in range(60))


@pytest.mark.parametrize("otherwise", [None, "drop"])
def test_those_without_room_are_counted_or_left_out(tmp_path, otherwise):
    """In a corner of 30 x 20 px three birds of up to 13 x 11 px are too many, as a rule."""
    place = {"x": [0, 17], "y": [0, 9], "avoid": ["self"]}
    if otherwise:
        place["otherwise"] = otherwise
    bird = {"instances": 6, "place": place, "vary": {"scale": [0.9, 1.1]}}
    plan = crowd(tmp_path, bird=bird, dataset={"count": 200})
    birds = slots_of(plan, 2)
    crowded = sum(
        len({one for one, _ in overlapping(plan, image, birds, birds)}) for image in range(200)
    )
    kept = int(counts_of(plan, "bird").sum())
    if otherwise is None:
        assert (plan.crowded, plan.dropped) == ({"bird": crowded}, {"bird": 0})
        assert (kept, crowded > 200) == (1200, True)
    else:
        assert crowded == 0
        assert plan.crowded == {"bird": 0}
        assert plan.dropped == {"bird": 1200 - kept}
        assert 200 < plan.dropped["bird"] < 1000


def test_what_is_left_out_is_in_nobody_s_way(tmp_path):
    """Each is where the first of its positions is that is clear of those kept before it."""
    place = {"x": [0, 17], "y": [0, 9], "avoid": ["self"], "otherwise": "drop"}
    plan = crowd(tmp_path, bird={"instances": 6, "place": place}, dataset={"count": 50})
    boxes, drawn = boxes_of(plan)
    lost = ~drawn[:, list(slots_of(plan, 2))]
    assert lost.any()
    assert not boxes[:, list(slots_of(plan, 2))][lost].any()
    assert (lost[:, :-1] & ~lost[:, 1:]).any()  # a later one found room


def test_avoid_is_as_trying_all_pairs(tmp_path):
    """200 instances: no two overlap, whatever the number of images that are placed at once."""
    place = {**ANYWHERE, "avoid": ["self"], "otherwise": "drop"}
    bird = {"instances": 200, "place": place, "vary": {"scale": [0.2, 0.6]}}
    plan = crowd(tmp_path, bird=bird, dataset={"count": 5})
    boxes, drawn = boxes_of(plan)
    for own, seen in zip(boxes[:, slots_of(plan, 2)], drawn[:, slots_of(plan, 2)], strict=True):
        left, top, right, bottom = own[seen].T
        wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
        high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
        common = (wide > 0) & (high > 0)
        assert common.sum() == len(left) == seen.sum()
        assert len(left) > 150


# --- depth ----------------------------------------------------------------------------------------


def order_in(plan, image):
    """The slots of an image from back to front."""
    return plan.scenes(np.array([image]))[0].slots.tolist()


GROUP = {"depth_group": "crowd"}


def test_listed_is_the_order_of_layers_and_instances(tmp_path):
    plan = crowd(tmp_path, dataset={"count": 30})
    assert all(order_in(plan, image) == sorted(order_in(plan, image)) for image in range(30))


def test_bottom_puts_what_stands_lower_in_front(tmp_path):
    tables = {
        name: {**own, **GROUP, "depth": "bottom"}
        for name, own in (("tree", {"instances": 3, "place": ANYWHERE}), ("bird", BIRD))
    }
    plan = crowd(tmp_path, dataset={"count": 60}, **tables)
    bottoms = boxes_of(plan)[0][..., 3]
    mixed = 0
    for image in range(60):
        order = order_in(plan, image)
        keys = [(bottoms[image, slot], slot) for slot in order]
        assert keys == sorted(keys)
        mixed += order != sorted(order)
    assert mixed > 50


def test_layers_of_one_group_mix_and_others_do_not(tmp_path):
    alone = {name: {**own, "depth": "bottom"} for name, own in (("tree", BIRD), ("bird", BIRD))}
    plan = crowd(tmp_path, dataset={"count": 60}, **alone)
    trees = set(slots_of(plan, 1))
    for image in range(60):
        is_tree = [slot in trees for slot in order_in(plan, image)]
        assert is_tree == sorted(is_tree, reverse=True)


def test_random_makes_all_orders_alike_likely(tmp_path):
    bird = {"instances": 2, "place": ANYWHERE, "depth": "random", **GROUP}
    tree = {"place": ANYWHERE, "depth": "random", **GROUP}
    plan = crowd(tmp_path, dataset={"count": 3000}, bird=bird, tree=tree)
    orders = [tuple(order_in(plan, image)) for image in range(3000)]
    counts = [orders.count(one) for one in itertools.permutations((1, 2, 3))]
    assert sum(counts) == 3000
    assert chi_square(counts, [500] * 6)[1] > 0.001


def test_scenes_that_differ_in_depth_alone_differ(tmp_path):
    """Two birds at one place, one of two variants each: one in front or the other."""
    bird = {"instances": 2, "place": {"at": [20, 20]}, "depth": "random"}
    plan = crowd(tmp_path, dataset={"count": 200}, bird=bird, tree={"instances": 0})
    chunk = plan.chunk(0, plan.count)
    for first, stop, scene in zip(chunk.first[:-1], chunk.first[1:], chunk.scenes, strict=True):
        for image in chunk.images[first:stop]:
            assert np.array_equal(plan.scenes(np.array([image]))[0].items, scene.items)


def test_many_columns_are_sorted_like_few(tmp_path, monkeypatch):
    """Equal scenes are neighbours, and those of one background together."""
    bird = {"instances": [0, 1], "place": {"at": [20, 20]}}
    path = write_crowd(tmp_path, bird=bird, tree={"instances": 0})
    few = plan_of(path)
    monkeypatch.setattr("imggen.planning.scene_keys.MOST_SORTED", 0)
    many = plan_of(path)
    assert few.distinct == many.distinct == 6
    assert sorted(many.order.tolist()) == list(range(400))
    backgrounds = many.traits[many.order, 0]
    assert np.count_nonzero(np.diff(backgrounds)) == 1


# --- together with other settings -----------------------------------------------------------------


def test_the_first_layer_may_have_instances(tmp_path):
    """On an empty canvas, also where its art is as large as the canvas."""
    rng = np.random.default_rng(0)
    art = {"bird": {"big": random_pixels(rng, 20, 10, 4), "small": blob(rng, 6, 5)}}
    bird = {"instances": [0, 3], "place": {"x": [0, 9], "y": [0, 9], "inside": False}}
    path = write_dataset(tmp_path, art, canvas={"size": [20, 10]}, bird=bird, dataset={"count": 50})
    plan = plan_of(path)
    assert len(plan.library.backgrounds) == 1
    assert not plan.library.backgrounds.any()
    scenes = plan.scenes(np.arange(50))
    assert np.diff(scenes.bounds).tolist() == counts_of(plan, "bird").tolist()
    assert not scenes.backgrounds.any()


def test_parts_of_instances_keep_their_depths(tmp_path):
    """Back parts of all lie behind the layer before, and front parts in front of it."""
    path = write_crowd(tmp_path, bird={**BIRD, "instances": 2, "parts": {"back": -1, "front": 0}})
    rng = np.random.default_rng(0)
    for name in ("blue", "red"):
        (tmp_path / "birds" / f"{name}.png").unlink()
        for part in ("back", "front"):
            save(tmp_path / "birds" / name / f"{part}.png", blob(rng, 12, 9))
    plan = plan_of(path, dataset__count=20)
    birds = plan.slots.columns[2]
    for image in range(20):
        order = order_in(plan, image)
        trees = [slot for slot in order if slot < birds.start]
        assert order == [birds.start, birds.start + 1, *trees, birds.start, birds.start + 1]


def test_places_may_depend_on_other_layers(tmp_path):
    special = {"when": {"sky": "night"}, "x": [0, 20], "y": [0, 20]}
    plan = crowd(tmp_path, bird={**AVOIDING, "place_when": [special]}, dataset={"count": 200})
    night = plan.traits[:, 0] == plan.library.layers[0].names.index("night")
    boxes, drawn = boxes_of(plan)
    birds = list(slots_of(plan, 2))
    lefts = boxes[:, birds, 0]
    assert lefts[night].max() <= 20 < lefts[~night].max()
    assert drawn[:, birds].sum() == counts_of(plan, "bird").sum()


def test_scenes_may_be_proved_to_be_in_one_split(tmp_path):
    halves = [{"name": name, "share": 0.5} for name in ("train", "test")]
    crowd(tmp_path / "apart", dataset={"count": 200, "disjoint": "scenes"}, split=halves)
    still = {"instances": [0, 1], "place": {"at": [0, 0]}}
    with pytest.raises(PlanError) as error:
        crowd(
            tmp_path / "same", dataset={"count": 200, "disjoint": "scenes"}, split=halves,
            bird=still, tree=still,
        )  # fmt: skip
    assert re.search(r"show the same \(sky \w+, tree \w+, bird \w+\)", str(error.value))


def test_many_instances_are_named_in_part(tmp_path):
    plan = crowd(tmp_path, bird={**BIRD, "instances": 7}, dataset={"count": 1})
    shown = [one.shown(plan.traits[0]) for one in plan.columns]
    names = [plan.columns[2].names[variant] for variant in shown_of(plan, "bird")[0]]
    assert shown[2] == f"{' and '.join(names[:4])} and 3 more"


def test_holding_out_keeps_a_variant_from_all_instances(tmp_path):
    halves = [{"name": name, "share": 0.5} for name in ("train", "test")]
    halves[1]["hold_out"] = [{"bird": "red"}]
    plan = crowd(tmp_path, split=halves)
    red = (shown_of(plan, "bird") == 2).any(axis=1)
    assert not red[plan.splits == 0].any()
    assert red[plan.splits == 1].any()


def test_a_layer_may_be_called_self(tmp_path):
    """Then it is the one that others keep clear of."""
    rng = np.random.default_rng(0)
    art = {"self": {"one": blob(rng, 12, 10)}, "bird": {"one": blob(rng, 9, 9)}}
    place = {"x": [0, 29], "y": [0, 19], "avoid": ["self"]}
    fixed = {"place": {"at": [9, 9]}, "fit": "none"}
    path = write_dataset(
        tmp_path, art, canvas={"size": [40, 30]}, bird={"place": place}, self=fixed,
        dataset={"count": 50},
    )  # fmt: skip
    plan = plan_of(path)
    assert not any(overlapping(plan, image, [1], [0]) for image in range(50))
