"""Instances and depth: what is accepted, and the sentence for the rest."""

import pytest
from tests.art import layer as layer_table
from tests.art import write_toml

from imggen.config import load_config, most_instances
from imggen.errors import ConfigError

ANYWHERE = {"x": [0, 9], "y": [0, 9]}
MANY = (
    "a whole number from 0 to 1000, the lowest and the highest, like [3, 7], or how likely each "
    "is, like { 0 = 0.1, 1 = 0.5, 4 = 0.4 }"
)


def load(folder, *, bird=None, tree=None, **tables):
    """The configuration of a sky, a tree and birds, which have instances."""
    bird = {"instances": [3, 7], "place": ANYWHERE, **(bird or {})}
    layers = [layer_table("sky"), layer_table("tree", **(tree or {})), layer_table("bird", **bird)]
    for name in ("skys", "trees", "birds"):
        (folder / name).mkdir(parents=True)
    return load_config(write_toml(folder, {"layer": layers, **tables}), {})


@pytest.mark.parametrize(
    ("instances", "most"),
    [(3, 3), (0, 1), ([0, 0], 1), ([3, 7], 7), ({"0": 0.1, "4": 0.9}, 4), ({"4": 1, "9": 0}, 4)],
)
def test_most_instances(tmp_path, instances, most):
    config = load(tmp_path, bird={"instances": instances})
    assert most_instances(config, config.layer[2]) == most
    assert most_instances(config, config.layer[1]) is None


def test_rules_and_splits_may_give_more(tmp_path):
    rule = {"when": {"sky": "day"}, "instances": {"bird": 9}}
    halves = [{"name": name, "share": 0.5} for name in ("train", "test")]
    halves[0]["instances"] = {"bird": [10, 11]}
    halves[1]["rule"] = [{**rule, "instances": {"bird": 12}}]
    config = load(tmp_path / "rule", rule=[rule])
    assert most_instances(config, config.layer[2]) == 9
    config = load(tmp_path / "split", rule=[rule], split=halves)
    assert most_instances(config, config.layer[2]) == 12


def test_it_is_written_as_it_was_given(tmp_path):
    config = load(tmp_path, bird={"instances": {"0": 0.5, "2": 0.5}, "depth": "bottom"})
    written = config.resolved()["layer"]
    assert written[2]["instances"] == {"0": 0.5, "2": 0.5}
    assert written[2]["depth"] == "bottom"
    assert {"instances", "depth", "depth_group"}.isdisjoint(written[1])


RULE = {"when": {"sky": "day"}, "instances": {"bird": 2}}
NAMES = (
    "bird, which has instances, so that an image may show several of its variants; "
    "name a layer without instances."
)
DIFFERENT = (
    'names of two layers or more, like ["hat", "coat"], or of layers with instances, like ["bird"]'
)
AVOIDING = {**ANYWHERE, "avoid": ["self"]}
GROUPED = {"depth": "random", "depth_group": "crowd"}


