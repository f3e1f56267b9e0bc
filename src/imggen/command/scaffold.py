"""A first configuration for a folder tree: one folder per layer, one file per variant."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from imggen.assets.decode import image_size, read_image
from imggen.assets.folder import is_blank, read_folder
from imggen.assets.weights import MARK, Found, check_file, find_variants, split_weight
from imggen.config import NONE, Dataset, Layer
from imggen.config.composed import composed
from imggen.config.ignored import is_ignored
from imggen.config.image_name import NAME_FIELDS
from imggen.config.names import LONGEST_NAME, SAFE_NAME, fold
from imggen.config.plain import OPAQUE
from imggen.errors import AssetError

NUMBERED = re.compile(r"(?P<number>\d+)[\s._)-]*(?P<name>.*)")  # "1. Background", "02-Body"
STACKED = re.compile(r"z-?\d+[,$]")  # "z-1,", "z2$": to some engines, a place in the stack
UNSAFE = re.compile(r"[^\w-]+")
RESERVED = (*NAME_FIELDS, Dataset().image_column)

# For layers with images that differ in size from the canvas.
FIRST_SIZED = 'fit = "stretch"  # to the canvas; "cover" and "contain" keep proportions'
SIZED = 'place = { anchor = "center", at = ["50%", "50%"] }  # not all have the size of the canvas'

OPAQUE_MODE = 'mode = "RGB"  # no image is transparent: the first layer is opaque'
CLEAR_MODE = 'mode = "RGBA"  # "RGB" for JPEG'

Size = tuple[int, int]


@dataclass(frozen=True)
class Scaffold:
    """A first configuration as TOML, with its layer and variant counts and canvas size, px."""

    text: str
    layers: int
    variants: int
    size: Size


@dataclass(frozen=True)
class LayerFolder:
    """A folder that becomes the layer `name`: its variants, and the sizes of their images, px."""

    folder: Path
    name: str
    variants: tuple[Found, ...]
    sizes: frozenset[Size]


def make_scaffold(tree: Path, target: Path) -> Scaffold:
    """Return a configuration for the layers in the folder `tree`.

    Folders in it are relative to the folder of `target`, the file that it is to be written to.

    Raises
    ------
    AssetError
        If `tree` holds no folders, or one that cannot be a layer.
    """
    folders = layer_folders(tree)
    numbered = all(NUMBERED.fullmatch(folder.name) for folder in folders)
    names = safe_names([bare_name(folder.name, numbered=numbered) for folder in folders])
    sources = [read_layer_folder(*both) for both in zip(folders, names, strict=True)]
    size = max((s for source in sources for s in source.sizes), key=lambda s: (s[0] * s[1], s))
    sources = by_number(sources) if numbered else opaque_first(sources, size)
    tables = [head(tree, size, opaque=hides_behind(sources[0])), order_note(numbered=numbered)]
    for depth, source in enumerate(sources):
        tables.append("\n".join(layer_lines(source, size, target.parent, first=depth == 0)))
    count = sum(len(source.variants) for source in sources)
    return Scaffold("\n\n".join(tables) + "\n", len(sources), count, size)


# --- reading the folders --------------------------------------------------------------------------


def layer_folders(tree: Path) -> list[Path]:
    """Return the folders in `tree`, in alphabetical order."""
    if not tree.is_dir():
        raise AssetError(f"{tree} is not a folder; expected one with a folder of images per layer.")
    folders = [path for path in tree.iterdir() if path.is_dir() and not is_ignored(path)]
    if not folders:
        message = f"{tree} holds no folders; expected one per layer, with one image per variant."
        raise AssetError(message)
    return sorted(folders, key=lambda path: (path.name.casefold(), path.name))


def bare_name(text: str, *, numbered: bool) -> str:
    """Return a folder's name without its weight and, if `numbered`, without its leading number."""
    name, _ = split_weight(text)
    match = NUMBERED.fullmatch(name) if numbered else None
    return match["name"] if match else name


def safe_names(texts: Sequence[str]) -> list[str]:
    """Return distinct valid layer names, as close to `texts` as possible."""
    reserved = {fold(name) for name in RESERVED}
    taken: set[str] = set()
    names = []
    for text in texts:
        base = UNSAFE.sub(" ", composed(text)).strip(" -")[: LONGEST_NAME - len(" 999")].strip(" -")
        if not SAFE_NAME.fullmatch(base) or fold(base) in reserved:
            base = f"layer {base}".strip()
        name, number = base, 2
        while fold(name) in taken:
            name, number = f"{base} {number}", number + 1
        taken.add(fold(name))
        names.append(name)
    return names


