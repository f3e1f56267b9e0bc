"""A check that the files recorded by an earlier run still exist and are unchanged."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.containers.numbering import UNNUMBERED, Numbered, read_numbers
from imggen.containers.record import ChunkRecord
from imggen.planning.order import ImageOrder
from imggen.run.journal.contents import Listed
from imggen.run.recipe import Recipe
from imggen.store.digests import digest_file
from imggen.store.layout import FRAGMENTS


class ResumeCheck:
    """A check of the files that chunks wrote to the folder `out`.

    An array in it may be that of a run that makes more images, in the order `now`. Shards without
    their last names, and the note of these, may be in another folder.
    """

    def __init__(
        self,
        recipe: Recipe,
        out: Path,
        now: ImageOrder | None = None,
        shards: Path | None = None,
    ) -> None:
        self._recipe = recipe
        self._contents = recipe.contents
        self._check_rows = recipe.container.row_check(recipe.order, out, now)
        self._loose = recipe.container.loose
        self._out, self._shards = out, shards or out
        self._kept = "" if shards in (None, out) else f"{shards.relative_to(out)}/"
        self._folder = f"{os.fspath(out)}{os.sep}"

    def __call__(
        self,
        record: ChunkRecord,
        read: bool,  # noqa: FBT001  # see Journal
        *,
        fragments: bool = True,
    ) -> bool:
        """Return True if all files of `record` exist and have the recorded sizes.

        With `read`, digests of files and rows are compared, too. Those of label fragments always
        are, because the final label files are merged from them; without `fragments`, they are left
        out.
        """
        contents = self._contents
        listed = chain(contents.image_files(record), contents.shards(record))
        if fragments:
            listed = chain(listed, contents.fragments(record))
        return self._has_files(listed, read=read) and self._has_rows(record, read=read)

    def images(self, record: ChunkRecord, read: bool) -> npt.NDArray[np.bool_]:  # noqa: FBT001  # as above
        """Return which images of `record` are there with the labels beside them: (n,).

        Images that share a file are there together.
        """
        count = len(record.images)
        if not self._loose:
            return np.full(count, self(record, read, fragments=False))
        files = self._contents.image_files(record)
        each = 1 + record.labels.shape[1]
        whole = (self._has_files(list(islice(files, each)), read=read) for _ in range(count))
        return np.fromiter(whole, bool, count)

    def _has_files(self, listed: Iterable[Listed], *, read: bool) -> bool:
        try:
            return all(self._has(one, read=read) for one in listed)
        except OSError:
            return False

    def _has_rows(self, record: ChunkRecord, *, read: bool) -> bool:
        """Return True if an array has the pixels of `record`, or there is no array."""
        return self._check_rows(record, read)

    def _has(self, listed: Listed, *, read: bool) -> bool:
        """Return True if a file, or the shard that it has become, is as recorded."""
        name = listed.name
        if name.startswith(UNNUMBERED):
            name = self.shard_name(name)
        path = self._folder + name  # texts: there may be millions
        size_bytes = os.stat(path).st_size  # noqa: PTH116  # see above
        if size_bytes != listed.size_bytes:
            return False
        needed = read or listed.name.startswith(FRAGMENTS)
        return not needed or digest_file(Path(path)).digest == listed.digest

    def shard_name(self, first: str) -> str:
        """Return the name of the file that the shard is, or was, whose first name is `first`."""
        kept = f"{self._kept}{first}"
        return kept if self.exists(kept) else self.last_name(first)

    def exists(self, name: str) -> bool:
        """Return True if there is a file of that name."""
        return (self._out / name).exists()

    def last_name(self, first: str) -> str:
        """Return the last name of the shard whose first name is `first`; that if it has none."""
        if first in self._numbers:
            return self._numbers[first].name
        planned = self._recipe.container.planned_name(self._recipe.order, self._recipe.info, first)
        return planned or first

    @cached_property
    def _numbers(self) -> dict[str, Numbered]:
        return read_numbers(self._shards)
