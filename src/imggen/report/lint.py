"""The work of `imggen check`: find what is wrong with art before a dataset is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import xxhash

from imggen.assets import Library
from imggen.assets.local import local_art
from imggen.config import Config, Layer, Place
from imggen.config.sentences import show
from imggen.config.vary import COLOURS
from imggen.dataset import Dataset
from imggen.formats.class_map import make_class_map
from imggen.planning.sampling.images import ImageSource
from imggen.report.alike import Signature, find_alike, signature_of
from imggen.report.art_files import ArtFile, art_files
from imggen.report.fringes import find_matte
from imggen.report.margins import find_margin, find_specks

Kind = Literal[
    "empty", "opaque", "size", "fringe", "margin", "specks", "grey", "alike", "never", "hidden",
    "file",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
SCENES = 256  # rendered to find traits that make no difference
OPAQUE = 255


@dataclass(frozen=True)
class Flaw:
    """A flaw of art: its kind, and a sentence with the file, the figure and the remedy.

    `files` are the files that it is about, where the sentence names none.
    """

    kind: Kind
    sentence: str
    files: tuple[Path, ...] = ()


def find_flaws(dataset: Dataset) -> Iterator[Flaw]:
    """Yield the flaws of a dataset's art, file by file and then as a whole."""
    with local_art(dataset.config) as art:
        for flaw in flaws_of_files(art_files(art.config), dataset.config, dataset.library):
            yield replace(flaw, sentence=art.named(flaw.sentence))
    yield from same_images(dataset)
    yield from (Flaw("file", sentence) for sentence in dataset.library.warnings)


def flaws_of_files(files: Iterable[ArtFile], config: Config, library: Library) -> Iterator[Flaw]:
    """Yield the flaws of art files, which come layer by layer, and of variants as a whole."""
    signatures: list[Signature] = []
    for depth, own in groupby(files, lambda file: file.depth):
        layer = config.layer[depth]
        sizes: dict[tuple[int, int], list[ArtFile]] = {}
        grey = True
        for file in own:
            yield from flaws_of_file(file, layer, library)
            grey = grey and is_grey(file)
            signatures.append(signature_of(file))
            sizes.setdefault(file.size, []).append(signatures[-1].file)
        if grey:
            yield from colours_of_grey(layer, signatures[-1].file)
        yield from odd_sizes(sizes, config, library)
    yield from alike_files(signatures, config)
    yield from alike_classes(signatures, config, library)
    paths = {(one.file.depth, one.file.variant): one.file.path for one in signatures}
    yield from never_drawn(config, library, paths)


def flaws_of_file(file: ArtFile, layer: Layer, library: Library) -> Iterator[Flaw]:
    """Yield the flaws that one file has by itself."""
    if not file.alpha.any():
        yield Flaw(
            "empty",
            f"{file.path} is fully transparent, so it draws nothing; name it none, or remove it.",
        )
        return
    if file.depth and not layer.parts and (file.alpha == OPAQUE).all():
        width, height = file.size
        across, down = library.planned_size
        hides = width >= across and height >= down
        effect = "hides all layers behind it" if hides else "is drawn as a rectangle"
        yield Flaw(
            "opaque",
            f"{file.path} has no transparent pixel, so it {effect}; save it with transparency.",
        )
    matte = find_matte(file.pixels)
    if matte is not None:
        yield Flaw(
            "fringe",
            f"{file.path} has a {matte} fringe: the colour of its edges is mixed with {matte}; "
            f"export it without a matte, or remove the {matte} in an image editor.",
        )
    if not layer.trim and layer.places != (Place(),) and file.size != library.size:
        yield from loose_margins(file, layer)


def loose_margins(file: ArtFile, layer: Layer) -> Iterator[Flaw]:
    """Yield a flaw for what makes the box that places a sprite other than what is seen of it."""
    remedy = f"set layer.{layer.name}.trim = true"
    specks = find_specks(file.alpha)
    if specks:
        yield Flaw(
            "specks",
            f"{file.path} has {specks:,} nearly transparent {'pixel' if specks == 1 else 'pixels'} "
            "far from all that is seen, so it counts as larger than it looks; erase them.",
        )
    side = None if specks or layer.parts or layer.place.of else find_margin(file.alpha)
    if side is not None:
        yield Flaw(
            "margin",
            f"{file.path} has a wide transparent margin at the {side} alone, so it lies beside the "
            f"place that it is given; {remedy}.",
        )


def is_grey(file: ArtFile) -> bool:
    """Return True if a file has no colours."""
    seen = file.pixels[file.alpha > 0][:, :3]
    return bool((seen == seen[:, :1]).all())


def colours_of_grey(layer: Layer, file: ArtFile) -> Iterator[Flaw]:
    """Yield a flaw for each variation of colours of a layer with grey art, such as `file`."""
    for field in COLOURS:
        if layer.variation.is_drawn(field):
            yield Flaw(
                "grey",
                f"layer.{layer.name}.vary.{field} changes nothing, as all art of the layer is "
                f"grey; remove {field}, or give the art colours.",
                (file.path,),
            )