def read_layer_folder(folder: Path, name: str) -> LayerFolder:
    """Return the variants in a folder; refuse files that a layer could not use."""
    check_file(folder, name)
    files = read_folder(folder.parent, Layer(name=name, folder=folder.name), Dataset().count).files
    variants = find_variants(folder, name, weighed=True)
    return LayerFolder(folder, name, tuple(variants), frozenset(map(image_size, files.values())))


def by_number(sources: Sequence[LayerFolder]) -> list[LayerFolder]:
    """Return `sources` sorted by the leading numbers of the folders' names."""
    return sorted(sources, key=lambda source: number_of(source.folder.name))


def number_of(text: str) -> int:
    """Return the leading number of a name; 0 if it has none."""
    match = NUMBERED.fullmatch(text)
    return int(match["number"]) if match else 0


def opaque_first(sources: Sequence[LayerFolder], size: Size) -> list[LayerFolder]:
    """Return `sources` with layers that cover the whole canvas first, otherwise in their order."""
    return sorted(sources, key=lambda source: not hides_all(source.variants[0].path, size))


def hides_all(path: Path, size: Size) -> bool:
    """Return True if an image is opaque and covers a canvas of `size` (width, height), px."""
    image = read_image(path)
    return image.size == size and is_opaque(image)


def is_opaque(image: Image) -> bool:
    """Return True if no pixel of an image is transparent."""
    return image.mode != "RGBA" or image.getchannel("A").getextrema() == (OPAQUE, OPAQUE)


def hides_behind(first: LayerFolder) -> bool:
    """Return True if all variants of the `first` layer, which is stretched, fill the canvas."""
    return all(is_opaque(read_image(one.path)) for one in first.variants)


# --- writing the TOML -----------------------------------------------------------------------------


def head(tree: Path, size: Size, *, opaque: bool) -> str:
    """Return the tables that precede the layers; `opaque` if the first hides all behind it."""
    named = tree.absolute().name
    [name] = safe_names([tree.absolute().parent.name if named == "layers" else named])
    return "\n".join(
        [
            "[dataset]",
            f"name = {quote(name)}",
            "count = 200",
            "",
            "[canvas]",
            f"size = [{size[0]}, {size[1]}]  # of the largest image",
            OPAQUE_MODE if opaque else CLEAR_MODE,
        ]
    )


def order_note(*, numbered: bool) -> str:
    """Return a comment on the order of the layers."""
    order = "by the numbers of their folders" if numbered else "by name, opaque ones at the back"
    return (
        f"# The layers below are sorted {order}.\n"
        "# The first is drawn first, at the back: to reorder them, move whole [[layer]] tables."
    )


def layer_lines(source: LayerFolder, size: Size, here: Path, *, first: bool) -> Iterator[str]:
    """Yield the lines of a layer's table, for a file in the folder `here`."""
    yield "[[layer]]"
    yield f"name = {quote(source.name)}"
    folder = source.folder.parent.resolve() / source.folder.name
    yield f"folder = {quote(os.path.relpath(folder, here.resolve()))}"
    if source.sizes != {size}:
        yield FIRST_SIZED if first else SIZED
    yield from notes(source)
    yield from none_lines(source)


def notes(source: LayerFolder) -> Iterator[str]:
    """Yield comments on names that have a meaning to other engines but not to imggen."""
    parts = {part for one in source.variants for part in one.path.relative_to(source.folder).parts}
    if any(STACKED.match(part) for part in parts):
        yield "# A leading z and number in a name have no meaning here."
    if split_weight(source.folder.name)[1] is not None:
        yield "# The weight of the layer's own folder has no meaning here."
    for one in other_nones(source):
        if not is_blank(one.path):
            yield f"# {quote(one.name)} is not blank, so it is an ordinary variant."
    for group in sorted(
        {one.path.parent for one in source.variants if MARK in one.path.parent.name}
    ):
        stems = [one.path.stem for one in source.variants if one.path.parent == group]
        if len(stems) > 1 and not any(MARK in stem for stem in stems):
            yield f"# Only one of the images in {quote(group.name)} is drawn at a time."


def none_lines(source: LayerFolder) -> Iterator[str]:
    """Yield weights of all variants if a blank one is called none in capitals: it is `none`."""
    blank = [one for one in other_nones(source) if is_blank(one.path)]
    if not blank:
        return
    yield "[layer.weights]"
    yield f"{NONE} = {sum(one.weight for one in source.variants if one in blank):.17g}"
    for one in source.variants:
        if one.name != NONE:
            yield f"{quote(one.name)} = {0 if one in blank else one.weight:.17g}"


def other_nones(source: LayerFolder) -> list[Found]:
    """Return the variants called none in other letter case, like NONE."""
    return [one for one in source.variants if one.name != NONE and fold(one.name) == NONE]


def quote(text: str) -> str:
    """Return `text` as a TOML string; JSON escapes the same characters in the same way."""
    return json.dumps(text, ensure_ascii=False)
