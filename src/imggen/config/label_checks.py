"""What must hold of `[labels]`, as far as no file needs to be seen."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter

from imggen.config.labels import BY_PIXELS, OPAQUE, Labels, labelled_layers
from imggen.config.models import Config
from imggen.config.sentences import did_you_mean, lower_first, show
from imggen.errors import ConfigError

ALIKE = ("yolo", "yolo-segment")  # both write labels/NAME.txt


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
        check_caption(labels.caption, [layer.name for layer in config.layer])
    for name, check in NEEDS.items():
        if name in labels.formats:
            check(labels)
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


def check_caption(template: str, layers: list[str]) -> None:
    """Refuse a template that cannot be filled."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        message = (
            f"labels.caption is {show(template)}, which cannot be read "
            f"({lower_first(str(error))}); write {{{{ and }}}} for braces."
        )
        raise ConfigError(message) from None
    fields = [(name, spec, conversion) for _, name, spec, conversion in parsed if name is not None]
    for name, spec, conversion in fields:
        if name not in layers:
            hint = did_you_mean(name, layers, "one of ")
            raise ConfigError(f"labels.caption has the unknown field {{{name}}}; {hint}")
        if spec or conversion:
            raise ConfigError(f"labels.caption formats {{{name}}}; expected plain {{{name}}}.")


def check_class_layer(labels: Labels) -> None:
    """Refuse class folders of no layer."""
    if labels.class_layer is None:
        message = (
            'labels.formats has "classes", a folder for each variant of one layer; '
            'name it, like labels.class_layer = "character".'
        )
        raise ConfigError(message)


def check_has_caption(labels: Labels) -> None:
    """Refuse captions without a template."""
    if labels.caption is None:
        message = (
            'labels.formats has "captions"; expected their template, '
            'like labels.caption = "a {character} in the {background}".'
        )
        raise ConfigError(message)


def check_creators(labels: Labels) -> None:
    """Refuse shares that are not the whole."""
    shares = labels.collection.creators.values()
    if shares and (sum(shares) != 100 or min(shares) < 0):
        message = (
            f"labels.collection.creators are {show(list(shares))}; "
            "expected shares from 0 to 100 that sum to 100."
        )
        raise ConfigError(message)


NEEDS: dict[str, Callable[[Labels], None]] = {
    "classes": check_class_layer,
    "captions": check_has_caption,
    "solana": check_creators,
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
