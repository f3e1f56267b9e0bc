"""A check of the files of an earlier run that are in a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.numbering import UNNUMBERED
from imggen.run.journal.resume import ResumeCheck
from imggen.run.stored.names import is_fragment

if TYPE_CHECKING:
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.run.journal.contents import Listed
    from imggen.run.recipe import Recipe
    from imggen.run.stored.mirror import Mirror


class StoredCheck(ResumeCheck):
    """A check of the files that chunks wrote to a store: those that it has are whole."""

    def __init__(
        self,
        recipe: Recipe,
        out: Path,
        mirror: Mirror,
        now: ImageOrder | None = None,
        shards: Path | None = None,
    ) -> None:
        super().__init__(recipe, out, now, shards)
        self._mirror = mirror

    def _has_rows(self, record: ChunkRecord, *, read: bool) -> bool:
        """Return True if an array has the pixels of `record`, or there is no array."""
        if not self._recipe.container.pixels:
            return super()._has_rows(record, read=read)
        # With no power cut that files in a store do not outlast, `read` says nothing here.
        return self._mirror.has_rows(self._recipe.order, record, self._kept)

    def _has(self, listed: Listed, *, read: bool) -> bool:
        """Return True if a file, or the shard that it has become, is as recorded."""
        if is_fragment(listed.name):
            return super()._has(listed, read=read)
        name = listed.name
        if name.startswith(UNNUMBERED):
            name = self.shard_name(name)
        return self._mirror.has_file(name, listed.size_bytes, listed.digest)

    def exists(self, name: str) -> bool:
        """Return True if the store has a file of that name."""
        return self._mirror.has(self._out, name)
