"""Checks, before a run starts, that label formats can take the variants and names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from imggen.config.image_name import with_split
from imggen.config.plain import NONE
from imggen.config.sentences import did_you_mean, show
from imggen.errors import PlanError
from imggen.formats.registry import find_format

if TYPE_CHECKING:
    from imggen.assets import Variants
    from imggen.config import Config
    from imggen.formats.format import Format
    from imggen.formats.info import DatasetInfo


def check_formats(info: DatasetInfo, image_name: str) -> None:
    """Refuse what a reader of one of the formats would misread.

    Raises
    ------
    PlanError
        With one sentence on the first thing that is wrong.
    """
    template = with_split(image_name) if info.splits else image_name
    for name in info.labels.formats:
        find_format(name).check_names(info, template)


def check_variants(config: Config, layers: Sequence[Variants]) -> None:
    """Refuse variants that a label format cannot name, and words for unknown ones.

    Raises
    ------
    PlanError
        With one sentence on the first thing that is wrong.
    """
    for layer in layers:
        check_words(config, layer)
    for name in config.labels.formats:
        for layer in layers:
            check_layer(config, find_format(name), layer)


def check_layer(config: Config, one: type[Format], layer: Variants) -> None:
    """Refuse variants of `layer` that the format `one` cannot name."""
    for variant in layer.names:
        why = one.refuse_variant(config, layer.layer, variant)
        if why:
            message = (
                f"layer.{layer.layer} has the variant {show(variant)}, {why}; rename it, "
                f"or leave {one.name} out of labels.formats."
            )
            raise PlanError(message)


def check_number_words(words: Collection[str], layer: str) -> None:
    """Refuse words for anything but a number of instances of `layer`."""
    for name in words:
        if not name.isdecimal():
            message = (
                f"labels.words.{layer} names {show(name)}, but {layer} has instances, whose number "
                'captions tell; expected numbers, like { 1 = "a goose", 2 = "two geese" }.'
            )
            raise PlanError(message)


def check_words(config: Config, layer: Variants) -> None:
    """Refuse words for what `layer` does not show."""
    if layer.instance is not None:
        check_number_words(config.labels.words.get(layer.layer, {}), layer.layer)
        return
    for name in config.labels.words.get(layer.layer, {}):
        if name != NONE and name not in layer.names:
            hint = did_you_mean(name, layer.names, "one of ")
            message = (
                f"labels.words.{layer.layer} names {show(name)}, which is no variant of it; {hint}"
            )
            raise PlanError(message)
