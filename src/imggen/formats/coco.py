"""COCO: one file of annotations for each split, `annotations/instances_SPLIT.json`.

Workers make the annotations of each image, one a line; at the end they are put together.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen import __version__
from imggen.formats.format import Format
from imggen.formats.licences import coco_licences
from imggen.geometry.segmentation import segmenter
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "annotations"
FIRST_ID = 1  # of classes and annotations: 0 is no annotation to pycocotools


class Coco(Format):
    """Boxes, classes and masks of all images of a split in one file."""

    name = "coco"
    owned_names = (FOLDER,)
    needs_boxes = True
    needs_masks = True
    has_fragments = True
    segments = True

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._most = len(info.classes.depths)  # instances of an image
        self._segment = segmenter(info.labels, info.size)
        self._layers = [json.dumps(layer, ensure_ascii=False) for layer in info.slots]

    def label_scene(self, instances: Sequence[Instance]) -> list[str]:
        """Return what the annotation of each instance says besides its ids."""
        # Lists of whole numbers are the same text in Python and in JSON.
        return [
            f'"category_id": {self.info.class_of(one) + FIRST_ID}, "bbox": {list(one.visible)}, '
            f'"area": {one.visible_pixels}, "iscrowd": 0, '
            f'"segmentation": {self._segment(one.mask)}, "amodal_bbox": {list(one.amodal)}, '
            f'"visible_fraction": {one.visible_fraction}, "z": {one.z}, '
            f'"layer": {self._layers[one.depth]}'
            for one in instances
        ]

    def fragment(self, image: ImageInfo, scene: list[str]) -> bytes:
        """Return the annotations of an image, a line each that ends in a comma."""
        first = image.index * self._most + FIRST_ID
        lines = [
            f'{{"id": {number}, "image_id": {image.index}, {rest}}},\n'
            for number, rest in enumerate(scene, first)
        ]
        return "".join(lines).encode()

    def merge(self, results: Results) -> list[Path]:
        """Write `annotations/instances_SPLIT.json`, or `instances.json` without splits."""
        written = []
        for split in results.splits:
            name = f"instances_{split}.json" if split else "instances.json"
            path = results.out / FOLDER / name
            with open_atomic(path) as file:
                file.writelines(self._pieces(results, split))
            written.append(path)
        return written

    def _pieces(self, results: Results, split: str) -> Iterator[bytes]:
        """Yield the file of `split`, one image or annotation a line."""
        licences = [*coco_licences(self.info.origin)]
        yield b'{\n"info": %s,\n' % dump(about(self.info))
        yield b'"licenses": %s,\n"categories": [\n' % dump(licences)
        yield b",\n".join(map(dump, categories(self.info)))
        yield b'\n],\n"images": [\n'
        yield from without_last_comma(images(results, split))
        yield b'],\n"annotations": [\n'
        yield from without_last_comma(results.fragments(self.name, split))
        yield b"]\n}\n"


FORMATS = (Coco,)


def about(info: DatasetInfo) -> dict[str, Any]:
    """Return what COCO's `info` says of a dataset."""
    origin = info.origin
    said = {"url": origin.url, "contributor": origin.author}
    return {
        "description": origin.description or info.dataset,
        "version": __version__,
        **{key: value for key, value in said.items() if value is not None},
    }


def categories(info: DatasetInfo) -> Iterator[dict[str, Any]]:
    """Yield the category of each class."""
    classes = info.classes
    for row, (name, layer) in enumerate(zip(classes.names, classes.layers, strict=True)):
        yield {"id": row + FIRST_ID, "name": name, "supercategory": layer}


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
