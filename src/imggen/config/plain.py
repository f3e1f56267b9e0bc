"""Constants of the configuration that workers need, too: they load no models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from imggen.config.labels import Labels

AXES = ("x", "y")
NONE = "none"  # the variant that draws nothing and is recorded as "none"

# The label formats, each with the module of `imggen.formats` that has all about it.
FORMAT_MODULES = {
    "table": "table",
    "coco": "coco",
    "yolo": "yolo",
    "yolo-segment": "yolo",
    "yolo-obb": "yolo_obb",
    "yolo-pose": "yolo_pose",
    "voc": "voc",
    "voc-segment": "voc",
    "masks": "masks",
    "coco-panoptic": "panoptic",
    "amodal-masks": "amodal_masks",
    "occlusion": "occlusion",
    "depth": "depth",
    "instances": "instances",
    "imagefolder": "imagefolder",
    "classes": "classes",
    "captions": "captions",
    "croissant": "croissant",
    "erc721": "tokens",
    "solana": "tokens",
}
LABEL_FORMATS = tuple(FORMAT_MODULES)
YOLO_FORMATS = ("yolo", "yolo-segment", "yolo-obb", "yolo-pose")  # that write the same files

# What `labels.fields` may add to each thing: its oriented box, its amodal mask, what lies over it.
THING_FIELDS = ("obb", "amodal", "occlusion")
PAIR_COLUMN = "pair_id"
FAMILY_COLUMN = "family_id"
MEMBER_COLUMN = "member"
VIEW = "view"  # the column, and the field of image_name
OPAQUE = 255  # alpha
ADDRESS = re.compile(r"https?://[^\s/]+\S*")

Blend = Literal[
    "normal",
    "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn",
    "hard-light", "soft-light", "difference", "exclusion",
    "hue", "saturation", "color", "luminosity",
]  # fmt: skip
BLENDS: tuple[str, ...] = get_args(Blend)  # Compositing and Blending Level 1 (W3C, 2024)

# The values that change nothing. Of flip, 1 is mirrored; of blend, the number is a row of BLENDS.
NEUTRAL = {"flip": 0.0, "scale": 1.0, "rotate": 0.0, "hue": 0.0, "saturation": 1.0,
           "brightness": 1.0, "opacity": 1.0, "blend": 0.0}  # fmt: skip
FIELDS = tuple(NEUTRAL)
# Values of `feather` and of a shadow: where `vary` gives none, they are those of the layer.
SHADOW = ("shadow_x", "shadow_y", "shadow_blur", "shadow_opacity")
EDGES = ("feather", *SHADOW)
VARIED = (*FIELDS, *EDGES)
RESIZING = ("scale", "rotate")  # these change the box of a sprite
BOX = "box"  # what a view shows in place of sprites: 0 for these, else which of its colours

# The values of `[camera]` that change nothing, in the order in which they are applied.
SHARP = {"blur": 0.0, "vignette": 0.0, "brightness": 1.0, "contrast": 1.0, "noise": 0.0,
         "jpeg": 0.0}  # fmt: skip
CAMERA_FIELDS = tuple(SHARP)
CAMERA = "camera"  # before the names of these in columns


def labelled_layers(labels: Labels, layers: Sequence[str]) -> tuple[str, ...]:
    """Return the layers whose sprites have boxes and masks, from back to front."""
    wanted = (layers[1:] or layers) if labels.layers is None else labels.layers
    return tuple(layer for layer in layers if layer in wanted)
