"""What must hold between fields, and of names that become paths and columns."""

from __future__ import annotations

import math

from imggen.config.chances import check_chances, check_counts
from imggen.config.container_checks import check_container
from imggen.config.image_name import INDEX, SPLIT, check_image_name
from imggen.config.label_checks import check_labels
from imggen.config.models import Config
from imggen.config.names import check_safe, fold, take_name
from imggen.config.pair_checks import PAIR_COLUMN, check_pair
from imggen.config.place import AXES
from imggen.config.place_checks import check_places
from imggen.config.rule_checks import check_rules
from imggen.config.split_checks import check_splits
from imggen.config.vary_checks import check_parts, check_vary
from imggen.errors import ConfigError
from imggen.paths import check_local

NAME_FIELDS = (INDEX, SPLIT)  # what image_name knows besides the layers
MOST_PIXELS = 2**28
LARGEST_SIDE = {"jpeg": 65_500, "webp": 16_383}  # px, of the libraries


def check_config(config: Config) -> None:
    """Refuse what cannot be made.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    if not config.layer:
        raise ConfigError("layer is an empty list; expected at least one [[layer]].")
    check_names(config)
    check_canvas(config)
    for depth, layer in enumerate(config.layer):
        check_local(f"layer.{layer.name}.folder", layer.folder, ConfigError)
        check_chances(layer, config.root)
        check_counts(layer, config.dataset)
        check_places(config.layer, depth)
        check_vary(layer, config.canvas.mode)
        check_parts(layer)
    check_rules(config)
    check_splits(config)
    check_pair(config)
    check_labels(config)
    check_container(config)
    splits = [SPLIT] if config.split else []
    check_image_name(config.dataset.image_name, [layer.name for layer in config.layer] + splits)
    if config.dataset.unique and config.dataset.sampling == "quota":
        message = (
            'dataset.unique is true and dataset.sampling is "quota", which repeats scenes; '
            "give one or the other."
        )
        raise ConfigError(message)


def check_names(config: Config) -> None:
    """Refuse names that are unsafe or alike."""
    check_safe("dataset.name", config.dataset.name)
    check_safe("dataset.image_column", config.dataset.image_column)
    taken = {fold(config.dataset.image_column): "dataset.image_column"}
    if config.split:
        take_name(taken, "the column of splits", SPLIT, "the column of splits")
    if config.dataset.pair is not None:
        take_name(taken, "the column of pairs", PAIR_COLUMN, "the column of pairs")
    for position, layer in enumerate(config.layer, 1):
        called = f"name of layer {position}"
        check_safe(called, layer.name)
        if fold(layer.name) in NAME_FIELDS:
            message = (
                f'{called} is "{layer.name}", which image_name has a use for; rename the layer.'
            )
            raise ConfigError(message)
        take_name(taken, called, layer.name, f"layer {position}")
        for axis in AXES if layer.placed_at_random else ():
            column = f"the {axis} column of layer {position}"
            take_name(taken, column, f"{layer.name} {axis}", column)
        for field in layer.vary.drawn:
            column = f"the {field} column of layer {position}"
            take_name(taken, column, f"{layer.name} {field}", column)


def check_canvas(config: Config) -> None:
    """Refuse a canvas that is too large, or that the format cannot hold."""
    size, mode, output = config.canvas.size, config.canvas.mode, config.output
    if output.encoding == "jpeg" and mode == "RGBA":
        message = (
            'output.format is "jpeg" and canvas.mode is "RGBA", but JPEG has no transparency; '
            'use "png" or "webp", or mode "RGB".'
        )
        raise ConfigError(message)
    if size is None:
        return
    if math.prod(size) > MOST_PIXELS:
        message = (
            f"canvas.size is {list(size)}, {math.prod(size) / 1e6:.0f} million pixels; "
            f"expected at most {MOST_PIXELS // 10**6} million."
        )
        raise ConfigError(message)
    largest = LARGEST_SIDE.get(output.encoding)
    if largest and max(size) > largest:
        message = (
            f'canvas.size is {list(size)} and output.format is "{output.format}", which holds '
            f'at most {largest} px a side; use "png" or a smaller canvas.'
        )
        raise ConfigError(message)
