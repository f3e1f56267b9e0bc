"""Masks as images: for each pixel, the class or the instance that is seen there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.errors import PlanError
from imggen.formats.format import Format
from imggen.geometry.mask_png import MOST_VALUES, encode_mask, voc_colours
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

FOLDER = "masks"
KINDS = ("semantic", "instance")
FIRST_VALUE = 1  # 0 is where nothing that is labelled is seen


class Masks(Format):
    """Two 8-bit PNGs for each image: the class of each pixel, and its instance.

    The value of a class is its row + 1; that of an instance is its place among the labelled ones
    + 1, from back to front. PNGs are grey or have a palette, as `labels.masks` says.
    """

    name = "masks"
    owned_names = (FOLDER,)
    kind = "masks"
    needs_boxes = True
    needs_masks = True
    extensions = tuple(f"{kind}.png" for kind in KINDS)
    sample_type = "image"

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._palette = voc_colours() if info.labels.masks == "palette" else None

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse more classes, or instances in an image, than a byte can number."""
        del image_name
        check_numbers(info, cls.name, MOST_VALUES)

    def label_scene(self, instances: Sequence[Instance]) -> list[bytes]:
        """Return the PNGs of classes and of instances."""
        return encode_masks(self.info, instances, self._palette)

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `masks/semantic/NAME.png` and `masks/instance/NAME.png`."""
        return [f"{FOLDER}/{kind}/{image.name}.png" for kind in KINDS]

    def contents(self, image: ImageInfo, scene: list[bytes]) -> list[bytes]:
        """Return the PNGs, which are the same for all images of a scene."""
        del image
        return scene

    def merge(self, results: Results) -> list[Path]:
        """Write `masks/classes.json`: name, layer and colour by the value in semantic masks."""
        path = results.out / FOLDER / "classes.json"
        classes = self.info.classes
        colours = voc_colours().tolist()
        lines = []
        for value, (name, layer) in enumerate(
            zip(classes.names, classes.layers, strict=True), FIRST_VALUE
        ):
            meaning = {"name": name, "layer": layer, "colour": colours[value]}
            lines.append(f'"{value}": {json.dumps(meaning, ensure_ascii=False)}')
        with open_atomic(path) as file:
            file.write(("{\n" + ",\n".join(lines) + "\n}\n").encode())
        return [path]


FORMATS = (Masks,)


def check_numbers(info: DatasetInfo, name: str, most: int) -> None:
    """Refuse more classes, or instances in an image, than the masks of format `name` can number."""
    counted = any(one.counted for one in info.columns)
    for count, what in (
        (len(info.classes.names), "classes"),
        (len(info.classes.depths), "instances" if counted else "layers"),
    ):
        if count > most:
            message = (
                f'labels.formats has "{name}", which number up to {most} {what}; '
                f"there are {count}. Name fewer layers in labels.layers, or set "
                'labels.category = "layer".'
            )
            raise PlanError(message)


def encode_masks(
    info: DatasetInfo, instances: Sequence[Instance], palette: npt.NDArray[np.uint8] | None
) -> list[bytes]:
    """Return the PNGs of classes and of instances, with a palette as in `encode_mask`."""
    masks = [instance.mask for instance in instances]
    classes = [info.class_of(instance) + FIRST_VALUE for instance in instances]
    numbers = range(FIRST_VALUE, FIRST_VALUE + len(instances))
    return [encode_mask(masks, values, info.size, palette) for values in (classes, numbers)]
