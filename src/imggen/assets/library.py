"""The library: all art of a configuration, as arrays that the workers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]

CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}
NO_SPRITE = -1
MOST_IN_BOX = 4  # sprites of one colour that a box is made of


@dataclass(frozen=True)
class Variants:
    """The variants of one layer in name order; `none` is one of them where it may occur.

    Attributes
    ----------
    instance : which of the layer's instances shows one of them, from 0; None: it has but one
    probabilities : (variants,) float64, summing to 1
    sizes : (variants, 2) int32, width and height of the drawn box, px; 0, 0 for `none`
    planned : (variants, 2) int32, the same on the canvas; None: images are of its size
    sprites : (variants,) int32, row in `Sprites.table`, or NO_SPRITE
    backgrounds : (variants,) int32, row in `Library.backgrounds`; used for the first layer only
    groups : the outermost folder of each variant in that of the layer, without weight; "" if it has
        none
    parts : how many sprites a variant is, in as many rows of `Sprites.table` from its own on
    nearest : whether pixels are copied where sprites are scaled and turned
    keypoints : (variants, keypoints, 2) float64, x and y of each, px, NaN where a variant has none;
        None: the layer has no keypoints
    shadowed : whether a shadow lies under each sprite
    """

    layer: str
    names: tuple[str, ...]
    probabilities: npt.NDArray[np.float64]
    sizes: Ints
    sprites: Ints
    backgrounds: Ints
    parts: int = 1
    nearest: bool = False
    instance: int | None = None
    groups: tuple[str, ...] = ()
    keypoints: npt.NDArray[np.float64] | None = None
    shadowed: bool = False
    planned: Ints | None = None

    @property
    def planned_sizes(self) -> Ints:
        """Width and height of the box on the canvas, px: (variants, 2)."""
        return self.sizes if self.planned is None else self.planned

    @property
    def stream(self) -> str:
        """The name of its random streams: whatever other instances there are, its own."""
        return self.layer if self.instance is None else f"{self.layer}/{self.instance}"


@dataclass(frozen=True)
class Sprites:
    """All sprites behind one another in flat arrays.

    Attributes
    ----------
    table : (sprites, 4) int64: first byte in `colour`, first row in `rows`, width, height, px
    colour : uint8, channels interleaved, not premultiplied
    alpha : uint8, as long as `colour`: the alpha of each byte's pixel. Empty if the canvas is
        RGBA, whose colour holds it.
    rows : (all rows + 1,) int64: row r has the runs rows[r]:rows[r + 1]
    runs : (runs, 3) int32: first column, end column, 1 where every pixel is opaque else 0; what is
        in no run is fully transparent
    """

    table: npt.NDArray[np.int64]
    colour: Bytes
    alpha: Bytes
    rows: npt.NDArray[np.int64]
    runs: Ints


@dataclass(frozen=True)
class Shadows:
    """The shadows of sprites, which are the last of all sprites.

    Attributes
    ----------
    first : row of the first of them in `Sprites.table`
    rows : (first, blurs) int32, the row of the shadow that lies under each sprite, for each value
        of shadow_blur that its layer may have, or NO_SPRITE
    offsets : (first, 2) float64, how far it lies to the right and down, px, where all are alike
    fades : (first,) bool, whether images have their own opacity of it, and it is dark in itself
    factor : the length of one px of the canvas, px
    """

    first: int
    rows: Ints
    offsets: npt.NDArray[np.float64]
    fades: npt.NDArray[np.bool_]
    factor: float


@dataclass(frozen=True)
class BoxSprites:
    """Opaque sprites of one colour each, of which the boxes of views are made: the last of all.

    Their sides are powers of 2, so that at most MOST_IN_BOX of them fill any box.

    Attributes
    ----------
    first : row of the first of them in `Sprites.table`; those of a colour are side by side
    widths, heights : how many powers of 2 there are, from 1 px on
    outlines : (sprites, corners, 2) float64, those of the convex hull of each other sprite, px
    """

    first: int
    widths: int
    heights: int
    outlines: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Library:
    """Everything the workers draw with.

    Attributes
    ----------
    size : width and height of images, px
    mode : "RGB", "RGBA" or "L"
    layers : the variants, one entry per layer or, of one with instances, per instance that there
        may be; these share their arrays
    backgrounds : (backgrounds, height, width * channels) uint8: the art at the very back, drawn on
        the empty canvas; the empty canvas itself where a scene may need it
    sprites : everything drawn on a background
    shadows : of some of the sprites; None if there are none
    boxes : what a view shows in place of sprites; None if none does
    feathers : (sprites of the files, values) int32, the row of each with each value of feather that
        its layer may have; None if no layer has several
    has_camera : whether a camera changes all that is drawn
    canvas : width and height of the canvas that is planned on, px; None: those of images
    digest : of all pixels, names and probabilities, hex
    files : digests of the art files as they were decoded, hex, by layer and path in its folder
    warnings : sentences on what the files hold and these pixels do not
    """

    size: tuple[int, int]
    mode: str
    layers: tuple[Variants, ...]
    backgrounds: Bytes
    sprites: Sprites
    digest: str
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    shadows: Shadows | None = None
    boxes: BoxSprites | None = None
    feathers: Ints | None = None
    has_camera: bool = False
    canvas: tuple[int, int] | None = None

    @property
    def planned_size(self) -> tuple[int, int]:
        """Width and height of the canvas that is planned on, px."""
        return self.canvas or self.size

    @property
    def scale(self) -> tuple[float, float]:
        """The width and height in images of one px of the canvas, px."""
        across, down = self.planned_size
        return self.size[0] / across, self.size[1] / down

    @property
    def on_canvas(self) -> Library:
        """The library with all sizes as on the canvas, to plan with; its pixels keep their size."""
        if self.canvas is None:
            return self
        layers = tuple(replace(one, sizes=one.planned_sizes) for one in self.layers)
        return replace(self, size=self.canvas, layers=layers)

    @property
    def declared(self) -> tuple[Variants, ...]:
        """The variants of each layer of the configuration: its first instance, if it has some."""
        return tuple(layer for layer in self.layers if not layer.instance)

    @property
    def channels(self) -> int:
        """Bytes per pixel of the canvas."""
        return CHANNELS[self.mode]

    def rows_of(self, row: int, parts: int) -> Ints:
        """Return the rows of a sprite, whose own first is `row`: (parts, soft edges) int32."""
        own = np.arange(row, row + parts, dtype=np.int32)
        return own[:, None] if self.feathers is None else self.feathers[own]

    @property
    def most_items(self) -> int:
        """The largest number of sprites in a scene."""
        each = 1 if self.boxes is None else MOST_IN_BOX
        return sum(layer.parts * each + layer.shadowed for layer in self.layers)
