"""The drawing order of sprites: layer by layer, except for parts with their own depth."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.config.layer import Layer

ALONE = {"": 0}  # stands for the parts of a layer without `parts`: one sprite at its own depth


def drawing_order(layers: Sequence[Layer]) -> list[tuple[int, int]]:
    """Return the layer number and part number of each sprite of a scene, from back to front.

    A part with z = -1 is drawn just behind the layer before its own, one with z = 1 just in front
    of the layer after; -2 and 2 are one layer further, and so on. Parts at the same depth keep the
    order of their layers, and within a layer the order of its table.
    """
    places = []
    for depth, layer in enumerate(layers):
        for part, z in enumerate((layer.parts or ALONE).values()):
            side = (z > 0) - (z < 0)
            places.append((depth + z, side, depth, part))
    return [(depth, part) for _, _, depth, part in sorted(places)]


def reaches_back(layers: Sequence[Layer]) -> bool:
    """Return True if a part is drawn behind the first layer."""
    return drawing_order(layers)[0][0] != 0
