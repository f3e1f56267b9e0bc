"""COCO: one file of annotations for each split, `annotations/instances_SPLIT.json`.

Workers make the annotations of each image, one a line; at the end they are put together.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from imggen import __version__
from imggen.formats.format import Format
from imggen.formats.licences import coco_licences
from imggen.formats.thing_fields import covered_by, keypoints_text, thing_texts
from imggen.geometry.segmentation import segmenter
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.keypoints import KeypointNames
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "annotations"
FIRST_POINT = 1  # in a skeleton
FIRST_ID = 1  # of classes and annotations: 0 is no annotation to pycocotools


class Annotations(NamedTuple):
    """The annotations of a scene besides their ids, and the places of those that lie over each."""

    lines: list[str]
    covered_by: Sequence[Sequence[int]] = ()


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
        self.details = info.thing_details
        self._layers = [json.dumps(layer, ensure_ascii=False) for layer in info.slots]

    def label_scene(self, instances: Sequence[Instance]) -> Annotations:
        """Return what the annotation of each instance says besides its ids."""
        # Lists of whole numbers are the same text in Python and in JSON.
        lines = [
            f'"category_id": {self.info.class_of(one) + FIRST_ID}, "bbox": {list(one.visible)}, '
            f'"area": {one.visible_pixels}, "iscrowd": 0, '
            f'"segmentation": {self._segment(one.mask)}, "amodal_bbox": {list(one.amodal)}, '
            f'"visible_fraction": {one.visible_fraction}, "z": {one.z}, '
            f'"layer": {self._layers[one.depth]}'
            for one in instances
        ]
        return Annotations(lines)

    def label_details(self, instances: Sequence[Instance], details: Details) -> Annotations:
        """Return the same with the details that the configuration asks for."""
        if not self.details:
            return self.label_scene(instances)
        lines = self.label_scene(instances).lines
        more = thing_texts(self.details, details, len(lines), self._segment)
        lines = list(map(str.__add__, lines, more))
        if "keypoints" in self.details:
            of_class = self.info.keypoints.of_class
            lines = [
                line + keypoints_text(points, of_class[self.info.class_of(one)])
                for line, points, one in zip(lines, details.keypoints, instances, strict=True)
            ]
        covered = covered_by(details) if "occlusion" in self.details else []
        return Annotations(lines, covered)

    def fragment(self, image: ImageInfo, scene: Annotations) -> bytes:
        """Return the annotations of an image, a line each that ends in a comma."""
        first = image.index * self._most + FIRST_ID
        lines = scene.lines
        if scene.covered_by:
            ids = [[first + k for k in own] for own in scene.covered_by]
            lines = [f'{line}, "occluded_by": {own}' for line, own in zip(lines, ids, strict=True)]
        lines = [
            f'{{"id": {number}, "image_id": {image.index}, {rest}}},\n'
            for number, rest in enumerate(lines, first)
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
        yield {
            "id": row + FIRST_ID,
            "name": name,
            "supercategory": layer,
            **keypoint_fields(info.keypoints, row),
        }


def keypoint_fields(names: KeypointNames, row: int) -> dict[str, Any]:
    """Return what the category of a class says of its keypoints, if it has some."""
    if not names.names or not names.of_class[row]:
        return {}
    return {
        "keypoints": [names.names[place] for place in names.of_class[row]],
        "skeleton": [[a + FIRST_POINT, b + FIRST_POINT] for a, b in names.skeleton_of(row)],
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
