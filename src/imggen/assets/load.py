"""Loads all art of a configuration, and lays it out for the workers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash
from PIL import Image

from imggen.assets.boxes import add_boxes
from imggen.assets.decode import Art, Size, check_same_size, decode, to_art
from imggen.assets.feathers import Versions, add_feathers
from imggen.assets.fitted import ImageSizes, fit_parts
from imggen.assets.folder import Folder, read_folder, with_none
from imggen.assets.keypoints import Carried, place_keypoints
from imggen.assets.library import CHANNELS, NO_SPRITE, Library, Sprites, Variants
from imggen.assets.local import local_art
from imggen.assets.parts import read_parts, variant_size
from imggen.assets.profiles import check_color
from imggen.assets.runs import find_runs
from imggen.assets.shadows import add_shadows
from imggen.assets.soften import feathered
from imggen.assets.warnings import say_warnings
from imggen.assets.weights import split_weight
from imggen.config import NONE, Canvas, Config, Layer, Output, Place, may_draw_none, most_instances
from imggen.config.canvas import check_drawn_size, check_sides
from imggen.config.composed import composed, find_path
from imggen.config.image_size import image_size
from imggen.config.parts import reaches_back
from imggen.errors import AssetError
from imggen.paths import os_errors_as

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Arts = list[Art]  # the parts of a variant; of most layers one

NOTHING = 0, 0  # the size of `none`
BLANK = "blank"  # in place of a digest


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


@os_errors_as(AssetError)
def load_assets(config: Config) -> Library:
    """Load all art that `config` names.

    Raises
    ------
    AssetError
        If a folder or file is missing, empty, damaged, no image or too large, if files and
        configured names do not match, or colours cannot be converted.
    """
    check_color(config.canvas.color)
    with local_art(config) as art:
        library = load_local(art.config)
    return replace(library, warnings=tuple(map(art.named, library.warnings)))


def load_local(config: Config) -> Library:
    """Load all art that `config` names, which is in folders of this machine."""
    folders = [read_variants(config, layer) for layer in config.layer]
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # decode.check_size refuses
        files = list(folders[0].files.values())
        read = pool.map(variant_size, () if config.canvas.size else files)
        headers = dict(zip(files, read, strict=False))
        own = config.canvas.size or smallest(headers.values())
        sizes = ImageSizes(own, image_size(config.output.size, own))
        check_sizes(sizes, config.output)
        load = partial(load_art, canvas=config.canvas, sizes=sizes)
        loads = [
            partial(
                load,
                path,
                layer,
                depth=depth,
                header=headers.get(path),
                feathers=config.variation_of(layer).levels("feather"),
            )
            for depth, (layer, folder) in enumerate(zip(config.layer, folders, strict=True))
            for path in folder.files.values()
        ]
        loaded = pool.map(partial.__call__, loads)  # the first failure cancels the rest
        found = [[next(loaded) for _ in folder.files] for folder in folders]
    art = [
        dict(zip(folder.files, own, strict=True))
        for folder, own in zip(folders, found, strict=True)
    ]
    warned = say_warnings(warning for layer in found for one in layer for warning in one.warnings)
    digests = digests_of(config, folders, found)
    keypoints = [
        place_keypoints(
            layer,
            tuple(folder.probabilities),
            {
                name: (path, one.carried)
                for (name, path), one in zip(folder.files.items(), own, strict=True)
            },
        )
        for layer, folder, own in zip(config.layer, folders, found, strict=True)
    ]
    library = lay_out(config, sizes, folders, art, keypoints)
    return replace(library, warnings=warned, files=digests)


def read_variants(config: Config, layer: Layer) -> Folder:
    """The variants of `layer`, with `none` where anything in `config` may draw it."""
    folder = read_folder(config.root, layer, config.dataset.count)
    if layer.instances is not None:
        check_none_unlikely(folder, layer.name)
        return with_none(folder)
    none = may_draw_none(layer.name, config.rule, config.joint)
    none |= any(split.may_draw_none(layer.name) for split in config.split)
    none |= any(view.may_draw_none(layer.name) for view in config.view)
    return with_none(folder) if none else folder


def check_none_unlikely(folder: Folder, layer: str) -> None:
    """Refuse a weight in the name of a blank file where instances say how many are shown."""
    if folder.probabilities.get(NONE):
        message = (
            f"layer.{layer}: {folder.blank} gives {NONE} a weight, and layer.{layer}.instances "
            "says how many are shown; remove the file, and let instances be 0 as often."
        )
        raise AssetError(message)


def check_sizes(sizes: ImageSizes, output: Output) -> None:
    """Refuse images that the image format does not support."""
    if output.size is None:
        check_sides(sizes.images, output, "the size of the smallest background is")
    else:
        check_drawn_size(sizes.images, output)


def smallest(sizes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The size of the fewest pixels."""
    return min(sizes, key=lambda size: (size[0] * size[1], size))


