"""What must hold of `[labels]`, as far as no file needs to be seen."""

from __future__ import annotations

from collections.abc import Callable

from imggen.config.caption import parse_caption
from imggen.config.imagefolder_checks import check_imagefolder
from imggen.config.labels import BY_PIXELS, OPAQUE, Collection, Labels, labelled_layers
from imggen.config.models import Config
from imggen.config.sentences import did_you_mean, show
from imggen.config.table_columns import check_table_columns
from imggen.errors import ConfigError

ALIKE = ("yolo", "yolo-segment")  # both write labels/NAME.txt
MOST_CREATORS = 5  # of a token; Token Metadata (Metaplex), "creators"


def check_labels(config: Config) -> None:
    """Refuse labels that cannot be made.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    labels = config.labels
    check_named(labels, [layer.name for layer in config.layer])
    if labels.caption is not None:
        parse_caption(labels.caption, [layer.name for layer in config.layer])
    check_base_uri(labels.collection)
    check_creators(labels.collection)
    for name, check in NEEDS.items():
        if name in labels.formats:
            check(config)
    if all(name in labels.formats for name in ALIKE):
        message = (
            'labels.formats has "yolo" and "yolo-segment", which write the same files; '
            "give one of them."
        )
        raise ConfigError(message)
    if BY_PIXELS.intersection(labels.formats):
        check_opacity(config)


def check_named(labels: Labels, layers: list[str]) -> None:
    """Refuse layers that there are not."""
    named = [("layers", name) for name in labels.layers or ()]
    named += [("class_layer", labels.class_layer)] if labels.class_layer is not None else []
    named += [("words", name) for name in labels.words]
    for key, name in named:
        if name not in layers:
            hint = did_you_mean(name, layers, "one of ")
            raise ConfigError(f"labels.{key} names {show(name)}, which is no layer; {hint}")


def check_class_layer(config: Config) -> None:
    """Refuse class folders of no layer."""
    if config.labels.class_layer is None:
        message = (
            'labels.formats has "classes", a folder for each variant of one layer; '
            'name it, like labels.class_layer = "character".'
        )
        raise ConfigError(message)


def check_has_caption(config: Config) -> None:
    """Refuse captions without a template."""
    if config.labels.caption is None:
        message = (
            'labels.formats has "captions"; expected their template, '
            'like labels.caption = "a {character} in the {background}".'
        )
        raise ConfigError(message)


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


NEEDS: dict[str, Callable[[Config], None]] = {
    "table": check_table_columns,
    "imagefolder": check_imagefolder,
    "classes": check_class_layer,
    "captions": check_has_caption,
}


def check_opacity(config: Config) -> None:
    """Refuse sprites so faint that no pixel of theirs would be labelled."""
    labels = config.labels
    wanted = labelled_layers(labels, [layer.name for layer in config.layer])
    for layer in config.layer:
        faintest = min(layer.vary.levels("opacity"))
        if layer.name in wanted and faintest * OPAQUE < labels.threshold:
            message = (
                f"labels.threshold is {labels.threshold}, but layer.{layer.name}.vary.opacity "
                f"may be {faintest}, where no alpha is above {int(faintest * OPAQUE)}; lower the "
                "threshold, or leave the layer out of labels.layers."
            )
            raise ConfigError(message)
