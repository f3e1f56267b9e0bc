"""Occlusion order: which thing lies over which, in a JSON file for each image.

Things are numbered from 0, from back to front, as in the other formats.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from imggen.formats.format import Format

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import ImageInfo
    from imggen.geometry.instances import Instance

FOLDER = "occlusion"


class Occlusion(Format):
    """A JSON file for each image: pairs of things that overlap, and the matrix of all."""

    name = "occlusion"
    owned_names = (FOLDER,)
    needs_boxes = True
    extensions = ("occlusion.json",)
    details = frozenset({"occlusion"})
    sample_type = "binary"

    def label_details(self, instances: Sequence[Instance], details: Details) -> list[bytes]:
        """Return the file: `pairs` of over, under and pixels, and `matrix`: 1 where row is over."""
        del instances
        over, under = np.nonzero(details.overlaps)
        pixels = details.overlaps[over, under]
        pairs = np.column_stack([over, under, pixels]).tolist()
        matrix = (details.overlaps > 0).astype(int).tolist()
        return [json.dumps({"pairs": pairs, "matrix": matrix}).encode() + b"\n"]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `occlusion/NAME.json`."""
        return [f"{FOLDER}/{image.name}.json"]

    def contents(self, image: ImageInfo, scene: list[bytes]) -> list[bytes]:
        """Return the file, which is the same for all images of a scene."""
        del image
        return scene


FORMATS = (Occlusion,)
