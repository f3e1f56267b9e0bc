"""The members of a sample besides the image: what it shows, its caption, its class."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from imggen.formats.captions import Captioner
from imggen.formats.drawn import (
    DRAWN,
    Value,
    object_fields,
    values_of_image,
    values_of_objects,
)
from imggen.formats.registry import find_format
from imggen.formats.thing_fields import covered_by, rounded, thing_texts
from imggen.geometry.segmentation import segmenter

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.geometry.instances import Instance
    from imggen.geometry.mask import Mask


class Describer:
    """Describes the images of the dataset that `info` describes."""

    def __init__(self, info: DatasetInfo) -> None:
        self._info = info
        self._captioner = None if info.labels.caption is None else Captioner(info)
        self._class_depth = class_depth(info)
        self._segment = find_segmenter(info)
        self._traits = [
            {name: f"{dump(layer)}: {dump(name)}" for name in names} for layer, names in info.layers
        ]
        self._classes = [
            f'"layer": {dump(layer)}, "class": {dump(name)}, "category": {row}'
            for row, (name, layer) in enumerate(
                zip(info.classes.names, info.classes.layers, strict=True)
            )
        ]

    def members(self, image: ImageInfo) -> list[tuple[str, bytes]]:
        """Return extension and content of each file that describes `image`."""
        members = [(".json", self.describe(image).encode())]
        if self._captioner:
            members.append((".txt", self._captioner.caption(image.variants).encode()))
        if self._class_depth is not None:
            members.append((".cls", b"%d" % self.class_number(image)))
        return members

    def describe(self, image: ImageInfo) -> str:
        """Return as JSON the index, any split, the variant by layer, and objects from the back.

        What images draw for themselves comes behind the variants, and is in each object.
        """
        traits = ", ".join(map(dict.__getitem__, self._traits, image.variants))
        split = f'"split": {dump(image.split)}, ' if image.split else ""
        seen = self._info.seen(image.instances)
        more = [""] * len(seen)
        drawn = ""
        if self._info.drawn:
            drawn = f'"{DRAWN}": {as_json(values_of_image(self._info, image))}, '
        if image.details is not None:
            more = self._details(image.details, len(seen))
        if object_fields(self._info):
            own = values_of_objects(self._info, image, [one.depth for one in seen])
            more = [
                f'{text}, "{DRAWN}": {as_json(values)}'
                for text, values in zip(more, own, strict=True)
            ]
        objects = ", ".join(map(self._object, count(), seen, more))
        return (
            f'{{"index": {image.index}, {split}"traits": {{{traits}}}, {drawn}'
            f'"objects": [{objects}]}}'
        )

    def class_number(self, image: ImageInfo) -> int:
        """Return the number of the variant that `labels.class_layer` shows."""
        depth = self._class_depth or 0
        return self._info.layers[depth][1].index(image.variants[depth])

    def _details(self, details: Details, count: int) -> list[str]:
        """Return what details add to each of `count` objects."""
        wanted = self._info.thing_details
        texts = thing_texts(wanted, details, count, segmenter(self._info.labels, self._info.size))
        if "occlusion" in wanted:
            pairs = zip(texts, covered_by(details), strict=True)
            texts = [f'{text}, "occluded_by": {own}' for text, own in pairs]
        if "keypoints" in wanted:
            points = map(rounded, details.keypoints)
            texts = [f'{text}, "keypoints": {own}' for text, own in zip(texts, points, strict=True)]
        return texts

    def _object(self, number: int, instance: Instance, more: str) -> str:
        mask = f', "segmentation": {self._segment(instance.mask)}' if self._segment else ""
        return (
            f'{{"id": {number}, {self._classes[self._info.class_of(instance)]}, '
            f'"bbox": {list(instance.visible)}, "amodal_bbox": {list(instance.amodal)}, '
            f'"area": {instance.visible_pixels}, '
            f'"visible_fraction": {instance.visible_fraction}, "z": {instance.z}{mask}{more}}}'
        )


def class_depth(info: DatasetInfo) -> int | None:
    """Return the position of `labels.class_layer` among the layers; None if none is named."""
    names = [layer for layer, _ in info.layers]
    return None if info.labels.class_layer is None else names.index(info.labels.class_layer)


def find_segmenter(info: DatasetInfo) -> Callable[[Mask], str] | None:
    """Return what makes JSON of masks, if a format asks for segmentations."""
    if not any(find_format(name).segments for name in info.labels.formats):
        return None
    return segmenter(info.labels, info.size)


def as_json(values: dict[str, Value]) -> str:
    """Return values as JSON."""
    return json.dumps(values, ensure_ascii=False)


def dump(text: str) -> str:
    """Return `text` as JSON."""
    return json.dumps(text, ensure_ascii=False)
