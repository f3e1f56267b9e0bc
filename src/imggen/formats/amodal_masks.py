"""Amodal masks: all pixels of each thing, hidden by others or not, in one PNG for each image.

The masks of an image lie one below the other, each as tall as the image: they overlap, so that one
mask of all could not hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imggen.errors import PlanError
from imggen.formats.format import Format
from imggen.geometry.mask_png import MOST_VALUES, encode_mask
from imggen.geometry.regions import shifted

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.geometry.instances import Instance

FOLDER = "amodal"
EXTENSION = "amodal.png"
MOST_PIXELS = 89_478_485  # of a file: Pillow warns of larger ones
INSIDE = MOST_VALUES  # the value of a pixel of the thing: white


class AmodalMasks(Format):
    """An 8-bit grey PNG for each image, with a mask of 0 and 255 for each thing."""

    name = "amodal-masks"
    owned_names = (FOLDER,)
    kind = "masks"
    needs_boxes = True
    extensions = (EXTENSION,)
    sample_type = "image"
    details = frozenset({"amodal"})

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse files that may be larger than readers take."""
        del image_name
        count, (width, height) = len(info.classes.depths), info.size
        if count * width * height > MOST_PIXELS:
            message = (
                f'labels.formats has "{cls.name}", whose files would hold up to {count} masks of '
                f"{width}x{height} px, more than readers take; "
                'use labels.fields = "amodal" with "coco" instead.'
            )
            raise PlanError(message)

    def label_details(self, instances: Sequence[Instance], details: Details) -> list[bytes]:
        """Return the PNG; that of no things is one empty mask."""
        del instances
        width, height = self.info.size
        masks = [shifted(mask, k * height) for k, mask in enumerate(details.amodal_masks)]
        size = width, height * max(len(masks), 1)
        return [encode_mask(masks, [INSIDE] * len(masks), size)]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `amodal/NAME.png`."""
        return [f"{FOLDER}/{image.name}.png"]

    def contents(self, image: ImageInfo, scene: list[bytes]) -> list[bytes]:
        """Return the PNG, which is the same for all images of a scene."""
        del image
        return scene


FORMATS = (AmodalMasks,)
