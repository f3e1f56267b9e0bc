"""What a worker makes of labels: files beside images, and parts of merged files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from imggen.assets import Library
from imggen.config.labels import BY_MASK, BY_PIXELS
from imggen.draw.sprite_cache import SpriteCache
from imggen.formats.picture import About, Picture
from imggen.formats.registry import FORMATS, FileLabel, PartLabel
from imggen.geometry.instances import Instance, Tracer
from imggen.plan import Scene

DESCRIBED = ("captions",)  # what comes with an image within a shard anyway, see sample.py


class Label(NamedTuple):
    """A file beside an image; without `content`, it is the image itself."""

    path: str
    extension: str
    content: bytes | None


class Labeller:
    """Labels the images of the dataset that `about` describes.

    Parameters
    ----------
    sprite_cache : where the sprites of its scenes come from
    """

    def __init__(self, about: About, library: Library, sprite_cache: SpriteCache) -> None:
        self.about = about
        formats = about.labels.formats
        by_pixels = about.sharded or not BY_PIXELS.isdisjoint(formats)
        depths = about.classes.depths if by_pixels else ()
        masks = not BY_MASK.isdisjoint(formats)
        self._tracer = Tracer(library, sprite_cache, depths, about.labels.threshold, masks=masks)
        self._files = file_labels(about)
        self._parts = {name: make(about) for name, make in merged_labels(about).items()}

    def instances(self, scene: Scene) -> list[Instance]:
        """The things that `scene` shows, if a format wants them."""
        return self._tracer.trace(scene)

    def files(self, picture: Picture) -> Iterator[Label]:
        """The files beside one image."""
        for label in self._files:
            yield Label(label.path(picture), label.extension, label.content(picture))

    def parts(self, picture: Picture) -> Iterator[tuple[str, bytes]]:
        """Name of each format with a merged file, and what the image adds to it."""
        for name, label in self._parts.items():
            yield name, label.part(picture)


def file_labels(about: About) -> list[FileLabel]:
    """What writes a file beside each image, if that says more than its description in a shard."""
    described = DESCRIBED if about.sharded else ()
    names = [name for name in about.labels.formats if name not in described]
    return [make(about) for name in names for make in FORMATS[name].files]


def merged_labels(about: About) -> dict[str, Callable[[About], PartLabel]]:
    """What makes the parts of files that are merged, by format."""
    makers = {name: FORMATS[name].part for name in about.labels.formats}
    return {name: make for name, make in makers.items() if make is not None}
