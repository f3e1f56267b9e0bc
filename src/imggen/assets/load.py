"""Loads all art of a configuration, and lays it out for the workers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import xxhash
from PIL import Image

from imggen.assets.decode import Size, check_same_size, decode, to_art
from imggen.assets.fitted import ImageSizes, fit_parts
from imggen.assets.folder import Folder, read_folder, with_none
from imggen.assets.keypoints import Carried, Floats, place_keypoints
from imggen.assets.layout import Arts, Loaded, lay_out
from imggen.assets.library import Library
from imggen.assets.local import local_art
from imggen.assets.parts import read_parts, variant_size
from imggen.assets.profiles import check_color
from imggen.assets.soften import feathered
from imggen.assets.warnings import say_warnings
from imggen.config import NONE, Canvas, Config, Layer, Output, may_draw_none
from imggen.config.canvas import check_drawn_size, check_sides
from imggen.config.composed import composed, find_path
from imggen.config.image_size import image_size
from imggen.errors import AssetError
from imggen.paths import os_errors_as

BLANK = "blank"  # in place of a digest


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
        backgrounds = () if config.canvas.size else tuple(folders[0].files.values())
        headers = dict(zip(backgrounds, pool.map(variant_size, backgrounds), strict=True))
        canvas = config.canvas.size or smallest(headers.values())
        sizes = ImageSizes(canvas, image_size(config.output.size, canvas))
        check_sizes(sizes, config.output)
        loads = loads_of(config, folders, sizes, headers)
        loaded = pool.map(partial.__call__, loads)  # the first failure cancels the rest
        found = [[next(loaded) for _ in folder.files] for folder in folders]
    warned = say_warnings(warning for layer in found for one in layer for warning in one.warnings)
    layers = list(zip(config.layer, folders, found, strict=True))
    art = [dict(zip(folder.files, own, strict=True)) for _, folder, own in layers]
    keypoints = [keypoints_of(layer, folder, own) for layer, folder, own in layers]
    library = lay_out(config, sizes, folders, art, keypoints)
    return replace(library, warnings=warned, files=digests_of(config, folders, found))


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


def loads_of(
    config: Config, folders: Sequence[Folder], sizes: ImageSizes, headers: Mapping[Path, Size]
) -> Iterator[partial[Loaded]]:
    """Yield what loads each variant, layer by layer; `headers` as in `load_art`, by path."""
    for depth, (layer, folder) in enumerate(zip(config.layer, folders, strict=True)):
        feathers = config.variation_of(layer).levels("feather")
        load = partial(load_art, canvas=config.canvas, sizes=sizes, depth=depth, feathers=feathers)
        for path in folder.files.values():
            yield partial(load, path, layer, header=headers.get(path))


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


def keypoints_of(layer: Layer, folder: Folder, loaded: Sequence[Loaded]) -> Floats | None:
    """Return the keypoints of all variants of `layer`, as `place_keypoints` does."""
    pairs = zip(folder.files.items(), loaded, strict=True)
    files = {name: (path, one.carried) for (name, path), one in pairs}
    return place_keypoints(layer, tuple(folder.probabilities), files)


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
