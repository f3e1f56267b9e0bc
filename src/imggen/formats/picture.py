"""What is known of one image, and of all images: what label formats are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config import Config
from imggen.config.image_name import SEPARATOR
from imggen.config.labels import Labels
from imggen.formats.class_map import Classes, make_classes
from imggen.formats.variant_checks import check_variants
from imggen.plan.groups import Traits
from imggen.plan.sampling.splits import Splits

if TYPE_CHECKING:  # its kernels load slowly, and all here is checked before that
    from imggen.geometry.instances import Instance


class Picture(NamedTuple):
    """One image.

    Attributes
    ----------
    image : its index, from 0
    name : its path below the folder of images, without extension
    split : the name of its split, "" if there are none
    shown : the variant of each layer, in their order
    instances : the labelled things, from back to front; may be left out where only names count
    """

    image: int
    name: str
    split: str
    shown: tuple[str, ...]
    instances: Sequence[Instance] = ()


@dataclass(frozen=True)
class About:
    """What all images have in common.

    Attributes
    ----------
    dataset : its name
    size : width and height, px
    channels : of a pixel
    suffix : of image files, ".png"
    layers : name and variants of each
    splits : their names
    sharded : whether images are in shards, each with a description of what it shows
    """

    dataset: str
    seed: int
    labels: Labels
    size: tuple[int, int]
    channels: int
    suffix: str
    layers: tuple[tuple[str, tuple[str, ...]], ...]
    splits: tuple[str, ...]
    classes: Classes
    sharded: bool = False

    @classmethod
    def of(cls, config: Config, library: Library, suffix: str) -> About:
        """What images of `config` have in common.

        Raises
        ------
        PlanError
            If `labels.layers` names a layer that fills the canvas, or a format cannot name a
            variant.
        """
        check_variants(config, library.layers)
        return cls(
            dataset=config.dataset.name,
            seed=config.dataset.seed,
            labels=config.labels,
            size=library.size,
            channels=library.channels,
            suffix=suffix,
            layers=tuple((layer.layer, layer.names) for layer in library.layers),
            splits=tuple(split.name for split in config.split),
            classes=make_classes(config, library.layers),
            sharded=config.output.sharded,
        )

    @property
    def labelled(self) -> bool:
        """Whether images have any labels."""
        return bool(self.labels.formats) or self.sharded

    def pictures(
        self,
        images: npt.NDArray[np.int64],
        traits: Traits,
        splits: Splits,
        names: Iterable[str],
    ) -> Iterator[Picture]:
        """Those of `images` (n,), which show `traits` (n, layers), of `splits` (n,)."""
        shown = (
            [variants[k] for k in traits[:, depth].tolist()]
            for depth, (_, variants) in enumerate(self.layers)
        )
        own = [self.splits[k] for k in splits.tolist()] if self.splits else repeat("")
        yield from map(Picture, images.tolist(), names, own, zip(*shown, strict=True))

    def splits_among(self, splits: Splits) -> tuple[str, ...]:
        """The names of all that occur in `splits` (n,); "" where there are none."""
        if not self.splits:
            return ("",) if len(splits) else ()
        return tuple(self.splits[k] for k in np.unique(splits).tolist())

    def within_split(self, picture: Picture) -> str:
        """The name of `picture`, without the folder of its split if it lies in that."""
        folder = picture.split + SEPARATOR
        return picture.name.removeprefix(folder) if picture.split else picture.name

    def seen(self, picture: Picture) -> list[Instance]:
        """The instances of `picture` that are seen well enough to have a box."""
        least = self.labels.least_visible
        return [
            instance
            for instance in picture.instances
            if instance.visible_pixels and instance.visible_fraction >= least
        ]

    def class_of(self, instance: Instance) -> int:
        """The row of an instance's class."""
        return self.classes.rows[instance.depth, instance.variant]

    def traits(self, picture: Picture) -> dict[str, str]:
        """The variant of each layer, by its name."""
        return {layer: shown for (layer, _), shown in zip(self.layers, picture.shown, strict=True)}
