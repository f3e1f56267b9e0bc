"""The class map: a number for each kind of thing that is labelled, whatever images show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imggen.assets import NO_SPRITE, Variants
from imggen.config.plain import NONE, labelled_layers
from imggen.errors import PlanError

if TYPE_CHECKING:
    from imggen.config import Config


@dataclass(frozen=True)
class ClassMap:
    """The classes of a dataset, in the order of layers and then of their variants' names.

    Attributes
    ----------
    names : all different; "layer/variant" where two layers have a variant of one name
    layers : the layer of each
    depths : the labelled layers, by position in the configuration
    rows : depth and variant to the row of its class in `names`
    """

    names: tuple[str, ...]
    layers: tuple[str, ...]
    depths: tuple[int, ...]
    rows: Mapping[tuple[int, int], int]


def make_class_map(config: Config, variants: Sequence[Variants]) -> ClassMap:
    """Return the classes of `config`.

    Raises
    ------
    PlanError
        If `labels.layers` names a layer that fills the canvas.
    """
    wanted = labelled_layers(config.labels, [layer.name for layer in config.layer])
    depths = tuple(depth for depth, layer in enumerate(variants) if layer.layer in wanted)
    if config.labels.layers is not None:
        check_sprites([variants[depth] for depth in depths])
    if config.labels.category == "layer":
        rows = {
            (depth, variant): row
            for row, depth in enumerate(depths)
            for variant in range(len(variants[depth].names))
        }
        names = tuple(variants[depth].layer for depth in depths)
        return ClassMap(names, names, depths, rows)
    things = [
        (depth, variant, variants[depth].layer, name)
        for depth in depths
        for variant, name in enumerate(variants[depth].names)
        if name != NONE
    ]
    used = Counter(name for *_, name in things)
    return ClassMap(
        names=tuple(name if used[name] == 1 else f"{layer}/{name}" for *_, layer, name in things),
        layers=tuple(layer for *_, layer, _ in things),
        depths=depths,
        rows={(depth, variant): row for row, (depth, variant, *_) in enumerate(things)},
    )


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
