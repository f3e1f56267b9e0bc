"""The class map: a number for each kind of thing that is labelled, whatever images show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imggen.assets import NO_SPRITE, Variants
from imggen.config.plain import NONE, labelled_layers
from imggen.errors import PlanError

if TYPE_CHECKING:
    from imggen.config import Config, Layer


@dataclass(frozen=True)
class ClassMap:
    """The classes of a dataset, in the order of layers and then of their variants' names.

    Attributes
    ----------
    names : all different
    layers : the first layer that has each
    depths : the labelled layers and instances, as columns of traits
    rows : depth and variant to the row of its class in `names`; variants of no class have none
    """

    names: tuple[str, ...]
    layers: tuple[str, ...]
    depths: tuple[int, ...]
    rows: Mapping[tuple[int, int], int]


class Named(NamedTuple):
    """The class of a variant; if it is `declared`, and no mere name, layers share it."""

    name: str
    declared: bool


def make_class_map(config: Config, variants: Sequence[Variants]) -> ClassMap:
    """Return the classes of `config`; `variants` are those of each slot.

    Two layers that have a variant of one name, and give no class, have the classes "layer/variant".

    Raises
    ------
    PlanError
        If `labels.layers` names a layer that fills the canvas, or the classes of a layer are not
        those of its variants.
    """
    wanted = labelled_layers(config.labels, [layer.name for layer in config.layer])
    named = {
        layer.name: classes_of_layer(config, layer, own)
        for layer, own in zip(config.layer, first_slots(variants), strict=True)
        if layer.name in wanted
    }
    depths = tuple(d for d, own in enumerate(variants) if any(named.get(own.layer, ())))
    if config.labels.layers is not None:
        check_sprites([variants[depth] for depth in depths])
    used = Counter(one for own in named.values() for one in {one.name for one in own if one})
    first: dict[str, str] = {}
    numbers: dict[str, int] = {}
    rows: dict[tuple[int, int], int] = {}
    for depth in depths:
        layer = variants[depth].layer
        for variant, one in enumerate(named[layer]):
            if one is not None:
                alone = one.declared or used[one.name] == 1
                name = one.name if alone else f"{layer}/{one.name}"
                first.setdefault(name, layer)
                rows[depth, variant] = numbers.setdefault(name, len(numbers))
    return ClassMap(tuple(first), tuple(first.values()), depths, rows)


def first_slots(variants: Sequence[Variants]) -> list[Variants]:
    """Return the first slot of each layer."""
    return [own for own in variants if not own.instance]


def classes_of_layer(config: Config, layer: Layer, variants: Variants) -> list[Named | None]:
    """Return the class of each variant of `layer`; None for those that are not labelled."""
    if layer.own_class is not None:
        names = own_classes(layer, variants)
    elif layer.classes_from == "group":
        check_groups(layer, variants)
        names = list(variants.groups)
    elif "layer" in (layer.classes_from or config.labels.category):
        names = [layer.name] * len(variants.names)
    else:
        names = list(variants.names)
    declared = layer.own_class is not None or layer.classes_from is not None
    return [
        Named(name, declared) if name and variant != NONE else None
        for variant, name in zip(variants.names, names, strict=True)
    ]


def own_classes(layer: Layer, variants: Variants) -> list[str | None]:
    """Return the class that `layer.class` gives each variant; None if it gives none.

    A name goes before a pattern, and a pattern before later ones.
    """
    from imggen.planning.matching import find_variants  # noqa: PLC0415  # not for workers

    given = layer.own_class
    if not isinstance(given, dict):
        return [given or None] * len(variants.names)
    called = f"layer.{layer.name}.class"
    names: dict[int, str | None] = {}
    for variant in sorted(given, key=lambda pattern: pattern not in variants.names):
        for row in np.flatnonzero(find_variants(called, [variant], variants)).tolist():
            names.setdefault(row, given[variant] or None)
    missing = [name for row, name in enumerate(variants.names) if row not in names and name != NONE]
    if missing:
        message = (
            f"{called} gives nothing for {', '.join(missing)}; expected a class for every variant, "
            'or false. "*" names all that are left.'
        )
        raise PlanError(message)
    return [names.get(row) for row in range(len(variants.names))]


def check_groups(layer: Layer, variants: Variants) -> None:
    """Refuse variants in no folder where folders are the classes."""
    for name, group in zip(variants.names, variants.groups, strict=True):
        if not group and name != NONE:
            message = (
                f'layer.{layer.name}.classes_from is "group", but {name} lies in no folder within '
                f"{layer.folder}; move it into one."
            )
            raise PlanError(message)


def check_sprites(layers: Sequence[Variants]) -> None:
    """Refuse layers with variants that fill the canvas, and so are no sprites."""
    for layer in layers:
        for name, sprite in zip(layer.names, layer.sprites.tolist(), strict=True):
            if sprite == NO_SPRITE and name != NONE:
                message = (
                    f'labels.layers names {layer.layer}, whose "{name}" fills the canvas and has '
                    "no box; name layers of sprites."
                )
                raise PlanError(message)


def sprite_layers(layers: Sequence[Variants]) -> list[int]:
    """Return the depths of the layers that draw sprites; the others fill the canvas."""
    return [depth for depth, layer in enumerate(layers) if (layer.sprites != NO_SPRITE).any()]
