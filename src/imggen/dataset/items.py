"""The types of what `Dataset` returns."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

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
    boxes : (n, 4) left, top, right and bottom of the visible part, px
    labels : (n,) places in `object_classes`
    area : (n,) visible pixels
    amodal_boxes : (n, 4) boxes of the visible and the hidden part, px
    visible_fraction : (n,) the visible share of its pixels, 0 to 1
    z : (n,) number of sprites drawn before
    layers : (n,) places in the list of layers
    instances : (n,) which of the layer's
    variants : (n,) places in `classes[layer]`
    x, y, width, height : (n,) the drawn box, px
    scale, rotate, flip, hue, saturation, brightness, opacity : (n,) what is drawn of `vary`
    blend : (n,) a blend mode, by its place among all
    masks : (n, height, width) the visible pixels, with `masks=True`
    amodal_masks : (n, height, width), with `masks=True` if `labels.fields` has "amodal"
    obb : (n, 4, 2) the corners of oriented boxes, px, if `labels.fields` has "obb"
    occlusion : (n, n) the pixels where each lies over each other, if `labels.fields` has it
    keypoints : (n, k, 3) x, y, px, and 0 not labelled, 1 covered or 2 visible, if layers have any
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
    masks: NotRequired[Flags]
    amodal_masks: NotRequired[Flags]
    obb: NotRequired[Singles]
    occlusion: NotRequired[Numbers]
    keypoints: NotRequired[Singles]


class Item(TypedDict):
    """An image and what it shows: a dictionary, which data loaders can collate.

    Attributes
    ----------
    image : (height, width, channels), the caller's own
    index : the image's index in a bulk run
    split : the name of its split; "" if the configuration has no splits
    view : the name of its view, if the configuration has views
    shown : the name of each layer's variant, by layer; a list if the layer has instances
    labels : the number of each layer's variant, by layer: its place in `classes[layer]`; (n,) if
        the layer has instances
    camera : the values of the camera by name, if there is one
    objects : the instances, with `objects=True`
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
    """Several images and what they show: as `Item`, with an entry per image in each value."""

    image: Bytes
    index: Numbers
    split: list[str]
    view: NotRequired[list[str]]
    shown: dict[str, list[str | list[str]]]
    labels: dict[str, Any]
    camera: NotRequired[dict[str, Doubles]]
    objects: NotRequired[list[Objects]]
