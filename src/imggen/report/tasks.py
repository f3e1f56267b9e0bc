"""The tasks of a worker: check some loose files, a shard, some rows of pixels, or one other file.

Each task compares content with the digest of what was written, and then decodes it.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import xxhash

from imggen.containers import Container
from imggen.containers.samples import Frame, Sample
from imggen.report.decode import MOST_BYTES, STREAMED, find_fault
from imggen.report.fetched import fetched
from imggen.report.findings import Finding
from imggen.store.digests import FileDigest
from imggen.store.entries import Entry, digest_besides

DIFFERS = "differs from what was written"


@dataclass(frozen=True)
class VerifyJob:
    """The data that all tasks share: the dataset's folder and container, and its images' frame.

    Attributes
    ----------
    url : where files are that the folder does not have; None if it is the dataset's
    """

    out: Path
    container: Container
    frame: Frame
    url: str | None = None


class Task(Protocol):
    """A check of some of a dataset's files."""

    @property
    def images(self) -> int:
        """The number of images that it checks."""

    @property
    def size_bytes(self) -> int:
        """The number of bytes that it reads."""

    @property
    def sizes(self) -> dict[str, int]:
        """The right size of each file that it reads, bytes, by name."""

    def check(self, job: VerifyJob) -> Iterator[Finding]:
        """Yield the faults."""


class Checked(NamedTuple):
    """The result of a task."""

    images: int
    size_bytes: int
    findings: list[Finding]


def check(job: VerifyJob, task: Task) -> Checked:
    """Run `task` and return its result."""
    with nullcontext() if job.url is None else fetched(job.url, job.out, task.sizes):
        return Checked(task.images, task.size_bytes, list(task.check(job)))


class ExpectedFile(NamedTuple):
    """A loose file: its name, size and digest, and the position of its image in the plan.

    `position` is None for a file that rendering a single image does not make again.
    """

    name: str
    size_bytes: int
    digest: bytes
    position: int | None


@dataclass(frozen=True)
class LooseTask:
    """A check of loose files, which belong to `images` images."""

    files: Sequence[ExpectedFile]
    images: int

    @property
    def size_bytes(self) -> int:
        """The number of bytes that it reads."""
        return sum(file.size_bytes for file in self.files)

    @property
    def sizes(self) -> dict[str, int]:
        """The right size of each file that it reads, bytes, by name."""
        return {file.name: file.size_bytes for file in self.files}

    def check(self, job: VerifyJob) -> Iterator[Finding]:
        """Yield the files that differ from what was written, or cannot be decoded."""
        decoded: dict[bytes, str | None] = {}  # so links and equal images are decoded once
        folder = f"{job.out}{os.sep}"
        for name, size_bytes, digest, position in self.files:
            try:
                with open(folder + name, "rb", buffering=0) as file:  # noqa: PTH123  # there may be millions
                    content = file.read()
            except OSError as error:
                yield unreadable(name, error)._replace(position=position)
                continue
            found = xxhash.xxh3_128_digest(content)
            if found != digest:
                why = say_difference(FileDigest(len(content), found), size_bytes)
                yield Finding("damaged", name, "", why, position, found)
                continue
            if digest not in decoded:
                decoded[digest] = find_fault(name, content, job.frame.size)
            fault = decoded[digest]
            if fault is not None:
                yield Finding("damaged", name, "", fault)


@dataclass(frozen=True)
class ShardTask:
    """A check of the shard `name`, which must hold `samples`."""

    name: str
    entry: Entry
    samples: Sequence[Sample]

    @property
    def images(self) -> int:
        """The number of images that it checks."""
        return len(self.samples)

    @property
    def size_bytes(self) -> int:
        """The number of bytes that it reads."""
        return self.entry.size_bytes

    @property
    def sizes(self) -> dict[str, int]:
        """The right size of the file that it reads, bytes, by name."""
        return {self.name: self.entry.size_bytes}

    def check(self, job: VerifyJob) -> Iterator[Finding]:
        """Yield the shard if it differs from what was written, else its samples that are wrong."""
        path = job.out / self.name
        different = find_difference(path, self.name, self.entry)
        faults = job.container.shard_faults(path, self.samples, job.frame, find_fault)
        if different is None:
            try:
                yield from (Finding("damaged", self.name, key, why) for key, why in faults)
            except Exception as error:  # noqa: BLE001  # decoders raise many types
                yield Finding("damaged", self.name, "", f"cannot be decoded: {error}")
            return
        names: list[str] = []
        if different.kind == "damaged":
            with suppress(Exception):  # name the samples found before the decoder gives up
                names.extend(key for key, _ in faults)
        where = f", in {names[0]}" if names else ""
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        yield different._replace(detail=different.detail + where + more)


