"""Checks that what an earlier run noted as done is still there, as it was."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from imggen.containers.base import Numbered
from imggen.containers.record import ChunkRecord
from imggen.containers.shards import read_numbers
from imggen.run.recipe import Recipe
from imggen.store.digests import digest_file
from imggen.store.layout import PARTS


class ResumeCheck:
    """Checks what the chunks of a run wrote to the folder `out`."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        self._contents = recipe.contents
        self._has_rows = recipe.container.row_check(recipe.plan, out)
        self._out = out

    def __call__(self, record: ChunkRecord, read: bool) -> bool:  # noqa: FBT001  # see Journal
        """Return whether all that `record` lists is there, of the same size.

        With `read`, files and rows are read, and must have the same digest; so must parts of merged
        label files always, as these are made of them again.
        """
        return self._has_files(record, read=read) and self._has_rows(record, read)

    def _has_files(self, record: ChunkRecord, *, read: bool) -> bool:
        for listed in self._contents.files(record):
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

    def _path(self, name: str) -> Path:
        """Return where a file is: shards may have got their last names."""
        path = self._out / name
        numbered = self._numbers.get(name)
        return path if numbered is None or path.exists() else self._out / numbered.name

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self._out)
