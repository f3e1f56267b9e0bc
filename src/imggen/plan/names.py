"""What each image is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Config
from imggen.config.image_name import SPLIT, with_split
from imggen.plan.groups import Traits
from imggen.plan.splits import Splits


@dataclass(frozen=True)
class Namer:
    """Fills the `image_name` of the configuration: `{index}`, `{split}` and the layers' names.

    Attributes
    ----------
    template : as configured, without extension; it holds `{index}`, so names differ
    layers : layer name and variant names, per layer
    splits : their names
    """

    template: str
    layers: tuple[tuple[str, tuple[str, ...]], ...]
    splits: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config, variants: Sequence[Variants]) -> Namer:
        """The namer of `config`; images of a split lie in its folder unless `image_name` says."""
        template, splits = config.dataset.image_name, tuple(split.name for split in config.split)
        return cls(
            template=with_split(template) if splits else template,
            layers=tuple((v.layer, v.names) for v in variants),
            splits=splits,
        )

    def names(self, images: npt.NDArray[np.int64], traits: Traits, splits: Splits) -> Iterator[str]:
        """The name of each of `images` (n,), which show `traits` (n, layers), of `splits` (n,)."""
        fields = [(layer, names, traits[:, d]) for d, (layer, names) in enumerate(self.layers)]
        fields += [(SPLIT, self.splits, splits)] if self.splits else []
        used = [field for field in fields if f"{{{field[0]}}}" in self.template]
        fill = self.template.format
        if not used:
            return (fill(index=index) for index in images.tolist())
        rows = zip(*(column.tolist() for _, _, column in used), strict=True)
        return (
            fill(
                index=index,
                **{field: names[k] for (field, names, _), k in zip(used, row, strict=True)},
            )
            for index, row in zip(images.tolist(), rows, strict=True)
        )

    def shown(self, traits: npt.NDArray[np.unsignedinteger[Any]]) -> str:
        """What one image with `traits` (layers,) shows, for people to read."""
        pairs = zip(self.layers, traits.tolist(), strict=True)
        return ", ".join(f"{layer} {names[variant]}" for (layer, names), variant in pairs)
