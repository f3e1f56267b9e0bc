"""The part of a run that puts what is whole elsewhere; a run into a local folder has none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.numbering import NUMBERS, UNNUMBERED
from imggen.store.layout import JOURNAL
from imggen.urls import url_of

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers import Container
    from imggen.containers.numbering import Numbered
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

    def keep_shards(self, out: Path, container: Container, folder: Path) -> None:
        """Move what the shards of a run that is extended are called to `folder` in the journal.

        That is the note of their last names, and the shards that have none yet: the run that goes
        on may call others so.
        """
        names = [str(path.relative_to(out)) for path in (out / UNNUMBERED).glob("*")]
        for name in [*names, *([NUMBERS] if container.sharded else [])]:
            if (out / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(out / name, folder / name)

    def take_shards(self, out: Path, found: Mapping[str, str]) -> None:
        """Give shards of an earlier run the first names of this one, which `found` maps to theirs.

        They keep those beside, except where links cannot be.
        """
        for first, name in found.items():
            link_or_move(out / name, out / first)

    def discard(self, out: Path, names: Iterable[str]) -> None:
        """Remove files that this run has no use for."""
        for name in names:
            (out / name).unlink(missing_ok=True)

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

    @contextmanager
    def open_shard(self, recipe: Recipe, out: Path, first: str, shard: Numbered) -> Iterator[Path]:
        """Yield where the shard can be read whose first name is `first`, if all images are made."""
        del recipe, first
        yield out / shard.name

    def settle(self, recipe: Recipe) -> None:
        """Put tables, labels and shards to their places; only `run.json` is left then."""


def link_or_move(path: Path, new: Path) -> None:
    """Give a file a new path beside its old one; where links cannot be, instead."""
    new.parent.mkdir(parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    try:
        os.link(path, new)
    except OSError:
        os.replace(path, new)


class FolderNames(Iterable[str]):
    """The names of all files below a dataset's folder but its journal; it is walked each time.

    No folder is listed at once: one may have millions of images.
    """

    def __init__(self, out: Path) -> None:
        self._out = out

    def __iter__(self) -> Iterator[str]:
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                entries = os.scandir(self._out / folder)
            except OSError:  # what should be in it cannot be read, and is reported
                continue
            with entries:
                for entry in entries:
                    name = folder + entry.name
                    if not entry.is_dir():
                        yield name
                    elif name != JOURNAL and not entry.is_symlink():
                        folders.append(f"{name}/")


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
