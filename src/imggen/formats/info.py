"""The facts of one image, and of the dataset, that labels are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.config.image_name import SEPARATOR
from imggen.formats.class_map import ClassMap, make_class_map
from imggen.formats.keypoints import KeypointNames
from imggen.formats.licences import Origin
from imggen.planning.columns import LayerColumns, layer_columns

if TYPE_CHECKING:  # its kernels load slowly, and all here is checked before that
    from imggen.assets import Library
    from imggen.config import Config
    from imggen.config.labels import Labels
    from imggen.formats.details import Details
    from imggen.geometry.instances import Instance
    from imggen.planning.drawn import DrawnColumn
    from imggen.planning.groups import Traits
    from imggen.planning.sampling.splits import Splits


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """The facts of one image.

    Attributes
    ----------
    index : the index of the image, from 0
    name : its path below the folder of images, without extension
    split : the name of its split, "" if there are none
    variants : the variant of each layer, in their order; of a layer with instances, their number
    instances : of labelled layers, from back to front; may be left out where only names count
    details : of the instances that are seen well enough to be labelled, if a format needs any
    drawn : the values of `DatasetInfo.drawn`, NaN where there is none
    """

    index: int
    name: str
    split: str
    variants: tuple[str, ...]
    instances: Sequence[Instance] = ()
    details: Details | None = None
    drawn: Sequence[float] = ()


@dataclass(frozen=True)
class DatasetInfo:
    """The facts of a dataset that all its images share.

    Attributes
    ----------
    dataset : the name of the dataset
    labels : the values of `[labels]`, without their model
    size : width and height, px
    channels : the number of channels of a pixel
    suffix : the suffix of image files, ".png"
    columns : the columns of traits that show each layer
    slots : the layer of each column of traits
    thresholds : the least alpha of a pixel that belongs to a sprite, of each column of traits
    splits : the names of the splits
    sharded : True if images are in shards, each with a description of what it shows
    origin : the licence and origin of the dataset and of its art
    keypoints : the names of keypoints, if layers have any
    most_sprites : the largest number of sprites in an image, shadows left out
    drawn : the columns of the values that images draw, if images are in shards
    """

    dataset: str
    seed: int
    labels: Labels
    size: tuple[int, int]
    channels: int
    suffix: str
    columns: tuple[LayerColumns, ...]
    slots: tuple[str, ...]
    thresholds: tuple[int, ...]
    splits: tuple[str, ...]
    classes: ClassMap
    sharded: bool = False
    origin: Origin = field(default_factory=Origin)
    keypoints: KeypointNames = field(default_factory=KeypointNames)
    most_sprites: int = 0
    drawn: tuple[DrawnColumn, ...] = ()

    @classmethod
    def of(cls, config: Config, library: Library, suffix: str) -> DatasetInfo:
        """Return the facts of the dataset of `config`.

        Raises
        ------
        PlanError
            If `labels.layers` names a layer that fills the canvas.
        """
        classes = make_class_map(config, library.layers)
        return cls(
            dataset=config.dataset.name,
            seed=config.dataset.seed,
            labels=config.labels.plain(),
            size=library.size,
            channels=library.channels,
            suffix=suffix,
            columns=layer_columns(library.layers),
            slots=tuple(slot.layer for slot in library.layers),
            thresholds=thresholds_of(config, library),
            splits=tuple(split.name for split in config.split),
            classes=classes,
            sharded=config.output.traits.sharded,
            origin=Origin.of(config),
            keypoints=KeypointNames.of(config, library.layers, classes),
            most_sprites=sum(layer.parts for layer in library.layers),
        )

    @property
    def layers(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Name of each layer, and its variants or, if it has instances, their possible numbers."""
        return tuple((one.layer, one.texts) for one in self.columns)

    @property
    def thing_details(self) -> frozenset[str]:
        """The details that COCO, samples of shards and `Dataset` have of each thing."""
        fields = frozenset(self.labels.fields or ())
        return fields | ({"keypoints"} if self.keypoints.names else frozenset())

    @property
    def labelled(self) -> bool:
        """True if images have any labels."""
        return bool(self.labels.formats) or self.sharded

    def images(
        self,
        indices: npt.NDArray[np.int64],
        traits: Traits,
        splits: Splits,
        names: Iterable[str],
        drawn: npt.NDArray[np.float64] | None = None,
    ) -> Iterator[ImageInfo]:
        """Yield the facts of images `indices` (n,) with `traits` (n, slots), in `splits` (n,).

        `drawn` are the values that they draw, (n, drawn columns).
        """
        shown = ([one.texts[k] for k in one.rows(traits).tolist()] for one in self.columns)
        own = [self.splits[k] for k in splits.tolist()] if self.splits else repeat("")
        facts = indices.tolist(), names, own, zip(*shown, strict=True)
        if drawn is None:
            yield from map(ImageInfo, *facts)
        else:
            yield from map(ImageInfo, *facts, repeat(()), repeat(None), drawn.tolist())

    def splits_among(self, splits: Splits) -> tuple[str, ...]:
        """Return the names of all splits in `splits` (n,); "" if the dataset has none."""
        if not self.splits:
            return ("",) if len(splits) else ()
        return tuple(self.splits[k] for k in np.unique(splits).tolist())

    def within_split(self, image: ImageInfo) -> str:
        """Return the name of `image`, without the folder of its split if it is in that."""
        folder = image.split + SEPARATOR
        return image.name.removeprefix(folder) if image.split else image.name

    def seen(self, instances: Sequence[Instance]) -> list[Instance]:
        """Return the instances that have a class and are seen well enough to be labelled."""
        least, least_pixels = self.labels.least_visible, self.labels.least_pixels or 1
        return [
            instance
            for instance in instances
            if instance.visible_pixels >= least_pixels
            and instance.visible_fraction >= least
            and (instance.depth, instance.variant) in self.classes.rows
        ]

    def class_of(self, instance: Instance) -> int:
        """Return the row of an instance's class."""
        return self.classes.rows[instance.depth, instance.variant]

    def traits(self, image: ImageInfo) -> dict[str, str]:
        """Return the variant of each layer, or the number of its instances, by its name."""
        return dict(zip([one.layer for one in self.columns], image.variants, strict=True))


def thresholds_of(config: Config, library: Library) -> tuple[int, ...]:
    """Return the least alpha of a pixel that belongs to a sprite, of each column of traits."""
    own = {layer.name: layer.threshold or config.labels.threshold for layer in config.layer}
    return tuple(own[slot.layer] for slot in library.layers)
