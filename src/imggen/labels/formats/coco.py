"""COCO: what one image adds to the annotations of its split.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from imggen.labels.formats.once import OncePerScene
from imggen.labels.picture import About, Picture
from imggen.labels.shapes.geometry import Instance
from imggen.labels.shapes.mask import Mask
from imggen.labels.shapes.outline import find_outlines, has_holes, joined, outer_polygons
from imggen.labels.shapes.rle import rle_counts, rle_string

FIRST_ID = 1  # of classes and annotations: 0 is no annotation to pycocotools


class CocoPart:
    """The annotations of an image, one a line."""

    def __init__(self, about: About) -> None:
        self._most = len(about.classes.depths)
        self._size = about.size
        self._tolerance = about.labels.tolerance
        self._segment = {"rle": self._rle, "polygons": self._polygons}[about.labels.segmentation]
        self._layers = [json.dumps(layer, ensure_ascii=False) for layer, _ in about.layers]
        self._class_of = about.class_of
        self._scene = OncePerScene(about, self._annotations)

    def part(self, picture: Picture) -> bytes:
        """The annotations of `picture`, a line each that ends in a comma."""
        image = picture.image
        first = image * self._most + FIRST_ID
        lines = [
            f'{{"id": {number}, "image_id": {image}, {rest}}},\n'
            for number, rest in enumerate(self._scene.of(picture), first)
        ]
        return "".join(lines).encode()

    def _annotations(self, instances: Sequence[Instance]) -> list[str]:
        """What is said of each instance, whichever image shows it."""
        # Lists of whole numbers are the same text in Python and in JSON.
        return [
            f'"category_id": {self._class_of(one) + FIRST_ID}, "bbox": {list(one.visible)}, '
            f'"area": {one.visible_pixels}, "iscrowd": 0, '
            f'"segmentation": {self._segment(one.mask)}, "amodal_bbox": {list(one.amodal)}, '
            f'"visible_fraction": {one.visible_fraction}, "z": {one.z}, '
            f'"layer": {self._layers[one.depth]}'
            for one in instances
        ]

    def _rle(self, mask: Mask) -> str:
        width, height = self._size
        counts = rle_string(rle_counts(mask, self._size)).decode().replace("\\", "\\\\")
        return f'{{"size": [{height}, {width}], "counts": "{counts}"}}'

    def _polygons(self, mask: Mask) -> str:
        """One for each part; one of all parts where one has holes, which is cut open to them."""
        outlines = find_outlines(mask, self._tolerance)
        if has_holes(outlines):
            return str([joined(outlines).reshape(-1).tolist()])
        return str(outer_polygons(outlines))
