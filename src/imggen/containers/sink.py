"""The sink of a chunk: what a container stores the chunk's images with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # a worker does without most of these
    from imggen.containers.base import Container
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.labeller import Label
    from imggen.planning import Chunk
    from imggen.store import FileStore
    from imggen.store.digests import FileDigest

Pieces = Sequence[bytes | memoryview]  # of an encoded image, one behind the other


class Labelled(NamedTuple):
    """An image and the labels that go with it.

    Attributes
    ----------
    name : of its file, below the dataset's folder
    """

    name: str
    info: ImageInfo
    labels: Sequence[Label] = ()


class Sink(Protocol):
    """Takes the images of a chunk.

    Attributes
    ----------
    files : of each shard, once all images are stored
    """

    files: Sequence[FileDigest]

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store `images`, which all show the same; return which of the chunk's shards has each."""


class Target(NamedTuple):
    """A chunk and where its images go; `stack` closes what a sink opens when the chunk is done."""

    store: FileStore
    info: DatasetInfo
    chunk: Chunk
    stack: ExitStack


@contextmanager
def open_sink(
    container: Container, store: FileStore, info: DatasetInfo, chunk: Chunk
) -> Iterator[Sink]:
    """Yield what stores the images of `chunk`; all are stored when the block ends without error."""
    with ExitStack() as stack:
        yield container.sink(Target(store, info, chunk, stack))
