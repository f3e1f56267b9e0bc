"""The record of each instance that is kept until the tables are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # numbers only: a journal is read before kernels are loaded
    from imggen.geometry.instances import Instance

# For each labelled layer in each image, as in `Instance`; z is NO_THING where it shows nothing.
INSTANCE = np.dtype(
    [
        ("z", "<i2"),
        ("drawn", "<i4", 4),
        ("amodal", "<i4", 4),
        ("visible", "<i4", 4),
        ("pixels", "<u4"),
        ("visible_pixels", "<u4"),
    ]
)
NO_THING = -1
NO_BOX = (0, 0, 0, 0)
NUMBERS = Struct("<h12i2I")  # of an INSTANCE: five times as fast as to make an array of tuples
NOTHING = NUMBERS.pack(NO_THING, *NO_BOX, *NO_BOX, *NO_BOX, 0, 0)


def record_instances(instances: Iterable[Instance], depths: Sequence[int]) -> npt.NDArray[np.void]:
    """Return the record of each layer of `depths` in an image: (layers,) of INSTANCE."""
    kept = dict.fromkeys(depths, NOTHING)
    for one in instances if kept else ():
        kept[one.depth] = NUMBERS.pack(
            one.z, *one.drawn, *one.amodal, *one.visible, one.pixels, one.visible_pixels
        )
    return np.frombuffer(b"".join(kept.values()), INSTANCE)


def seen_boxes(
    records: npt.NDArray[np.void], least: float, least_pixels: int = 1
) -> Iterator[tuple[list[int], list[list[int]], list[int]]]:
    """Yield what is seen well enough to have a box in each image, from back to front.

    `records` is (images, layers) of INSTANCE, `least` the least share of visible pixels, and
    `least_pixels` their least number. For each image, yield the positions of the layers in
    `records`, the visible boxes, and the numbers of visible pixels.
    """
    pixels = np.maximum(records["pixels"], 1)
    seen = (records["visible_pixels"] >= least_pixels) & (
        records["visible_pixels"] / pixels >= least
    )
    order = np.argsort(records["z"], axis=1, kind="stable")
    boxes = np.take_along_axis(records["visible"], order[..., None], axis=1).tolist()
    areas = np.take_along_axis(records["visible_pixels"], order, axis=1).tolist()
    shown = np.take_along_axis(seen, order, axis=1).tolist()
    for positions, own, sizes, wanted in zip(order.tolist(), boxes, areas, shown, strict=True):
        kept = [k for k, one in enumerate(wanted) if one]
        yield [positions[k] for k in kept], [own[k] for k in kept], [sizes[k] for k in kept]