class ExpectedRow(NamedTuple):
    """The digest of an image's pixels in an array, and the position of the image in the plan."""

    image: int
    digest: bytes
    position: int


@dataclass(frozen=True)
class RowTask:
    """A check of rows of `row_bytes` bytes in the array file `name`, from the byte `start` on."""

    name: str
    start: int
    row_bytes: int
    rows: Sequence[ExpectedRow]

    @property
    def images(self) -> int:
        """The number of images that it checks."""
        return len(self.rows)

    @property
    def size_bytes(self) -> int:
        """The number of bytes that it reads."""
        return len(self.rows) * self.row_bytes

    @property
    def sizes(self) -> dict[str, int]:
        """Nothing: an array of a dataset in a store is copied once for all rows."""
        return {}

    def check(self, job: VerifyJob) -> Iterator[Finding]:
        """Yield the rows that differ from what was rendered; a missing file has its own task."""
        try:
            file = os.open(job.out / self.name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return
        try:
            for image, digest, position in self.rows:
                found = digest_row(file, self.start + image * self.row_bytes, self.row_bytes)
                if found != digest:
                    part = f"image {image}"
                    yield Finding("damaged", self.name, part, DIFFERS, position, found)
        finally:
            os.close(file)


@dataclass(frozen=True)
class FileTask:
    """A check of one file for all images: a table, merged labels, an array."""

    name: str
    entry: Entry
    images: int = 0

    @property
    def size_bytes(self) -> int:
        """The number of bytes that it reads."""
        return self.entry.size_bytes

    @property
    def sizes(self) -> dict[str, int]:
        """The right size of the file that it reads, bytes, by name."""
        return {self.name: self.entry.size_bytes}

    def check(self, job: VerifyJob) -> Iterator[Finding]:
        """Yield the file if it differs from what was written, or cannot be decoded."""
        path = job.out / self.name
        different = find_difference(path, self.name, self.entry)
        if different is not None:
            yield different
            return
        try:
            why = self._decode(path, job)
        except Exception as error:  # noqa: BLE001  # decoders raise many types
            why = f"cannot be decoded: {error}"
        if why is not None:
            yield Finding("damaged", self.name, "", why)

    def _decode(self, path: Path, job: VerifyJob) -> str | None:
        """Return why the file cannot be decoded; None if it can."""
        if path.suffix == ".npz":
            return find_bad_member(path)
        if path.suffix in STREAMED:
            with path.open("rb") as file:
                STREAMED[path.suffix](file)
        elif path.suffix == ".npy":
            np.load(path, mmap_mode="r", allow_pickle=False)
        elif self.entry.size_bytes <= MOST_BYTES:
            return find_fault(self.name, path.read_bytes(), job.frame.size)
        return None


def find_bad_member(path: Path) -> str | None:
    """Return which array of an .npz file cannot be read; None if all can."""
    with zipfile.ZipFile(path) as archive:
        bad = archive.testzip()
        for name in archive.namelist():
            with archive.open(name) as file:
                np.lib.format.read_magic(file)
    return None if bad is None else f"{bad} in it cannot be decoded"


def digest_row(file: int, start: int, row_bytes: int) -> bytes:
    """Return the digest of `row_bytes` bytes at `start`; b"" if they cannot be read."""
    try:
        return xxhash.xxh3_128_digest(os.pread(file, row_bytes, start))
    except OSError:
        return b""


def find_difference(path: Path, name: str, entry: Entry) -> Finding | None:
    """Return the finding for a file that differs from what was written; None if it does not."""
    try:
        if entry.rows is not None and path.stat().st_size < entry.rows[1]:
            found = FileDigest(path.stat().st_size, b"")
        else:
            found = digest_besides(path, entry.rows)
    except OSError as error:
        return unreadable(name, error)
    if found == (entry.size_bytes, entry.digest):
        return None
    return Finding("damaged", name, "", say_difference(found, entry.size_bytes), None, found.digest)


def unreadable(name: str, error: OSError) -> Finding:
    """Return the finding for a file that cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Finding("missing", name)
    return Finding("damaged", name, "", f"cannot be read: {error.strerror or error}")


def say_difference(found: FileDigest, size_bytes: int) -> str:
    """Return how a file differs from the one of `size_bytes` that was written."""
    if found.size_bytes == size_bytes:
        return DIFFERS
    return f"has {found.size_bytes:,} bytes; {size_bytes:,} were written"
