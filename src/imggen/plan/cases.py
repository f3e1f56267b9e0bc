"""All ways in which a layer can come to its place, without trying all combinations of variants.

Variants that the conditions of `place_when` do not tell apart lie in the same spots, so they are
one group here. Few groups are left, whatever the number of variants.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.plan.placement import has_pixels
from imggen.plan.spots import LayerSpots, Spot, choose_spots
from imggen.plan.traits import Traits

MOST_COMBINATIONS = 10**6  # of groups; at the worst a minute's work

Group = npt.NDArray[np.intp]  # variants of one layer


@dataclass(frozen=True, eq=False)  # each is made once, so it is equal to itself only
class Link:
    """A layer at `depth` that shows one of the variants in `group` at `spot`.

    `drawn` if those draw something; `astray` if the layer that the spot is relative to does not,
    and the spot has another place for that.
    """

    depth: int
    spot: Spot
    group: Group
    drawn: bool
    astray: bool


def chains_of(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], depth: int
) -> Iterator[tuple[Link, ...]]:
    """Each different way in which the layer at `depth` is drawn: it, and what its place depends on.

    Raises
    ------
    PlanError
        If conditions tell too many variants apart to try them.
    """
    chain = may_depend_on(layers, depth)
    told_apart = sorted({*chain, *(d for one in chain for d in mentioned_by(layers[one]))})
    groups = {
        d: groups_of(layers, variants[d], d, chain, np.flatnonzero(variants[d].probabilities))
        for d in told_apart
    }
    check_count(layers[depth].layer, groups)
    links = {
        (d, k, number, astray): Link(
            d, spot, group, bool(has_pixels(variants[d].sizes[group[0]])), astray
        )
        for d in chain
        for k, group in enumerate(groups[d])
        for number, spot in enumerate(layers[d].spots)
        for astray in (False, True)
    }
    picks, traits = combine(groups, len(layers))
    picked = picks[:, [told_apart.index(d) for d in chain]]
    chosen = choose_spots(layers, traits)[:, chain]
    seen = set()
    for pick, numbers in np.unique(np.stack([picked, chosen], axis=1), axis=0).tolist():
        state = dict(zip(chain, zip(pick, numbers, strict=True), strict=True))
        found = follow(links, state, depth)
        if found and found not in seen:
            seen.add(found)
            yield found


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
        groups = {
            d: groups_of(layers, variants[d], d, [depth], np.arange(len(variants[d].names)))
            for d in mentioned_by(layer)
        }
        check_count(layer.layer, groups)
        reached = choose_spots(layers, combine(groups, len(layers))[1])[:, depth]
        for number, spot in enumerate(layer.spots[1:], 1):
            if number not in reached:
                message = (
                    f"{spot.called} is never used, as an earlier one matches all that it does; "
                    "remove it or put it before that."
                )
                raise PlanError(message)


def check_count(layer: str, groups: dict[int, list[Group]]) -> None:
    """Refuse more combinations of `groups` than can be tried."""
    count = math.prod(map(len, groups.values()))
    if count > MOST_COMBINATIONS:
        message = (
            f"layer.{layer} has a place that depends on {count:,} combinations of variants; "
            f"expected at most {MOST_COMBINATIONS:,}. Use * in place_when."
        )
        raise PlanError(message)


def may_depend_on(layers: Sequence[LayerSpots], depth: int) -> list[int]:
    """The layer at `depth` and those that it may be placed relative to, the last first."""
    chain = {depth}
    for d in range(depth, -1, -1):
        if d in chain:
            chain |= {spot.of for spot in layers[d].spots if spot.of is not None}
    return sorted(chain, reverse=True)


def mentioned_by(layer: LayerSpots) -> set[int]:
    """The layers that the conditions of `layer` are about."""
    return {d for condition in layer.conditions for d, _ in condition}


def groups_of(
    layers: Sequence[LayerSpots],
    variants: Variants,
    depth: int,
    chain: Sequence[int],
    choices: Group,
) -> list[Group]:
    """These variants of the layer at `depth`, apart where it matters to the places of `chain`."""
    tests = [
        mask
        for one in chain
        for condition in layers[one].conditions
        for d, mask in condition
        if d == depth
    ]
    seen = has_pixels(variants.sizes)
    if depth in chain:
        tests.append(seen)
    answers = np.array([*tests, np.ones_like(seen)])[:, choices]
    _, group = np.unique(answers, axis=1, return_inverse=True)
    groups = (choices[group == k] for k in range(group.max() + 1))
    return sorted(groups, key=lambda variants: int(variants[0]))


def combine(groups: dict[int, list[Group]], depths: int) -> tuple[npt.NDArray[np.intp], Traits]:
    """Every combination of groups: (n, groups), and traits of an image of each: (n, depths)."""
    picks = np.indices([len(of_layer) for of_layer in groups.values()]).reshape(len(groups), -1).T
    traits = np.zeros((len(picks), depths), np.uint32)
    for column, (depth, of_layer) in enumerate(groups.items()):
        traits[:, depth] = np.array([group[0] for group in of_layer])[picks[:, column]]
    return picks, traits


def follow(
    links: Mapping[tuple[int, int, int, bool], Link],
    state: Mapping[int, tuple[int, int]],
    depth: int,
) -> tuple[Link, ...]:
    """From the layer at `depth` to where its place starts from.

    Empty if it draws nothing, or is refused where what it is relative to draws nothing.
    `state` is the group and the spot of each layer.
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
