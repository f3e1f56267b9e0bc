"""A check that the files recorded by an earlier run still exist and are unchanged."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from imggen.containers.base import Numbered
from imggen.containers.record import ChunkRecord
from imggen.containers.shards import read_numbers
from imggen.run.recipe import Recipe
from imggen.store.digests import digest_file
from imggen.store.layout import FRAGMENTS


class ResumeCheck:
    """A check of the files that chunks wrote to the folder `out`."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        self._contents = recipe.contents
        self._has_rows = recipe.container.row_check(recipe.order, out)
        self._out = out

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return True if all files of `record` exist and have the recorded sizes.

        With `read`, digests of files and rows are compared, too. Those of label fragments always
        are, because the final label files are merged from them.
        """
        return self._has_files(record, read=read) and self._has_rows(record, read)

    def _has_files(self, record: ChunkRecord, *, read: bool) -> bool:
        for listed in self._contents.files(record):
            path = self._path(listed.name)
            try:
                if path.stat().st_size != listed.size_bytes:
                    return False
                needed = read or listed.name.startswith(FRAGMENTS)
                if needed and digest_file(path).digest != listed.digest:
                    return False
            except OSError:
                return False
        return True

    def _path(self, name: str) -> Path:
        """Return the path of a file; a shard may already have its final name."""
        path = self._out / name
        numbered = self._numbers.get(name)
        return path if numbered is None or path.exists() else self._out / numbered.name

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self._out)
