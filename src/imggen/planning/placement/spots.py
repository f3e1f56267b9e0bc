"""The places of layers in px of one canvas, and the choice of one for each image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Layer, Place
from imggen.config.instances import SELF
from imggen.config.plain import AXES
from imggen.config.positions import Positions
from imggen.config.sentences import show
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.matching import Mask, find_variants
from imggen.planning.placement.masses import AxisMass, make_mass

Ints = npt.NDArray[np.int64]
Point = tuple[int, int]
Chosen = npt.NDArray[np.unsignedinteger[Any]]  # (images, layers), row in `LayerSpots.spots`

Conditions = tuple[tuple[int, Mask], ...]  # depth of an earlier layer, which of its variants

FINEST_SHARE = 10**6  # of a box; so that share * area is exact in 64 bits


@dataclass(frozen=True)
class Spot:
    """One place of a layer: fixed, relative to an earlier layer, or random.

    Attributes
    ----------
    called : as sentences name it
    anchor : point of the sprite
    at : where that goes; with `of`, from the point `of_point` of that layer's box
    of : depth of an earlier layer, or None
    otherwise : where the anchor goes if that layer draws nothing; None: at the end of its anchor;
        "drop": a sprite that finds no position clear of what it avoids is not drawn
    ranges : lowest and highest position of x and of y, from `at`; None: fixed
    masses : how likely these are, of x and of y; None: all whole px of the range alike
    range_texts : `ranges` as sentences show them, empty if fixed
    inside : share of the sprite's box that is kept on the canvas, 0 to 1
    avoid : depths of earlier layers whose boxes cover no more than `overlap` of the sprite's
    apart : the earlier instances of the layer itself are avoided, too
    """

    called: str
    anchor: str
    at: Point
    of: int | None
    of_point: str
    otherwise: Point | Literal["refuse", "drop"] | None
    ranges: tuple[Point, Point] | None
    masses: tuple[AxisMass | None, ...]
    range_texts: tuple[str, ...]
    inside: Fraction
    avoid: tuple[int, ...]
    overlap: Fraction
    apart: bool = False


@dataclass(frozen=True)
class LayerSpots:
    """The places of one layer, or of one of its instances; the first has no conditions.

    Attributes
    ----------
    stream : the name of its random streams
    first : depth of the layer's first instance, which may be this
    conditions : of each spot but the first; the first spot whose conditions all hold is used
    """

    layer: str
    spots: tuple[Spot, ...]
    conditions: tuple[Conditions, ...]
    stream: str
    first: int

    @property
    def avoids(self) -> bool:
        """Return True if images may have no room for it."""
        return any(spot.avoid or spot.apart for spot in self.spots)

    @property
    def at_random(self) -> bool:
        """Return True if images may draw their own positions."""
        return any(spot.ranges for spot in self.spots)


def make_spots(
    layers: Sequence[Layer], variants: Sequence[Variants], size: tuple[int, int]
) -> tuple[LayerSpots, ...]:
    """Return the places of all layers on a canvas of `size` (width, height), px.

    There are as many as `variants`: one for each instance, of layers that have instances.

    Raises
    ------
    PlanError
        If a range ends before it begins, or a condition names no variant.
    """
    slots = slots_by_layer(layers, variants)
    streams = [one.stream for one in variants] or [layer.name for layer in layers]
    spots = (spots_of_layer(layer, variants, size, slots) for layer in layers)
    return tuple(
        replace(own, stream=streams[slot])
        for layer, own in zip(layers, spots, strict=True)
        for slot in slots[layer.name]
    )


def slots_by_layer(
    layers: Sequence[Layer], variants: Sequence[Variants]
) -> dict[str, tuple[int, ...]]:
    """Return the depths of the instances of each layer, by its name; of one without, its own."""
    names = [one.layer for one in variants] or [layer.name for layer in layers]
    slots: dict[str, list[int]] = {}
    for slot, name in enumerate(names):
        slots.setdefault(name, []).append(slot)
    return {name: tuple(own) for name, own in slots.items()}


def spots_of_layer(
    layer: Layer,
    variants: Sequence[Variants],
    size: tuple[int, int],
    slots: Mapping[str, tuple[int, ...]],
) -> LayerSpots:
    """Return the places of `layer`, which all its instances share but for their streams."""
    places = zip(names_of(layer), layer.places, strict=True)
    return LayerSpots(
        layer=layer.name,
        spots=tuple(make_spot(place, called, size, slots) for called, place in places),
        conditions=tuple(make_conditions(layer, variants, slots)),
        stream=layer.name,
        first=slots[layer.name][0],
    )


def make_conditions(
    layer: Layer, variants: Sequence[Variants], slots: Mapping[str, tuple[int, ...]]
) -> Iterator[Conditions]:
    """Make the conditions of each `place_when` of `layer`; refuses what names no variant."""
    for called, special in zip(names_of(layer)[1:], layer.place_when, strict=True):
        depths = {name: slots[name][0] for name in special.when}
        yield tuple(
            (depths[name], find_variants(f"{called}.when.{name}", patterns, variants[depths[name]]))
            for name, patterns in special.when.items()
        )


def names_of(layer: Layer) -> list[str]:
    """Return the names of the places of `layer` in sentences."""
    own = f"layer.{layer.name}.place"
    return [own, *(f"{own}_when.{number}" for number in range(1, len(layer.places)))]


def make_spot(
    place: Place, called: str, size: tuple[int, int], slots: Mapping[str, tuple[int, ...]]
) -> Spot:
    """Convert `place` to px and depths; `slots` are the depths of each layer's instances."""
    at = (0, 0) if isinstance(place.at, str) or place.axes else in_pixels(place.at, size)
    offset = in_pixels(place.offset, size)
    otherwise, masses = place.otherwise, masses_of(place, called, size)
    ranges = ranges_in_pixels(place, called, size, masses)
    return Spot(
        called=called,
        anchor=place.anchor,
        at=(at[0] + offset[0], at[1] + offset[1]),
        of=None if place.of is None else slots[place.of][0],
        of_point=place.at if isinstance(place.at, str) else "top-left",
        otherwise=in_pixels(otherwise, size) if isinstance(otherwise, tuple) else otherwise,
        ranges=ranges,
        masses=masses,
        range_texts=tuple(map(show_range, place.axes or (), ranges or ())),
        inside=share(place.inside),
        avoid=tuple(slot for name in place.avoid or () for slot in slots.get(name, ())),
        overlap=share(place.overlap or 0),
        apart=SELF in (place.avoid or ()) and SELF not in slots,  # a layer may be called that
    )


