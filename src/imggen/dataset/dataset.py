"""`imggen.Dataset`: images and their labels, made when they are asked for.

Image i has the pixels of file i of a run of the same configuration, in any order and process.
"""

from __future__ import annotations

import copy
import copyreg
import logging
import operator
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, SupportsIndex, cast, overload

import numpy as np
import numpy.typing as npt

from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.config.plain import CAMERA_FIELDS
from imggen.config.sentences import show
from imggen.containers import make_container
from imggen.dataset.arguments import (
    ConfigSource,
    check_flag,
    check_unchanged,
    config_from,
    split_row,
    with_arguments,
)
from imggen.dataset.items import Batch, Item, Objects
from imggen.dataset.object_arrays import Bools, details_of, drawn_of, masks_of, objects_of
from imggen.dataset.renderer import Renderer
from imggen.dataset.sharing import reduce_library
from imggen.dataset.size import Size, errors_of_size, setting_of
from imggen.encode.support import check_format
from imggen.formats.checks import check_variants
from imggen.formats.info import DatasetInfo
from imggen.geometry.instances import Instance
from imggen.planning import Plan, Scene, Segments
from imggen.planning.columns import LayerColumns
from imggen.planning.groups import Traits
from imggen.planning.names import Namer
from imggen.planning.scenes import Scenes
from imggen.planning.shadows import without_shadows
from imggen.store.layout import IMAGES

Images = Sequence[int] | npt.NDArray[np.unsignedinteger[Any]]

copyreg.pickle(Library, reduce_library)

BLOCK = 64  # images whose scenes are looked up at once: it takes no longer than for one


