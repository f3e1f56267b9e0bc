"""Where each thing of an image is, how much of it is seen, and its mask: exact, to the pixel.

A thing is what a layer shows in an image: a sprite, or the parts of one. A pixel belongs to it
where its alpha, as drawn, reaches the threshold; it is seen where it lies on the canvas and no
sprite in front has a pixel of its own. So masks of one image never overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library
from imggen.draw.wardrobe import Dressed, Wardrobe
from imggen.labels import trace
from imggen.labels.mask import NO_MASK, Mask
from imggen.plan import Scene

Ints = npt.NDArray[np.int64]
Box = tuple[int, int, int, int]  # x and y of the top left corner, width, height, px

FIRST_RUNS = 1 << 14  # room for the runs of a scene; doubled when one needs more
NOWHERE: Box = (0, 0, 0, 0)


class Instance(NamedTuple):
    """One thing in one image.

    Attributes
    ----------
    depth, variant : place of its layer in the configuration, and of its variant in the layer
    z : how many sprites of the image are drawn before it (before its last part)
    drawn : the box that is drawn, with transparent margins; may reach beyond the canvas
    amodal : the box of all its pixels, hidden or not; may reach beyond the canvas
    visible : the box of those that are seen; all 0 if none is
    pixels, visible_pixels : how many they are
    mask : those that are seen
    """

    depth: int
    variant: int
    z: int
    drawn: Box
    amodal: Box
    visible: Box
    pixels: int
    visible_pixels: int
    mask: Mask

    @property
    def visible_fraction(self) -> float:
        """The share of its pixels that is seen; 0 if it has none."""
        return self.visible_pixels / self.pixels if self.pixels else 0.0


class Tracer:
    """Finds the instances of scenes of one library.

    Parameters
    ----------
    wardrobe : where the sprites of scenes come from
    depths : the layers whose things are wanted; the sprites of all layers hide what is behind them
    threshold : the least alpha of a pixel that belongs to a thing, 1 to 255
    """

    def __init__(
        self, library: Library, wardrobe: Wardrobe, depths: Collection[int], threshold: int
    ) -> None:
        self._wardrobe = wardrobe
        self._size = library.size
        self._channels = library.channels
        self._threshold = threshold
        self._wanted = frozenset(depths)
        self._owners = owners_of(library)
        self._runs = np.empty((FIRST_RUNS, 2), np.int32)

    def trace(self, scene: Scene) -> list[Instance]:
        """The instances that `scene` draws, of the wanted layers, from back to front."""
        if not self._wanted:
            return []
        dressed = self._wardrobe.dress(scene)
        owners = self._owners[scene.items[:, 0]]
        traced = self._trace(dressed, self._size)
        instances = []
        for depth in dict.fromkeys(owners[::-1, 0].tolist()):  # by the last part of each
            if depth in self._wanted:
                parts = np.flatnonzero(owners[:, 0] == depth)
                instances.append(self._instance(dressed, owners, traced, parts))
        return instances[::-1]

    def _instance(
        self, dressed: Dressed, owners: Ints, traced: Traced, parts: npt.NDArray[np.intp]
    ) -> Instance:
        """What the items `parts` show together."""
        depth, variant = owners[parts[0]].tolist()
        _, x, y = dressed.items[parts[0]].tolist()  # parts have one box
        width, height = dressed.sprites.table[dressed.items[parts[0], 0], 2:].tolist()
        shapes = traced.shapes[parts]
        masks = [traced.mask(part) for part in parts.tolist()]
        return Instance(
            depth=depth,
            variant=variant,
            z=int(parts[-1]),
            drawn=(x, y, width, height),
            amodal=box_around(shapes[:, trace.AMODAL], shapes[:, trace.PIXELS]),
            visible=box_around(shapes[:, trace.VISIBLE], shapes[:, trace.VISIBLE_PIXELS]),
            pixels=self._count_pixels(dressed, shapes, parts),
            visible_pixels=int(shapes[:, trace.VISIBLE_PIXELS].sum()),
            mask=masks[0] if len(masks) == 1 else unite(masks),
        )

    def _count_pixels(self, dressed: Dressed, shapes: Ints, parts: npt.NDArray[np.intp]) -> int:
        """How many pixels belong to any of the items `parts`, on the canvas or not."""
        if len(parts) == 1:
            return int(shapes[0, trace.PIXELS])
        items = dressed.items[parts]
        items[:, 1:] = 0
        width, height = dressed.sprites.table[items[0, 0], 2:].tolist()
        alone = self._trace(Dressed(dressed.sprites, items), (width, height))
        return int(alone.shapes[:, trace.VISIBLE_PIXELS].sum())

    def _trace(self, dressed: Dressed, size: tuple[int, int]) -> Traced:
        """All items of a scene on a canvas of `size`."""
        sprites, items = dressed
        widths, heights = sprites.table[items[:, 0], 2:].T
        longest = max(size[0], int(widths.max(initial=0))) // 2 + 1
        lines = np.empty((2, longest, 2), np.int32)
        rows = np.empty(int(heights.sum()) + len(items), np.int32)
        shapes = np.empty((len(items), trace.SHAPE_COLUMNS), np.int64)
        arguments = self._channels, self._threshold, *size, lines, rows
        while trace.trace_items(sprites, items, *arguments, self._runs, shapes) == trace.FULL:
            self._runs = np.empty((2 * len(self._runs), 2), np.int32)
        return Traced(self._runs, rows, shapes)


class Traced(NamedTuple):
    """What `trace_items` found."""

    runs: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    shapes: Ints

    def mask(self, item: int) -> Mask:
        """The visible mask of one item, without the empty rows around it."""
        shape = self.shapes[item]
        if not shape[trace.VISIBLE_PIXELS]:
            return NO_MASK
        top, bottom = shape[trace.VISIBLE][1::2].tolist()
        first = int(shape[trace.FIRST_ROW] + top - shape[trace.TOP])
        rows = self.rows[first : first + bottom - top + 1]
        return Mask(top, rows - rows[0], self.runs[rows[0] : rows[-1]].copy())


def owners_of(library: Library) -> Ints:
    """Depth and variant that each row of the library's sprites belongs to: (sprites, 2)."""
    owners = np.zeros((len(library.sprites.table), 2), np.int64)
    for depth, layer in enumerate(library.layers):
        for variant, row in enumerate(layer.sprites.tolist()):
            if row != NO_SPRITE:
                owners[row : row + layer.parts] = depth, variant
    return owners


