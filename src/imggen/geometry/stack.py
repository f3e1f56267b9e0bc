"""The sprites of a scene one by one: what is seen of each, and what each shows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.geometry import trace
from imggen.geometry.instances import owners_in, owners_of, unite
from imggen.geometry.mask import NO_MASK, Mask
from imggen.geometry.silhouettes import FULL, HEIGHT, Silhouettes
from imggen.kernels import trace_items

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SpriteCache
    from imggen.planning import Scene

FIRST_RUNS = 1 << 14  # room for runs; doubled when a scene needs more

Ints = npt.NDArray[np.int64]


class Stack:
    """The sprites of one scene, from back to front.

    Attributes
    ----------
    size : width and height of the canvas, px
    items : (n, 3) int64: the silhouette, x and y of each sprite, px
    rows : by depth, the rows of `items` that are the parts of one sprite
    owners : depth and variant of each
    """

    def __init__(self, tracer: ItemTracer, items: Ints, owners: list[tuple[int, int]]) -> None:
        self._tracer = tracer
        self.size = tracer.size
        self.items = items
        self.owners = owners
        self.rows: dict[int, list[int]] = {}
        for row, (depth, _) in enumerate(owners):
            self.rows.setdefault(depth, []).append(row)

    def seen(self) -> list[Mask]:
        """Return the pixels of each sprite that are seen; they are disjoint."""
        return self._tracer.trace(self.items)

    def alone(self, depth: int) -> list[Mask]:
        """Return the pixels of each part at `depth` on the canvas, other sprites left out.

        They are disjoint: a part hides those behind it.
        """
        return self._tracer.trace(self.items[self.rows[depth]])

    def amodal(self, depth: int) -> Mask:
        """Return all pixels of the sprite at `depth` that are on the canvas, hidden or not."""
        return unite(self.alone(depth))


class ItemTracer:
    """A finder of the pixels of single sprites in scenes of one library, for canvases of `size`.

    Parameters
    ----------
    sprite_cache : where the sprites of scenes come from
    thresholds : the least alpha of a pixel that belongs to a sprite, of each column of traits
    """

    def __init__(
        self, library: Library, sprite_cache: SpriteCache, thresholds: Sequence[int]
    ) -> None:
        self._sprite_cache = sprite_cache
        self._silhouettes = Silhouettes(library.channels)
        self._thresholds = thresholds
        self.size = library.size
        self._owners = owners_of(library)
        self._lines = np.empty((2, library.size[0] // 2 + 1, 2), np.int32)
        self._runs = np.empty((FIRST_RUNS, 2), np.int32)

    def stack(self, scene: Scene) -> Stack:
        """Return the sprites of `scene`; usable until the next call."""
        owners = owners_in(scene, self._owners)
        thresholds = [self._thresholds[depth] for depth, _ in owners]
        items = self._silhouettes.of(self._sprite_cache.fetch(scene), thresholds)
        return Stack(self, items, owners)

    def trace(self, items: Ints) -> list[Mask]:
        """Return what is seen of each of `items`, as in `trace_items`, if there are no others."""
        shapes = [self._silhouettes.shapes[row] for row in items[:, 0].tolist()]
        rows = np.empty(sum([shape[HEIGHT] + 1 for shape in shapes]), np.int32)
        seen = np.empty((len(items), trace.COLUMNS), np.int64)
        lines, most = self._lines, self._lines.shape[1]
        items = np.ascontiguousarray(items)
        arguments = *self._silhouettes.arrays, items, len(items), *self.size, lines, most, rows
        while trace_items(*arguments, self._runs, len(self._runs), seen) == FULL:
            self._runs = np.empty((2 * len(self._runs), 2), np.int32)
        return [mask_of(row, rows, self._runs) for row in seen.tolist()]


def mask_of(seen: Sequence[int], rows: npt.NDArray[np.int32], runs: npt.NDArray[np.int32]) -> Mask:
    """Return the mask of a sprite with these columns of `trace`, without empty rows around it."""
    if not seen[trace.PIXELS]:
        return NO_MASK
    _, top, _, bottom = seen[trace.BOX]
    first = seen[trace.SEEN_ROW] + top - seen[trace.TOP]
    own = rows[first : first + bottom - top + 1]
    start, stop = int(own[0]), int(own[-1])
    return Mask(top, own - own[0], runs[start:stop].copy())