class Dataset:
    """The images of a configuration, by index, with what they show; nothing is written.

    `dataset[i]` is an `Item`, a dictionary that data loaders can collate.

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
        self._masks = check_flag("masks", masks)
        self._objects = check_flag("objects", objects) or self._masks
        given = {"dataset.count": count, "dataset.seed": seed, "output.size": setting_of(size)}
        settings = with_arguments(overrides, given)
        with errors_of_size(size):
            checked = config_from(config, settings)
            check_format(checked.output)
            self._split = split_row(split, [one.name for one in checked.split])
            library = load_assets(checked)
        if not isinstance(config, Mapping):
            check_unchanged(checked.root, library)
        for sentence in library.warnings:
            logging.getLogger(__name__).warning(sentence)
        self._plan_with(checked, library)

    def _plan_with(self, config: Config, library: Library) -> None:
        """Plan images: all that are drawn together, others as they are asked for."""
        plan = Segments.of(config, library)
        self._plan = plan.for_access()
        make_container(config.output).check_variants(config.dataset.image_name, library.declared)
        check_variants(config, library.declared)
        self._info = DatasetInfo.of(config, library, config.output.suffix)
        self._namer = Namer.of(config, library.layers)
        self._images: Images = range(plan.count)
        if self._split is not None:
            self._images = plan.images_of(self._split)
        self._own = ThreadState()

    @property
    def config(self) -> Config:
        """The configuration, with overrides applied.

        Examples
        --------
        >>> dataset.config.output.size
        224
        """
        return self._plan.config

    @property
    def library(self) -> Library:
        """The art, trimmed and fitted.

        Examples
        --------
        >>> dataset.library.mode
        'RGB'
        """
        return self._plan.library

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image.

        Examples
        --------
        >>> dataset.shape
        (224, 399, 3)
        """
        width, height = self._plan.library.size
        return height, width, self._plan.library.channels

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """The variants of each layer, in the order of their numbers.

        Examples
        --------
        >>> dataset.classes["character"]
        ('mage', 'monster', 'pirate', 'toadking', 'warrior')
        """
        return {one.layer: one.names for one in self._info.columns}

    @property
    def object_classes(self) -> tuple[str, ...]:
        """The classes of `objects`, in the order of their numbers; the first is 0.

        Examples
        --------
        >>> [dataset.object_classes[label] for label in dataset[7]["objects"]["labels"]]
        ['pirate']
        """
        return self._info.classes.names

    def with_seed(self, seed: int) -> Dataset:
        """Return the dataset of another seed, with all images of its split; load no art again.

        Parameters
        ----------
        seed
            From 0 to 2**63 - 1.

        Raises
        ------
        InputError
            If it is no such number, or no plan can be made with it.

        Examples
        --------
        >>> dataset.with_seed(3)[0]["shown"]["character"]
        'monster'
        """
        other = copy.copy(self)
        config = config_from(self.config, {"dataset.seed": seed})
        other._plan_with(config, self._plan.library)  # noqa: SLF001  # it is one of these
        return other

    def __len__(self) -> int:
        return len(self._images)

    def __repr__(self) -> str:
        height, width, _ = self.shape
        return f"<imggen.Dataset {self._info.dataset!r}: {len(self):,} images, {width}x{height}>"

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
            part = copy.copy(self)
            part._images = self._images[position]  # noqa: SLF001  # it is one of these
            part._own = self._own  # noqa: SLF001  # likewise
            return part
        image = self._image_at(position)
        scene, plan, row = self._block_of(image)
        return self._item(image, scene, plan.traits[row], plan.splits[row])

    def __getitems__(self, positions: Iterable[SupportsIndex]) -> list[Item]:
        """Return the items of several images, as PyTorch's loaders ask for them."""
        return list(self._items([self._image_at(position) for position in positions]))

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self), BLOCK):
            yield from self._items([int(image) for image in self._images[start : start + BLOCK]])

    def batch(self, positions: Iterable[SupportsIndex]) -> Batch:
        """Return one item for several images, n of each value.

        Parameters
        ----------
        positions
            The places of images, in any order.

        Returns
        -------
        Batch
            `image` is (n, height, width, channels) uint8, `index` and each of `labels` are (n,)
            int64, `split` and each of `shown` are lists of names, `objects` is a list of each
            image's arrays.

        Raises
        ------
        IndexError
            Beyond the end.

        Examples
        --------
        >>> batch = dataset.batch([3, 1, 4])
        >>> batch["image"].shape
        (3, 224, 399, 3)
        >>> batch["labels"]["character"]
        array([2, 4, 0])
        """
        positions = list(positions)
        images = [self._image_at(position) for position in positions]
        plan, scenes = self._scenes(images)
        pixels = np.empty((len(images), *self.shape), np.uint8)
        for out, scene in zip(pixels, scenes, strict=True):
            self._renderer.draw(scene, out)
        batch: Batch = {
            "image": pixels,
            "index": np.array(images, np.int64),
            "split": list(map(self._split_name, plan.splits)),
            "shown": self.shown(positions),
            "labels": {
                one.layer: [numbers_of(one, row) for row in plan.traits]
                if one.counted
                else one.rows(plan.traits).astype(np.int64)
                for one in self._info.columns
            },
        }
        if self.config.view:
            batch["view"] = [self._view_of(image) for image in images]
        if plan.cameras is not None:
            values = plan.cameras.values
            batch["camera"] = dict(zip(CAMERA_FIELDS, values.T.copy(), strict=True))
        if self._objects:
            batch["objects"] = [self._objects_in(scene) for scene in scenes]
        return batch

    def shown(self, positions: Iterable[SupportsIndex]) -> dict[str, list[str | list[str]]]:
        """Return what images show, by layer, as their items' `shown`; nothing is rendered.

        Parameters
        ----------
        positions
            The places of images, in any order.

        Raises
        ------
        IndexError
            Beyond the end.

        Examples
        --------
        >>> dataset.shown([7, 8])["character"]
        ['pirate', 'mage']
        """
        images = [self._image_at(position) for position in positions]
        traits = self._plan.take(np.array(images, np.int64)).traits
        return {one.layer: [shown_of(one, row) for row in traits] for one in self._info.columns}

    def masks(self, position: SupportsIndex) -> Bools:
        """Return the visible pixels of each of an image's `objects`: (n, height, width) bool.

        Parameters
        ----------
        position
            The place of an image.

        Raises
        ------
        IndexError
            Beyond the end.

        Examples
        --------
        >>> dataset.masks(7).shape
        (1, 224, 399)
        """
        seen = self._seen(self._block_of(self._image_at(position)).scene)
        return masks_of([one.mask for one in seen], self._plan.library.size)

    def encode(self, position: SupportsIndex) -> bytes:
        """Return the file of an image, as a bulk run writes it.

        Parameters
        ----------
        position
            The place of an image.

        Raises
        ------
        IndexError
            Beyond the end.

        Examples
        --------
        >>> dataset.encode(7)[1:4]
        b'PNG'
        """
        return self._renderer.encode(self._block_of(self._image_at(position)).scene)

    def name(self, position: SupportsIndex) -> str:
        """Return the path of an image's file below the output folder of a bulk run.

        Parameters
        ----------
        position
            The place of an image.

        Raises
        ------
        IndexError
            Beyond the end.

        Examples
        --------
        >>> dataset.name(7)
        'images/generated7.png'
        """
        rows = np.array([self._image_at(position)])
        plan = self._plan.take(rows)
        stems = self._namer.names(rows, plan.traits, plan.splits)
        return f"{IMAGES}/{next(stems)}{self._info.suffix}"

    def _image_at(self, position: SupportsIndex) -> int:
        """Return the index of an image in a bulk run. `for` relies on IndexError beyond the end."""
        try:
            place = operator.index(position)
        except TypeError:
            message = f"an image is asked for by {show(position)}; expected a whole number."
            raise TypeError(message) from None
        if not -len(self) <= place < len(self):
            raise IndexError(f"{place} is beyond the {len(self):,} images of this dataset.")
        return int(self._images[place])

    def _items(self, images: Sequence[int]) -> Iterator[Item]:
        """Yield the items of `images`."""
        plan, scenes = self._scenes(images)
        yield from map(self._item, images, scenes, plan.traits, plan.splits)

    def _item(self, image: int, scene: Scene, traits: Traits, split: np.integer[Any]) -> Item:
        """Return the item of one image."""
        pixels = np.empty(self.shape, np.uint8)
        self._renderer.draw(scene, pixels)
        item: Item = {
            "image": pixels,
            "index": image,
            "split": self._split_name(split),
            "shown": {one.layer: shown_of(one, traits) for one in self._info.columns},
            "labels": {one.layer: numbers_of(one, traits) for one in self._info.columns},
        }
        if self.config.view:
            item["view"] = self._view_of(image)
        if scene.shot is not None:
            item["camera"] = dict(zip(CAMERA_FIELDS, scene.shot.values, strict=True))
        if self._objects:
            item["objects"] = self._objects_in(scene)
        return item

    def _split_name(self, split: np.integer[Any]) -> str:
        """Return the name of a split."""
        return self._info.splits[split] if self._info.splits else ""

    def _view_of(self, image: int) -> str:
        """Return the name of an image's view."""
        views = self.config.view
        return views[image % len(views)].name

    def _objects_in(self, scene: Scene) -> Objects:
        """Return the `objects` of one image."""
        seen = self._seen(scene)
        objects = objects_of(seen, [self._info.class_of(one) for one in seen])
        library, wanted = self._plan.library, self._info.thing_details
        objects |= drawn_of(seen, without_shadows(scene, library), library.layers)
        if self._masks:
            objects["masks"] = masks_of([one.mask for one in seen], library.size)
        if wanted:
            details = self._renderer.details(scene, seen)
            objects |= details_of(details, wanted)
            if self._masks and "amodal" in wanted:
                objects["amodal_masks"] = masks_of(details.amodal_masks, library.size)
        return cast("Objects", objects)

    def _seen(self, scene: Scene) -> list[Instance]:
        """Return the instances that are visible enough to be labelled, from back to front."""
        return self._info.seen(self._renderer.trace(scene))

    def _scenes(self, images: Sequence[int]) -> tuple[Plan, Scenes]:
        """Return the plan and the scenes of `images`."""
        plan = self._plan.take(np.array(images, np.int64))
        return plan, plan.scenes(np.arange(len(images)))

    def _block_of(self, image: int) -> PlannedScene:
        """Return the scene of one image. Plan its neighbours too: they are likely to be next."""
        block, row = divmod(image, BLOCK)
        own = self._own
        if own.block != block:
            stop = min((block + 1) * BLOCK, self._plan.count)
            own.plan, own.scenes = self._scenes(range(block * BLOCK, stop))
            own.block = block
        return PlannedScene(own.scenes[row], own.plan, row)

    @property
    def _renderer(self) -> Renderer:
        """The renderer of this thread."""
        own = self._own
        if own.renderer is None or own.process != os.getpid():  # a fork may have copied it at work
            own.renderer = Renderer(self._plan.library, self.config.output, self._info)
            own.process = os.getpid()
        return own.renderer

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_own": None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._own = ThreadState()


def shown_of(one: LayerColumns, traits: Traits) -> str | list[str]:
    """Return the names of the variants of a layer that `traits`, (slots,), are of."""
    names = [one.names[variant] for variant in one.present(traits)]
    return names if one.counted else names[0]


def numbers_of(one: LayerColumns, traits: Traits) -> int | npt.NDArray[np.int64]:
    """Return the numbers of the variants of a layer that `traits`, (slots,), are of."""
    numbers = one.present(traits)
    return np.array(numbers, np.int64) if one.counted else numbers[0]


class PlannedScene(NamedTuple):
    """The scene of an image, and a plan with the image in `row`."""

    scene: Scene
    plan: Plan
    row: int


class ThreadState(threading.local):
    """The renderer, and the plan and scenes of the latest block, of each thread."""

    renderer: Renderer | None = None
    process: int = 0
    block: int = -1
    plan: Plan
    scenes: Scenes
