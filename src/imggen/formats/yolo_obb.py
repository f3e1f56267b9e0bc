"""YOLO-OBB: a text file beside each image with the oriented box of each thing, and `data.yaml`.

A line is the class and the four corners, shares of the image's width and height. A corner beyond
the canvas is moved to its edge, coordinate by coordinate. Readers want shares from 0 to 1, and
ultralytics does the same to boxes that its augmentation cuts off; from the four points it makes the
smallest rectangle around them. Source: docs.ultralytics.com, datasets/obb; ultralytics,
`verify_image_label` and `xyxyxyxy2xywhr`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from imggen.formats.yolo import DECIMALS, YoloBoxes

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.geometry.instances import Instance


class YoloOrientedBoxes(YoloBoxes):
    """Class and the corners of the oriented box of each instance."""

    name = "yolo-obb"
    extensions = ("obb.txt",)
    details = frozenset({"obb"})

    def label_details(self, instances: Sequence[Instance], details: Details) -> bytes:
        """Return a line for each instance."""
        corners = (details.oriented_boxes / self.info.size).clip(0, 1).reshape(-1, 8).tolist()
        return "".join(
            f"{self.info.class_of(one)} {shares(own)}\n"
            for one, own in zip(instances, corners, strict=True)
        ).encode()


FORMATS = (YoloOrientedBoxes,)


def shares(values: Iterable[float]) -> str:
    """Return numbers from 0 to 1 with DECIMALS, and spaces between."""
    return " ".join([f"{value:.{DECIMALS}f}" for value in values])
