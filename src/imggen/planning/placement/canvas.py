"""Refuse places that leave the canvas or that are never used, whatever would be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise, product

import numpy as np

from imggen.assets import Library, Variants
from imggen.config.plain import AXES
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.placement.anchors import anchor_of, has_pixels, point_of
from imggen.planning.placement.areas import corner_ends
from imggen.planning.placement.boxes import Boxes
from imggen.planning.placement.chains import Link, chains_of, check_reached
from imggen.planning.placement.spots import Ints, LayerSpots, Spot, choose_spots
from imggen.planning.sampling.distribution import Distribution

Outermost = Callable[[Link, str | None], tuple[Boxes, Ints]]


def check_on_canvas(
    layers: Sequence[LayerSpots],
    library: Library,
    boxes: Sequence[Boxes],
    distributions: Sequence[Distribution],
) -> None:
    """Refuse a sprite that could lie wholly outside the canvas, or that cannot be kept inside.

    `boxes` are those that its variants may have, of each layer. What none of `distributions` draws
    may be anywhere. Refuses a place that is never used, too.

    Raises
    ------
    PlanError
        Naming the place, the variant and where it would be.
    """
    check_reached(layers, library.layers)
    outermost = cache(partial(find_outermost, library.size, boxes))
    different = {id(one): one for one in distributions}  # compared by identity
    for distribution, depth in product(different.values(), range(len(layers))):
        for chain in chains_of(layers, distribution, depth):
            if chain[0].spot.ranges:
                check_inside(chain[0], library.layers[depth], boxes[depth], library.size)
            check_chain(chain, library, outermost)


def check_inside(link: Link, variants: Variants, boxes: Boxes, size: tuple[int, int]) -> None:
    """Refuse the first variant that no position of the spot's ranges keeps on the canvas."""
    spot, boxes = link.spot, boxes.of(link.group)
    lowest, highest = corner_ends(spot, boxes.sizes, size)
    lost = np.argwhere(lowest > highest)
    if not len(lost):
        return
    row, axis = lost[0].tolist()
    raise PlanError(
        say_lost(spot, variants.names[boxes.variants[row]], boxes.sizes[row], axis, size)
    )


def say_lost(spot: Spot, name: str, box: Ints, axis: int, size: tuple[int, int]) -> str:
    """Return the sentence on a variant whose `box` no position along `axis` keeps inside."""
    sprite = f'"{name}" ({box[0]}x{box[1]} px)'
    canvas = f"the canvas of {size[0]}x{size[1]} px"
    if spot.inside < 1:
        return (
            f"{spot.called}.inside is {float(spot.inside)}, but no x and y in the ranges keep that "
            f"share of {sprite} on {canvas}; change them or lower inside."
        )
    called = f"{spot.called}.inside is true, but {sprite}"
    if (box > size).any():
        return f"{called} is larger than {canvas}; make it smaller or set inside = false."
    first = (anchor_of(spot.anchor, box) - spot.at)[axis]
    return (
        f"{called} is on {canvas} only with {AXES[axis]} from {first} to "
        f"{first + size[axis] - box[axis]}, and {AXES[axis]} is {spot.range_texts[axis]}; "
        "change it or set inside = false."
    )


def check_chain(chain: Sequence[Link], library: Library, outermost: Outermost) -> None:
    """Refuse a sprite that the places of `chain` can put outside the canvas.

    An edge's position is a sum of one term for each layer of the chain, so the largest and the
    smallest of each term make the largest and the smallest of all combinations.
    """
    boxes, corners = outermost(chain[0], None)
    for above, link in pairwise(chain):
        corners = corners + outermost(link, above.spot.of_point)[1]
    outside = ((corners + boxes.sizes <= 0) | (corners >= library.size)).any(axis=1)
    if outside.any():
        edge = int(np.argmax(outside))
        (x, y), (width, height) = corners[edge].tolist(), boxes.sizes[edge].tolist()
        name = library.layers[chain[0].depth].names[boxes.variants[edge]]
        message = (
            f"{chain[0].spot.called} {'can put' if chain[-1].spot.ranges else 'puts'} "
            f'"{name}" ({width}x{height} px) at x = {x}, y = {y}, wholly '
            f"outside the canvas of {library.size[0]}x{library.size[1]} px; {way_out(chain)}."
        )
        raise PlanError(message)


def find_outermost(
    size: tuple[int, int], boxes: Sequence[Boxes], link: Link, point: str | None
) -> tuple[Boxes, Ints]:
    """Return the sprites and corners that put each edge furthest out: four boxes, (4, 2) px.

    The sprite is the layer's own or, with `point`, that of a layer that is put at that point of it.
    The edges are: left edge furthest right, right edge furthest left, and the same of y.
    """
    own = boxes[link.depth].of(link.group)
    near = corner_terms(link, own.sizes, size) + (point_of(point, own.sizes) if point else 0)
    far = near + (0 if point else own.sizes)
    ends = [end for axis in (0, 1) for end in (near[..., axis].argmax(), far[..., axis].argmin())]
    rows = np.array(ends) % len(own.sizes)
    return Boxes(own.variants[rows], own.sizes[rows]), near.reshape(-1, 2)[ends]


def corner_terms(link: Link, boxes: Ints, size: tuple[int, int]) -> Ints:
    """Return the extreme corners of `boxes`, from where the link is put: (ends, n, 2)."""
    spot = link.spot
    if spot.ranges:
        return corner_ends(spot, boxes, size)
    at = spot.otherwise if link.no_target else spot.at
    return (np.array(at) - anchor_of(spot.anchor, boxes))[None]


def way_out(chain: Sequence[Link]) -> str:
    """Say what to do if the first of `chain` is off the canvas."""
    spot, root = chain[0].spot, chain[-1].spot
    if spot.ranges:
        return "narrow x and y, or set inside = true"
    if root.ranges:
        return f"narrow x and y of {root.called}, or move it"
    return "move it"


def check_targets(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], traits: Traits, start: int = 0
) -> None:
    """Refuse the first image of (images, layers) whose sprite has no target, where that is asked.

    The first of them is image `start`.

    Raises
    ------
    PlanError
        Naming the place, the image and what it shows.
    """
    chosen = choose_spots(layers, traits)
    drawn = [has_pixels(group.sizes)[traits[:, d]] for d, group in enumerate(variants)]
    for depth, layer in enumerate(layers):
        for number, spot in enumerate(layer.spots):
            if spot.of is None or spot.otherwise != "refuse":
                continue
            lost = np.flatnonzero(drawn[depth] & ~drawn[spot.of] & (chosen[:, depth] == number))
            if len(lost):
                image, shown = start + lost[0], variants[depth].names[traits[lost[0], depth]]
                message = (
                    f'{spot.called}.otherwise is "refuse", and image {image} shows "{shown}" '
                    f"where {variants[spot.of].layer} draws nothing; give it a place like "
                    "[960, 1000], or forbid the two together."
                )
                raise PlanError(message)