def masses_of(place: Place, called: str, size: tuple[int, int]) -> tuple[AxisMass | None, ...]:
    """Return how likely the positions of x and y are; refuse a distribution without positions."""
    masses = []
    for axis, positions, side in zip(AXES, place.axes or (), size, strict=False):
        try:
            masses.append(make_mass(positions, side))
        except ValueError as error:
            message = (
                f"{called}.{axis} has no positions on the canvas of {size[0]}x{size[1]} px: "
                f"{error}. Change it."
            )
            raise PlanError(message) from None
    return tuple(masses)


def ranges_in_pixels(
    place: Place, called: str, size: tuple[int, int], masses: Sequence[AxisMass | None]
) -> tuple[Point, Point] | None:
    """Convert the ranges of x and y to px; refuse one that ends before it begins."""
    if place.axes is None:
        return None
    x, y = (
        mass.ends if mass else ends_in_pixels(positions, side)
        for positions, mass, side in zip(place.axes, masses, size, strict=True)
    )
    for axis, (lowest, highest), given in zip(AXES, (x, y), place.axes, strict=True):
        if lowest > highest:
            message = (
                f"{called}.{axis} is {show(given.range)}, which on the canvas of "
                f"{size[0]}x{size[1]} px is {lowest} to {highest}; expected the lowest first."
            )
            raise PlanError(message)
    return x, y


def ends_in_pixels(positions: Positions, side: int) -> Point:
    """Convert the ends of a range to px."""
    lowest, highest = positions.range or (0, 0)
    return length_in_pixels(lowest, side), length_in_pixels(highest, side)


def show_range(given: Positions, pixels: Point) -> str:
    """Return the positions `given` as text, with `pixels` if these differ."""
    text = show_positions(given)
    single = given.range is not None and given.range[0] == given.range[1]
    if given.range == pixels:
        return text
    return f"{text}, which is {pixels[0] if single else f'{pixels[0]} to {pixels[1]}'} px"


def show_positions(given: Positions) -> str:
    """Return the positions `given` as text."""
    if given.values is not None:
        return f"one of {show(list(given.values))}"
    if given.normal is not None:
        return f"normal with mean {show(given.normal[0])} and deviation {show(given.normal[1])}"
    ends = given.range or (0, 0)
    text = show(ends[0] if ends[0] == ends[1] else list(ends))
    return text if given.step is None else f"{text} in steps of {show(given.step)}"


def in_pixels(point: tuple[int | str, int | str], size: tuple[int, int]) -> Point:
    """Convert a point of the canvas to px."""
    return length_in_pixels(point[0], size[0]), length_in_pixels(point[1], size[1])


def length_in_pixels(length: int | str, side: int) -> int:
    """Convert px or a share of `side` like "50%" to px, rounded down."""
    return length if isinstance(length, int) else int(Fraction(length[:-1]) * side // 100)


def share(number: float) -> Fraction:
    """Return a share as written in decimals, not as rounded in binary."""
    return Fraction(str(float(number))).limit_denominator(FINEST_SHARE)


def choose_spots(layers: Sequence[LayerSpots], traits: Traits) -> Chosen:
    """Choose the spot of each layer in each image of (images, layers): (images, layers)."""
    most = max(len(layer.spots) for layer in layers)
    chosen = np.zeros(traits.shape, np.min_scalar_type(most))
    for depth, layer in enumerate(layers):
        for number in range(len(layer.conditions), 0, -1):  # the first that holds is set last
            holds = [mask[traits[:, d]] for d, mask in layer.conditions[number - 1]]
            chosen[np.logical_and.reduce(holds), depth] = number
    return chosen