def alone(**settings):
    return {"bird": {"instances": 2, **settings}}


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (alone(instances=-1), f"layer.bird.instances is -1; expected {MANY}."),
        (alone(instances=1001), f"layer.bird.instances is 1001; expected {MANY}."),
        (alone(instances=True), f"layer.bird.instances is true; expected {MANY}."),
        (alone(instances="many"), f'layer.bird.instances is "many"; expected {MANY}.'),
        (alone(instances=[1, 2, 3]), f"layer.bird.instances is [1, 2, 3]; expected {MANY}."),
        (
            alone(instances=[7, 3]),
            "layer.bird.instances is [7, 3]; expected the lowest first. Write [3, 7].",
        ),
        (
            alone(instances={"few": 1}),
            (
                'layer.bird.instances has "few"; expected whole numbers from 0 to 1,000, '
                "like { 0 = 0.1, 1 = 0.5, 4 = 0.4 }."
            ),
        ),
        (
            alone(instances={"2000": 1}),
            (
                'layer.bird.instances has "2000"; expected whole numbers from 0 to 1,000, '
                "like { 0 = 0.1, 1 = 0.5, 4 = 0.4 }."
            ),
        ),
        (
            alone(instances={"1": 0.5}),
            (
                "layer.bird.instances sums to 0.5; expected 1. Write [lowest, highest] for numbers "
                "that are all alike likely."
            ),
        ),
        (alone(instances={}), "layer.bird.instances is empty; expected a number per variant."),
        (
            {"rule": [{**RULE, "instances": {"bird": [2, 1]}}]},
            "rule.1.instances.bird is [2, 1]; expected the lowest first. Write [1, 2].",
        ),
        (
            {"rule": [{**RULE, "instances": {"tree": 2}}]},
            (
                "rule.1.instances names tree, which has no instances; give layer.tree.instances "
                "how "
                "many there are elsewhere, like 1."
            ),
        ),
        (
            {"rule": [{**RULE, "instances": {"cat": 2}}]},
            'rule.1.instances names "cat", which is no layer; expected one of sky, tree, bird.',
        ),
        (
            {"rule": [{**RULE, "instances": {}}]},
            "rule.1.instances is empty; expected how many by layer, like { bird = [3, 7] }.",
        ),
        (
            {"tree": {"place": AVOIDING}},
            (
                'layer.tree.place.avoid has "self", which is about instances, and the layer has '
                "none; "
                "give instances, like [3, 7], or remove it."
            ),
        ),
        (
            {"tree": {"place": {**ANYWHERE, "avoid": ["sky"], "otherwise": "drop"}}},
            (
                'layer.tree.place.otherwise has "drop", which is about instances, and the layer '
                "has "
                "none; give instances, like [3, 7], or remove it."
            ),
        ),
        (
            alone(place={**ANYWHERE, "otherwise": "drop"}),
            (
                'layer.bird.place.otherwise is "drop", but goes with avoid, the layers to keep '
                "clear "
                "of, which is missing; give it or remove this."
            ),
        ),
        (
            alone(place={"at": [1, 1], "otherwise": "drop"}),
            (
                'layer.bird.place.otherwise is "drop", but goes with x, y and avoid, the layers to '
                'keep clear of; expected a position or "refuse". Give them or change this.'
            ),
        ),
        (
            {**alone(counts={"red": 200}), "dataset": {"sampling": "quota"}},
            (
                "layer.bird.counts says how many images show each variant, and "
                "layer.bird.instances "
                'how many an image shows; use "probabilities" or "weights" for its variants.'
            ),
        ),
        (
            alone(weights={"red": 1, "none": 1}),
            (
                'layer.bird.weights gives a number to "none", and layer.bird.instances says how '
                "many "
                "are shown; leave it out, and let instances be 0 as often."
            ),
        ),
        (
            {"rule": [{"when": {"sky": "day"}, "weights": {"bird": {"none": 1}}}]},
            (
                'rule.1.weights.bird gives a number to "none", and layer.bird.instances says how '
                "many are "
                "shown; leave it out, and let instances be 0 as often."
            ),
        ),
        (
            {"dataset": {"sampling": "all"}},
            (
                'dataset.sampling is "all", which makes each combination once, and layer.bird has '
                'instances, of which there are too many combinations; use "random" or "quota".'
            ),
        ),
        (
            {"dataset": {"unique": True}},
            (
                "dataset.unique is true, which compares one variant of each layer, and layer.bird "
                "has "
                'instances; remove it, or use disjoint = "scenes" to keep splits apart.'
            ),
        ),
        (
            {
                "dataset": {"disjoint": "combinations"},
                "split": [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}],
            },
            (
                'dataset.disjoint is "combinations", which compares one variant of each layer, and '
                'layer.bird has instances; use "scenes".'
            ),
        ),
        ({"dataset": {"pair": "bird"}}, f"dataset.pair names {NAMES}"),
        (
            {"rule": [{"when": {"bird": "red"}, "forbid": {"tree": "fir"}}]},
            f"rule.1.when names {NAMES}",
        ),
        (
            {"rule": [{"all_different": ["tree"]}]},
            f'rule.1.all_different is ["tree"], and tree has no instances; expected {DIFFERENT}.',
        ),
        (
            {
                "view": [
                    {"name": "plain"},
                    {"name": "a", "another": "sky", "rule": [{"all_different": ["tree"]}]},
                ]
            },
            (
                'view.a.rule.1.all_different is ["tree"], and tree has no instances; expected '
                f"{DIFFERENT}."
            ),
        ),
        (
            {"joint": [{"layers": ["tree", "bird"], "weights": {"fir": {"red": 1}}}]},
            f"joint.1.layers names {NAMES}",
        ),
        (
            {"correlate": [{"layer": "tree", "follows": "bird", "agree": 1, "pairs": {"a": "b"}}]},
            f"correlate.1.follows names {NAMES}",
        ),
        (
            {
                "split": [
                    {"name": "a", "share": 0.5, "hold_out": [{"bird": "red", "tree": "fir"}]},
                    {"name": "b", "share": 0.5},
                ]
            },
            f"split.a.hold_out names {NAMES}",
        ),
        ({"labels": {"class_layer": "bird"}}, f"labels.class_layer names {NAMES}"),
        (
            {"tree": {"depth": "random"}},
            (
                'layer.tree.depth is "random", but the layer has no instances to order and no '
                "depth_group of layers to be ordered with; give one of them or remove depth."
            ),
        ),
        (
            alone(depth_group="crowd"),
            (
                'layer.bird.depth_group is "crowd", but goes with depth = "random" or "bottom", '
                "which "
                "is missing; give it or remove this."
            ),
        ),
        (
            {"tree": GROUPED, **alone(depth="bottom", depth_group="crowd")},
            (
                'layer.bird.depth is "bottom", but that of tree, of the same depth_group, is '
                '"random"; expected the same.'
            ),
        ),
        (
            alone(depth="random", parts={"back": -1, "front": 0}),
            (
                'layer.bird.depth is "random", but its parts say where each is drawn; '
                "remove one of them."
            ),
        ),
    ],
)
def test_refused(tmp_path, tables, sentence):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, **tables)
    [line] = str(error.value).splitlines()
    assert line.split(": ", 1)[1] == sentence


