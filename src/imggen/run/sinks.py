"""Where a worker puts the images of a chunk: loose files, or a container."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from imggen.config import Output
from imggen.encode.encoded import Pieces
from imggen.formats.picture import About
from imggen.labels.sample import Describer
from imggen.plan import Chunk
from imggen.run.label import Labelled
from imggen.store import FileStore, tar
from imggen.store.arrays import Rows
from imggen.store.digests import DigestedFile, FileDigest
from imggen.store.layout import PIXELS_PIECE, SUFFIXES, piece_name
from imggen.store.shards import Shards, Writer

if TYPE_CHECKING:
    from imggen.labels.features import Shown
    from imggen.store.parquet import Row

Sample = TypeVar("Sample")


class Sink(Protocol):
    """Takes the images of a chunk.

    Attributes
    ----------
    files : of each shard, once all images are stored
    """

    files: Sequence[FileDigest]

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store `images`, whose file is made of `pieces`: which of the chunk's files each is in."""


class Given(NamedTuple):
    """What a sink is made from; `stack` closes what it opens when the chunk is done."""

    store: FileStore
    output: Output
    about: About
    chunk: Chunk
    stack: ExitStack


@contextmanager
def open_sink(store: FileStore, output: Output, about: About, chunk: Chunk) -> Iterator[Sink]:
    """Where the images of `chunk` go; all are stored when the block is left without an error."""
    with ExitStack() as stack:
        yield SINKS[output.container](Given(store, output, about, chunk, stack))


class Files:
    """Loose files, each beside its labels."""

    files: Sequence[FileDigest] = ()

    def __init__(self, given: Given) -> None:
        self._store = given.store
        self._linked = given.output.duplicates == "link"

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store each of `images` as a file."""
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


class Sharded(ABC, Generic[Sample]):
    """Shards of samples.

    Parameters
    ----------
    make : the writer to an open shard
    """

    def __init__(self, given: Given, make: Callable[[DigestedFile], Writer[Sample]]) -> None:
        suffix = SUFFIXES[given.output.container]
        name = partial(piece_name, given.chunk.start, given.chunk.stop, suffix=suffix)
        shards = Shards(given.store, name, make, given.output.shard_bytes)
        self._shards = given.stack.enter_context(shards)
        self.files: Sequence[FileDigest] = shards.files

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store each of `images` as a sample."""
        return [self._shards.put(self._sample(image, pieces)) for image in images]

    @abstractmethod
    def _sample(self, image: Labelled, pieces: Pieces) -> Sample:
        """What is stored of one image."""


class WebDataset(Sharded[tar.Packed]):
    """Tar shards, where the members of a sample share the part of their names up to the dot."""

    def __init__(self, given: Given) -> None:
        super().__init__(given, tar.TarWriter)
        self._about = given.about
        self._describer = Describer(given.about)

    def _sample(self, image: Labelled, pieces: Pieces) -> tar.Packed:
        key = self._about.within_split(image.picture)
        members: list[tar.Member] = [(key + self._about.suffix, pieces)]
        about = self._describer.members(image.picture)
        members += [(key + extension, [content]) for extension, content in about]
        members += [(f"{key}.{one.extension}", [one.content or b""]) for one in image.labels]
        return tar.pack(members)


class Parquet(Sharded["Row[Shown]"]):
    """Parquet shards, an image a row."""

    def __init__(self, given: Given) -> None:
        # Only runs that write Parquet need pyarrow, which takes long to load.
        from imggen.labels.features import PLAIN, Features  # noqa: PLC0415
        from imggen.store.parquet import ParquetWriter  # noqa: PLC0415

        self._features = Features(given.about)
        made = self._features.schema, self._features.table
        super().__init__(given, partial(ParquetWriter, *made, PLAIN))

    def _sample(self, image: Labelled, pieces: Pieces) -> Row[Shown]:
        return self._features.row(image.picture, pieces)


class Pixels:
    """Rows of one array, each at the place of its image."""

    files: Sequence[FileDigest] = ()

    def __init__(self, given: Given) -> None:
        rows = Rows(given.store.path / PIXELS_PIECE)
        self._rows = given.stack.enter_context(closing(rows))

    def put(self, images: Sequence[Labelled], pieces: Pieces) -> Sequence[int]:
        """Store the pixels of each of `images`."""
        for image in images:
            self._rows.put(image.picture.image, pieces)
        return [0] * len(images)


SINKS: dict[str, Callable[[Given], Sink]] = {
    "files": Files,
    "webdataset": WebDataset,
    "parquet": Parquet,
    "npy": Pixels,
    "npz": Pixels,
}
