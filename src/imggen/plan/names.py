"""What each image is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.plan.groups import Traits


@dataclass(frozen=True)
class Namer:
    """Fills the `image_name` of the configuration: `{index}` and the layers' names.

    Attributes
    ----------
    template : as configured, without extension; it holds `{index}`, so names differ
    layers : layer name and variant names, per layer
    """

    template: str
    layers: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, template: str, variants: Sequence[Variants]) -> Namer:
        """The namer for these layers; only those that `template` uses are kept to look up."""
        return cls(template, tuple((v.layer, v.names) for v in variants))

    def names(self, images: npt.NDArray[np.int64], traits: Traits) -> Iterator[str]:
        """The name of each of `images` (n,), which show `traits` (n, layers)."""
        used = [(d, *v) for d, v in enumerate(self.layers) if f"{{{v[0]}}}" in self.template]
        fill = self.template.format
        if not used:
            return (fill(index=index) for index in images.tolist())
        return (
            fill(index=index, **{layer: names[row[d]] for d, layer, names in used})
            for index, row in zip(images.tolist(), traits.tolist(), strict=True)
        )

    def shown(self, traits: npt.NDArray[np.unsignedinteger[Any]]) -> str:
        """What one image with `traits` (layers,) shows, for people to read."""
        pairs = zip(self.layers, traits.tolist(), strict=True)
        return ", ".join(f"{layer} {names[variant]}" for (layer, names), variant in pairs)
