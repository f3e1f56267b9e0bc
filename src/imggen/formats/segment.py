"""The mask of a thing as COCO writes it: an RLE, or polygons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from imggen.formats.picture import About
from imggen.geometry.mask import Mask
from imggen.geometry.outline import find_outlines, has_holes, joined, outer_polygons
from imggen.geometry.rle import rle_counts, rle_string


def segmenter(about: About) -> Callable[[Mask], str]:
    """What makes JSON of masks, as `labels.segmentation` says."""
    if about.labels.segmentation == "rle":
        return partial(rle, size=about.size)
    return partial(polygons, tolerance=about.labels.tolerance)


def rle(mask: Mask, size: tuple[int, int]) -> str:
    """An object with the compressed counts; `size` is the canvas' (width, height)."""
    width, height = size
    counts = rle_string(rle_counts(mask, size)).decode().replace("\\", "\\\\")
    return f'{{"size": [{height}, {width}], "counts": "{counts}"}}'


def polygons(mask: Mask, tolerance: float) -> str:
    """One for each part; one of all parts where one has holes, which is cut open to them."""
    # Lists of whole numbers are the same text in Python and in JSON.
    outlines = find_outlines(mask, tolerance)
    if has_holes(outlines):
        return str([joined(outlines).reshape(-1).tolist()])
    return str(outer_polygons(outlines))
