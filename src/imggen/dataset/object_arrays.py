"""The instances of an image as arrays, named like a detector's targets in torchvision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config.plain import EDGES, FIELDS, NEUTRAL, SHADOW
from imggen.formats.details import Details
from imggen.geometry.instances import Box, Instance
from imggen.geometry.mask import Mask
from imggen.planning import Scene

Arrays = dict[str, npt.NDArray[Any]]
Bools = npt.NDArray[np.bool_]


def drawn_of(instances: Sequence[Instance], scene: Scene, layers: Sequence[Variants]) -> Arrays:
    """Return what is drawn of each of `instances` in `scene`: n of each, see `Dataset`.

    `layers` are those of the library.
    """
    shown = [layers[one.depth] for one in instances]
    numbers = {name: k for k, name in enumerate(dict.fromkeys(own.layer for own in layers))}
    boxes = np.array([one.drawn for one in instances], np.int64).reshape(-1, 4)
    looks = np.tile(list(NEUTRAL.values()), (len(instances), 1))
    if scene.looks is not None:
        looks = scene.looks[[one.z for one in instances]]
    return {
        "layers": np.array([numbers[own.layer] for own in shown], np.int64),
        "instances": np.array([own.instance or 0 for own in shown], np.int64),
        "variants": np.array([one.variant for one in instances], np.int64),
        "x": boxes[:, 0],
        "y": boxes[:, 1],
        "width": boxes[:, 2],
        "height": boxes[:, 3],
        **dict(zip(FIELDS, looks.reshape(-1, len(FIELDS)).T.copy(), strict=True)),
        **edges_of(instances, scene, layers),
    }


def edges_of(instances: Sequence[Instance], scene: Scene, layers: Sequence[Variants]) -> Arrays:
    """Return the feathers and shadows of `instances`, if any sprite draws its own."""
    if scene.edges is None:
        return {}
    values = scene.edges[[one.z for one in instances]].reshape(-1, len(EDGES))
    without = [not layers[one.depth].shadowed for one in instances]
    values[np.ix_(without, [field in SHADOW for field in EDGES])] = np.nan
    return dict(zip(EDGES, values.T.copy(), strict=True))


def objects_of(instances: Sequence[Instance], labels: Sequence[int]) -> Arrays:
    """Return the arrays of `instances`, whose classes are `labels`, as in `Dataset`."""
    return {
        "boxes": corners_of([one.visible for one in instances]),
        "labels": np.array(labels, np.int64),
        "area": np.array([one.visible_pixels for one in instances], np.int64),
        "amodal_boxes": corners_of([one.amodal for one in instances]),
        "visible_fraction": np.array([one.visible_fraction for one in instances], np.float32),
        "z": np.array([one.z for one in instances], np.int64),
    }


def details_of(details: Details, wanted: Collection[str]) -> Arrays:
    """Return the arrays of the `wanted` details of instances, but for masks; as in `Dataset`."""
    found: Arrays = {
        "obb": details.oriented_boxes.astype(np.float32),
        "keypoints": details.keypoints.astype(np.float32),
        "occlusion": details.overlaps,
    }
    return {name: array for name, array in found.items() if name in wanted}


def corners_of(boxes: Sequence[Box]) -> npt.NDArray[np.float32]:
    """Return left, top, right and bottom of `boxes`: (n, 4) float32, px."""
    found = np.array(boxes, np.float32).reshape(-1, 4)
    found[:, 2:] += found[:, :2]
    return found


def masks_of(masks: Sequence[Mask], size: tuple[int, int]) -> Bools:
    """Return `masks` on a canvas of `size` (width, height), px: (n, height, width) bool."""
    width, height = size
    filled = np.zeros((len(masks), height, width), bool)
    for out, mask in zip(filled, masks, strict=True):
        fill(mask, out)
    return filled


def fill(mask: Mask, out: Bools) -> None:
    """Set the pixels of `mask` in `out`, (height, width) bool, all False before."""
    if not len(mask.runs):
        return
    left, right = int(mask.runs[:, 0].min()), int(mask.runs[:, 1].max())
    height, width = len(mask.rows) - 1, right - left
    row = np.repeat(np.arange(height), np.diff(mask.rows))
    # Row after row, pixels are out of the mask and in it by turns.
    turns = (mask.runs - left + width * row[:, None]).ravel()
    lengths = np.diff(turns, prepend=0, append=height * width)
    inside = np.arange(len(lengths)) % 2 == 1
    box = np.repeat(inside, lengths).reshape(height, width)
    out[mask.y : mask.y + height, left:right] = box
