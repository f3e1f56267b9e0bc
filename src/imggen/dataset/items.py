"""The types of what `Dataset` returns."""

from __future__ import annotations

from typing import NotRequired, TypedDict

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Objects(TypedDict):
    """The instances of an image, from back to front: n entries each.

    Attributes
    ----------
    boxes
        (n, 4) float32, left, top, right and bottom of the visible part, px; right and bottom are
        the first px outside.
    labels
        (n,) int64, places in `Dataset.object_classes`.
    area
        (n,) int64, visible pixels.
    amodal_boxes
        (n, 4) float32, boxes of the visible and the hidden part, px.
    visible_fraction
        (n,) float32, the visible share of its pixels, 0 to 1.
    z
        (n,) int64, the number of sprites drawn before.
    layers
        (n,) int64, places in the list of layers.
    instances
        (n,) int64, which of the layer's.
    variants
        (n,) int64, places in `Dataset.classes[layer]`.
    x, y, width, height
        (n,) int64, the drawn box, with its transparent margins, px.
    scale, rotate, flip, hue, saturation, brightness, opacity
        (n,) float64, what is drawn of `vary`.
    blend
        (n,) float64, a blend mode, by its place among all.
    feather, shadow_x, shadow_y, shadow_blur, shadow_opacity
        (n,) float64, what is drawn of `vary`, all five if a layer draws one of them; those of a
        shadow are NaN where there is none.
    masks
        (n, height, width) bool, the visible pixels, with `masks=True`.
    amodal_masks
        (n, height, width) bool, with `masks=True` if `labels.fields` has "amodal".
    obb
        (n, 4, 2) float32, the corners of oriented boxes, px, if `labels.fields` has "obb".
    occlusion
        (n, n) int64, the pixels where each lies over each other, if `labels.fields` has it.
    keypoints
        (n, k, 3) float32, x, y, px, and 0 not labelled, 1 covered or 2 visible, if layers have any.

    Examples
    --------
    >>> objects = imggen.Dataset("assets", size=224, objects=True)[1]["objects"]
    >>> objects["labels"]
    array([4, 7])
    >>> objects["area"].dtype
    dtype('int64')
    """

    boxes: Singles
    labels: Numbers
    area: Numbers
    amodal_boxes: Singles
    visible_fraction: Singles
    z: Numbers
    layers: Numbers
    instances: Numbers
    variants: Numbers
    x: Numbers
    y: Numbers
    width: Numbers
    height: Numbers
    scale: Doubles
    rotate: Doubles
    flip: Doubles
    hue: Doubles
    saturation: Doubles
    brightness: Doubles
    opacity: Doubles
    blend: Doubles
    feather: NotRequired[Doubles]
    shadow_x: NotRequired[Doubles]
    shadow_y: NotRequired[Doubles]
    shadow_blur: NotRequired[Doubles]
    shadow_opacity: NotRequired[Doubles]
    masks: NotRequired[Flags]
    amodal_masks: NotRequired[Flags]
    obb: NotRequired[Singles]
    occlusion: NotRequired[Numbers]
    keypoints: NotRequired[Singles]


class Item(TypedDict):
    """An image and what it shows: a dictionary, which data loaders can collate.

    Attributes
    ----------
    image
        (height, width, channels) uint8, the caller's own.
    index
        The image's index in a bulk run.
    split
        The name of its split; "" if the configuration has no splits.
    view
        The name of its view, if the configuration has views.
    shown
        The name of each layer's variant, by layer; a list if the layer has instances.
    labels
        The number of each layer's variant, by layer: its place in `Dataset.classes[layer]`; (n,)
        int64 if the layer has instances.
    camera
        The values of the camera by name, if there is one.
    objects
        The instances, with `objects=True`.

    Examples
    --------
    >>> item = imggen.Dataset("assets", size=224)[7]
    >>> list(item)
    ['image', 'index', 'split', 'shown', 'labels']
    >>> item["image"].shape, item["image"].dtype
    ((224, 399, 3), dtype('uint8'))
    """

    image: Bytes
    index: int
    split: str
    view: NotRequired[str]
    shown: dict[str, str | list[str]]
    labels: dict[str, int | Numbers]
    camera: NotRequired[dict[str, float]]
    objects: NotRequired[Objects]


class Batch(TypedDict):
    """Several images and what they show: as `Item`, with an entry per image in each value.

    Attributes
    ----------
    image
        (n, height, width, channels) uint8.
    index
        (n,) int64.
    split
        The name of each image's split.
    view
        The name of each image's view, if the configuration has views.
    shown
        The names of each layer's variants, by layer.
    labels
        The numbers of each layer's variants, by layer: (n,) int64, or a list of arrays if the layer
        has instances.
    camera
        (n,) float64 by name, if there is a camera.
    objects
        Those of each image, with `objects=True`.

    Examples
    --------
    >>> batch = imggen.Dataset("assets", size=224).batch([3, 1])
    >>> batch["shown"]["character"]
    ['pirate', 'warrior']
    """

    image: Bytes
    index: Numbers
    split: list[str]
    view: NotRequired[list[str]]
    shown: dict[str, list[str | list[str]]]
    labels: dict[str, Numbers | list[int | Numbers]]
    camera: NotRequired[dict[str, Doubles]]
    objects: NotRequired[list[Objects]]
