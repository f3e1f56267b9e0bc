"""Make the plan: draw what all images show, and refuse what cannot be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from imggen.assets import Library, Variants
from imggen.config import Config, Dataset
from imggen.config.vary import Vary
from imggen.plan.groups import Traits
from imggen.plan.names import check_lengths
from imggen.plan.pairs import halves, side_by_side
from imggen.plan.placement.boxes import extreme_boxes
from imggen.plan.placement.canvas import check_on_canvas, check_targets
from imggen.plan.placement.looks import Looks, LookTable, draw_looks
from imggen.plan.placement.positions import Placer, RandomPositions
from imggen.plan.placement.spots import make_spots
from imggen.plan.plan import Plan, scene_keys, starts_scene
from imggen.plan.sampling.counterfactuals import paired_depth
from imggen.plan.sampling.images import ImageSource
from imggen.plan.sampling.leaks import SortedImages, check_disjoint


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions and sort the images by what they show.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, `unique` asks for too many images,
        splits show the same although they should not, or a name may be too long.
    """
    vary = [layer.vary for layer in config.layer]
    source = ImageSource.of(config, library.layers)
    placer = make_placer(config, library, vary)
    boxes = [extreme_boxes(*pair) for pair in zip(vary, library.layers, strict=True)]
    check_on_canvas(placer.layers, library, boxes, source.distributions)
    traits, splits = source.draw_images()
    check_targets(placer.layers, library.layers, traits)
    check_lengths(config, library.layers, len(traits))
    looks = make_looks(config.dataset, vary, library.layers, traits)
    drawn = place_images(config.dataset, placer, traits, looks)
    keys = scene_keys(traits, looks, drawn.positions)
    order = np.lexsort(keys[::-1])
    plan = Plan(
        config=config,
        library=library,
        distributions=source.distributions,
        spots=placer.layers,
        traits=traits,
        looks=looks,
        look_table=placer.looks,
        positions=drawn.positions,
        crowded=drawn.crowded,
        splits=splits,
        order=order.astype(np.min_scalar_type(len(traits))),
        distinct=int(np.count_nonzero(starts_scene(keys, order))),
    )
    if config.dataset.disjoint is not None:
        check_splits(plan, config.dataset.disjoint)
    return plan


def make_placer(config: Config, library: Library, vary: Sequence[Vary]) -> Placer:
    """Make what places the sprites of all layers; refuses ranges and conditions in error."""
    spots = make_spots(config.layer, library.layers, library.size)
    return Placer(config.dataset.seed, spots, library, LookTable.of(vary))


def make_looks(
    dataset: Dataset, vary: Sequence[Vary], variants: Sequence[Variants], traits: Traits
) -> Looks:
    """Draw the looks of all images, as in `Plan`; both images of a pair look alike."""
    draw = partial(draw_looks, dataset.seed, vary, variants)
    if dataset.pair is None:
        return draw(traits)
    return side_by_side(*map(draw, halves(traits)))


def place_images(dataset: Dataset, placer: Placer, traits: Traits, looks: Looks) -> RandomPositions:
    """Draw the positions of all images, as in `Plan`."""
    if dataset.pair is None:
        return placer.draw(traits, looks)
    return placer.draw_pairs(traits, looks, paired_depth(dataset, placer.library.layers))


def check_splits(plan: Plan, disjoint: str) -> None:
    """Refuse splits that have a scene or, by `dataset.disjoint`, a combination in common."""
    keys = scene_keys(plan.traits, plan.looks, plan.positions)
    apart = keys if disjoint == "scenes" else keys[: plan.traits.shape[1]]
    images = SortedImages(
        images=plan.order.astype(np.intp),
        traits=plan.traits[plan.order],
        splits=plan.splits[plan.order],
        same=~starts_scene(apart, plan.order),
    )
    names = [split.name for split in plan.config.split]
    check_disjoint(disjoint, names, plan.library.layers, images)
