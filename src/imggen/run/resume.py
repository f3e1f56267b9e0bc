"""A check that the files recorded by an earlier run still exist and are unchanged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import xxhash

from imggen.config.output import ARRAYS
from imggen.run.arrays import Pixels, find_pixels
from imggen.run.contents import Contents
from imggen.run.record import ChunkRecord
from imggen.run.shards import Numbered, read_numbers
from imggen.store.digests import digest_file
from imggen.store.layout import PARTS


@dataclass(frozen=True)
class ResumeCheck:
    """A check of the files that chunks wrote to the folder `out`."""

    contents: Contents
    out: Path

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return True if all files of `record` exist and have the recorded sizes.

        With `read`, the digests of files and rows are compared, too. Those of label parts always
        are, because the final label files are merged from them.
        """
        return self._has_files(record, read=read) and self._has_rows(record, read=read)

    def _has_files(self, record: ChunkRecord, *, read: bool) -> bool:
        for listed in self.contents.files(record):
            path = self._path(listed.name)
            try:
                if path.stat().st_size != listed.size_bytes:
                    return False
                needed = read or listed.name.startswith(PARTS)
                if needed and digest_file(path).digest != listed.digest:
                    return False
            except OSError:
                return False
        return True

    def _has_rows(self, record: ChunkRecord, *, read: bool) -> bool:
        if self.contents.plan.config.output.container not in ARRAYS:
            return True
        if self._pixels is None:
            return False
        return not read or same_rows(self._pixels, self.contents, record)

    def _path(self, name: str) -> Path:
        """Return the path of a file; a shard may already have its final name."""
        path = self.out / name
        numbered = self._numbers.get(name)
        return path if numbered is None or path.exists() else self.out / numbered.name

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self.out)

    @cached_property
    def _pixels(self) -> Pixels | None:
        return find_pixels(self.contents.plan, self.out)


def same_rows(pixels: Pixels, contents: Contents, record: ChunkRecord) -> bool:
    """Return True if the rows of pixels have the digests listed in `record`."""
    file = os.open(pixels.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for row in contents.rows(record):
            content = os.pread(file, pixels.row_bytes, pixels.start + row.image * pixels.row_bytes)
            if xxhash.xxh3_128_digest(content) != row.digest:
                return False
    finally:
        os.close(file)
    return True
