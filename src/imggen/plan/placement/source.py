"""The source of the values of images: looks, positions, and the words for both."""

from __future__ import annotations

from dataclasses import dataclass

from imggen.assets import Library
from imggen.config import Config
from imggen.plan.draws import Draws, make_draws
from imggen.plan.groups import Traits
from imggen.plan.placement.boxes import extreme_boxes
from imggen.plan.placement.columns import LookColumn, Varied
from imggen.plan.placement.grid import (
    ValueGrid,
    alike_columns,
    alike_spots,
    check_positions,
    make_grid,
)
from imggen.plan.placement.spots import LayerSpots, make_spots
from imggen.plan.placement.varied import columns_of
from imggen.plan.sampling.combinations import all_traits
from imggen.plan.sampling.images import ImageSource


@dataclass(frozen=True)
class ValueSource:
    """The values that images may have, and the source of the words that say which they have.

    Attributes
    ----------
    varied : how each slot varies
    columns : the looks that are drawn
    spots : where sprites may be, one entry per slot
    draws : the source of words
    grid : the same if it is a grid, which decides also what images show; else None
    """

    varied: tuple[Varied, ...]
    columns: tuple[LookColumn, ...]
    spots: tuple[LayerSpots, ...]
    draws: Draws
    grid: ValueGrid | None = None

    def shown(self) -> Traits | None:
        """Return the variants that the images of a grid show, (images, slots); else None."""
        return None if self.grid is None else self.grid.shown(0, self.grid.count)


def values_of(config: Config, library: Library, source: ImageSource) -> ValueSource:
    """Return the source of the values of `config`.

    Raises
    ------
    PlanError
        If a range or a condition is in error, or a grid cannot be made.
    """
    by_name = {layer.name: layer.variation for layer in config.layer}
    varied = tuple(by_name[variants.layer] for variants in source.slots.layers)
    columns = columns_of(config, source.slots)
    spots = make_spots(config.layer, library.layers, library.size)
    dataset = config.dataset
    if dataset.sampling != "grid":
        draws = make_draws(dataset, dataset.count // source.family.size)
        return ValueSource(varied, columns, spots, draws)
    traits = all_traits(source.distributions[0])
    boxes = [extreme_boxes(*pair) for pair in zip(varied, library.layers, strict=True)]
    check_positions(spots, traits, boxes, library)
    columns, spots = alike_columns(columns), alike_spots(spots)
    grid = make_grid(dataset.seed, dataset.asked, traits, columns, spots, library)
    return ValueSource(varied, columns, spots, grid, grid)
