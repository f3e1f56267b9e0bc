"""Loose files, each image with its labels beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imggen.containers.base import SHARD_KEYS, Container, Labelled, Pieces, Sink, Target
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.config import Output
    from imggen.store.digests import FileDigest


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
            for label in image.labels:
                if label.content is not None:
                    self._store.put(label.path, [label.content])
                else:
                    self._store.link_or_put(label.path, image.name, pieces)
        return [0] * len(images)
