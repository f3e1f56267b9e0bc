"""The mask of an instance as JSON, in the manner of COCO: an RLE, or polygons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from imggen.geometry.outline import find_outlines, has_holes, joined, outer_polygons
from imggen.geometry.rle import MaskCoder

if TYPE_CHECKING:
    from imggen.config.labels import Labels
    from imggen.geometry.mask import Mask


def segmenter(labels: Labels, size: tuple[int, int]) -> Callable[[Mask], str]:
    """Return what makes JSON of masks, as `labels.segmentation` says.

    `size` is the canvas' (width, height), px.
    """
    if labels.segmentation == "rle":
        return partial(rle, size=size, code=MaskCoder(size))
    return partial(polygons, tolerance=labels.tolerance)


def rle(mask: Mask, size: tuple[int, int], code: MaskCoder) -> str:
    """Return an object with the compressed counts; `size` is the canvas' (width, height), px."""
    width, height = size
    counts = code(mask).decode().replace("\\", "\\\\")
    return f'{{"size": [{height}, {width}], "counts": "{counts}"}}'


def polygons(mask: Mask, tolerance: float) -> str:
    """Return a polygon for each part; one of all parts, cut open to its holes, if there are any."""
    # Lists of whole numbers are the same text in Python and in JSON.
    outlines = find_outlines(mask, tolerance)
    if has_holes(outlines):
        return str([joined(outlines).reshape(-1).tolist()])
    return str(outer_polygons(outlines))
