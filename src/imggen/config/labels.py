"""The model of `[labels]`: which label formats a run writes, and what goes into them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import AfterValidator, BeforeValidator, Field

from imggen.config.base import Model, Names, Share
from imggen.config.caption import parse_caption
from imggen.config.plain import LABEL_FORMATS, OPAQUE, THING_FIELDS, labelled_layers
from imggen.config.sentences import did_you_mean, show
from imggen.errors import ConfigError

if TYPE_CHECKING:
    from imggen.config.models import Config

if TYPE_CHECKING:
    LabelFormat = str
    ThingField = str
else:
    LabelFormat = Literal[LABEL_FORMATS]
    ThingField = Literal[THING_FIELDS]
MOST_CREATORS = 5  # of a token; Token Metadata (Metaplex), "creators"

Formats = Annotated[
    tuple[LabelFormat, ...],
    Field(strict=False),
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=LabelFormat | tuple[LabelFormat, ...],
    ),
    AfterValidator(lambda formats: tuple(dict.fromkeys(formats))),
]
Fields = Annotated[
    tuple[ThingField, ...],
    Field(strict=False),
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=ThingField | tuple[ThingField, ...],
    ),
    AfterValidator(lambda fields: tuple(dict.fromkeys(fields))),
]
Phrases = dict[str, dict[str, str]]  # by layer, then by variant
Creators = dict[str, int]  # by address
Traits = dict[str, str]  # names of attributes, by layer


class Collection(Model):
    """Metadata of a collection besides the traits of each image.

    `royalty` is in hundredths of a per cent; `creators` share it, in per cent. `traits` are names
    of attributes, by layer; without `none`, those of layers that show nothing are left out.
    """

    description: str = Field("", description="a text in quotes")
    base_uri: str = Field("", description='the address of the images, like "ipfs://CID/"')
    external_url: str = Field("", description="an address in quotes")
    symbol: str = Field("", max_length=10, description="at most 10 characters in quotes")
    first_token: int = Field(0, ge=0, le=10**12, description="a whole number, 0 or more")
    royalty: int = Field(0, ge=0, le=10_000, description="a whole number from 0 to 10000")
    creators: Creators = Field({}, description='shares by address, like { "9xQe..." = 100 }')
    traits: Traits = Field({}, description='names by layer, like { "hat front" = "Hat" }')
    none: bool = Field(default=True, description="true or false")


class Labels(Model):
    """The labels that are written, and the layers that they are of.

    `layers` are those whose sprites have boxes and masks (default: all but the first); a class is
    one of their variants or, by `category`, a layer. A pixel belongs to a sprite where its alpha is
    at least `threshold`; what shows less than `least_visible` of its pixels, or fewer than
    `least_pixels`, has no box. Polygons keep within `tolerance` px of the outline. Images of
    `masks` are grey, or have a palette of colours, which some readers return in place of the
    values. `fields` are what COCO, samples of shards and `objects` say of each thing besides.
    """

    formats: Formats = Field((), description="a list of " + ", ".join(LABEL_FORMATS))
    layers: Names | None = Field(
        None, min_length=1, description='names of layers, like ["character"]'
    )
    category: Literal["variant", "layer"] = Field("variant", description='"variant" or "layer"')
    threshold: int = Field(128, ge=1, le=OPAQUE, description=f"a whole number from 1 to {OPAQUE}")
    least_visible: Share = Field(0.0, description="a share from 0 to 1")
    least_pixels: Annotated[int, Field(ge=1, le=10**12)] | None = Field(
        None, description="a whole number of px, 1 or more"
    )
    segmentation: Literal["polygons", "rle"] = Field("polygons", description='"polygons" or "rle"')
    tolerance: float = Field(1.0, ge=0, le=100, description="px, from 0 to 100")
    masks: Literal["grey", "palette"] = Field("grey", description='"grey" or "palette"')
    fields: Fields | None = Field(None, description="a list of " + ", ".join(THING_FIELDS))
    class_layer: str | None = Field(None, description="the name of a layer")
    caption: str | None = Field(
        None, min_length=1, description='a text like "a {character} with a {object}"'
    )
    words: Phrases = Field({}, description='words by layer, { object = { axe = "an old axe" } }')
    collection: Collection = Collection()


class FormatChecks(Protocol):
    """The interface that the configuration needs from the class of a label format."""

    needs_boxes: bool

    def check_config(self, config: Config) -> None:
        """Refuse settings with which the format cannot be written."""


def load_format(name: str) -> FormatChecks:
    """Return the class of a label format, which checks the settings that it needs.

    It is loaded by its name: formats know the configuration, and not the other way round.
    """
    found: FormatChecks = import_module("imggen.formats.registry").find_format(name)
    return found


def check_labels(config: Config) -> None:
    """Refuse settings of `[labels]` that cannot be made, whatever the formats.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    labels, layers = config.labels, [layer.name for layer in config.layer]
    check_named(labels, layers)
    if labels.caption is not None:
        parse_caption(labels.caption, layers)
    check_base_uri(labels.collection)
    check_creators(labels.collection)


def check_named(labels: Labels, layers: list[str]) -> None:
    """Refuse names that are no layers."""
    named = [("layers", name) for name in labels.layers or ()]
    named += [("class_layer", labels.class_layer)] if labels.class_layer is not None else []
    named += [("words", name) for name in labels.words]
    named += [("collection.traits", name) for name in labels.collection.traits]
    for key, name in named:
        if name not in layers:
            hint = did_you_mean(name, layers, "one of ")
            raise ConfigError(f"labels.{key} names {show(name)}, which is no layer; {hint}")


def check_base_uri(collection: Collection) -> None:
    """Refuse an address that the names of images cannot follow."""
    address = collection.base_uri
    if address and not address.endswith(("/", "=")):
        message = (
            f"labels.collection.base_uri is {show(address)}, which the names of images follow; "
            f"expected a slash at its end, like {show(address + '/')}."
        )
        raise ConfigError(message)


def check_creators(collection: Collection) -> None:
    """Refuse shares that are not the whole, and more creators than Solana takes."""
    shares = collection.creators.values()
    if shares and (sum(shares) != 100 or min(shares) < 0):
        message = (
            f"labels.collection.creators are {show(list(shares))}; "
            "expected shares from 0 to 100 that sum to 100."
        )
        raise ConfigError(message)
    if len(shares) > MOST_CREATORS:
        message = (
            f"labels.collection.creators are {len(shares)}; "
            f"expected at most {MOST_CREATORS}, which Solana takes."
        )
        raise ConfigError(message)


def check_opacity(config: Config) -> None:
    """Refuse sprites too faint to be labelled, if a format has boxes."""
    labels = config.labels
    if not any(load_format(name).needs_boxes for name in labels.formats):
        return
    wanted = labelled_layers(labels, [layer.name for layer in config.layer])
    for layer in config.layer:
        faintest = min(config.variation_of(layer).levels("opacity"))
        threshold, called = labels.threshold, "labels.threshold"
        if layer.threshold is not None:
            threshold, called = layer.threshold, f"layer.{layer.name}.threshold"
        if layer.own_class is False:
            continue
        if layer.name in wanted and faintest * OPAQUE < threshold:
            message = (
                f"{called} is {threshold}, but layer.{layer.name}.vary.opacity "
                f"may be {faintest}, where no alpha is above {int(faintest * OPAQUE)}; lower the "
                "threshold, or leave the layer out of labels.layers."
            )
            raise ConfigError(message)