def odd_sizes(
    sizes: dict[tuple[int, int], list[ArtFile]], config: Config, library: Library
) -> Iterator[Flaw]:
    """Yield a flaw for each size of a layer's files that does not match where sizes matter."""
    depth = next(iter(sizes.values()))[0].depth
    layer = config.layer[depth]
    fit = layer.fit_on(depth)
    fixed = layer.places == (Place(),) and layer.size is None
    canvas = library.planned_size
    if not fixed or (fit == "none" and canvas not in sizes):
        return  # placed by itself, or art that is no page of the canvas
    for size, files in sizes.items():
        if size == canvas:
            continue
        width, height = size
        across, down = canvas
        others = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
        effect = {
            "none": "is drawn at the top left corner",
            "stretch": f"is stretched by {across / width:.3g} and {down / height:.3g}",
            "cover": "is scaled and cropped",
            "contain": "is scaled and leaves borders",
        }[fit]
        if fit != "none" and width * down == height * across and width > across:
            continue  # of the same shape, and scaled down: as intended
        yield Flaw(
            "size",
            f"{files[0].path}{others}: {width}x{height} px, and the canvas is {across}x{down} px, "
            f"so it {effect}; export it at the size of the canvas.",
        )


def alike_files(signatures: Sequence[Signature], config: Config) -> Iterator[Flaw]:
    """Yield a flaw for each file that looks like an earlier one of its layer."""
    for _, own in groupby(signatures, lambda one: one.file.depth):
        for pair in find_alike([one for one in own if one.small.any()], config.canvas.color):
            if pair.first.variant == pair.second.variant:
                continue  # parts of one variant
            yield Flaw(
                "alike",
                f"{pair.first.path} and {pair.second.path} {pair.how}, but are two variants; "
                "remove one of them.",
            )


def alike_classes(
    signatures: Sequence[Signature], config: Config, library: Library
) -> Iterator[Flaw]:
    """Yield a flaw for each file that labels call otherwise than its copy in another layer."""
    names = class_names(config, library)
    seen = [one for one in signatures if one.small.any() and key_of(one.file, config) in names]
    copies: dict[bytes, list[ArtFile]] = {}
    for one in seen:
        copies.setdefault(one.small.tobytes(), []).append(one.file)
    for files in copies.values():
        for first, second in combinations(files, 2):
            called = [names[key_of(file, config)] for file in (first, second)]
            folders = {config.layer[file.depth].folder for file in (first, second)}
            if first.depth != second.depth and called[0] != called[1] and len(folders) > 1:
                yield Flaw(
                    "alike",
                    f"{first.path} and {second.path} look the same, and labels call one "
                    f"{show(called[0])} and the other {show(called[1])}; give both one class.",
                )
                break


def class_names(config: Config, library: Library) -> dict[tuple[str, str], str]:
    """Return the class of each labelled variant, by its layer and name."""
    classes = make_class_map(config, library.layers)
    return {
        (library.layers[slot].layer, library.layers[slot].names[variant]): classes.names[row]
        for (slot, variant), row in classes.rows.items()
    }


def key_of(file: ArtFile, config: Config) -> tuple[str, str]:
    """Return the layer and the variant of a file."""
    return config.layer[file.depth].name, file.variant


def never_drawn(
    config: Config, library: Library, paths: Mapping[tuple[int, str], Path]
) -> Iterator[Flaw]:
    """Yield a flaw for each variant that has a probability and that rules never let be drawn.

    `paths` are files by the place of their layer and their variant.
    """
    distributions = ImageSource.of(config, library.layers).distributions
    for depth, layer in enumerate(library.declared):
        asked = np.max([one.layers[depth].probabilities for one in distributions], axis=0)
        drawn = np.any([one.can_show(depth) for one in distributions], axis=0)
        for variant in np.flatnonzero((asked > 0) & ~drawn).tolist():
            yield Flaw(
                "never",
                f"layer.{layer.layer}: {show(layer.names[variant])} is asked for with "
                f"{100 * asked[variant]:.3g} % and can never be drawn, because of the rules; "
                "change them, or give it 0.",
                tuple(paths[key] for key in [(depth, layer.names[variant])] if key in paths),
            )


def same_images(dataset: Dataset) -> Iterator[Flaw]:
    """Yield a flaw for images that show different variants with the same pixels."""
    seen: dict[bytes, dict[str, str | list[str]]] = {}
    told: set[str] = set()
    for item in dataset[:SCENES]:
        shown = item["shown"]
        key = xxhash.xxh3_128_digest(item["image"].tobytes())
        first = seen.setdefault(key, shown)
        for layer in shown:
            if shown[layer] != first[layer] and layer not in told:
                told.add(layer)
                yield Flaw(
                    "hidden",
                    f"layer.{layer}: images with {show(first[layer])} and with "
                    f"{show(shown[layer])} can have the same pixels (image {item['index']}); what "
                    "lies in front hides it, or the files are the same.",
                )
