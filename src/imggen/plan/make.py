"""Make the plan: draw what all images show, and refuse what cannot be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from imggen.assets import Library, Variants
from imggen.config import Config, Dataset
from imggen.plan.draws import Draws, RandomDraws
from imggen.plan.families import for_each_member, interleave, members
from imggen.plan.groups import Traits
from imggen.plan.names import check_lengths
from imggen.plan.placement.boxes import extreme_boxes
from imggen.plan.placement.canvas import check_on_canvas, check_targets
from imggen.plan.placement.columns import LookColumn, Varied
from imggen.plan.placement.depths import DrawingOrder, Ranks, draw_ranks
from imggen.plan.placement.looks import Looks, LookTable, draw_looks
from imggen.plan.placement.positions import Placer, RandomPositions
from imggen.plan.placement.spots import Ints, LayerSpots, make_spots
from imggen.plan.placement.values import set_values
from imggen.plan.placement.varied import columns_of
from imggen.plan.plan import Plan, scene_keys, sort_scenes, starts_scene
from imggen.plan.sampling.families import SceneFamily
from imggen.plan.sampling.images import ImageSource
from imggen.plan.sampling.leaks import SortedImages, check_disjoint
from imggen.plan.sampling.per_split import Distributions
from imggen.plan.sampling.splits import Splits
from imggen.plan.slots import Slots, none_of


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions and sort the images by what they show.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, `unique` asks for too many images,
        splits show the same although they should not, or a name may be too long.
    """
    source = ImageSource.of(config, library.layers)
    check_places(config, library, source.distributions)
    slots = source.slots
    traits, splits = source.draw_images()
    varied = varied_of(config, slots)
    columns = columns_of(config, slots)
    draws = RandomDraws(config.dataset.seed)
    placer = make_placer(config, library, varied)
    check_targets(placer.layers, library.layers, traits)
    check_lengths(config, library.layers, len(traits))
    family = source.family
    looks = make_looks(family, draws, columns, library.layers, traits, splits)
    set_values(family, slots, placer.looks, traits, looks)
    drawn = place_images(family, slots, placer, traits, looks)
    drop_lost(slots, drawn.lost, traits, looks, placer.looks)
    drawing = DrawingOrder.of(config.layer, library.layers)
    ranks = make_ranks(config.dataset, family, drawing, library.layers, traits)
    keys = scene_keys(traits, looks, drawn.positions, ranks)
    order = sort_scenes(keys)
    plan = Plan(
        config=config,
        library=library,
        distributions=source.distributions,
        spots=placer.layers,
        traits=traits,
        looks=looks,
        look_table=placer.looks,
        positions=drawn.positions,
        ranks=ranks,
        drawing=drawing,
        crowded=drawn.crowded,
        dropped=count_lost(placer.layers, library.layers, drawn.lost),
        splits=splits,
        family=family.size,
        order=order.astype(np.min_scalar_type(len(traits))),
        distinct=int(np.count_nonzero(starts_scene(keys, order))),
    )
    if config.dataset.disjoint is not None:
        check_splits(plan, config.dataset.disjoint)
    return plan


def check_places(config: Config, library: Library, distributions: Distributions) -> None:
    """Refuse places that leave the canvas; of a layer's instances, one stands for all."""
    declared = library.declared
    spots = make_spots(config.layer, declared, library.size)
    pairs = zip(config.layer, declared, strict=True)
    boxes = [extreme_boxes(layer.variation, own) for layer, own in pairs]
    check_on_canvas(spots, replace(library, layers=declared), boxes, distributions)


def varied_of(config: Config, slots: Slots) -> list[Varied]:
    """Return how each slot varies."""
    by_name = {layer.name: layer.variation for layer in config.layer}
    return [by_name[variants.layer] for variants in slots.layers]


def drop_lost(slots: Slots, lost: Ints, traits: Traits, looks: Looks, table: LookTable) -> None:
    """Let images show `none` in place of the instances that had no room; `lost` as drawn."""
    for slot in np.unique(lost[:, 1]).tolist():
        images = lost[lost[:, 1] == slot, 0]
        traits[images, slot] = none_of(slots.layers[slot])
        columns = [k for k, (depth, _) in enumerate(table.levels) if depth == slot]
        looks[images[:, None], columns] = 0


def count_lost(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], lost: Ints
) -> dict[str, int]:
    """Count the instances that are left out, of each layer whose instances may have no room."""
    counts = np.bincount(lost[:, 1], minlength=len(layers)).tolist()
    dropped: dict[str, int] = {}
    for layer, own, count in zip(layers, variants, counts, strict=True):
        if layer.avoids and own.instance is not None:
            dropped[layer.layer] = dropped.get(layer.layer, 0) + count
    return dropped


def make_ranks(
    dataset: Dataset,
    family: SceneFamily,
    drawing: DrawingOrder,
    variants: Sequence[Variants],
    traits: Traits,
) -> Ranks:
    """Draw the ranks of all images, as in `Plan`; those of a family have the same."""
    draw = partial(draw_ranks, dataset.seed, drawing.groups, variants)
    return for_each_member(family.size, draw, traits)


def make_placer(config: Config, library: Library, varied: Sequence[Varied]) -> Placer:
    """Make what places the sprites of all layers; refuses ranges and conditions in error."""
    spots = make_spots(config.layer, library.layers, library.size)
    return Placer(config.dataset.seed, spots, library, LookTable.of(varied))


def make_looks(
    family: SceneFamily,
    draws: Draws,
    columns: Sequence[LookColumn],
    variants: Sequence[Variants],
    traits: Traits,
    splits: Splits,
) -> Looks:
    """Draw the looks of all images, as in `Plan`; those of a family look alike."""
    own = zip(members(traits, family.size), members(splits, family.size), strict=True)
    return interleave([draw_looks(draws, columns, variants, *one) for one in own])


def place_images(
    family: SceneFamily, slots: Slots, placer: Placer, traits: Traits, looks: Looks
) -> RandomPositions:
    """Draw the positions of all images, as in `Plan`."""
    if family.size == 1:
        return placer.draw(traits, looks)
    differing = [slot for depth in family.differing for slot in slots.numbers(depth)]
    return placer.draw_families(traits, looks, family.size, differing)


def check_splits(plan: Plan, disjoint: str) -> None:
    """Refuse splits that have a scene or, by `dataset.disjoint`, a combination in common."""
    keys = scene_keys(plan.traits, plan.looks, plan.positions, plan.ranks)
    apart = keys if disjoint == "scenes" else keys[: plan.traits.shape[1]]
    images = SortedImages(
        images=plan.order.astype(np.intp),
        traits=plan.traits[plan.order],
        splits=plan.splits[plan.order],
        same=~starts_scene(apart, plan.order),
    )
    names = [split.name for split in plan.config.split]
    check_disjoint(disjoint, names, plan.library.layers, images)
