"""Loose files, each image with its labels beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imggen.containers.base import SHARD_KEYS, Container
from imggen.containers.sink import Labelled, Pieces, Sink, Target
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.config import Output
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles
    from imggen.store import FileStore
    from imggen.store.digests import FileDigest

MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}  # by suffix


@dataclass(frozen=True)
class Files(Container):
    """A file for each image."""

    name = "files"
    unused = SHARD_KEYS
    loose = True
    folders = (IMAGES,)
    way_out = '--format jpeg or duplicates = "link"'

    duplicates: str = "write"

    @classmethod
    def of(cls, output: Output) -> Self:
        """Return the container with those settings of `output` that it needs."""
        return cls(output.duplicates)

    @property
    def linked(self) -> bool:
        """True if images that show the same are one file."""
        return self.duplicates == "link"

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        return FileSink(target, linked=self.linked)

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        patterns = tuple(f"{IMAGES}/{depth}*{info.suffix}" for depth in ("", "**/"))
        media_type = MEDIA_TYPES[info.suffix]
        return ImageFiles(
            "image-files", "A file for each image.", media_type, patterns, has_images=True
        )

    def locate(self, out: Path, name: str) -> str:
        """Return the path of the image whose file is `name`."""
        return str(out / name)


class FileSink:
    """Writes loose files; with `linked`, images that show the same are hard links."""

    files: Sequence[FileDigest] = ()

    def __init__(self, target: Target, *, linked: bool) -> None:
        self._store = target.store
        self._linked = linked

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store each of `images` as a file, and its labels as others."""
        first = images[0].name
        for image in images:
            if self._linked and image.name != first:
                self._store.link_or_put(image.name, first, pieces)
            else:
                self._store.put(image.name, pieces)
            put_labels(self._store, image, pieces)
        return [0] * len(images)


def put_labels(store: FileStore, image: Labelled, pieces: Pieces | None = None) -> None:
    """Store the label files beside an image, whose file is `pieces` or else is there."""
    for label in image.labels:
        if label.content is not None:
            store.put(label.path, [label.content])
        else:
            content = pieces or [(store.path / image.name).read_bytes()]
            store.link_or_put(label.path, image.name, content)
