"""The images and objects that a report looks at closely: a bounded number of them, at random."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE
from imggen.draw.sprite_cache import SpriteCache
from imggen.geometry.instances import Tracer
from imggen.planning import Plan, Segments
from imggen.planning.ranges import Range
from imggen.run.recipe import Recipe

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_IMAGES = 20_000  # whose traits, values and places are compared
MOST_SPRITES = 500_000  # in these
MOST_SEGMENTS = 8  # of which images are counted
MOST_SLOTS = 3_200_000  # of the images in these that are
LEAST_TRACED, MOST_TRACED = 24, 400  # images in which it is found out what is seen
TRACED_PIXELS = 60_000_000  # of all sprites in these
SEED = 18  # of the choice, which is the same each time


@dataclass(frozen=True)
class SampledObjects:
    """The sprites that some images show, one after the other, as far as the plan tells.

    Attributes
    ----------
    image : (n,) the row of its image among those looked at
    slot, variant : (n,) the column of traits that shows it, and its variant
    corner, size : (n, 2) float64, top left corner and size of the box that is drawn, px
    depth : (n,) its place in the image's order from back to front, 0 to 1
    """

    image: Ints
    slot: Ints
    variant: Ints
    corner: Floats
    size: Floats
    depth: Floats

    def inside(self, canvas: tuple[int, int]) -> Floats:
        """Return the share of each box that lies on the canvas (width, height)."""
        low = np.clip(self.corner, 0, canvas)
        high = np.clip(self.corner + self.size, 0, canvas)
        covered: Floats = (high - low).prod(axis=1) / np.maximum(self.size.prod(axis=1), 1)
        return covered


@dataclass(frozen=True)
class Seen:
    """The visible part of the objects of traced images, one after the other.

    Attributes
    ----------
    images : (images,) the rows of these images among those looked at
    image : (n,) the row of its image among those looked at
    slot, variant : (n,) as in `SampledObjects`
    pixels, visible : (n,) int64, all pixels of it, and those that are seen
    """

    images: Ints
    image: Ints
    slot: Ints
    variant: Ints
    pixels: Ints
    visible: Ints

    @property
    def fraction(self) -> Floats:
        """The share of its pixels that is seen."""
        found: Floats = self.visible / np.maximum(self.pixels, 1)
        return found


@dataclass(frozen=True)
class ImageSample:
    """Images that are looked at closely.

    Attributes
    ----------
    plan : of these images alone
    numbers : (images,) their indices
    """

    plan: Plan
    numbers: Ints
    recipe: Recipe

    @cached_property
    def heads(self) -> Ints:
        """The rows of the first image of each family: the others differ from it on purpose."""
        return np.flatnonzero(self.numbers % self.plan.family == 0)

    @cached_property
    def objects(self) -> SampledObjects:
        """All sprites in the images."""
        plan, layers = self.plan, self.recipe.library.layers
        planned = plan.planned_boxes(plan.traits, plan.looks, plan.positions)
        sizes, corners = plan.drawn_boxes(plan.traits, plan.looks, *planned)
        drawn = np.stack(
            [one.sprites[plan.traits[:, slot]] != NO_SPRITE for slot, one in enumerate(layers)],
            axis=1,
        )
        image, slot = np.nonzero(drawn)
        return SampledObjects(
            image=image,
            slot=slot,
            variant=plan.traits[image, slot].astype(np.int64),
            corner=corners[image, slot].astype(np.float64),
            size=sizes[image, slot].astype(np.float64),
            depth=self._depths(*planned, drawn)[image, slot],
        )

    def _depths(self, sizes: Ints, corners: Ints, drawn: npt.NDArray[np.bool_]) -> Floats:
        """Return the place of each slot in the order that is drawn: (images, slots), 0 to 1."""
        plan = self.plan
        order = plan.drawing.order(sizes, corners, plan.ranks)
        slots = np.array([slot for slot, _ in plan.drawing.listed])[order]
        there = np.take_along_axis(drawn, slots, axis=1)
        before: Ints = np.cumsum(there, axis=1) - there
        share = before / np.maximum(there.sum(axis=1, keepdims=True) - 1, 1)
        depths = np.zeros(drawn.shape)
        np.put_along_axis(depths, slots, share, axis=1)
        return depths

    @cached_property
    def seen(self) -> Seen:
        """The visible part of the objects in some of the images."""
        library, info = self.recipe.library, self.recipe.info
        objects = self.objects
        area = float(objects.size.prod(axis=1).sum()) / max(1, len(self.numbers))
        many = int(np.clip(TRACED_PIXELS / max(area, 1), LEAST_TRACED, MOST_TRACED))
        rows = chosen(len(self.numbers), many)
        depths = sprite_slots(self.recipe)
        tracer = Tracer(library, SpriteCache(library), depths, info.thresholds, masks=False)
        found = [
            (row, one.depth, one.variant, one.pixels, one.visible_pixels)
            for row, scene in zip(rows.tolist(), self.plan.scenes(rows), strict=True)
            for one in tracer.trace(scene)
        ]
        table = np.array(found, np.int64).reshape(-1, 5)
        image, slot, variant, pixels, visible = table.T
        return Seen(rows, image, slot, variant, pixels, visible)


def sprite_slots(recipe: Recipe) -> list[int]:
    """Return the columns of traits that draw sprites, whether they are labelled or not."""
    layers = recipe.library.layers
    return [slot for slot, one in enumerate(layers) if (one.sprites != NO_SPRITE).any()]


def rows_to_take(recipe: Recipe, plan: Plan, ranges: int) -> Ints:
    """Return the rows of one of so many ranges that are looked at closely, of whole families."""
    most = max(500, min(MOST_IMAGES, MOST_SPRITES // len(recipe.library.layers)))
    share = -(-most // ranges)
    families = chosen(plan.count // plan.family, -(-share // plan.family))
    rows: Ints = (families[:, None] * plan.family + np.arange(plan.family)).ravel()
    return rows


def ranges_to_read(segments: Segments) -> list[Range]:
    """Return the images that are counted: the beginnings of evenly spaced segments, or all of them.

    Planning takes as long as there are slots, so of images with many instances there are fewer.
    """
    slots = sum(own.slots.stop - own.slots.start for own in segments.columns)
    numbers = np.unique(np.linspace(0, len(segments) - 1, MOST_SEGMENTS).round()).astype(int)
    most = MOST_SLOTS // (slots * len(numbers)) // segments.family * segments.family
    bounds = map(segments.bounds, numbers.tolist())
    return [(start, min(stop, start + max(most, segments.family))) for start, stop in bounds]


def chosen(count: int, most: int) -> Ints:
    """Return all numbers below `count`, or `most` of them at random, sorted; always the same."""
    if count <= most:
        return np.arange(count)
    drawn = np.random.default_rng(SEED).choice(count, most, replace=False)
    return np.sort(drawn)
