"""Checks that what an earlier run noted as done is still there, as it was."""

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
    """Checks what the chunks of a run wrote to the folder `out`."""

    contents: Contents
    out: Path

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return whether all that `record` lists is there, of the same size.

        With `read`, files and rows are read, and must have the same digest; so must parts of merged
        label files always, as these are made of them again.
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
        """Where a file is: shards may have got their last names."""
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
    """Return whether the rows of `record` have the digests that it lists."""
    file = os.open(pixels.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for row in contents.rows(record):
            content = os.pread(file, pixels.row_bytes, pixels.start + row.image * pixels.row_bytes)
            if xxhash.xxh3_128_digest(content) != row.digest:
                return False
    finally:
        os.close(file)
    return True
