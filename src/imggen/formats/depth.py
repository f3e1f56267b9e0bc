"""Depth order: a PNG for each image that says for each pixel which sprite is seen there.

The value is 0 for the background, then 1 for the sprite at the back, and so on: the number of
sprites drawn up to this one, labelled or not, each part by itself. So it is a thing's `z` + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imggen.errors import PlanError
from imggen.formats.format import Format
from imggen.geometry.mask_png import MOST_VALUES, encode_mask

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.geometry.instances import Instance

FOLDER = "depth"


class DepthOrder(Format):
    """An 8-bit grey PNG for each image: the place in the drawing order of what is seen."""

    name = "depth"
    owned_names = (FOLDER,)
    kind = "masks"
    needs_boxes = True
    extensions = ("depth.png",)
    sample_type = "image"
    details = frozenset({"sprites"})

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse more sprites in an image than a byte can number."""
        del image_name
        if info.most_sprites > MOST_VALUES:
            message = (
                f'labels.formats has "{cls.name}", which numbers up to {MOST_VALUES} sprites of an '
                f"image; there may be {info.most_sprites}. Leave it out, or have fewer instances."
            )
            raise PlanError(message)

    def label_details(self, instances: Sequence[Instance], details: Details) -> list[bytes]:
        """Return the PNG."""
        del instances
        masks = [mask for _, _, mask in details.sprites]
        return [encode_mask(masks, range(1, len(masks) + 1), self.info.size)]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `depth/NAME.png`."""
        return [f"{FOLDER}/{image.name}.png"]

    def contents(self, image: ImageInfo, scene: list[bytes]) -> list[bytes]:
        """Return the PNG, which is the same for all images of a scene."""
        del image
        return scene


FORMATS = (DepthOrder,)
