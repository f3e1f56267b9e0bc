"""Refusing places that leave the canvas, whatever would be drawn, or that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from imggen.assets import Library, Variants
from imggen.config.place import AXES
from imggen.errors import PlanError
from imggen.plan.areas import corner_ends
from imggen.plan.cases import Link, chains_of, check_reached
from imggen.plan.placement import anchor_of, has_pixels, point_of
from imggen.plan.spots import Ints, LayerSpots, choose_spots
from imggen.plan.traits import Traits


def check_on_canvas(layers: Sequence[LayerSpots], library: Library) -> None:
    """Refuse a sprite that could lie wholly outside the canvas, or that cannot be kept inside.

    Refuses a place that is never used, too.

    Raises
    ------
    PlanError
        Naming the place, the variant and where it would be.
    """
    check_reached(layers, library.layers)
    for depth in range(len(layers)):
        for chain in chains_of(layers, library.layers, depth):
            if chain[0].spot.ranges:
                check_inside(chain[0], library.layers[depth], library.size)
            check_chain(chain, library)


def check_inside(link: Link, variants: Variants, size: tuple[int, int]) -> None:
    """Refuse the first variant that no position of the spot's ranges keeps on the canvas."""
    spot = link.spot
    boxes = variants.sizes[link.group].astype(np.int64)
    lowest, highest = corner_ends(spot, boxes, size)
    lost = np.argwhere(lowest > highest)
    if not len(lost):
        return
    row, axis = lost[0].tolist()
    box = boxes[row]
    sprite = f'"{variants.names[link.group[row]]}" ({box[0]}x{box[1]} px)'
    canvas = f"the canvas of {size[0]}x{size[1]} px"
    if spot.inside < 1:
        message = (
            f"{spot.called}.inside is {float(spot.inside)}, but no x and y in the ranges keep that "
            f"share of {sprite} on {canvas}; change them or lower inside."
        )
        raise PlanError(message)
    called = f"{spot.called}.inside is true, but {sprite}"
    if (box > size).any():
        raise PlanError(f"{called} is larger than {canvas}; make it smaller or set inside = false.")
    first = (anchor_of(spot.anchor, box) - spot.at)[axis]
    range_ = (spot.ranges or ())[axis]
    message = (
        f"{called} is on {canvas} only with {AXES[axis]} from {first} to "
        f"{first + size[axis] - box[axis]}, and {AXES[axis]} is {list(range_)}; "
        "change it or set inside = false."
    )
    raise PlanError(message)


def check_chain(chain: Sequence[Link], library: Library) -> None:
    """Refuse a sprite that the places of `chain` can put outside the canvas."""
    for variant, corner, box in extremes(chain, library):
        if (corner + box > 0).all() and (corner < library.size).all():
            continue
        spot, root = chain[0].spot, chain[-1].spot
        name = library.layers[chain[0].depth].names[variant]
        message = (
            f"{spot.called} {'can put' if root.ranges else 'puts'} "
            f'"{name}" ({box[0]}x{box[1]} px) at x = {corner[0]}, y = {corner[1]}, wholly '
            f"outside the canvas of {library.size[0]}x{library.size[1]} px; {way_out(chain)}."
        )
        raise PlanError(message)


def extremes(chain: Sequence[Link], library: Library) -> Iterator[tuple[int, Ints, Ints]]:
    """Variant, corner and size of a sprite where an edge of it is furthest out, for each edge.

    An edge's position is a sum of one term for each layer of the chain, so the largest and the
    smallest of each term make the largest and the smallest of all combinations.
    """
    boxes = [library.layers[link.depth].sizes[link.group].astype(np.int64) for link in chain]
    terms = [corner_terms(link, box, library.size) for link, box in zip(chain, boxes, strict=True)]
    for k, link in enumerate(chain[:-1], 1):
        terms[k] = terms[k] + point_of(link.spot.of_point, boxes[k])
    for axis in range(len(AXES)):
        for far in (False, True):  # the far edge furthest left or up, else the near one's opposite
            edges = [terms[0] + boxes[0] * far, *terms[1:]]
            picks = [(edge if far else -edge)[..., axis].argmin() for edge in edges]
            corners = [t.reshape(-1, 2)[pick] for t, pick in zip(terms, picks, strict=True)]
            row = int(picks[0]) % len(boxes[0])
            yield int(chain[0].group[row]), np.sum(corners, axis=0), boxes[0][row]


def corner_terms(link: Link, boxes: Ints, size: tuple[int, int]) -> Ints:
    """The ends of where the corners of `boxes` are, from where the link is put: (ends, n, 2)."""
    spot = link.spot
    if spot.ranges:
        return corner_ends(spot, boxes, size)
    at = spot.otherwise if link.astray else spot.at
    return (np.array(at) - anchor_of(spot.anchor, boxes))[None]


def way_out(chain: Sequence[Link]) -> str:
    """What to do where the first of `chain` is off the canvas."""
    spot, root = chain[0].spot, chain[-1].spot
    if spot.ranges:
        return "narrow x and y, or set inside = true"
    if root.ranges:
        return f"narrow x and y of {root.called}, or move it"
    return "move it"


def check_targets(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], traits: Traits
) -> None:
    """Refuse the first image of (images, layers) whose sprite has no target, where that is asked.

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
                shown = variants[depth].names[traits[lost[0], depth]]
                message = (
                    f'{spot.called}.otherwise is "refuse", and image {lost[0]} shows "{shown}" '
                    f"where {variants[spot.of].layer} draws nothing; give it a place like "
                    "[960, 1000], or let the two not occur together."
                )
                raise PlanError(message)
