"""The work of `imggen check`: find what is wrong with art before a dataset is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

import numpy as np
import xxhash

from imggen.assets import Library
from imggen.config import Config, Layer, Place
from imggen.config.sentences import show
from imggen.dataset import Dataset
from imggen.planning.sampling.images import ImageSource
from imggen.report.alike import Signature, find_alike, signature_of
from imggen.report.art_files import ArtFile, art_files
from imggen.report.fringes import find_matte

Kind = Literal["empty", "opaque", "size", "fringe", "alike", "never", "hidden", "file"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCENES = 256  # rendered to find traits that make no difference
OPAQUE = 255


@dataclass(frozen=True)
class Flaw:
    """A flaw of art: its kind, and a sentence with the file, the figure and the remedy."""

    kind: Kind
    sentence: str


def find_flaws(dataset: Dataset) -> Iterator[Flaw]:
    """Yield the flaws of a dataset's art, file by file and then as a whole."""
    config, library = dataset.config, dataset.library
    signatures: list[Signature] = []
    for _, files in groupby(art_files(config), lambda file: file.depth):
        sizes: dict[tuple[int, int], list[ArtFile]] = {}
        for file in files:
            yield from flaws_of_file(file, config.layer[file.depth], library)
            signatures.append(signature_of(file))
            sizes.setdefault(file.size, []).append(signatures[-1].file)
        yield from odd_sizes(sizes, config, library)
    yield from alike_files(signatures)
    yield from never_drawn(config, library)
    yield from same_images(dataset)
    yield from (Flaw("file", sentence) for sentence in library.warnings)


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


def alike_files(signatures: Sequence[Signature]) -> Iterator[Flaw]:
    """Yield a flaw for each file that looks like an earlier one of its layer."""
    for _, own in groupby(signatures, lambda one: one.file.depth):
        for pair in find_alike([one for one in own if one.small.any()]):
            if pair.first.variant == pair.second.variant:
                continue  # parts of one variant
            how = f"differ by {pair.difference:.0f} of 255" if pair.difference else "look the same"
            yield Flaw(
                "alike",
                f"{pair.first.path} and {pair.second.path} {how}, but are two variants; remove one "
                "of them.",
            )


def never_drawn(config: Config, library: Library) -> Iterator[Flaw]:
    """Yield a flaw for each variant that has a probability and that rules never let be drawn."""
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
