"""Details of things as JSON, for COCO and samples of shards: see `labels.fields`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.geometry.mask import Mask
    from imggen.geometry.poses import Floats

DECIMALS = 3  # of px


def thing_texts(
    wanted: Collection[str], details: Details, count: int, segment: Callable[[Mask], str]
) -> list[str]:
    """Return as JSON what is added to each of `count` things: `, "key": value` and so on.

    `wanted` are values of `labels.fields`; `segment` makes JSON of a mask.
    """
    texts = [""] * count
    if "obb" in wanted:
        corners = rounded(details.oriented_boxes.reshape(-1, 8))
        texts = [f'{text}, "obb": {own}' for text, own in zip(texts, corners, strict=True)]
    if "amodal" in wanted:
        masks = map(segment, details.amodal_masks)
        pairs = zip(texts, masks, strict=True)
        texts = [f'{text}, "amodal_segmentation": {mask}' for text, mask in pairs]
    return texts


def keypoints_text(points: Floats, places: Sequence[int]) -> str:
    """Return COCO's `keypoints` and `num_keypoints` of a thing with those of `points` at `places`.

    `points` is (k, 3): x, y, px, and 0, 1 or 2. Without places, return "".
    """
    if not places:
        return ""
    own = points[list(places)]
    flat = [number for x, y, seen in rounded(own) for number in (x, y, int(seen))]
    return f', "num_keypoints": {np.count_nonzero(own[:, 2])}, "keypoints": {flat}'


def covered_by(details: Details) -> list[list[int]]:
    """Return the places of the things that lie over each thing, where they overlap."""
    return [np.flatnonzero(column).tolist() for column in details.overlaps.T]


def rounded(values: Floats) -> list[list[float]]:
    """Return numbers of px with DECIMALS; no -0.0."""
    found: list[list[float]] = (np.round(values, DECIMALS) + 0.0).tolist()
    return found
