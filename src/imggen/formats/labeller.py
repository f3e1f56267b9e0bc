"""The labels that workers make: a file per image, and fragments of merged files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from imggen.formats.registry import find_format, make_formats
from imggen.geometry.instances import Instance, Tracer

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SpriteCache
    from imggen.formats.details import Details
    from imggen.formats.format import Format
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.planning import Scene


class Label(NamedTuple):
    """A file beside an image; without `content`, it is the image itself."""

    path: str
    extension: str
    content: bytes | None


class Labeller:
    """Labels the images of the dataset that `info` describes.

    Parameters
    ----------
    sprite_cache : where the sprites of its scenes come from
    """

    def __init__(self, info: DatasetInfo, library: Library, sprite_cache: SpriteCache) -> None:
        self.info = info
        self._formats = make_formats(info)
        needs_boxes = info.sharded or any(one.needs_boxes for one in self._formats)
        depths = info.classes.depths if needs_boxes else ()
        masks = any(one.needs_masks for one in self._formats)
        self._tracer = Tracer(library, sprite_cache, depths, info.thresholds, masks=masks)
        self._beside = [one for one in self._formats if is_beside(one, info)]
        self._merged = [one for one in self._formats if one.has_fragments]
        wanted = {*chain.from_iterable(one.details for one in self._formats)}
        wanted |= info.thing_details if info.sharded else frozenset()
        self._detailer = None
        if wanted:
            from imggen.formats.details import Detailer  # noqa: PLC0415  # most datasets need none

            self._detailer = Detailer(info, library, sprite_cache, wanted)

    def label(self, scene: Scene) -> LabelledScene:
        """Return the labels of all images that show `scene`."""
        instances = self._tracer.trace(scene)
        seen = self.info.seen(instances)
        if self._detailer is None:
            made = {one.name: one.label_scene(seen) for one in self._formats}
            return LabelledScene(instances, None, self._beside, self._merged, made)
        details = self._detailer.make(scene, seen)
        made = {one.name: one.label_details(seen, details) for one in self._formats}
        return LabelledScene(instances, details, self._beside, self._merged, made)


class LabelledScene(NamedTuple):
    """The labels of the images that show one scene.

    Attributes
    ----------
    instances : the labelled layers' instances, seen or not, if a format needs any
    details : of those that are seen well enough, if a format needs any
    beside, merged : the formats with files beside images, and with fragments of merged files
    made : by name of the format, what its `label_scene` returned
    """

    instances: Sequence[Instance]
    details: Details | None
    beside: Sequence[Format]
    merged: Sequence[Format]
    made: dict[str, Any]

    def files(self, image: ImageInfo) -> Iterator[Label]:
        """Yield the files beside an image of the scene."""
        for one in self.beside:
            contents = one.contents(image, self.made[one.name])
            yield from map(Label, one.paths(image), one.extensions, contents)

    def fragments(self, image: ImageInfo) -> Iterator[tuple[str, bytes]]:
        """Yield the name of each format with a merged file, and what an image adds to it."""
        for one in self.merged:
            yield one.name, one.fragment(image, self.made[one.name])


def is_beside(one: Format, info: DatasetInfo) -> bool:
    """Return True if `one` writes files beside images that a sample of a shard does not repeat."""
    return bool(one.extensions) and (one.in_samples or not info.sharded)


def formats_beside(info: DatasetInfo) -> list[Format]:
    """Return the formats that write files beside images."""
    return [one for one in make_formats(info) if is_beside(one, info)]


def formats_with_fragments(info: DatasetInfo) -> list[str]:
    """Return the names of the formats with a file that images add fragments to."""
    return [name for name in info.labels.formats if find_format(name).has_fragments]
