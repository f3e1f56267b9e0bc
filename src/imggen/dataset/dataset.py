"""`imggen.Dataset`: images and their labels, made when they are asked for.

Image i has the pixels of file i of a run of the same configuration, in any order and process.
"""

from __future__ import annotations

import copy
import copyreg
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, SupportsIndex, overload

from imggen.assets import Library
from imggen.config import Config
from imggen.dataset.arguments import ConfigSource, check_flag, config_from
from imggen.dataset.contents import ImageContents, Shown
from imggen.dataset.items import Batch, Item
from imggen.dataset.object_arrays import Bools
from imggen.dataset.opening import Images, images_in, open_art, plan_contents
from imggen.dataset.positions import check_position
from imggen.dataset.scenes import BLOCK
from imggen.dataset.sharing import reduce_library
from imggen.dataset.size import Size

copyreg.pickle(Library, reduce_library)


class Dataset:
    """The images of a configuration, by index, with what they show; nothing is written.

    `dataset[i]` is an `Item`, a dictionary that data loaders can collate. Methods take the position
    of an image, or positions in any order, as `dataset[i]` does: a negative one counts from the
    end, and one beyond it raises IndexError.

    With `output.format` "jpeg", or "webp" that is not lossless, `image` is the file as Pillow
    decodes it, in the mode of the canvas.

    Any thread and any process, after a fork too, may use it: each has a canvas of its own. A pickle
    holds the art, and of the plan only what is drawn together.

    Parameters
    ----------
    config
        A TOML file, a folder with an `imggen.toml`, the URL of either, settings as TOML gives them
        (whose folders are relative to the working directory) or a `Config`. Default:
        ./imggen.toml if there is one, else the sample.
    split
        The name of a split, for its images only, in their order.
    objects, masks
        True to have `objects` in each item, and `masks` in these.
    size
        (height, width) of images, px, or their shorter side; default: that of the canvas. They show
        the same, drawn at that size: boxes, masks and keypoints are in its px.
    count
        The number of images, in place of `dataset.count`.
    seed
        In place of `dataset.seed`.
    overrides
        Settings by dotted key, `{"output.format": "jpeg"}`, in place of those in `config`.

    Raises
    ------
    InputError
        If an argument, the configuration or the art cannot be used. It has a line for each error of
        a configuration.

    Examples
    --------
    >>> dataset = imggen.Dataset("assets", size=224, objects=True)
    >>> dataset
    <imggen.Dataset 'article': 200 images, 399x224>
    >>> item = dataset[7]
    >>> item["shown"]
    {'background': 'desert', 'character': 'pirate', 'object': 'none'}
    >>> item["objects"]["boxes"]
    array([[134.,  55., 265., 208.]], dtype=float32)
    """

    def __init__(
        self,
        config: ConfigSource = None,
        *,
        split: str | None = None,
        objects: bool = False,
        masks: bool = False,
        size: Size | None = None,
        count: int | None = None,
        seed: int | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        masks = check_flag("masks", masks)
        objects = check_flag("objects", objects) or masks
        given = {"dataset.count": count, "dataset.seed": seed}
        checked, library, self._split = open_art(config, split, size, overrides, given)
        self._contents = plan_contents(checked, library, objects=objects, masks=masks)
        self._images: Images = images_in(self._contents, self._split)

    @property
    def config(self) -> Config:
        """The configuration, with overrides applied.

        Examples
        --------
        >>> dataset.config.output.size
        224
        """
        return self._contents.config

    @property
    def library(self) -> Library:
        """The art, trimmed and fitted.

        Examples
        --------
        >>> dataset.library.mode
        'RGB'
        """
        return self._contents.source.segments.library

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image.

        Examples
        --------
        >>> dataset.shape
        (224, 399, 3)
        """
        return self._contents.shape

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """The variants of each layer, in the order of their numbers.

        Examples
        --------
        >>> dataset.classes["character"]
        ('mage', 'monster', 'pirate', 'toadking', 'warrior')
        """
        return {one.layer: one.names for one in self._contents.info.columns}

    @property
    def object_classes(self) -> tuple[str, ...]:
        """The classes of `objects`, in the order of their numbers; the first is 0.

        Examples
        --------
        >>> [dataset.object_classes[label] for label in dataset[7]["objects"]["labels"]]
        ['pirate']
        """
        return self._contents.info.classes.names

    def with_seed(self, seed: int) -> Dataset:
        """Return the dataset of another seed, with all images of its split; load no art again.

        Parameters
        ----------
        seed
            From 0 to 2^64 - 1.

        Raises
        ------
        InputError
            If it is no such number, or no plan can be made with it.

        Examples
        --------
        >>> dataset.with_seed(3)[0]["shown"]["character"]
        'monster'
        """
        config = config_from(self.config, {"dataset.seed": seed}, {"dataset.seed": "seed"})
        objects, masks = self._contents.objects, self._contents.masks
        contents = plan_contents(config, self.library, objects=objects, masks=masks)
        return self._with(contents, images_in(contents, self._split))

    def __len__(self) -> int:
        return len(self._images)

    def __repr__(self) -> str:
        (height, width, _), name = self.shape, self.config.dataset.name
        return f"<imggen.Dataset {name!r}: {len(self):,} images, {width}x{height}>"

    def _repr_html_(self) -> str:
        """Return the first images, small, for notebooks."""
        from imggen.dataset.display import html_of  # noqa: PLC0415  # it is for these alone

        return html_of(self)

    @overload
    def __getitem__(self, position: SupportsIndex) -> Item: ...
    @overload
    def __getitem__(self, position: slice) -> Dataset: ...
    def __getitem__(self, position: SupportsIndex | slice) -> Item | Dataset:
        """Return the item of one image, or the dataset of a slice.

        Parameters
        ----------
        position
            The place of an image, from 0; a negative one counts from the end.

        Raises
        ------
        IndexError
            Beyond the end.
        TypeError
            If `position` is not a whole number.

        Examples
        --------
        >>> dataset[-1]["index"]
        199
        >>> dataset[100:110]
        <imggen.Dataset 'article': 10 images, 399x224>
        """
        if isinstance(position, slice):
            return self._with(self._contents, self._images[position])
        return self._contents.item(self._image_at(position))

    def __getitems__(self, positions: Iterable[SupportsIndex]) -> list[Item]:
        """Return the items of several images, as PyTorch's loaders ask for them."""
        return list(self._contents.items(self._images_at(positions)))

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self), BLOCK):
            yield from self._contents.items(list(map(int, self._images[start : start + BLOCK])))

    def batch(self, positions: Iterable[SupportsIndex]) -> Batch:
        """Return one item for several images, n of each value.

        Returns
        -------
        Batch
            `image` is (n, height, width, channels) uint8, `index` and each of `labels` are (n,)
            int64, `split` and each of `shown` are lists of names, `objects` is a list of each
            image's arrays.

        Examples
        --------
        >>> batch = dataset.batch([3, 1, 4])
        >>> batch["image"].shape
        (3, 224, 399, 3)
        >>> batch["labels"]["character"]
        array([2, 4, 0])
        """
        return self._contents.batch(self._images_at(positions))

    def shown(self, positions: Iterable[SupportsIndex]) -> dict[str, list[Shown]]:
        """Return what images show, by layer, as their items' `shown`; nothing is rendered.

        Examples
        --------
        >>> dataset.shown([7, 8])["character"]
        ['pirate', 'mage']
        """
        return self._contents.shown(self._images_at(positions))

    def masks(self, position: SupportsIndex) -> Bools:
        """Return the visible pixels of each of an image's `objects`: (n, height, width) bool.

        Examples
        --------
        >>> dataset.masks(7).shape
        (1, 224, 399)
        """
        return self._contents.masks_in(self._image_at(position))

    def encode(self, position: SupportsIndex) -> bytes:
        """Return the file of an image, as a bulk run writes it.

        Examples
        --------
        >>> dataset.encode(7)[1:4]
        b'PNG'
        """
        return self._contents.encode(self._image_at(position))

    def name(self, position: SupportsIndex) -> str:
        """Return the path of an image's file below the output folder of a bulk run.

        Examples
        --------
        >>> dataset.name(7)
        'images/generated7.png'
        """
        return self._contents.name(self._image_at(position))

    def _with(self, contents: ImageContents, images: Images) -> Dataset:
        """Return a copy with other contents and images."""
        other = copy.copy(self)
        vars(other).update(_contents=contents, _images=images)
        return other

    def _images_at(self, positions: Iterable[SupportsIndex]) -> list[int]:
        """Return the indices of several images in a bulk run."""
        return list(map(self._image_at, positions))

    def _image_at(self, position: SupportsIndex) -> int:
        """Return the index of an image in a bulk run."""
        return int(self._images[check_position(position, len(self), "dataset")])
