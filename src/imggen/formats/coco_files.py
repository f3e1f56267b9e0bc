"""Files in COCO's manner, one for each split: `annotations/KIND_SPLIT.json`.

They are put together at the end of a run, of the lines that workers made of images.

Source: the data format of cocodataset.org.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen import __version__
from imggen.formats.licences import coco_licences
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import Results

FOLDER = "annotations"
FIRST_ID = 1  # of licences, classes and annotations: 0 is no annotation to pycocotools

Category = dict[str, Any]


def write_by_split(
    results: Results, name: str, kind: str, categories: Iterable[Category]
) -> Iterator[Path]:
    """Write the file of each split, or `annotations/KIND.json` without splits; yield their paths.

    `name` is that of the format, whose fragments have the annotations.
    """
    categories = list(categories)
    for split in results.splits:
        path = results.out / FOLDER / (f"{kind}_{split}.json" if split else f"{kind}.json")
        with open_atomic(path) as file:
            file.writelines(pieces(results, name, split, categories))
        yield path


def pieces(
    results: Results, name: str, split: str, categories: Iterable[Category]
) -> Iterator[bytes]:
    """Yield the file of `split`, one category, image or annotation a line."""
    info = results.info
    yield b'{\n"info": %s,\n' % dump(about(info))
    yield b'"licenses": %s,\n"categories": [\n' % dump([*coco_licences(info.origin)])
    yield b",\n".join(map(dump, categories))
    yield b'\n],\n"images": [\n'
    yield from without_last_comma(images(results, split))
    yield b'],\n"annotations": [\n'
    yield from without_last_comma(results.fragments(name, split))
    yield b"]\n}\n"


def about(info: DatasetInfo) -> dict[str, Any]:
    """Return what COCO's `info` says of a dataset."""
    origin = info.origin
    said = {"url": origin.url, "contributor": origin.author}
    return {
        "description": origin.description or info.dataset,
        "version": __version__,
        **{key: value for key, value in said.items() if value is not None},
    }


def images(results: Results, split: str) -> Iterator[bytes]:
    """Yield a line for each image of `split`, each with a comma."""
    info = results.info
    width, height = info.size
    licence = {"license": FIRST_ID} if info.origin.licence else {}
    for block in results.blocks(split):
        lines = (
            dump(
                {
                    "id": image.index,
                    "file_name": info.within_split(image) + info.suffix,
                    "width": width,
                    "height": height,
                    **licence,
                }
            )
            for image in block.images
        )
        yield b"".join(line + b",\n" for line in lines)


def without_last_comma(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `lines`, each of which ends in a comma, without the last one's."""
    held = b""
    for line in lines:
        if line:
            yield held
            held = line
    yield held.removesuffix(b",\n") + (b"\n" if held else b"")


def dump(value: dict[str, Any] | list[Any]) -> bytes:
    """Return `value` as JSON on one line."""
    return json.dumps(value, ensure_ascii=False).encode()
