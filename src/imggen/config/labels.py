"""The model of `[labels]`: which label formats a run writes, and what goes into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from imggen.config.base import Model, Names, Share

LabelFormat = Literal[
    "table",
    "coco",
    "yolo",
    "yolo-segment",
    "voc",
    "masks",
    "imagefolder",
    "classes",
    "captions",
    "erc721",
    "solana",
]
LABEL_FORMATS: tuple[str, ...] = get_args(LabelFormat)
OPAQUE = 255  # alpha

Formats = Annotated[
    tuple[LabelFormat, ...],
    Field(strict=False),
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    AfterValidator(lambda formats: tuple(dict.fromkeys(formats))),
]
Phrases = dict[str, dict[str, str]]  # by layer, then by variant
Creators = dict[str, int]  # by address


class Collection(Model):
    """What the metadata of a collection say besides the traits of each image.

    `royalty` is in hundredths of a per cent; `creators` share it, in per cent.
    """

    description: str = Field("", description="a text in quotes")
    base_uri: str = Field("", description='the address of the images, like "ipfs://CID/"')
    external_url: str = Field("", description="an address in quotes")
    symbol: str = Field("", max_length=10, description="at most 10 characters in quotes")
    first_token: int = Field(0, ge=0, le=10**12, description="a whole number, 0 or more")
    royalty: int = Field(0, ge=0, le=10_000, description="a whole number from 0 to 10000")
    creators: Creators = Field({}, description='shares by address, like { "9xQe..." = 100 }')


class Labels(Model):
    """Which labels are written, and what of.

    `layers` are those whose sprites have boxes and masks (default: all but the first); a class is
    one of their variants or, by `category`, a layer. A pixel belongs to a sprite where its alpha is
    at least `threshold`; what shows less than `least_visible` of its pixels has no box. Polygons
    keep within `tolerance` px of the outline. Images of `masks` are grey, or have a palette of
    colours, which some readers return in place of the values.
    """

    formats: Formats = Field((), description="a list of " + ", ".join(LABEL_FORMATS))
    layers: Names | None = Field(
        None, min_length=1, description='names of layers, like ["character"]'
    )
    category: Literal["variant", "layer"] = Field("variant", description='"variant" or "layer"')
    threshold: int = Field(128, ge=1, le=OPAQUE, description=f"a whole number from 1 to {OPAQUE}")
    least_visible: Share = Field(0.0, description="a share from 0 to 1")
    segmentation: Literal["rle", "polygons"] = Field("rle", description='"rle" or "polygons"')
    tolerance: float = Field(1.0, ge=0, le=100, description="px, from 0 to 100")
    masks: Literal["grey", "palette"] = Field("grey", description='"grey" or "palette"')
    class_layer: str | None = Field(None, description="the name of a layer")
    caption: str | None = Field(
        None, min_length=1, description='a text like "a {character} with a {object}"'
    )
    words: Phrases = Field({}, description='words by layer, { object = { axe = "an old axe" } }')
    collection: Collection = Collection()


# Those whose labels come from the pixels of sprites; the others say only what is shown.
BY_PIXELS = frozenset({"table", "coco", "yolo", "yolo-segment", "voc", "masks", "imagefolder"})
BY_MASK = frozenset({"coco", "yolo-segment", "masks"})  # of these, all but boxes and counts


def labelled_layers(labels: Labels, layers: Sequence[str]) -> tuple[str, ...]:
    """Those of `layers` whose sprites have boxes and masks, from back to front."""
    wanted = (layers[1:] or layers) if labels.layers is None else labels.layers
    return tuple(layer for layer in layers if layer in wanted)
