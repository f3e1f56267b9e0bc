"""All pixels of the art behind one another, and where those of each variant are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.assets.boxes import add_boxes
from imggen.assets.decode import Art, Size
from imggen.assets.feathers import Versions, add_feathers
from imggen.assets.fitted import ImageSizes
from imggen.assets.folder import Folder
from imggen.assets.keypoints import Carried
from imggen.assets.library import CHANNELS, NO_SPRITE, Library, Sprites, Variants
from imggen.assets.runs import find_runs
from imggen.assets.shadows import add_shadows
from imggen.assets.weights import split_weight
from imggen.config import Config, Layer, Place, most_instances
from imggen.config.composed import composed, find_path
from imggen.config.parts import reaches_back

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Arts = list[Art]  # the parts of a variant; of most layers one

NOTHING = 0, 0  # the size of `none`


@dataclass(frozen=True)
class Loaded:
    """The parts of one variant, what was found in its files that they leave out, and digests.

    `planned` is their size on the canvas, px; `carried` says how points of its files lie in them;
    `others` are these parts with other soft edges.
    """

    arts: Arts
    planned: Size
    warnings: list[tuple[Path, str]]
    digests: dict[Path, str]
    carried: Carried
    others: list[Arts]


class Piles:
    """The pixels of all variants that have been laid out so far.

    Attributes
    ----------
    backs : backgrounds; None is the empty canvas
    loose : sprites
    """

    def __init__(self, config: Config, sizes: ImageSizes) -> None:
        self._config, self._sizes = config, sizes
        self._at_back = not reaches_back(config.layer)
        self.backs: list[Art | None] = []
        self.loose: list[Art] = []

    @property
    def scaled(self) -> bool:
        """True if images have another size than the canvas."""
        return self._sizes.canvas != self._sizes.images

    def add(
        self,
        depth: int,
        layer: Layer,
        folder: Folder,
        loaded: Mapping[str, Loaded],
        points: npt.NDArray[np.float64] | None,
    ) -> Variants:
        """Add the layer at `depth`; return its variants, with where the pixels of each are."""
        shown = [loaded.get(name) for name in folder.probabilities]
        flat = [self._as_back(one, depth, layer) for one in shown]
        above = [
            None if back or one is None else one.arts for one, back in zip(shown, flat, strict=True)
        ]
        planned = sizes_of(one.planned if one else NOTHING for one in shown)
        return Variants(
            layer=layer.name,
            names=tuple(folder.probabilities),
            probabilities=np.array(list(folder.probabilities.values())),
            sizes=sizes_of(one.arts[0].size if one else NOTHING for one in shown),
            planned=planned if self.scaled else None,
            sprites=np.array([put_sprite(one, self.loose) for one in above], np.int32),
            backgrounds=np.array([put_back(one, self.backs, depth) for one in flat], np.int32),
            parts=len(layer.parts or [layer]),
            groups=groups_of(self._config, layer, folder),
            nearest=layer.resample_on(self._config.canvas) == "nearest",
            keypoints=points,
            shadowed=layer.shadow is not None,
        )

    def _as_back(self, variant: Loaded | None, depth: int, layer: Layer) -> Art | None:
        """Return the pixels of a variant that is a background; None for others."""
        if variant is None or depth > 0 or not self._at_back:
            return None
        fills = fills_canvas(self._config, layer, variant, self._sizes.canvas)
        return variant.arts[0] if fills else None


def lay_out(
    config: Config,
    sizes: ImageSizes,
    folders: Sequence[Folder],
    art: Sequence[dict[str, Loaded]],
    keypoints: Sequence[npt.NDArray[np.float64] | None],
) -> Library:
    """Put all pixels behind one another and note where each variant's are."""
    piles = Piles(config, sizes)
    columns = zip(config.layer, folders, art, keypoints, strict=True)
    layers = [piles.add(depth, *column) for depth, column in enumerate(columns)]
    loose, sprites = piles.loose, len(piles.loose)
    versions: list[Versions] = [{name: one.others for name, one in own.items()} for own in art]
    feathers = add_feathers(layers, versions, loose)
    shadows = add_shadows(config, layers, loose, feathers, sizes.factor)
    boxes = add_boxes(config, sizes.images, layers, loose, sprites, feathers)
    pairs = zip(config.layer, layers, strict=True)
    slots = [slot for layer, own in pairs for slot in slots_of(config, layer, own)]
    channels = CHANNELS[config.canvas.mode]
    arts = [one for own in art for some in own.values() for one in some.arts]
    return Library(
        size=sizes.images,
        canvas=sizes.canvas if piles.scaled else None,
        mode=config.canvas.mode,
        layers=tuple(slots),
        backgrounds=np.stack([draw_back(back, sizes.images, channels) for back in piles.backs]),
        sprites=lay_out_sprites(loose, channels),
        shadows=shadows,
        boxes=boxes,
        feathers=feathers,
        has_camera=config.camera is not None,
        digest=digest_art(sizes.images, layers, arts),
    )