def test_a_wrong_range_is_reported_beside_other_errors(tmp_path):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, **alone(instances=[7, 3], depth="botom"))
    assert [line.split(": ", 1)[-1] for line in str(error.value).splitlines()] == [
        "layer.bird.instances is [7, 3]; expected the lowest first. Write [3, 7].",
        (
            'layer.bird.depth is "botom"; expected "listed", "random" or "bottom". '
            'Did you mean "bottom"?'
        ),
    ]


def test_layers_of_a_group_are_side_by_side(tmp_path):
    layers = [layer_table(name, **GROUPED) for name in ("cat", "dog")]
    layers.insert(1, layer_table("bush"))
    with pytest.raises(ConfigError) as error:
        load_config(write_toml(tmp_path, {"layer": layers}), {})
    assert str(error.value).split(": ", 1)[1] == (
        'layer.bush lies between layers of depth_group "crowd"; list these side by side, '
        "or give it the same depth_group."
    )


def test_nothing_is_placed_by_a_layer_with_instances(tmp_path):
    layers = [
        layer_table("sky"),
        layer_table("bird", instances=2),
        layer_table("hat", place={"of": "bird", "at": "top"}),
    ]
    with pytest.raises(ConfigError) as error:
        load_config(write_toml(tmp_path, {"layer": layers}), {})
    assert str(error.value).split(": ", 1)[1] == f"layer.hat.place.of names {NAMES}"


def test_a_place_when_keeps_what_goes_with_a_random_place(tmp_path):
    special = {"when": {"sky": "day"}, "x": [1, 2], "y": [3, 4]}
    place = {**AVOIDING, "otherwise": "drop"}
    config = load(tmp_path, bird={"place": place, "place_when": [special]})
    _, other = config.layer[2].places
    assert (other.avoid, other.otherwise, other.x.range) == (("self",), "drop", (1, 2))


def test_a_fixed_place_when_drops_it(tmp_path):
    special = {"when": {"sky": "day"}, "at": [1, 2]}
    place = {**AVOIDING, "otherwise": "drop"}
    config = load(tmp_path, bird={"place": place, "place_when": [special]})
    _, other = config.layer[2].places
    assert (other.avoid, other.otherwise, other.at) == (None, None, (1, 2))
