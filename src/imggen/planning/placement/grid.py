"""Grids: every combination of variants and of all values that are stated for them, once.

Combinations are numbered, so that any range of them can be computed alone: first by their variants,
of which there is a table, then by their values, the last of which changes fastest. An image's
values come from its number by division, as the digits of a number do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config.plain import AXES
from imggen.errors import PlanError
from imggen.planning.draws import Words
from imggen.planning.groups import Traits
from imggen.planning.permutation import permute
from imggen.planning.placement.anchors import anchor_of, has_pixels
from imggen.planning.placement.areas import rounded_up
from imggen.planning.placement.boxes import Boxes
from imggen.planning.placement.columns import LookCase, LookColumn
from imggen.planning.placement.masses import AxisMass
from imggen.planning.placement.spots import LayerSpots, Spot, choose_spots
from imggen.planning.sampling.limits import MOST_IMAGES

Ints = npt.NDArray[np.int64]

MOST_COMBINATIONS = 2**62  # that can be numbered
NAME = "grid"  # of the permutation


@dataclass(frozen=True)
class ValueGrid:
    """All combinations of variants and values, and which of them are made.

    It is a source of words: of each column of values, those in the middle of their levels.

    Attributes
    ----------
    traits : (rows, slots), the combinations of variants
    names : of the columns of values, as streams are called
    sizes : (rows, columns) int64, how many values each column has
    ends : (rows,) int64, the number of combinations up to and with those of each row
    count : how many images there are
    shuffled : they are in the order of a permutation, as there may be fewer than combinations
    """

    seed: int
    traits: Traits
    names: tuple[str, ...]
    sizes: Ints
    ends: Ints
    count: int
    shuffled: bool

    def numbers(self, start: int, stop: int) -> Ints:
        """Return the numbers of the combinations that images `start` to `stop` show."""
        images = np.arange(start, stop, dtype=np.int64)
        if not self.shuffled:
            return images
        total = int(self.ends[-1])
        places: Ints = permute(self.seed, NAME, total, images.astype(np.uint64)).astype(np.int64)
        return places

    def rows(self, numbers: Ints) -> tuple[npt.NDArray[np.intp], Ints]:
        """Return the row of each combination, and its number among those of its row."""
        rows = np.searchsorted(self.ends, numbers, side="right")
        return rows, numbers - (self.ends[rows] - self.sizes[rows].prod(axis=1))

    def shown(self, start: int, stop: int) -> Traits:
        """Return the variants of images `start` to `stop`: (stop - start, slots)."""
        rows, _ = self.rows(self.numbers(start, stop))
        traits: Traits = self.traits[rows]
        return traits

    def words(self, column: str, start: int, stop: int) -> Words:
        """Return the words of images `start` to `stop` for the column of this name."""
        place = self.names.index(column)
        rows, rest = self.rows(self.numbers(start, stop))
        sizes = self.sizes[rows]
        digits = rest // sizes[:, place + 1 :].prod(axis=1) % sizes[:, place]
        halves = np.uint64(2**63) // sizes[:, place].astype(np.uint64)
        words: Words = (2 * digits + 1).astype(np.uint64) * halves
        return words


def make_grid(
    seed: int,
    asked: int | None,
    traits: Traits,
    columns: Sequence[LookColumn],
    spots: Sequence[LayerSpots],
    library: Library,
) -> ValueGrid:
    """Return the grid of the combinations of variants in `traits`, (rows, slots).

    `asked` is how many images there are to be; None: all.

    Raises
    ------
    PlanError
        If there are more images than combinations, or too many of these.
    """
    chosen = choose_spots(spots, traits)
    found = [*look_sizes(columns, traits, library), *axis_sizes(spots, chosen, traits, library)]
    names = tuple(name for name, _ in found)
    sizes = np.stack([np.ones(len(traits), np.int64), *(size for _, size in found)], axis=1)
    total = check_total(sizes, asked)
    ends = np.cumsum(sizes.prod(axis=1))
    return ValueGrid(seed, traits, names, sizes[:, 1:], ends, asked or total, asked is not None)


def check_total(sizes: Ints, asked: int | None) -> int:
    """Return the number of combinations; refuse too many, and more images than there are."""
    about = sizes.astype(np.float64).prod(axis=1).sum()
    total = int(sizes.prod(axis=1).sum()) if about < MOST_COMBINATIONS else 0
    if not total or (asked is None and total > MOST_IMAGES):
        text = f"{total:,}" if total else f"about {about:.2g}"
        most = MOST_IMAGES if total else MOST_COMBINATIONS
        message = (
            f'dataset.sampling is "grid", and there are {text} combinations of variants and '
            f"values; expected at most {most:,}. Give fewer values, or a count."
        )
        raise PlanError(message)
    if asked is not None and asked > total:
        message = (
            f"dataset.count is {asked:,}, and there are {total:,} combinations of variants and "
            "values; expected at most that many. Leave it out to make each of them once."
        )
        raise PlanError(message)
    return total


def look_sizes(
    columns: Sequence[LookColumn], traits: Traits, library: Library
) -> Iterator[tuple[str, Ints]]:
    """Yield the name of each column of looks, and how many values it has, (rows,)."""
    for column in columns:
        layer = library.layers[column.slot]
        sizes, left = np.ones(len(traits), np.int64), np.ones(len(traits), bool)
        for case in column.cases:
            own = left & case.holds(traits, None)
            sizes[own] = len(case.rows)
            left &= ~own
        drawn = has_pixels(layer.sizes)[traits[:, column.slot]]
        yield f"{layer.stream}.{column.field}", np.where(drawn, sizes, 1)


def axis_sizes(
    spots: Sequence[LayerSpots],
    chosen: npt.NDArray[np.unsignedinteger],
    traits: Traits,
    library: Library,
) -> Iterator[tuple[str, Ints]]:
    """Yield the name of each column of positions, and how many there are, (rows,)."""
    for slot, layer in enumerate(spots):
        if not layer.at_random:
            continue
        drawn = has_pixels(library.layers[slot].sizes)[traits[:, slot]]
        for axis, name in enumerate(AXES):
            counts = np.array([count_positions(spot, axis) for spot in layer.spots])
            yield f"{layer.stream}.{name}", np.where(drawn, counts[chosen[:, slot]], 1)


def count_positions(spot: Spot, axis: int) -> int:
    """Return how many positions a spot has along an axis."""
    mass = spot.masses[axis] if spot.masses else None
    return 1 if mass is None else len(mass.positions)


def alike_columns(columns: Sequence[LookColumn]) -> tuple[LookColumn, ...]:
    """Return columns whose different values are all alike likely."""
    return tuple(replace(column, cases=tuple(map(alike_case, column.cases))) for column in columns)


def alike_case(case: LookCase) -> LookCase:
    """Return a case with each different row once."""
    rows = np.array(list(dict.fromkeys(case.rows.tolist())), np.intp)
    return replace(case, rows=rows, chances=None)


def alike_spots(spots: Sequence[LayerSpots]) -> tuple[LayerSpots, ...]:
    """Return spots whose positions are all alike likely."""
    return tuple(
        replace(layer, spots=tuple(replace(s, masses=alike_masses(s)) for s in layer.spots))
        for layer in spots
    )


def alike_masses(spot: Spot) -> tuple[AxisMass | None, ...]:
    """Return how likely the positions of a spot are, if all are alike."""
    return tuple(
        mass and AxisMass(mass.positions, np.full(len(mass.positions), 1 / len(mass.positions)))
        for mass in spot.masses
    )


# --- checks ---------------------------------------------------------------------------------------


def check_positions(
    spots: Sequence[LayerSpots], traits: Traits, boxes: Sequence[Boxes], library: Library
) -> None:
    """Refuse positions that `inside` does not allow a sprite of `traits`, (rows, slots).

    `boxes` are those that the variants of each slot may have.

    Raises
    ------
    PlanError
        Naming the place, the variant and the position.
    """
    chosen = choose_spots(spots, traits)
    for slot, layer in enumerate(spots):
        for number, spot in enumerate(layer.spots):
            shown = np.unique(traits[chosen[:, slot] == number, slot])
            if spot.ranges and spot.inside:
                check_spot(spot, boxes[slot].of(shown.astype(np.intp)), library, slot)


def check_spot(spot: Spot, boxes: Boxes, library: Library, slot: int) -> None:
    """Refuse the first box that an outermost position of `spot` does not keep inside enough."""
    (left, right), (top, bottom) = spot.ranges or ((0, 0), (0, 0))
    for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
        corners = np.array([x, y]) + spot.at - anchor_of(spot.anchor, boxes.sizes)
        ends = np.minimum(corners + boxes.sizes, library.size)
        seen = np.maximum(ends - np.maximum(corners, 0), 0).prod(axis=1)
        lost = np.flatnonzero(seen < rounded_up(spot.inside, boxes.sizes.prod(axis=1)))
        if len(lost):
            name = library.layers[slot].names[boxes.variants[lost[0]]]
            width, height = boxes.sizes[lost[0]].tolist()
            message = (
                f'{spot.called}: dataset.sampling is "grid", which puts "{name}" '
                f"({width}x{height} px) at every x and y, and at x = {x}, y = {y} it is not inside "
                f"the canvas of {library.size[0]}x{library.size[1]} px; change x and y, or set "
                "inside = false."
            )
            raise PlanError(message)
