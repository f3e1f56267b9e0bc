"""A first configuration for a folder tree: one folder per layer, one file per variant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from imggen.assets.decode import read_image
from imggen.assets.weights import MARK, split_weight
from imggen.command.scaffold.names import NUMBERED, bare_name, number_of, safe_names
from imggen.command.scaffold.order import in_order
from imggen.command.scaffold.repeats import instance_numbers, join_repeats
from imggen.command.scaffold.sketch import (
    LABELS,
    OUTPUT,
    RUN,
    Size,
    Sketch,
    canvas_table,
    dataset_name,
    folder_entry,
)
from imggen.command.scaffold.source import (
    LayerFolder,
    hides_all,
    is_opaque,
    layer_folders,
    none_notes,
    none_weights,
    read_layer_folder,
    weights_table,
)
from imggen.command.scaffold.toml import Key, TomlTable, quote
from imggen.config import NONE
from imggen.config.names import fold

STACKED = re.compile(r"z-?\d+[,$]")  # "z-1,", "z2$": to some engines, a place in the stack
MOST_NAMED = 3  # files in a sentence
CENTRED = {"anchor": "center", "at": ["50%", "50%"]}
ANYWHERE = {"anchor": "center", "x": ["5%", "95%"], "y": ["5%", "95%"]}
SCATTERED = {**ANYWHERE, "avoid": "self"}
REORDER = (
    "To reorder the layers, move whole [[layer]] tables: the first is drawn first, at the back."
)


def sketch_folders(tree: Path, target: Path, order: Sequence[str] | None = None) -> Sketch:
    """Return a configuration for the layers in the folder `tree`.

    Folders in it are relative to the folder of `target`, the file that it is to be written to.
    `order` names the folders of the layers, the one at the back first.

    Raises
    ------
    AssetError
        If `tree` holds no folders, or one that cannot be a layer.
    InputError
        If `order` names others.
    """
    folders, left_out = in_order(layer_folders(tree), order)
    numbered = all(NUMBERED.fullmatch(folder.name) for folder in folders)
    names = safe_names([bare_name(folder.name, numbered=numbered) for folder in folders])
    sources = [read_layer_folder(*both) for both in zip(folders, names, strict=True)]
    if order is None:
        sources = by_number(sources) if numbered else back_first(sources)
    sources = join_repeats(sources)
    size = usual_size(sources[0])
    said = [order_note(numbered=numbered, ordered=order is not None), canvas_note(sources[0], size)]
    said += [f"{path} is not in --order, so it is no layer." for path in left_out]
    said += said_of(sources, size)
    count = sum(len(source.variants) for source in sources)
    tables = tables_of(tree, sources, size, target.parent)
    return Sketch([said[0], REORDER, RUN], tables, said, len(sources), count, size)


def said_of(sources: Sequence[LayerFolder], size: Size) -> Iterator[str]:
    """Yield sentences on all layers."""
    for depth, source in enumerate(sources):
        for note in (*notes(source), *size_notes(source, size, first=depth == 0)):
            yield f"{source.name}: {note}"


def tables_of(
    tree: Path, sources: Sequence[LayerFolder], size: Size, here: Path
) -> list[TomlTable]:
    """Return all tables, for a file in the folder `here`."""
    opaque = hides_behind(sources[0])
    tables = [dataset_table(tree), canvas_table(size, f"those of {sources[0].name}", opaque=opaque)]
    for depth, source in enumerate(sources):
        tables += layer_tables(source, size, here, first=depth == 0)
    tables.append(TomlTable("[labels]", [Key("formats", [], LABELS)]))
    tables.append(TomlTable("[output]", [Key("format", "png", OUTPUT)]))
    return tables


def by_number(sources: Sequence[LayerFolder]) -> list[LayerFolder]:
    """Return `sources` sorted by the leading numbers of the folders' names."""
    return sorted(sources, key=lambda source: number_of(source.folder.name))


def back_first(sources: Sequence[LayerFolder]) -> list[LayerFolder]:
    """Return `sources` with the layer at the back first, then others that hide it.

    Layers are otherwise in their order. The one at the back has the largest images, opaque ones if
    any layer has them.
    """
    opaque = [source for source in sources if is_opaque(read_image(source.variants[0].path))]
    back = max(opaque or sources, key=lambda source: area(usual_size(source)))
    size = usual_size(back)
    return sorted(
        sources,
        key=lambda one: (one is not back, not hides_all(one.variants[0].path, size)),
    )


def usual_size(source: LayerFolder) -> Size:
    """Return the size that most images of a layer have, px; of several such, the largest."""
    counts = Counter(source.sizes.values())
    return max(counts, key=lambda size: (counts[size], area(size), size))


def area(size: Size) -> int:
    """Return the number of pixels of an image of a size."""
    return size[0] * size[1]


def hides_behind(first: LayerFolder) -> bool:
    """Return True if all variants of the `first` layer, which is stretched, fill the canvas."""
    return all(is_opaque(read_image(one.path)) for one in first.variants)


def dataset_table(tree: Path) -> TomlTable:
    """Return the table of the dataset."""
    name = dataset_name(tree)
    return TomlTable(
        "[dataset]",
        [
            Key("name", name, f"the dataset is written to out/{name}"),
            Key("count", 200, "how many images"),
            Key("seed", 0, "a whole number; another one gives other images"),
        ],
    )


