"""A check that the files recorded by an earlier run still exist and are unchanged."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.base import Numbered
from imggen.containers.record import ChunkRecord
from imggen.containers.shards import read_numbers
from imggen.run.contents import Listed
from imggen.run.recipe import Recipe
from imggen.store.digests import digest_file
from imggen.store.layout import FRAGMENTS

if TYPE_CHECKING:
    from imggen.run.mirror import Mirror


class ResumeCheck:
    """A check of the files that chunks wrote to the folder `out`."""

    def __init__(self, recipe: Recipe, out: Path, mirror: Mirror | None = None) -> None:
        self._contents = recipe.contents
        self._has_rows = recipe.container.row_check(recipe.order, out)
        self._out = out
        self._mirror = mirror
        self._folder = f"{os.fspath(out)}{os.sep}"

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return True if all files of `record` exist and have the recorded sizes.

        With `read`, digests of files and rows are compared, too. Those of label fragments always
        are, because the final label files are merged from them.
        """
        return self._has_files(record, read=read) and self._has_rows(record, read)

    def _has_files(self, record: ChunkRecord, *, read: bool) -> bool:
        try:
            return all(self._has(listed, read=read) for listed in self._contents.files(record))
        except OSError:
            return False

    def _has(self, listed: Listed, *, read: bool) -> bool:
        """Return True if a file, or the shard that it has become, is as recorded."""
        if self._mirror and not listed.name.startswith(FRAGMENTS):
            return self._is_stored(listed, self._mirror, read=read)
        path = self._folder + listed.name  # texts: there may be millions
        try:
            size_bytes = os.stat(path).st_size  # noqa: PTH116  # see above
        except FileNotFoundError:
            if listed.name not in self._numbers:
                raise
            path = self._folder + self._numbers[listed.name].name
            size_bytes = os.stat(path).st_size  # noqa: PTH116  # see above
        if size_bytes != listed.size_bytes:
            return False
        needed = read or listed.name.startswith(FRAGMENTS)
        return not needed or digest_file(Path(path)).digest == listed.digest

    def _is_stored(self, listed: Listed, mirror: Mirror, *, read: bool) -> bool:
        """Return True if a store has a file as recorded; one that it has is whole."""
        name = listed.name
        if name not in mirror.sizes and name in self._numbers:
            name = self._numbers[name].name
        if mirror.sizes.get(name) != listed.size_bytes:
            return False
        return not read or mirror.store.digest(name, listed.size_bytes) == listed.digest

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self._out)
