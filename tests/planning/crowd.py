"""A dataset with instances: a background, two trees or none, three to seven birds."""

import numpy as np
from tests.art import blob, load, random_pixels, write_dataset

from imggen.assets import load_assets
from imggen.planning import make_plan

SIZE = (200, 150)
ANYWHERE = {"x": ["0%", "100%"], "y": ["0%", "100%"]}
BIRD = {"instances": [3, 7], "place": ANYWHERE}
TREE = {"instances": {"0": 0.25, "2": 0.75}, "place": ANYWHERE}


def write_crowd(folder, **tables):
    """Write the dataset; a layer's settings, or those of another table, replace the usual ones."""
    rng = np.random.default_rng(5)
    layers = {
        "sky": {name: random_pixels(rng, *SIZE, 3) for name in ("day", "night")},
        "tree": {"fir": blob(rng, 14, 31), "oak": blob(rng, 23, 26)},
        "bird": {name: blob(rng, 12 + k, 9 + 2 * k) for k, name in enumerate(("blue", "red"))},
    }
    settings = {"tree": TREE, "bird": BIRD, "dataset": {"count": 400, "seed": 3}, **tables}
    return write_dataset(folder, layers, **settings)


def plan_of(path, **overrides):
    """The plan of the dataset in `path`."""
    config = load(path, **overrides)
    return make_plan(config, load_assets(config))


def crowd(folder, **tables):
    """The plan of such a dataset."""
    return plan_of(write_crowd(folder, **tables))


def counts_of(plan, layer):
    """How many instances of a layer each image shows: (images,)."""
    return plan.slots.counts(plan.traits, depth_of(plan, layer))


def shown_of(plan, layer):
    """What the instances of a layer show, as numbers of variants: (images, instances)."""
    return plan.slots.shown(plan.traits, depth_of(plan, layer))


def depth_of(plan, layer):
    return [one.name for one in plan.config.layer].index(layer)


def none_in(plan, layer):
    return plan.slots.declared[depth_of(plan, layer)].names.index("none")


def boxes_of(plan):
    """Left, top, right and bottom of all sprites, and which are drawn: (images, slots, 4), px."""
    sizes, corners = plan.boxes(plan.traits, plan.looks, plan.positions)
    return np.concatenate([corners, corners + sizes], axis=2), (sizes > 0).all(axis=2)
