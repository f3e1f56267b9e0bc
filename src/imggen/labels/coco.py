"""COCO: what one image adds to the annotations of its split.

Source: the data format of cocodataset.org; masks as in the cocoapi, `maskApi.c`.
"""

from __future__ import annotations

import json
from typing import Any

from imggen.labels.geometry import Instance
from imggen.labels.picture import About, Picture

FIRST_ID = 1  # of classes and annotations: 0 is no annotation to pycocotools


class CocoPart:
    """The annotations of an image, one a line."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._most = len(about.classes.depths)

    def part(self, picture: Picture) -> bytes:
        """The annotations of `picture`, a line each that ends in a comma."""
        first = picture.image * self._most + FIRST_ID
        lines = (
            json.dumps(self._annotation(picture.image, first + place, instance))
            for place, instance in enumerate(self._about.seen(picture))
        )
        return "".join(f"{line},\n" for line in lines).encode()

    def _annotation(self, image: int, number: int, instance: Instance) -> dict[str, Any]:
        return {
            "id": number,
            "image_id": image,
            "category_id": self._about.class_of(instance) + FIRST_ID,
            "bbox": instance.visible,
            "area": instance.visible_pixels,
            "iscrowd": 0,
            "segmentation": [],
        }
