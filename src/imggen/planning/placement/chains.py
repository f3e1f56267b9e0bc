"""All ways in which a layer can be placed, found without trying all combinations of variants.

Variants that neither the conditions of `place_when` nor rules tell apart lie in the same spots in
the same scenes, so they form one group. There are few groups, whatever the number of variants.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, classes_of
from imggen.planning.matching import Mask
from imggen.planning.placement.anchors import has_pixels
from imggen.planning.placement.spots import LayerSpots, Spot, choose_spots
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.walk import TooManyError

MOST_COMBINATIONS = 10**6  # of groups; at the worst a minute's work
MOST_FINE = 10**4  # of groups that rules tell apart, too

Group = npt.NDArray[np.intp]  # variants of one layer
Classes = dict[int, Index]  # of the variants of layers, by depth


@dataclass(frozen=True, eq=False)  # compared by identity: each is made once
class Link:
    """A layer at `depth` that shows one of the variants in `group` at `spot`.

    `drawn` : these variants have pixels. `no_target` : the layer that the spot is relative to has
    none, and the spot has another position for that.
    """

    depth: int
    spot: Spot
    group: Group
    drawn: bool
    no_target: bool


Links = Mapping[tuple[int, int, int, bool], Link]  # by depth, class, number of the spot, no_target


def chains_of(
    layers: Sequence[LayerSpots], distribution: Distribution, depth: int
) -> Iterator[tuple[Link, ...]]:
    """Yield each way to place the layer at `depth`: its link and those that it is relative to.

    Raises
    ------
    PlanError
        If conditions tell too many variants apart to try them.
    """
    chain = may_depend_on(layers, depth)
    classes, traits = tell_apart(layers, distribution, chain)
    links = make_links(layers, distribution.layers, {d: classes[d] for d in chain})
    picked = np.stack([classes[d][traits[:, d]] for d in chain], axis=1)
    chosen = choose_spots(layers, traits)[:, chain]
    seen = set()
    for pick, numbers in np.unique(np.stack([picked, chosen], axis=1), axis=0).tolist():
        state = dict(zip(chain, zip(pick, numbers, strict=True), strict=True))
        found = follow(links, state, depth)
        if found and found not in seen:
            seen.add(found)
            yield found


def make_links(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], classes: Classes
) -> Links:
    """Make all links of these layers, by depth, class, number of the spot, and `no_target`."""
    return {
        (d, k, number, no_target): Link(
            d, spot, group, bool(has_pixels(variants[d].sizes[group[0]])), no_target
        )
        for d, own in classes.items()
        for k, group in enumerate(groups_of(own))
        for number, spot in enumerate(layers[d].spots)
        for no_target in (False, True)
    }


def check_reached(layers: Sequence[LayerSpots], variants: Sequence[Variants]) -> None:
    """Refuse a `place_when` that an earlier one leaves nothing to.

    Raises
    ------
    PlanError
        Naming it.
    """
    for depth, layer in enumerate(layers):
        if not layer.conditions:
            continue
        classes = {
            d: classes_of(masks_on(layers, d, [depth]), len(variants[d].names))
            for d in mentioned_by(layer)
        }
        check_count(layer.layer, classes)
        reached = choose_spots(layers, combine(classes, len(layers)))[:, depth]
        for number, spot in enumerate(layer.spots[1:], 1):
            if number not in reached:
                message = (
                    f"{spot.called} is never used, because earlier ones match all that it "
                    "matches; remove it, or put it before them."
                )
                raise PlanError(message)


def check_count(layer: str, classes: Classes) -> None:
    """Refuse more combinations of `classes` than can be tried."""
    count = count_combinations(classes)
    if count > MOST_COMBINATIONS:
        message = (
            f"layer.{layer} has a place that depends on {count:,} combinations of variants; "
            f"expected at most {MOST_COMBINATIONS:,}. Use * in place_when."
        )
        raise PlanError(message)


def count_combinations(classes: Classes) -> int:
    """Count the combinations of one class of each layer."""
    return math.prod(int(own.max()) + 1 for own in classes.values())


def may_depend_on(layers: Sequence[LayerSpots], depth: int) -> list[int]:
    """Return the layer at `depth` and those it may be relative to, the last first."""
    chain = {depth}
    for d in range(depth, -1, -1):
        if d in chain:
            chain |= {spot.of for spot in layers[d].spots if spot.of is not None}
    return sorted(chain, reverse=True)


def mentioned_by(layer: LayerSpots) -> set[int]:
    """Return the layers that the conditions of `layer` are about."""
    return {d for condition in layer.conditions for d, _ in condition}


def tell_apart(
    layers: Sequence[LayerSpots], distribution: Distribution, chain: Sequence[int]
) -> tuple[Classes, Traits]:
    """Class variants by all that matters to the places of `chain`.

    Variants of one class occur in the same scenes, unless that makes too many classes. Returns also
    the traits of one scene of each combination that occurs.
    """
    told_apart = sorted({*chain, *(d for one in chain for d in mentioned_by(layers[one]))})
    tests = {d: [*masks_on(layers, d, chain), distribution.can_show(d)] for d in told_apart}
    for d in chain:
        tests[d].append(has_pixels(distribution.layers[d].sizes))
    coarse = {d: number_classes(masks) for d, masks in tests.items()}
    check_count(layers[chain[0]].layer, coarse)
    fine = {d: number_classes([*masks, *distribution.masks_on(d)]) for d, masks in tests.items()}
    if count_combinations(fine) <= MOST_FINE and distribution.walked is not None:
        with suppress(TooManyError):
            return fine, distribution.scenes_by_class(fine).traits
    return coarse, distribution.possible_scenes(coarse).traits


def masks_on(layers: Sequence[LayerSpots], depth: int, chain: Sequence[int]) -> list[Mask]:
    """Return the variants of the layer at `depth` that conditions of `chain` name: masks."""
    return [
        mask
        for one in chain
        for condition in layers[one].conditions
        for d, mask in condition
        if d == depth
    ]


def number_classes(masks: Sequence[Mask]) -> Index:
    """Number the classes that `masks` tell apart, in the order of their first variants."""
    classes = classes_of(masks, len(masks[0]))
    _, first = np.unique(classes, return_index=True)
    return np.argsort(np.argsort(first))[classes]


def groups_of(classes: Index) -> list[Group]:
    """Return the variants of each class."""
    return [np.flatnonzero(classes == k) for k in range(int(classes.max()) + 1)]


def combine(classes: Classes, depths: int) -> Traits:
    """Return the traits of one image of every combination of `classes`: (n, depths)."""
    firsts = [np.unique(own, return_index=True)[1] for own in classes.values()]
    picks = np.indices([len(first) for first in firsts]).reshape(len(firsts), -1)
    traits = np.zeros((picks.shape[1], depths), np.uint32)
    for depth, first, pick in zip(classes, firsts, picks, strict=True):
        traits[:, depth] = first[pick]
    return traits


def follow(
    links: Links,
    state: Mapping[int, tuple[int, int]],
    depth: int,
) -> tuple[Link, ...]:
    """Follow the layers from the one at `depth` to the one that is relative to none.

    Empty if it draws nothing, or is refused because its target draws nothing. `state` is the group
    and the spot of each layer.
    """
    link = links[depth, *state[depth], False]
    if not link.drawn:
        return ()
    found = [link]
    while link.spot.of is not None:
        above, link = link, links[link.spot.of, *state[link.spot.of], False]
        if not link.drawn and isinstance(above.spot.otherwise, tuple):
            found[-1] = links[above.depth, *state[above.depth], True]
            break
        if not link.drawn and above.drawn and above.spot.otherwise == "refuse":
            return ()
        found.append(link)
    return tuple(found)