def sizes_of(sizes: Iterable[Size]) -> Ints:
    """Return `sizes` as an array: (n, 2)."""
    return np.array(list(sizes), np.int32)


def slots_of(config: Config, layer: Layer, variants: Variants) -> list[Variants]:
    """Return the entry of each instance that `layer` may have; of one without, its own."""
    most = most_instances(config, layer)
    if most is None:
        return [variants]
    return [replace(variants, instance=number) for number in range(most)]


def groups_of(config: Config, layer: Layer, folder: Folder) -> tuple[str, ...]:
    """Return the outermost folder of each variant within that of `layer`; "" for those in none."""
    root = find_path(config.root / layer.folder)
    groups = []
    for name in folder.probabilities:
        path = folder.files.get(name)
        outer = path.relative_to(root).parts[:-1] if path else ()
        groups.append(composed(split_weight(outer[0])[0]) if outer else "")
    return tuple(groups)


def fills_canvas(config: Config, layer: Layer, variant: Loaded, size: Size) -> bool:
    """Return True if this variant of the first layer always covers the canvas, of `size`."""
    still = layer.place == Place() and not layer.parts
    plain = still and config.variation_of(layer).is_plain
    alone = layer.instances is None and layer.depth_group is None and layer.shadow is None
    return plain and alone and variant.planned == size


def put_sprite(arts: Arts | None, loose: list[Art]) -> int:
    """The row of the first of `arts` among the sprites, which they are added to."""
    if arts is None:
        return NO_SPRITE
    loose += arts
    return len(loose) - len(arts)


def put_back(art: Art | None, backs: list[Art | None], depth: int) -> int:
    """The row of `art` among the backgrounds, which it is added to; None is the empty canvas."""
    if depth > 0:
        return 0
    if art is not None or None not in backs:
        backs.append(art)
        return len(backs) - 1
    return backs.index(None)


def draw_back(art: Art | None, size: tuple[int, int], channels: int) -> Bytes:
    """`art` on the empty canvas (black, or transparent if it has alpha): (height, row bytes)."""
    width, height = size
    if art is None:
        return np.zeros((height, width * channels), np.uint8)
    if art.is_opaque:
        return art.colour.reshape(height, width * channels)
    if channels == CHANNELS["RGBA"]:
        drawn = art.colour * (art.alpha > 0)[..., None]  # no colour where nothing is seen
    else:
        scaled = art.colour * art.alpha[..., None].astype(np.uint32) + 128
        drawn = (((scaled >> 8) + scaled) >> 8).astype(np.uint8)  # exact division by 255
    return drawn.reshape(height, width * channels)


def lay_out_sprites(arts: Sequence[Art], channels: int) -> Sprites:
    """The flat arrays of all sprites."""
    found = [find_runs(art.alpha) for art in arts]
    areas = np.array([art.colour.size for art in arts], np.int64)
    heights = np.array([art.size[1] for art in arts], np.int64)
    table = np.zeros((len(arts), 4), np.int64)
    table[:, 0] = np.cumsum(areas) - areas
    table[:, 1] = np.cumsum(heights) - heights
    table[:, 2:] = np.array([art.size for art in arts], np.int64).reshape(-1, 2)
    with_alpha = channels == CHANNELS["RGBA"]
    alphas = [] if with_alpha else [np.repeat(art.alpha.ravel(), channels) for art in arts]
    return Sprites(
        table=table,
        colour=joined([art.colour.ravel() for art in arts], np.uint8),
        alpha=joined(alphas, np.uint8),
        rows=np.concatenate([[0], np.cumsum(joined([c for c, _ in found], np.int64))]),
        runs=joined([runs.ravel() for _, runs in found], np.int32).reshape(-1, 3),
    )


def joined(parts: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """`parts`, all 1-D, behind one another."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def digest_art(size: tuple[int, int], layers: Sequence[Variants], arts: Sequence[Art]) -> str:
    """One digest of all that images come from: pixels, names, and how likely each is."""
    chances = [(layer.layer, layer.names, layer.probabilities.tolist()) for layer in layers]
    digest = xxhash.xxh3_128(repr((size, chances)).encode())
    for art in arts:
        digest.update(repr((art.size, art.is_opaque)).encode())
        digest.update(np.ascontiguousarray(art.colour).data)
        if not art.is_opaque:
            digest.update(np.ascontiguousarray(art.alpha).data)
    return digest.hexdigest()
