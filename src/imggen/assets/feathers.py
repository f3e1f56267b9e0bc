"""Lay out sprites with each width of their soft edges, where images draw these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from imggen.assets.decode import Art
from imggen.assets.library import NO_SPRITE, Ints, Variants

Versions = Mapping[str, Sequence[list[Art]]]  # by variant: its parts with each width but the first


def add_feathers(
    layers: Sequence[Variants], versions: Sequence[Versions], loose: list[Art]
) -> Ints | None:
    """Add the `versions` of all sprites, which are `loose`, to them; return the rows of all.

    Returns (sprites, widths) int32, each sprite's own row first; None if none has several.
    """
    most = max((len(own) for layer in versions for own in layer.values()), default=0)
    if not most:
        return None
    rows = np.repeat(np.arange(len(loose), dtype=np.int32)[:, None], 1 + most, axis=1)
    for layer, of_layer in zip(layers, versions, strict=True):
        for name, row in zip(layer.names, layer.sprites.tolist(), strict=True):
            for width, parts in enumerate(of_layer.get(name, ()) if row != NO_SPRITE else (), 1):
                rows[row : row + len(parts), width] = len(loose) + np.arange(len(parts))
                loose += parts
    return rows
