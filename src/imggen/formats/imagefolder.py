"""Hugging Face's ImageFolder: metadata in the folder of each split, and a card on top.

A line of `metadata.jsonl` holds an image's name, the variant of each layer, its caption if there is
one, and the visible boxes of what is labelled. It is JSON because CSV has no types: `datasets`
would read a trait called NA as missing and one called 007 as the number 7.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.formats.caption import Captioner
from imggen.formats.card import card
from imggen.formats.class_map import sprite_layers
from imggen.formats.record import seen_boxes
from imggen.formats.results import Block, Results
from imggen.store.files import whole_file
from imggen.store.layout import CARD, IMAGES

METADATA = "metadata.jsonl"


def merge(results: Results) -> list[Path]:
    """Write the metadata of each split that has images, and the card."""
    written = []
    for split in results.counts:
        path = results.out / IMAGES / split / METADATA
        with whole_file(path) as file:
            for block in results.blocks(split):
                file.write("".join(lines(results, block)).encode())
        written.append(path)
    path = results.out / CARD
    with whole_file(path) as file:
        file.write(card(results, results.counts, with_objects=has_objects(results)).encode())
    return [*written, path]


def lines(results: Results, block: Block) -> Iterator[str]:
    """A line for each image of `block`."""
    about = results.about
    caption = None if about.labels.caption is None else Captioner(about).caption
    objects = objects_of(results, block) if has_objects(results) else None
    dump = json.JSONEncoder(ensure_ascii=False).encode
    for picture in block.pictures:
        line: dict[str, Any] = {"file_name": about.within_split(picture) + about.suffix}
        line |= about.traits(picture)
        if caption:
            line["text"] = caption(picture.shown)
        if objects:
            line["objects"] = next(objects)
        yield dump(line) + "\n"


def has_objects(results: Results) -> bool:
    """Whether anything that is labelled has boxes."""
    sprites = sprite_layers(results.plan.library.layers)
    return any(depth in sprites for depth in results.about.classes.depths)


def objects_of(results: Results, block: Block) -> Iterator[dict[str, Any]]:
    """Boxes and classes of what is seen in each image of `block`, from back to front."""
    rows = class_rows(results, block)
    seen = seen_boxes(block.files["instances"], results.about.labels.least_visible)
    for (places, boxes), own in zip(seen, rows, strict=True):
        yield {"bbox": boxes, "categories": [own[place] for place in places]}


def class_rows(results: Results, block: Block) -> list[list[int]]:
    """The class of what each labelled layer shows in each image of `block`; -1 where nothing."""
    classes = results.about.classes
    columns: list[npt.NDArray[np.int64]] = []
    for depth in classes.depths:
        variants = len(results.about.layers[depth][1])
        rows = np.array([classes.rows.get((depth, variant), -1) for variant in range(variants)])
        columns.append(rows[results.plan.traits[block.images, depth]])
    result: list[list[int]] = np.stack(columns, axis=1).tolist()
    return result
