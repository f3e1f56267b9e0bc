"""Amodal masks: all pixels of each thing, hidden by others or not, in one PNG for each image.

The masks of an image lie one below the other, each as tall as the image: they overlap, so that one
mask of all could not hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imggen.formats.format import Format
from imggen.geometry.mask_png import MOST_VALUES, encode_mask
from imggen.geometry.regions import shifted

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import ImageInfo
    from imggen.geometry.instances import Instance

FOLDER = "amodal"
INSIDE = MOST_VALUES  # the value of a pixel of the thing: white


class AmodalMasks(Format):
    """An 8-bit grey PNG for each image, with a mask of 0 and 255 for each thing."""

    name = "amodal-masks"
    owned_names = (FOLDER,)
    kind = "masks"
    needs_boxes = True
    extensions = ("amodal.png",)
    sample_type = "image"
    details = frozenset({"amodal"})

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
