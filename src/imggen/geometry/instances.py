"""The boxes, visibility and mask of each instance of an image, exact to the pixel.

An instance is what a layer shows in an image: a sprite, or the parts of one. A pixel belongs to it
where its alpha, as drawn, reaches the threshold; it is seen where it is on the canvas and no sprite
in front has a pixel there. So masks of one image never overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE, Library
from imggen.geometry import trace
from imggen.geometry.mask import NO_MASK, Mask
from imggen.geometry.silhouettes import BOX, FULL, HEIGHT, PIXELS, SIZE, Silhouettes
from imggen.kernels import trace_items
from imggen.planning.shadows import without_shadows

if TYPE_CHECKING:
    from imggen.draw.sprite_cache import SpriteCache
    from imggen.planning import Scene

Ints = npt.NDArray[np.int64]
Owner = tuple[int, int]  # depth, and number of the variant
Box = tuple[int, int, int, int]  # x and y of the top left corner, width, height, px

FIRST_RUNS = 1 << 14  # room for the runs of a scene; doubled when one needs more
NOBODY: Owner = (-1, 0)  # of the sprites that boxes of views are made of
NOWHERE: Box = (0, 0, 0, 0)


class Instance(NamedTuple):
    """One sprite, or the parts of one, in one image.

    Attributes
    ----------
    depth, variant : the column of traits that shows it, and the number of its variant
    z : how many sprites of the image are drawn before it (before its last part)
    drawn : the box that is drawn, with transparent margins; may reach beyond the canvas
    amodal : the box of all its pixels, hidden or not; may reach beyond the canvas
    visible : the box of the pixels that are seen; all 0 if none is
    pixels, visible_pixels : the numbers of all pixels, and of those that are seen
    mask : the pixels that are seen
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
        """Return the share of its pixels that is seen; 0 if it has none."""
        return self.visible_pixels / self.pixels if self.pixels else 0.0


