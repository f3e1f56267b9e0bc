"""A starting configuration from a folder tree: one folder per layer, one file per variant."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imggen.assets.decode import image_size, read_image
from imggen.assets.folder import is_blank, read_folder
from imggen.assets.weights import MARK, Found, check_file, find_variants, split_weight
from imggen.config import NONE, Dataset, Layer
from imggen.config.composed import composed
from imggen.config.ignored import is_ignored
from imggen.config.image_name import NAME_FIELDS
from imggen.config.names import LONGEST_NAME, SAFE_NAME, fold
from imggen.errors import AssetError

NUMBERED = re.compile(r"(?P<number>\d+)[\s._)-]*(?P<name>.*)")  # "1. Background", "02-Body"
STACKED = re.compile(r"z-?\d+[,$]")  # "z-1,", "z2$": to some engines, a place in the stack
UNSAFE = re.compile(r"[^\w-]+")
RESERVED = (*NAME_FIELDS, Dataset().image_column)

# Of layers whose images are not all of the canvas' size.
FIRST_SIZED = 'fit = "stretch"  # to the canvas; "cover" and "contain" keep proportions'
SIZED = 'place = { anchor = "center", at = ["50%", "50%"] }  # not all of the canvas\' size'

Size = tuple[int, int]


@dataclass(frozen=True)
class Scaffold:
    """A starting configuration as TOML, and how much it is about."""

    text: str
    layers: int
    variants: int
    size: Size


@dataclass(frozen=True)
class Source:
    """A folder that becomes the layer `name`: its variants, and the sizes of their images, px."""

    folder: Path
    name: str
    variants: tuple[Found, ...]
    sizes: frozenset[Size]


def make_scaffold(tree: Path, target: Path) -> Scaffold:
    """The configuration, to be written to the file `target`, for the layers in the folder `tree`.

    Raises
    ------
    AssetError
        If there are no folders in it, or one of them cannot be a layer's.
    """
    folders = layer_folders(tree)
    numbered = all(NUMBERED.fullmatch(folder.name) for folder in folders)
    names = safe_names([bare_name(folder.name, numbered=numbered) for folder in folders])
    sources = [read_source(folder, name) for folder, name in zip(folders, names, strict=True)]
    size = max((s for source in sources for s in source.sizes), key=lambda s: (s[0] * s[1], s))
    sources = by_number(sources) if numbered else opaque_first(sources, size)
    tables = [head(tree, size), order_note(numbered=numbered)]
    for depth, source in enumerate(sources):
        tables.append("\n".join(layer_lines(source, size, target.parent, first=depth == 0)))
    count = sum(len(source.variants) for source in sources)
    return Scaffold("\n\n".join(tables) + "\n", len(sources), count, size)


# --- what is there --------------------------------------------------------------------------------


def layer_folders(tree: Path) -> list[Path]:
    """The folders in `tree`, in alphabetical order."""
    if not tree.is_dir():
        raise AssetError(f"{tree} is no folder; expected one with a folder of images per layer.")
    folders = [path for path in tree.iterdir() if path.is_dir() and not is_ignored(path)]
    if not folders:
        message = f"{tree} holds no folders; expected one per layer, with one image per variant."
        raise AssetError(message)
    return sorted(folders, key=lambda path: (path.name.casefold(), path.name))


def bare_name(text: str, *, numbered: bool) -> str:
    """A folder's name without its weight and, if all have one, the number that it begins with."""
    name, _ = split_weight(text)
    match = NUMBERED.fullmatch(name) if numbered else None
    return match["name"] if match else name


def safe_names(texts: Sequence[str]) -> list[str]:
    """Names of layers, as near to `texts` as may be, that differ."""
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


def read_source(folder: Path, name: str) -> Source:
    """What is in a folder; refuses what a layer could not use."""
    check_file(folder, name)
    files = read_folder(folder.parent, Layer(name=name, folder=folder.name), Dataset().count).files
    variants = find_variants(folder, name, weighed=True)
    return Source(folder, name, tuple(variants), frozenset(map(image_size, files.values())))


def by_number(sources: Sequence[Source]) -> list[Source]:
    """In the order of the numbers that the folders' names begin with."""
    return sorted(sources, key=lambda source: number_of(source.folder.name))


def number_of(text: str) -> int:
    """The number that a name begins with."""
    match = NUMBERED.fullmatch(text)
    return int(match["number"]) if match else 0


def opaque_first(sources: Sequence[Source], size: Size) -> list[Source]:
    """Those at the back that would hide what lies behind them, else as they are."""
    return sorted(sources, key=lambda source: not hides_all(source.variants[0].path, size))


def hides_all(path: Path, size: Size) -> bool:
    """Whether an image leaves nothing to be seen of a canvas of `size`."""
    image = read_image(path)
    alpha = (255, 255) if image.mode != "RGBA" else image.getchannel("A").getextrema()
    return image.size == size and alpha == (255, 255)


# --- what is written ------------------------------------------------------------------------------


def head(tree: Path, size: Size) -> str:
    """The tables before the layers."""
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
            'mode = "RGBA"  # "RGB" for JPEG',
        ]
    )


def order_note(*, numbered: bool) -> str:
    """How the layers are ordered."""
    order = "the numbers of their folders" if numbered else "the alphabet, opaque ones at the back"
    return (
        f"# The layers below are in the order of {order}.\n"
        "# The first is drawn first, at the back: to reorder them, move whole [[layer]] tables."
    )


def layer_lines(source: Source, size: Size, here: Path, *, first: bool) -> Iterator[str]:
    """The lines of a layer's table, of a file in the folder `here`."""
    yield "[[layer]]"
    yield f"name = {quote(source.name)}"
    folder = source.folder.parent.resolve() / source.folder.name
    yield f"folder = {quote(os.path.relpath(folder, here.resolve()))}"
    if source.sizes != {size}:
        yield FIRST_SIZED if first else SIZED
    yield from notes(source)
    yield from none_lines(source)


def notes(source: Source) -> Iterator[str]:
    """Comments on what other engines would do with these names, and imggen does not."""
    parts = {part for one in source.variants for part in one.path.relative_to(source.folder).parts}
    if any(STACKED.match(part) for part in parts):
        yield "# A z and a number in front of a name have no meaning here."
    if split_weight(source.folder.name)[1] is not None:
        yield "# The weight of the layer's own folder has no meaning here."
    for one in other_nones(source):
        if not is_blank(one.path):
            yield f"# {quote(one.name)} shows something, so it is a variant like others."
    for group in sorted(
        {one.path.parent for one in source.variants if MARK in one.path.parent.name}
    ):
        stems = [one.path.stem for one in source.variants if one.path.parent == group]
        if len(stems) > 1 and not any(MARK in stem for stem in stems):
            yield f"# Of the images in {quote(group.name)}, one is drawn at a time."


def none_lines(source: Source) -> Iterator[str]:
    """Weights of all variants, where a blank one is called none in other letters: it is `none`."""
    blank = [one for one in other_nones(source) if is_blank(one.path)]
    if not blank:
        return
    yield "[layer.weights]"
    yield f"{NONE} = {sum(one.weight for one in source.variants if one in blank):.17g}"
    for one in source.variants:
        if one.name != NONE:
            yield f"{quote(one.name)} = {0 if one in blank else one.weight:.17g}"


def other_nones(source: Source) -> list[Found]:
    """The variants that are called none in other letters."""
    return [one for one in source.variants if one.name != NONE and fold(one.name) == NONE]


def quote(text: str) -> str:
    """`text` as TOML writes it; what JSON escapes, TOML does alike."""
    return json.dumps(text, ensure_ascii=False)
