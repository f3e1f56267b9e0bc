"""Hugging Face's ImageFolder: metadata in the folder of each split, and a card on top.

A line of `metadata.jsonl` holds an image's name, the variant of each layer, its caption if there is
one, and the visible boxes of what is labelled. It is JSON because CSV has no types: `datasets`
would read a trait called NA as missing and one called 007 as the number 7.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.config.image_name import has_split_folders, parse
from imggen.config.sentences import show
from imggen.errors import ConfigError
from imggen.formats.captions import Captioner
from imggen.formats.class_map import sprite_layers
from imggen.formats.format import Format
from imggen.geometry.record import seen_boxes
from imggen.store.files import open_atomic
from imggen.store.layout import CARD, IMAGES

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.results import Block, Results

METADATA = "metadata.jsonl"

# What `datasets` calls columns, or has a use for; "..._file_name" is an image to it, too.
RESERVED = re.compile(r"image|text|objects|(.*_)?file_names?", re.DOTALL)
VARIABLE = "$"  # begins a variable of the environment, which `datasets` puts into paths
SPLIT_NAME = re.compile(r"(?!all$)\w+")  # "all" means every split
# What Arrow, which `datasets` reads JSON with, takes for a time and not for a text.
TIME = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?", re.DOTALL)


class ImageFolder(Format):
    """Metadata beside the images, and the dataset card."""

    name = "imagefolder"
    owned_names = (CARD,)
    kind = "metadata"
    needs_boxes = True
    keeps_instances = True

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse names that `datasets` would take for something else."""
        for position, layer in enumerate(config.layer, 1):
            if RESERVED.fullmatch(layer.name):
                message = (
                    f'name of layer {position} is "{layer.name}", which imagefolder has a use for; '
                    "rename the layer, or leave imagefolder out of labels.formats."
                )
                raise ConfigError(message)
        for split in config.split:
            if not SPLIT_NAME.fullmatch(split.name):
                message = (
                    f'name of split.{split.name} is "{split.name}", but imagefolder takes letters, '
                    'digits and _ only, and not "all"; rename the split.'
                )
                raise ConfigError(message)
        check_split_folders(config)
        check_variables(config.dataset.image_name)

    @classmethod
    def refuse_variant(cls, config: Config, layer: str, variant: str) -> str:
        """Return why metadata cannot have `variant`; "" if they can."""
        if TIME.fullmatch(variant):
            return "which Hugging Face datasets would read as a date"
        in_names = any(piece.field == layer for piece in parse(config.dataset.image_name))
        if in_names and "\\" in variant:
            return "whose backslash in names of images Hugging Face datasets would read as a slash"
        if in_names and VARIABLE in variant:
            return "whose $ in names of images Hugging Face datasets would read as a variable's"
        return ""

    def merge(self, results: Results) -> list[Path]:
        """Write the metadata of each split that has images, and the card."""
        from imggen.formats.card import card  # noqa: PLC0415  # not for workers

        written = []
        for split in results.counts:
            path = results.out / IMAGES / split / METADATA
            with open_atomic(path) as file:
                for block in results.blocks(split):
                    file.write("".join(lines(results, block)).encode())
            written.append(path)
        path = results.out / CARD
        with open_atomic(path) as file:
            file.write(card(results, results.counts, with_objects=has_objects(results)).encode())
        return [*written, path]


FORMATS = (ImageFolder,)


def check_split_folders(config: Config) -> None:
    """Refuse splits that have no folder of their own right below that of images."""
    if not config.split:
        return
    template = config.dataset.image_name
    if not has_split_folders(template):
        message = (
            f"dataset.image_name is {show(template)}, but imagefolder needs a folder for each "
            'split; expected {split} alone and first in it, like "{split}/{index}", or nowhere.'
        )
        raise ConfigError(message)


def check_variables(template: str) -> None:
    """Refuse names that would be read as others."""
    if VARIABLE in template:
        message = (
            f"dataset.image_name is {show(template)}, whose {VARIABLE} imagefolder would read as a "
            "variable's; leave it out."
        )
        raise ConfigError(message)


def lines(results: Results, block: Block) -> Iterator[str]:
    """Yield a line for each image of `block`."""
    info = results.info
    caption = None if info.labels.caption is None else Captioner(info).caption
    objects = objects_of(results, block) if has_objects(results) else None
    dump = json.JSONEncoder(ensure_ascii=False).encode
    for image in block.images:
        line: dict[str, Any] = {"file_name": info.within_split(image) + info.suffix}
        line |= info.traits(image)
        if caption:
            line["text"] = caption(image.variants)
        if objects:
            line["objects"] = next(objects)
        yield dump(line) + "\n"


def has_objects(results: Results) -> bool:
    """Return True if anything that is labelled has boxes."""
    sprites = sprite_layers(results.plan.library.layers)
    return any(depth in sprites for depth in results.info.classes.depths)


def objects_of(results: Results, block: Block) -> Iterator[dict[str, Any]]:
    """Yield what is seen in each image of `block`, from back to front, by the keys of detection."""
    rows = class_rows(results, block)
    labels = results.info.labels
    seen = seen_boxes(block.files["instances"], labels.least_visible, labels.least_pixels or 1)
    for (positions, boxes, areas), own in zip(seen, rows, strict=True):
        classes = [own[position] for position in positions]
        kept = [k for k, number in enumerate(classes) if number >= 0]
        yield {
            "id": list(range(len(kept))),
            "area": [areas[k] for k in kept],
            "bbox": [boxes[k] for k in kept],
            "category": [classes[k] for k in kept],
        }


def class_rows(results: Results, block: Block) -> list[list[int]]:
    """Return the class of each labelled layer in each image of `block`; -1 where it shows none."""
    classes = results.info.classes
    columns: list[npt.NDArray[np.int64]] = []
    for depth in classes.depths:
        variants = len(results.plan.library.layers[depth].names)
        rows = np.array([classes.rows.get((depth, variant), -1) for variant in range(variants)])
        columns.append(rows[block.plan.traits[:, depth]])
    result: list[list[int]] = np.stack(columns, axis=1).tolist()
    return result
