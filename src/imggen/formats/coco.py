"""COCO: one file of annotations for each split, `annotations/instances_SPLIT.json`.

Workers make the annotations of each image, one a line; at the end they are put together.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from imggen.formats.coco_files import FIRST_ID, FOLDER, write_by_split
from imggen.formats.format import Format
from imggen.formats.thing_fields import covered_by, keypoints_text, thing_texts
from imggen.geometry.segmentation import segmenter

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.keypoints import KeypointNames
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FIRST_POINT = 1  # in a skeleton


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
        return list(write_by_split(results, self.name, "instances", categories(self.info)))


FORMATS = (Coco,)


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
