"""The source of the values of images: looks, positions, and the words for both."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from imggen.assets import Library
from imggen.config import Config
from imggen.planning.draws import Draws, make_draws
from imggen.planning.groups import Traits
from imggen.planning.placement.boxes import extreme_boxes
from imggen.planning.placement.columns import LookColumn, Varied
from imggen.planning.placement.grid import (
    ValueGrid,
    alike_columns,
    alike_spots,
    check_positions,
    make_grid,
)
from imggen.planning.placement.spots import LayerSpots, make_spots
from imggen.planning.placement.varied import columns_of
from imggen.planning.sampling.combinations import all_traits
from imggen.planning.sampling.images import ImageSource
from imggen.planning.sampling.splits import Splits


@dataclass(frozen=True)
class ValueSource:
    """The values that images may have, and the source of the words that say which they have.

    Attributes
    ----------
    varied : how each slot varies
    columns : the looks that are drawn
    spots : where sprites may be, one entry per slot
    draws : the source of words
    source : draws what images show; that of a grid if they are one
    """

    varied: tuple[Varied, ...]
    columns: tuple[LookColumn, ...]
    spots: tuple[LayerSpots, ...]
    draws: Draws
    source: ImageSource


@dataclass(frozen=True)
class GridSource(ImageSource):
    """The source of images that are a grid."""

    grid: ValueGrid

    @classmethod
    def over(cls, source: ImageSource, grid: ValueGrid) -> GridSource:
        """Return the source of `grid`, in place of a source of its combinations of variants."""
        own = {field.name: getattr(source, field.name) for field in fields(source)}
        return cls(**own, grid=grid)

    @property
    def count(self) -> int:
        """The number of images."""
        return self.grid.count

    @property
    def in_order(self) -> bool:
        """True if images show different combinations, in order."""
        return not self.grid.shuffled and self.dataset.disjoint != "combinations"

    def draw_images(self, start: int = 0, stop: int | None = None) -> tuple[Traits, Splits]:
        """Return the traits (images, slots) and the splits (images,) of images."""
        stop = self.count if stop is None else stop
        return self.grid.shown(start, stop), self.splits_of(start, stop)

    def splits_of(self, start: int, stop: int) -> Splits:
        """Return the splits of images `start` to `stop`: (images,)."""
        if not self.splits:
            return np.zeros(stop - start, np.uint8)
        return self.all_splits[start:stop]

    @cached_property
    def all_splits(self) -> Splits:
        """The splits of all images: (images,); they share out all of them."""
        return self.split(self.grid.shown(0, self.count))


def values_of(config: Config, library: Library, source: ImageSource) -> ValueSource:
    """Return the source of the values of `config`.

    Raises
    ------
    PlanError
        If a range or a condition is in error, or a grid cannot be made.
    """
    by_name = {layer.name: config.variation_of(layer) for layer in config.layer}
    varied = tuple(by_name[variants.layer] for variants in source.slots.layers)
    columns = columns_of(config, source.slots)
    spots = make_spots(config.layer, library.layers, library.size)
    dataset = config.dataset
    if dataset.sampling != "grid":
        draws = make_draws(dataset, dataset.count // source.family.size)
        return ValueSource(varied, columns, spots, draws, source)
    traits = all_traits(source.distributions[0])
    boxes = [extreme_boxes(*pair) for pair in zip(varied, library.layers, strict=True)]
    check_positions(spots, traits, boxes, library)
    columns, spots = alike_columns(columns), alike_spots(spots)
    grid = make_grid(dataset.seed, dataset.asked, traits, columns, spots, library)
    return ValueSource(varied, columns, spots, grid, GridSource.over(source, grid))
