"""`depth` and `depth_group` of layers: which of several sprites lies in front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from imggen.config.layer import Layer
from imggen.errors import ConfigError

Ordering = Literal["random", "bottom"]
LISTED = (None, "listed")


def depth_groups(layers: Sequence[Layer]) -> Iterator[tuple[Ordering, list[int]]]:
    """Yield each group of layers whose sprites each image orders: how, and their places.

    A layer without a `depth_group` is a group of its own.
    """
    groups: dict[str | int, list[int]] = {}
    for place, layer in enumerate(layers):
        if layer.depth not in LISTED:
            groups.setdefault(layer.depth_group or place, []).append(place)
    for places in groups.values():
        ordering = layers[places[0]].depth
        if ordering is not None and ordering != "listed":
            yield ordering, places


def check_depths(layers: Sequence[Layer]) -> None:
    """Refuse an order in depth that orders nothing, or that layers of a group do not agree on."""
    for layer in layers:
        check_depth(layer)
    for _, places in depth_groups(layers):
        first = layers[places[0]]
        for before, place in pairwise(places):
            if place != before + 1:
                between = layers[before + 1].name
                message = (
                    f'layer.{between} lies between layers of depth_group "{first.depth_group}"; '
                    "list these side by side, or give it the same depth_group."
                )
                raise ConfigError(message)
            check_alike(first, layers[place])


def check_depth(layer: Layer) -> None:
    """Refuse what contradicts itself in one layer."""
    called = f"layer.{layer.name}"
    if layer.depth in LISTED:
        if layer.depth_group is not None:
            message = (
                f'{called}.depth_group is "{layer.depth_group}", but goes with depth = "random" or '
                '"bottom", which is missing; give it or remove this.'
            )
            raise ConfigError(message)
        return
    if layer.instances is None and layer.depth_group is None:
        message = (
            f'{called}.depth is "{layer.depth}", but the layer has no instances to order and no '
            "depth_group of layers to be ordered with; give one of them or remove depth."
        )
        raise ConfigError(message)
    if layer.parts is not None:
        message = (
            f'{called}.depth is "{layer.depth}", but its parts say where each is drawn; '
            "remove one of them."
        )
        raise ConfigError(message)


def check_alike(first: Layer, other: Layer) -> None:
    """Refuse two ways to order the layers of one group."""
    if other.depth != first.depth:
        message = (
            f'layer.{other.name}.depth is "{other.depth}", but that of {first.name}, of the same '
            f'depth_group, is "{first.depth}"; expected the same.'
        )
        raise ConfigError(message)
