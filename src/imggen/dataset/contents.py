"""The items and batches that `Dataset` returns, and what else it says of images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from imggen.config import Config
from imggen.config.plain import CAMERA_FIELDS
from imggen.dataset.items import Batch, Item, Objects
from imggen.dataset.object_arrays import Bools, details_of, drawn_of, masks_of, objects_of
from imggen.dataset.scenes import SceneSource
from imggen.formats.info import DatasetInfo
from imggen.geometry.instances import Instance
from imggen.planning import Scene
from imggen.planning.columns import LayerColumns
from imggen.planning.groups import Traits
from imggen.planning.names import Namer
from imggen.planning.shadows import without_shadows
from imggen.store.layout import IMAGES

Shown = str | list[str]


@dataclass(frozen=True)
class ImageContents:
    """The contents of images, by their index in a bulk run.

    Attributes
    ----------
    objects : whether items have `objects`
    masks : whether these have `masks`
    """

    source: SceneSource
    namer: Namer
    objects: bool
    masks: bool

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.source.segments.config

    @property
    def info(self) -> DatasetInfo:
        """The names and numbers of the dataset."""
        return self.source.info

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of an image."""
        library = self.source.segments.library
        width, height = library.size
        return height, width, library.channels

    def item(self, image: int) -> Item:
        """Return the item of one image."""
        scene, plan, row = self.source.of_image(image)
        return self._item(image, scene, plan.traits[row], plan.splits[row])

    def items(self, images: Sequence[int]) -> Iterator[Item]:
        """Yield the items of `images`."""
        plan, scenes = self.source.of_images(images)
        yield from map(self._item, images, scenes, plan.traits, plan.splits)

    def batch(self, images: Sequence[int]) -> Batch:
        """Return one item for all of `images`."""
        plan, scenes = self.source.of_images(images)
        pixels = np.empty((len(images), *self.shape), np.uint8)
        for out, scene in zip(pixels, scenes, strict=True):
            self.source.renderer.draw(scene, out)
        batch: Batch = {
            "image": pixels,
            "index": np.array(images, np.int64),
            "split": list(map(self._split_name, plan.splits)),
            "shown": self._shown_of(plan.traits),
            "labels": {
                one.layer: [numbers_of(one, row) for row in plan.traits]
                if one.counted
                else one.rows(plan.traits).astype(np.int64)
                for one in self.info.columns
            },
        }
        if self.config.view:
            batch["view"] = [self._view_of(image) for image in images]
        if plan.cameras is not None:
            values = plan.cameras.values
            batch["camera"] = dict(zip(CAMERA_FIELDS, values.T.copy(), strict=True))
        if self.objects:
            batch["objects"] = [self._objects_in(scene) for scene in scenes]
        return batch

    def shown(self, images: Sequence[int]) -> dict[str, list[Shown]]:
        """Return what `images` show, by layer."""
        return self._shown_of(self.source.segments.take(np.array(images, np.int64)).traits)

    def masks_in(self, image: int) -> Bools:
        """Return the visible pixels of each object of an image: (n, height, width) bool."""
        seen = self._seen(self.source.of_image(image).scene)
        return masks_of([one.mask for one in seen], self.source.segments.library.size)

    def encode(self, image: int) -> bytes:
        """Return the file of an image."""
        return self.source.renderer.encode(self.source.of_image(image).scene)

    def name(self, image: int) -> str:
        """Return the path of an image's file below the output folder of a bulk run."""
        rows = np.array([image])
        plan = self.source.segments.take(rows)
        stems = self.namer.names(rows, plan.traits, plan.splits)
        return f"{IMAGES}/{next(stems)}{self.info.suffix}"

    def _item(self, image: int, scene: Scene, traits: Traits, split: np.integer[Any]) -> Item:
        """Return the item of one image."""
        pixels = np.empty(self.shape, np.uint8)
        self.source.renderer.draw(scene, pixels)
        item: Item = {
            "image": pixels,
            "index": image,
            "split": self._split_name(split),
            "shown": {one.layer: shown_of(one, traits) for one in self.info.columns},
            "labels": {one.layer: numbers_of(one, traits) for one in self.info.columns},
        }
        if self.config.view:
            item["view"] = self._view_of(image)
        if scene.shot is not None:
            item["camera"] = dict(zip(CAMERA_FIELDS, scene.shot.values, strict=True))
        if self.objects:
            item["objects"] = self._objects_in(scene)
        return item

    def _shown_of(self, traits: Traits) -> dict[str, list[Shown]]:
        """Return what images of `traits`, (n, slots), show, by layer."""
        return {one.layer: [shown_of(one, row) for row in traits] for one in self.info.columns}

    def _split_name(self, split: np.integer[Any]) -> str:
        """Return the name of a split."""
        return self.info.splits[split] if self.info.splits else ""

    def _view_of(self, image: int) -> str:
        """Return the name of an image's view."""
        views = self.config.view
        return views[image % len(views)].name

    def _objects_in(self, scene: Scene) -> Objects:
        """Return the `objects` of one image."""
        seen = self._seen(scene)
        objects = objects_of(seen, [self.info.class_of(one) for one in seen])
        library, wanted = self.source.segments.library, self.info.thing_details
        objects |= drawn_of(seen, without_shadows(scene, library), library.layers)
        if self.masks:
            objects["masks"] = masks_of([one.mask for one in seen], library.size)
        if wanted:
            details = self.source.renderer.details(scene, seen)
            objects |= details_of(details, wanted)
            if self.masks and "amodal" in wanted:
                objects["amodal_masks"] = masks_of(details.amodal_masks, library.size)
        return cast("Objects", objects)

    def _seen(self, scene: Scene) -> list[Instance]:
        """Return the instances that are visible enough to be labelled, from back to front."""
        return self.info.seen(self.source.renderer.trace(scene))


def shown_of(one: LayerColumns, traits: Traits) -> Shown:
    """Return the names of the variants of a layer that `traits`, (slots,), are of."""
    names = [one.names[variant] for variant in one.present(traits)]
    return names if one.counted else names[0]


def numbers_of(one: LayerColumns, traits: Traits) -> int | npt.NDArray[np.int64]:
    """Return the numbers of the variants of a layer that `traits`, (slots,), are of."""
    numbers = one.present(traits)
    return np.array(numbers, np.int64) if one.counted else numbers[0]