def order_note(*, numbered: bool, ordered: bool) -> str:
    """Return a sentence on the order of the layers."""
    if ordered:
        return "The layers are in the order of --order."
    order = "by the numbers of their folders" if numbered else "by name, opaque ones at the back"
    hint = "" if numbered else " (--order gives another one)"
    return f"The layers are sorted {order}{hint}."


def canvas_note(back: LayerFolder, size: Size) -> str:
    """Return a sentence on the size of the canvas, which is that of images of the layer `back`."""
    number, count = list(back.sizes.values()).count(size), len(back.sizes)
    of_them = f"{number:,} of {count:,}" if number < count else f"all {count:,}"
    images = "the image" if count == 1 else f"{of_them} images"
    width, height = size
    return f"The canvas is {width}x{height} px, as {images} of {back.name}, the layer at the back."


# --- a layer --------------------------------------------------------------------------------------


def layer_tables(
    source: LayerFolder, size: Size, here: Path, *, first: bool
) -> Iterator[TomlTable]:
    """Yield the tables of a layer, for a file in the folder `here`."""
    entries = [
        Key("name", source.name, "a column of data.csv"),
        folder_entry(source.folder, here),
    ]
    if source.repeats:
        entries += instance_entries(source, size)
    elif set(source.sizes.values()) != {size}:
        entries.append(sized_key(source, size, first=first))
    yield TomlTable("[[layer]]", entries, list(notes(source)))
    if source.blank - {NONE}:
        weights = {one.name: one.weight for one in source.variants}
        if source.repeats:  # how often nothing is shown is in their number
            yield weights_table({k: 0 if k in source.blank else v for k, v in weights.items()})
        else:
            yield weights_table(none_weights(weights, source.blank))


def sized_key(source: LayerFolder, size: Size, *, first: bool) -> Key:
    """Return the key that says what becomes of images that differ in size from the canvas."""
    if first:
        why = 'not all have the size of the canvas; "cover" and "contain" keep proportions'
        return Key("fit", "stretch", why)
    if is_small(source, size):
        return Key("place", ANYWHERE, "anywhere, anew in each image")
    return Key("place", CENTRED, 'not all have the size of the canvas; or fit = "stretch"')


def is_small(source: LayerFolder, size: Size) -> bool:
    """Return True if all images of a layer are smaller than the canvas, in both directions."""
    return all(one[0] < size[0] and one[1] < size[1] for one in source.sizes.values())


def instance_entries(source: LayerFolder, size: Size) -> Iterator[Key]:
    """Yield the keys of a layer that stands for several folders with the same files."""
    number = instance_numbers(len(source.repeats), source.absence)
    yield Key("instances", number, "how many are in an image; [1, 3] is from 1 to 3")
    if size in source.sizes.values():
        yield Key("trim", value=True, why="fully transparent margins are cut")
    yield Key("place", SCATTERED, "anywhere, but not on one another")


def notes(source: LayerFolder) -> Iterator[str]:
    """Yield sentences on what names in a folder mean, here or to other engines."""
    if source.repeats:
        names = listed([folder.name for folder in source.repeats])
        yield f"{names} hold the same files, so they are instances of one layer."
    parts = {part for one in source.variants for part in one.path.relative_to(source.folder).parts}
    if any(STACKED.match(part) for part in parts):
        yield "A leading z and number in a name have no meaning here."
    if split_weight(source.folder.name)[1] is not None:
        yield "The weight of the layer's own folder has no meaning here."
    yield from none_notes(source.blank)
    for one in source.variants:
        if one.name != NONE and fold(one.name) == NONE and one.name not in source.blank:
            yield f"{quote(one.name)} is not blank, so it is an ordinary variant."
    yield from together_notes(source)


def together_notes(source: LayerFolder) -> Iterator[str]:
    """Yield sentences on files that another engine would draw together."""
    groups = {one.path.parent for one in source.variants if MARK in one.path.parent.name}
    for group in sorted(groups):
        stems = [one.path.stem for one in source.variants if one.path.parent == group]
        if len(stems) > 1 and not any(MARK in stem for stem in stems):
            yield f"Only one of the images in {quote(group.name)} is drawn at a time."


def size_notes(source: LayerFolder, size: Size, *, first: bool) -> Iterator[str]:
    """Yield a sentence on files of other sizes than the canvas, and what to do about them."""
    others = [name for name, one in source.sizes.items() if one != size]
    if not others or source.repeats:
        return
    width, height = source.sizes[others[0]]
    canvas = f"{size[0]}x{size[1]} px, the canvas's size"
    if len(others) > 1:
        what = f"{len(others):,} files (as {others[0]}, {width}x{height} px) are not {canvas}; they"
    else:
        what = f"{others[0]} is {width}x{height} px, not {canvas}; it"
    be = "are" if len(others) > 1 else "is"
    if first:
        yield f"{what} {be} stretched to it: see fit."
    elif is_small(source, size):
        yield f"{what} {be} put anywhere in it: see place."
    else:
        yield f"{what} {be} put in its middle: see place, or give a fit."


def listed(names: Sequence[str]) -> str:
    """Return names as part of a sentence, the first few if there are many."""
    if len(names) > MOST_NAMED + 1:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
