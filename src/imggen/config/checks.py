"""Every check of a configuration, table by table."""

from __future__ import annotations

from imggen.config.canvas import check_canvas
from imggen.config.conflicts import check_conflicts
from imggen.config.container_checks import check_container
from imggen.config.correlations import check_correlate
from imggen.config.dataset import check_sampling
from imggen.config.image_name import NAME_FIELDS, SPLIT, check_image_name
from imggen.config.joints import check_joint
from imggen.config.label_checks import check_labels
from imggen.config.layer import check_chances, check_counts, check_parts
from imggen.config.models import Config
from imggen.config.names import check_safe, fold, take_name
from imggen.config.pairs import PAIR_COLUMN, check_pair
from imggen.config.place import AXES, check_place, check_place_when
from imggen.config.rules import check_rule
from imggen.config.splits import (
    check_hold_out,
    check_no_splits,
    check_own,
    check_scenes_first,
    check_sizes,
    check_stratify,
)
from imggen.config.vary import check_vary
from imggen.errors import ConfigError


def check_config(config: Config) -> None:
    """Refuse what cannot be made.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    if not config.layer:
        raise ConfigError("layer is an empty list; expected at least one [[layer]].")
    names = [layer.name for layer in config.layer]
    check_names(config)
    check_canvas(config.canvas, config.output)
    for depth, layer in enumerate(config.layer):
        called = f"layer.{layer.name}"
        check_chances(layer, config.root)
        check_counts(layer, config.dataset.sampling)
        check_place(layer.place, f"{called}.place", names, depth)
        for number, special in enumerate(layer.place_when, 1):
            check_place_when(special, layer.place, f"{called}.place_when.{number}", names, depth)
        check_vary(f"{called}.vary", layer.vary, config.canvas.mode)
        check_parts(layer)
    for number, rule in enumerate(config.rule, 1):
        check_rule(f"rule.{number}", rule, names)
    for number, joint in enumerate(config.joint, 1):
        check_joint(f"joint.{number}", joint, config.layer)
    for number, correlate in enumerate(config.correlate, 1):
        check_correlate(f"correlate.{number}", correlate, names)
    check_conflicts(config)
    check_splits(config)
    check_pair(config)
    check_labels(config)
    check_container(config)
    check_image_name(config.dataset.image_name, [*names, *([SPLIT] if config.split else [])])
    check_sampling(config.dataset)


def check_splits(config: Config) -> None:
    """Refuse splits that cannot be made."""
    if not config.split:
        check_no_splits(config.dataset)
        return
    names = [layer.name for layer in config.layer]
    taken: dict[str, str] = {}
    for position, split in enumerate(config.split, 1):
        check_safe(f"name of split {position}", split.name)
        take_name(taken, f"name of split {position}", split.name, f"split {position}")
    check_sizes(config.split)
    for split in config.split:
        check_own(split, names, config.joint)
        check_hold_out(split, config.split, names)
    check_stratify(config.dataset.stratify or (), names)
    check_scenes_first(config.dataset, config.split)


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
