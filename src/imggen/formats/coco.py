"""COCO: what one image adds to the annotations of its split.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from imggen.formats.once import OncePerScene
from imggen.formats.picture import About, Picture
from imggen.formats.segment import segmenter
from imggen.geometry.instances import Instance

FIRST_ID = 1  # of classes and annotations: 0 is no annotation to pycocotools


class CocoPart:
    """The annotations of an image, one a line."""

    def __init__(self, about: About) -> None:
        self._most = len(about.classes.depths)
        self._segment = segmenter(about)
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
