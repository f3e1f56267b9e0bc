"""The part of a run that puts what is whole elsewhere; a run into a local folder has none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.store.layout import JOURNAL
from imggen.urls import url_of

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers.record import ChunkRecord
    from imggen.planning.order import ImageOrder
    from imggen.run.journal.contents import Contents
    from imggen.run.journal.journal import Journal
    from imggen.run.journal.resume import ResumeCheck
    from imggen.run.options import Options
    from imggen.run.recipe import Recipe


class Uploads:
    """No uploads: the folder that workers write to is the dataset's.

    Attributes
    ----------
    url : where the dataset is; None if it is that folder
    """

    url: str | None = None

    def has(self, out: Path, name: str) -> bool:
        """Return True if the dataset has the file `name`; `out` is the folder of workers."""
        return (out / name).exists()

    def located(self, config: Config) -> Config:
        """Return `config` with folders that mean the same where the dataset is."""
        return config

    def check(
        self,
        recipe: Recipe,
        out: Path,
        now: ImageOrder | None = None,
        shards: Path | None = None,
    ) -> ResumeCheck:
        """Return the check of what chunks wrote; all but `recipe` as `ResumeCheck` has them."""
        from imggen.run.journal.resume import ResumeCheck  # noqa: PLC0415  # slow to load

        return ResumeCheck(recipe, out, now, shards)

    def clear(self, names: Iterable[str]) -> None:
        """Remove files and folders of an earlier run by their names, once they are gone here."""

    def names(self, out: Path) -> Iterable[str]:
        """Return the names of all files but those of the journal; `out` is as above."""
        return FolderNames(out)

    def pull_for_check(self, out: Path) -> None:
        """Copy what a verification reads at once to the folder `out`."""

    def mend(self, names: Iterable[str]) -> None:
        """Put what a repair made to where the dataset is, and remove the wrong files `names`."""

    def push(self) -> None:
        """Bring journal, tables and labels up to date with those of the local folder."""

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterable[ChunkRecord]:
        """Yield each record once its files are where the dataset is."""
        del contents
        return records

    def received(self, records: Iterable[ChunkRecord], contents: Contents) -> Iterable[ChunkRecord]:
        """Yield each record; workers have put its files where the dataset is."""
        del contents
        return records

    def gather(self, recipe: Recipe, journal: Journal) -> None:
        """Bring what the container puts together at the end to the local folder."""

    def settle(self, recipe: Recipe) -> None:
        """Put tables, labels and shards to their places; only `run.json` is left then."""


class FolderNames(Iterable[str]):
    """The names of all files below a dataset's folder but its journal; it is walked each time."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def __iter__(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self._out):
            if Path(folder) == self._out:
                folders[:] = [name for name in folders if name != JOURNAL]
            yield from (str((Path(folder) / name).relative_to(self._out)) for name in names)


NO_UPLOADS = Uploads()


@contextmanager
def placed(options: Options, *, writing: bool = True) -> Iterator[Options]:
    """Yield the options of a run whose folder is on this machine; `options` if theirs is.

    Without `writing`, other runs may write to the URL meanwhile.

    Raises
    ------
    OutputError
        If the folder at the URL cannot be used, or another run writes to it.
    """
    url = url_of(options.out)
    if url is None:
        yield options
        return
    from imggen.run.stored.remote import mirrored  # noqa: PLC0415  # most runs do without

    with mirrored(options, url, writing=writing) as local:
        yield local