class Tracer:
    """A finder of the instances in scenes of one library.

    Parameters
    ----------
    sprite_cache : where the sprites of scenes come from
    depths : the columns of traits whose instances are wanted; all sprites hide what is behind them
    threshold : the least alpha of a pixel that belongs to an instance, 1 to 255; of each column of
        traits, if they differ
    masks : True if instances have masks, False if they all have NO_MASK
    """

    def __init__(
        self,
        library: Library,
        sprite_cache: SpriteCache,
        depths: Collection[int],
        threshold: int | Sequence[int],
        *,
        masks: bool = True,
    ) -> None:
        self._library = library
        self._sprite_cache = sprite_cache
        self._silhouettes = Silhouettes(library.channels)
        self._threshold = threshold
        self._size = library.size
        self._wanted = frozenset(depths)
        self._masks = masks
        self._owners = owners_of(library)
        self._lines = np.empty((2, 1, 2), np.int32)
        self._rows = np.empty(0, np.int32)
        self._runs = np.empty((FIRST_RUNS, 2), np.int32)

    def trace(self, scene: Scene) -> list[Instance]:
        """Return the instances that `scene` draws, of the wanted layers, from back to front."""
        if not self._wanted:
            return []
        scene = without_shadows(scene, self._library)
        drawn = self._sprite_cache.fetch(scene)
        owners = owners_in(scene, self._owners)
        thresholds = [self._threshold_of(depth) for depth, _ in owners]
        traced = self._trace(self._silhouettes.of(drawn, thresholds), self._size)
        parts: dict[tuple[int, int], list[int]] = {}
        for item in reversed(range(len(owners))):  # instances in the order of their last parts
            parts.setdefault(owners[item], []).insert(0, item)
        wanted = [(owner, own) for owner, own in parts.items() if owner[0] in self._wanted]
        # All masks first: counting the pixels of parts traces again.
        masks = [traced.mask(own) if self._masks else NO_MASK for _, own in wanted]
        instances = [
            self._instance(owner, traced, own, mask)
            if len(own) > 1
            else traced.instance(owner, own[0], mask)
            for (owner, own), mask in zip(wanted, masks, strict=True)
        ]
        return instances[::-1]

    def _threshold_of(self, depth: int) -> int:
        """Return the least alpha of a pixel of the sprites at `depth`."""
        return self._threshold if isinstance(self._threshold, int) else self._threshold[depth]

    def _trace(self, items: npt.NDArray[np.int64], size: tuple[int, int]) -> Traced:
        """Trace silhouettes, `items` as in `trace_items`, on a canvas of `size`."""
        places = items.tolist()
        whole = [self._silhouettes.shapes[row] for row, _, _ in places]
        self._make_room(size[0], sum([one[HEIGHT] + 1 for one in whole]))
        seen = np.empty((len(items), trace.COLUMNS), np.int64)
        lines, most = self._lines, self._lines.shape[1]
        arguments = *self._silhouettes.arrays, items, len(items), *size, lines, most, self._rows
        while trace_items(*arguments, self._runs, len(self._runs), seen) == FULL:
            self._runs = np.empty((2 * len(self._runs), 2), np.int32)
        return Traced(places, whole, self._runs, self._rows, seen.tolist())

    def _make_room(self, width: int, rows: int) -> None:
        """Have room for a line of `width` px, and for so many `rows`."""
        if self._lines.shape[1] <= width // 2:
            self._lines = np.empty((2, width // 2 + 1, 2), np.int32)
        if len(self._rows) < rows:
            self._rows = np.empty(2 * rows, np.int32)

    def _instance(
        self, owner: tuple[int, int], traced: Traced, items: Sequence[int], mask: Mask
    ) -> Instance:
        """Return the instance that `items`, the parts of one sprite, are together."""
        _, x, y = traced.places[items[0]]  # parts have one box
        whole = [traced.whole[item] for item in items]
        seen = [traced.seen[item] for item in items]
        width, height = whole[0][SIZE]
        return Instance(
            *owner,
            items[-1],
            (x, y, width, height),
            box_around([one[BOX] for one in whole if one[PIXELS]], x, y),
            box_around([one[trace.BOX] for one in seen if one[trace.PIXELS]]),
            self._count_pixels(traced, items),
            sum([one[trace.PIXELS] for one in seen]),
            mask,
        )

    def _count_pixels(self, traced: Traced, items: Sequence[int]) -> int:
        """Count the pixels that belong to any of `items`, the parts of one sprite."""
        if len(items) == 1:
            return traced.whole[items[0]][PIXELS]
        alone = np.array([(traced.places[item][0], 0, 0) for item in items])
        width, height = traced.whole[items[0]][SIZE]
        seen = self._trace(alone, (width, height)).seen
        return sum([one[trace.PIXELS] for one in seen])


class Traced(NamedTuple):
    """The results of `trace_items`; `runs` and `rows` are valid until the next call.

    Attributes
    ----------
    places : the silhouette, x and y of each item
    whole : the row of `Silhouettes.shapes` of each item
    seen : the columns of `trace` for each item
    """

    places: list[list[int]]
    whole: list[list[int]]
    runs: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    seen: list[list[int]]

    def instance(self, owner: tuple[int, int], item: int, mask: Mask) -> Instance:
        """Return the instance that is one item: as `Tracer._instance` does, but faster."""
        depth, variant = owner
        _, x, y = self.places[item]
        left, top, right, bottom, pixels, _, width, height = self.whole[item]
        seen_left, seen_top, seen_right, seen_bottom, seen_pixels, *_ = self.seen[item]
        return Instance(
            depth,
            variant,
            item,
            (x, y, width, height),
            (x + left, y + top, right - left, bottom - top) if pixels else NOWHERE,
            (seen_left, seen_top, seen_right - seen_left, seen_bottom - seen_top),
            pixels,
            seen_pixels,
            mask,
        )

    def mask(self, items: Sequence[int]) -> Mask:
        """Return the visible mask of `items`, the parts of one sprite."""
        masks = [self._mask(item) for item in items]
        return masks[0] if len(masks) == 1 else unite(masks)

    def _mask(self, item: int) -> Mask:
        """Return the visible mask of one item, without the empty rows around it."""
        seen = self.seen[item]
        if not seen[trace.PIXELS]:
            return NO_MASK
        _, top, _, bottom = seen[trace.BOX]
        first = seen[trace.SEEN_ROW] + top - seen[trace.TOP]
        rows = self.rows[first : first + bottom - top + 1]
        start, stop = int(rows[0]), int(rows[-1])
        return Mask(top, rows - rows[0], self.runs[start:stop].copy())


def owners_of(library: Library) -> list[Owner]:
    """Return depth and variant for each row of the library's sprites; of boxes, NOBODY."""
    owners = [NOBODY] * len(library.sprites.table)
    for depth, layer in enumerate(library.layers):
        for variant, row in enumerate(layer.sprites.tolist()):
            if row != NO_SPRITE:
                for own in library.rows_of(row, layer.parts).ravel().tolist():
                    owners[own] = depth, variant
    return owners


def owners_in(scene: Scene, owners: Sequence[Owner]) -> list[Owner]:
    """Return slot and variant of each sprite of `scene`, given the `owners` of all sprites."""
    found = [owners[row] for row in scene.items[:, 0].tolist()]
    if scene.slots is None:
        return found
    pairs = zip(scene.slots.tolist(), found, strict=True)
    return [NOBODY if owner == NOBODY else (slot, owner[1]) for slot, owner in pairs]


def box_around(edges: Sequence[Sequence[int]], x: int = 0, y: int = 0) -> Box:
    """Return the box around boxes of `edges`: left, top, right, bottom of each from x, y, px."""
    if not edges:
        return NOWHERE
    left, top, right, bottom = edges[0]
    for one in edges[1:]:
        left, top = min(left, one[0]), min(top, one[1])
        right, bottom = max(right, one[2]), max(bottom, one[3])
    return x + left, y + top, right - left, bottom - top


def unite(masks: Sequence[Mask]) -> Mask:
    """Return the pixels of disjoint `masks` as one mask."""
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