def box_around(edges: Ints, pixels: Ints) -> Box:
    """The box around those boxes (left, top, right, bottom) that have any pixels."""
    edges = edges[pixels > 0]
    if not len(edges):
        return NOWHERE
    left, top = edges[:, :2].min(axis=0).tolist()
    right, bottom = edges[:, 2:].max(axis=0).tolist()
    return left, top, right - left, bottom - top


def unite(masks: Sequence[Mask]) -> Mask:
    """The pixels of disjoint `masks` as one."""
    masks = [mask for mask in masks if len(mask.runs)]
    if not masks:
        return NO_MASK
    ys = np.concatenate(
        [mask.y + np.repeat(np.arange(len(mask.rows) - 1), np.diff(mask.rows)) for mask in masks]
    )
    runs = np.concatenate([mask.runs for mask in masks])
    order = np.lexsort((runs[:, 0], ys))
    ys, runs = ys[order], runs[order]
    touches = np.append(False, (ys[1:] == ys[:-1]) & (runs[1:, 0] == runs[:-1, 1]))
    first = np.flatnonzero(~touches)
    last = np.append(first[1:], len(runs)) - 1
    joined = np.column_stack([runs[first, 0], runs[last, 1]])
    counts = np.bincount(ys[first] - ys[0])
    return Mask(int(ys[0]), np.append(0, np.cumsum(counts)).astype(np.int32), joined)
