"""COCO: one file of annotations for each split, put together when all images are done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imggen import __version__
from imggen.formats.coco import FIRST_ID
from imggen.formats.picture import About
from imggen.formats.results import Results
from imggen.store.files import whole_file

FOLDER = "annotations"


def merge(results: Results) -> list[Path]:
    """Write `annotations/instances_SPLIT.json`, or `instances.json` without splits."""
    written = []
    for split in results.splits:
        name = f"instances_{split}.json" if split else "instances.json"
        path = results.out / FOLDER / name
        with whole_file(path) as file:
            file.writelines(pieces(results, split))
        written.append(path)
    return written


def pieces(results: Results, split: str) -> Iterator[bytes]:
    """The file of `split`, one image or annotation a line."""
    about = results.about
    info = {"description": about.dataset, "version": __version__}
    yield b'{\n"info": %s,\n"licenses": [],\n"categories": [\n' % dump(info)
    yield b",\n".join(map(dump, categories(about)))
    yield b'\n],\n"images": [\n'
    yield from without_last_comma(images(results, split))
    yield b'],\n"annotations": [\n'
    yield from without_last_comma(results.parts("coco", split))
    yield b"]\n}\n"


def categories(about: About) -> Iterator[dict[str, Any]]:
    """One for each class."""
    classes = about.classes
    for row, (name, layer) in enumerate(zip(classes.names, classes.layers, strict=True)):
        yield {"id": row + FIRST_ID, "name": name, "supercategory": layer}


def images(results: Results, split: str) -> Iterator[bytes]:
    """One line for each image of `split`, each with a comma."""
    width, height = results.about.size
    for block in results.blocks(split):
        lines = (
            dump(
                {
                    "id": picture.image,
                    "file_name": results.about.within_split(picture) + results.about.suffix,
                    "width": width,
                    "height": height,
                }
            )
            for picture in block.pictures
        )
        yield b"".join(line + b",\n" for line in lines)


def without_last_comma(lines: Iterator[bytes]) -> Iterator[bytes]:
    """`lines`, each of which ends in a comma, without the last one's."""
    held = b""
    for line in lines:
        if line:
            yield held
            held = line
    yield held.removesuffix(b",\n") + (b"\n" if held else b"")


def dump(value: dict[str, Any]) -> bytes:
    """`value` as JSON on one line."""
    return json.dumps(value, ensure_ascii=False).encode()
