"""Layers of which an image shows several instances.

A distribution is about one variant of each layer, here of the first instance, and about numbers:
behind the layers of the configuration, each layer with instances has one more whose "variants" are
0, 1, 2, ... Given these, the other instances are drawn like the first, each from a stream of its
own. An instance beyond an image's number shows `none`. In the traits of images each instance has a
column, its *slot*.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from imggen.assets import NO_SPRITE, Variants
from imggen.config.instances import Instances, chances_by_number
from imggen.planning.groups import Index, Traits
from imggen.planning.sampling.different import Remaining
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.quota import deal, quota_column
from imggen.planning.sampling.step import CELLS_AT_ONCE, Chances, upper_bounds
from imggen.planning.slots import Slots, none_of
from imggen.planning.streams import ends_of, random_units, random_words

NUMBER = ".instances"  # after the name of a layer: which is in no name of another


def number_layer(layer: str, most: int, instances: Instances) -> Variants:
    """Return the numbers 0 to `most` as a layer, as likely as `instances` says."""
    nothing = np.zeros(most + 1, np.int32)
    return Variants(
        layer=f"{layer}{NUMBER}",
        names=tuple(map(str, range(most + 1))),
        probabilities=number_chances(most, instances),
        sizes=np.zeros((most + 1, 2), np.int32),
        sprites=np.full_like(nothing, NO_SPRITE),
        backgrounds=nothing,
    )


def number_chances(most: int, instances: Instances) -> Chances:
    """Return how likely each number of instances is: (most + 1,), summing to 1."""
    given = chances_by_number(instances)
    chances = np.array([given.get(number, 0.0) for number in range(most + 1)])
    normalised: Chances = chances / chances.sum()
    return normalised


def draw_instances(
    seed: int, slots: Slots, distribution: Distribution, drawn: Traits, images: Index
) -> Traits:
    """Draw all instances of `images` (n,), rising, of which `drawn` (n, layers) is known.

    Returns the traits of their slots: (n, slots).
    """
    traits = place_firsts(slots, drawn)
    draw_different(seed, slots, distribution, drawn, images, traits)
    for depth in slots.instanced:
        if depth in distribution.apart:
            continue
        step = distribution.step_of(depth)
        for slot, layer, rows in others_shown(slots, depth, drawn):
            if len(rows):
                stop = int(images[rows[-1]]) + 1
                units = random_units(seed, layer.stream, int(images[rows[0]]), stop)
                own = units[images[rows] - images[rows[0]]]
                traits[rows, slot] = step.invert(own, drawn[rows])[0]
    return traits


def draw_quota_instances(
    seed: int, slots: Slots, distribution: Distribution, drawn: Traits, images: Index
) -> Traits:
    """Do the same with exact counts: of all instances, each variant has its share, rounded."""
    traits = place_firsts(slots, drawn)
    draw_quota_different(seed, slots, distribution, drawn, traits)
    for depth in slots.instanced:
        if depth in distribution.apart:
            continue
        shown = list(instances_shown(slots, depth, drawn))
        rows = np.concatenate([rows for _, _, rows in shown])
        columns = np.repeat([slot for slot, _, _ in shown], [len(rows) for _, _, rows in shown])
        words = [random_words(seed, one.stream, 0, len(images))[own] for _, one, own in shown]
        shuffled = np.argsort(np.concatenate(words), kind="stable")
        step = distribution.step_of(depth)
        found = quota_column(distribution.layers, step, drawn[rows], shuffled)
        traits[rows, columns] = found
    return traits


def draw_different(
    seed: int,
    slots: Slots,
    distribution: Distribution,
    drawn: Traits,
    images: Index,
    traits: Traits,
) -> None:
    """Draw instances that are all different, first ones included, into `traits` (n, slots)."""
    most = max((len(distribution.layers[depth].names) for depth in distribution.apart), default=1)
    at_once = max(1, CELLS_AT_ONCE // most)
    for start in range(0, len(images) if distribution.apart else 0, at_once):
        part = slice(start, start + at_once)
        remaining = Remaining(distribution, drawn[part])
        for depth in distribution.apart:
            for slot, layer, rows in instances_shown(slots, depth, drawn[part]):
                first, stop = ends_of(images[part][rows])
                units = random_units(seed, layer.stream, first, stop)[images[part][rows] - first]
                bounds = upper_bounds(remaining.table(depth, rows))
                shown = (bounds <= units[:, None]).sum(axis=1)
                remaining.add(depth, rows, shown)
                traits[part][rows, slot] = shown


def draw_quota_different(
    seed: int, slots: Slots, distribution: Distribution, drawn: Traits, traits: Traits
) -> None:
    """Do the same for all images, with exact counts in each group that has shown the same."""
    remaining = Remaining(distribution, drawn)
    for depth in distribution.apart:
        owed = np.zeros(len(distribution.layers[depth].names))
        for slot, layer, rows in instances_shown(slots, depth, drawn):
            words = random_words(seed, layer.stream, 0, len(drawn))[rows]
            group, first = remaining.contexts(depth, rows)
            table = remaining.table(depth, rows[first])
            shown = deal(group, table, np.argsort(words, kind="stable"), owed)
            remaining.add(depth, rows, shown)
            traits[rows, slot] = shown


def place_firsts(slots: Slots, drawn: Traits) -> Traits:
    """Return traits with the first instances of all layers, and no others: (n, slots)."""
    most = max(len(layer.names) for layer in slots.layers)
    traits = np.empty((len(drawn), len(slots.layers)), np.min_scalar_type(most - 1))
    for depth, columns in enumerate(slots.columns):
        if depth in slots.instanced:
            none = none_of(slots.declared[depth])
            traits[:, columns] = none
            some = drawn[:, slots.number(depth)] > 0
            traits[:, columns.start] = np.where(some, drawn[:, depth], none)
        else:
            traits[:, columns.start] = drawn[:, depth]
    return traits


def instances_shown(
    slots: Slots, depth: int, drawn: Traits
) -> Iterator[tuple[int, Variants, Index]]:
    """Yield each slot of the layer at `depth`, and the images that show that instance."""
    numbers = drawn[:, slots.number(depth)]
    columns = slots.columns[depth]
    for slot in range(columns.start, columns.stop):
        yield slot, slots.layers[slot], np.flatnonzero(numbers > slot - columns.start)


def others_shown(slots: Slots, depth: int, drawn: Traits) -> Iterator[tuple[int, Variants, Index]]:
    """Yield the same of all instances but the first."""
    shown = instances_shown(slots, depth, drawn)
    next(shown)
    return shown