def load_art(
    path: Path,
    layer: Layer,
    *,
    canvas: Canvas,
    sizes: ImageSizes,
    depth: int,
    header: Size | None,
    feathers: Sequence[float],
) -> Loaded:
    """Decode, fit and trim one variant: a file or, of a layer with parts, a folder.

    `header` is the size that its header gave, where that was read, and `feathers` are the widths of
    soft edges that it may have.
    """
    color = canvas.color
    decoded = read_parts(path, layer, color) if layer.parts else {path: decode(path, color)}
    images = [one.image for one in decoded.values()]
    if header is not None:
        check_same_size(path, images[0], header)
    how = layer.resample_on(canvas)
    fitted = fit_parts(images, layer, layer.fit_on(depth), how, sizes)
    warned = [(file, warning) for file, one in decoded.items() for warning in one.warnings]
    digests = {file: digest_image(one.image) for file, one in decoded.items()}
    sharp = [to_art(image, canvas.mode) for image in fitted.images]
    arts, *others = (feathered_art(path, layer, sharp, width, sizes.factor) for width in feathers)
    carried = Carried(images[0].size, fitted.carry)
    return Loaded(arts, fitted.planned, warned, digests, carried, others)


def feathered_art(path: Path, layer: Layer, arts: Arts, feather: float, factor: float) -> Arts:
    """Return `arts` with soft edges of a width; refuse edges that leave nothing.

    One px of the canvas is `factor` px of them.
    """
    if not feather or not any(art.alpha.any() for art in arts):
        return arts
    soft = feathered(arts, feather * factor)
    if not any(art.alpha.any() for art in soft):
        width, height = arts[0].size
        key = "feather" if feather == layer.feather else "vary.feather"
        message = (
            f"layer.{layer.name}.{key} is {feather:g} px, which leaves nothing of {path} "
            f"({width}x{height} px); expected less. Make it smaller, or the art larger."
        )
        raise AssetError(message)
    return soft


def digest_image(image: Image.Image) -> str:
    """Return a digest of decoded pixels, hex."""
    digest = xxhash.xxh3_128(repr((image.mode, image.size)).encode())
    digest.update(image.tobytes())
    return digest.hexdigest()


def digests_of(
    config: Config, folders: Sequence[Folder], found: Sequence[Sequence[Loaded]]
) -> dict[str, dict[str, str]]:
    """Return the digest of each art file, by layer and path in its folder.

    A blank file for `none` has no pixels that matter, but a name, which may give it a weight.
    """
    digests: dict[str, dict[str, str]] = {}
    for layer, folder, loaded in zip(config.layer, folders, found, strict=True):
        files = {file: digest for one in loaded for file, digest in one.digests.items()}
        if folder.blank is not None:
            files[folder.blank] = BLANK
        root = find_path(config.root / layer.folder)
        digests[layer.name] = {
            composed(file.relative_to(root).as_posix()): digest for file, digest in files.items()
        }
    return digests


def lay_out(
    config: Config,
    sizes: ImageSizes,
    folders: Sequence[Folder],
    art: Sequence[dict[str, Loaded]],
    keypoints: Sequence[npt.NDArray[np.float64] | None],
) -> Library:
    """Put all pixels behind one another and note where each variant's are."""
    backs: list[Art | None] = []
    loose: list[Art] = []
    layers = []
    at_back, scaled = not reaches_back(config.layer), sizes.canvas != sizes.images
    columns = zip(config.layer, folders, art, keypoints, strict=True)
    for depth, (layer, folder, loaded, points) in enumerate(columns):
        shown = [loaded.get(name) for name in folder.probabilities]
        flat = [
            one.arts[0]
            if one and depth == 0 and at_back and fills_canvas(config, layer, one, sizes.canvas)
            else None
            for one in shown
        ]
        above = [
            None if back or one is None else one.arts for one, back in zip(shown, flat, strict=True)
        ]
        layers.append(
            Variants(
                layer=layer.name,
                names=tuple(folder.probabilities),
                probabilities=np.array(list(folder.probabilities.values())),
                sizes=sizes_of(one.arts[0].size if one else NOTHING for one in shown),
                planned=sizes_of(one.planned if one else NOTHING for one in shown)
                if scaled
                else None,
                sprites=np.array([put_sprite(one, loose) for one in above], np.int32),
                backgrounds=np.array([put_back(one, backs, depth) for one in flat], np.int32),
                parts=len(layer.parts or [layer]),
                groups=groups_of(config, layer, folder),
                nearest=layer.resample_on(config.canvas) == "nearest",
                keypoints=points,
                shadowed=layer.shadow is not None,
            )
        )
    versions: list[Versions] = [{name: one.others for name, one in own.items()} for own in art]
    feathers = add_feathers(layers, versions, loose)
    sprites = len(loose)
    shadows = add_shadows(config, layers, loose, feathers, sizes.factor)
    boxes = add_boxes(config, sizes.images, layers, loose, sprites, feathers)
    pairs = zip(config.layer, layers, strict=True)
    slots = [slot for layer, own in pairs for slot in slots_of(config, layer, own)]
    channels = CHANNELS[config.canvas.mode]
    return Library(
        size=sizes.images,
        canvas=sizes.canvas if scaled else None,
        mode=config.canvas.mode,
        layers=tuple(slots),
        backgrounds=np.stack([draw_back(back, sizes.images, channels) for back in backs]),
        sprites=lay_out_sprites(loose, channels),
        shadows=shadows,
        boxes=boxes,
        feathers=feathers,
        has_camera=config.camera is not None,
        digest=digest_art(
            sizes.images, layers, [one for own in art for some in own.values() for one in some.arts]
        ),
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
