"""The things in an image as arrays, named as torchvision names the targets of a detector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.geometry.instances import Box, Instance
from imggen.geometry.mask import Mask

Arrays = dict[str, npt.NDArray[Any]]
Bools = npt.NDArray[np.bool_]


def objects_of(instances: Sequence[Instance], labels: Sequence[int]) -> Arrays:
    """What is known of `instances`, whose classes are `labels`: n of each, see `Dataset`."""
    return {
        "boxes": corners_of([one.visible for one in instances]),
        "labels": np.array(labels, np.int64),
        "area": np.array([one.visible_pixels for one in instances], np.int64),
        "amodal_boxes": corners_of([one.amodal for one in instances]),
        "visible_fraction": np.array([one.visible_fraction for one in instances], np.float32),
        "z": np.array([one.z for one in instances], np.int64),
    }


def corners_of(boxes: Sequence[Box]) -> npt.NDArray[np.float32]:
    """Left, top, right and bottom of each of `boxes`, px: (n, 4)."""
    found = np.array(boxes, np.float32).reshape(-1, 4)
    found[:, 2:] += found[:, :2]
    return found


def masks_of(instances: Sequence[Instance], size: tuple[int, int]) -> Bools:
    """Which pixels of a canvas of `size` (width, height) show each: (n, height, width)."""
    width, height = size
    masks = np.zeros((len(instances), height, width), bool)
    for out, one in zip(masks, instances, strict=True):
        fill(one.mask, out)
    return masks


def fill(mask: Mask, out: Bools) -> None:
    """Set the pixels of `mask` in `out`, (height, width), which has none."""
    rows = len(mask.rows) - 1
    edges = np.zeros((rows, out.shape[1] + 1), np.int8)
    row = np.repeat(np.arange(rows), np.diff(mask.rows))
    edges[row, mask.runs[:, 0]] = 1
    edges[row, mask.runs[:, 1]] = -1  # no run touches the next, so that this is no start of one
    out[mask.y : mask.y + rows] = edges.cumsum(axis=1, dtype=np.int8)[:, :-1]
