"""Samples, in order, to as many files as keep each below a size."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from imggen.store.digests import DigestedFile, FileDigest
from imggen.store.files import FileStore

Sample = TypeVar("Sample")
Sample_contra = TypeVar("Sample_contra", contravariant=True)


class Writer(Protocol[Sample_contra]):
    """Writes samples to one file.

    Attributes
    ----------
    frame_bytes : the size of the file besides its samples
    """

    frame_bytes: int

    def size(self, sample: Sample_contra) -> int:
        """Return the number of bytes that `sample` adds to the file."""

    def add(self, sample: Sample_contra) -> None:
        """Write `sample`, or keep it until the file ends."""

    def end(self) -> None:
        """Write the rest."""


class Shards(Generic[Sample]):
    """Writes samples to files, the next wherever a sample would make one too large.

    When the block is left without an error the last is whole.

    Parameters
    ----------
    name : what each file is called, by its number
    make : the writer to an open file
    limit_bytes : of a file, which only a single sample may exceed

    Attributes
    ----------
    files : size and digest of each file that is whole
    """

    def __init__(
        self,
        store: FileStore,
        name: Callable[[int], str],
        make: Callable[[DigestedFile], Writer[Sample]],
        limit_bytes: int,
    ) -> None:
        self._store = store
        self._name = name
        self._make = make
        self._limit_bytes = limit_bytes
        self.files: list[FileDigest] = []
        self._open = ExitStack()
        self._file: DigestedFile | None = None
        self._writer: Writer[Sample] | None = None
        self._number = -1
        self._size_bytes = 0

    def put(self, sample: Sample) -> int:
        """Write `sample`; the number of the file it is in."""
        writer = self._writer or self._begin()
        size_bytes = writer.size(sample)
        whole_bytes = writer.frame_bytes + self._size_bytes + size_bytes
        if self._size_bytes and whole_bytes > self._limit_bytes:
            self._end()
            writer = self._begin()
        self._size_bytes += size_bytes
        writer.add(sample)
        return self._number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the open file, or remove it after an error."""
        if error is not None:
            self._open.__exit__(kind, error, traceback)
        elif self._writer:
            self._end()

    def _begin(self) -> Writer[Sample]:
        """Return a writer to the next file."""
        self._number += 1
        self._size_bytes = 0
        file = self._open.enter_context(self._store.growing_large(self._name(self._number)))
        self._file = DigestedFile(file)
        self._writer = self._make(self._file)
        return self._writer

    def _end(self) -> None:
        """Make the open file whole."""
        with self._open.pop_all():
            if self._file and self._writer:
                self._writer.end()
                self.files.append(self._file.file_digest())
