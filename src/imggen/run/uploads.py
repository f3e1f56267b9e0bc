"""The part of a run that puts what is whole elsewhere; a run into a local folder has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.urls import url_of

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.containers import Container
    from imggen.containers.record import ChunkRecord
    from imggen.run.contents import Contents
    from imggen.run.engines.choice import Choice
    from imggen.run.options import Options
    from imggen.run.recipe import Recipe
    from imggen.run.resume import ResumeCheck


class Uploads:
    """No uploads: the folder that workers write to is the dataset's.

    Attributes
    ----------
    url : where the dataset is; None if it is that folder
    """

    url: str | None = None

    def refuse(self, container: Container, engine: Choice) -> None:
        """Refuse a container, or an engine, with which files cannot be uploaded."""

    def located(self, config: Config) -> Config:
        """Return `config` with folders that mean the same where the dataset is."""
        return config

    def check(self, recipe: Recipe, out: Path) -> ResumeCheck:
        """Return the check of what chunks wrote to the folder `out`."""
        from imggen.run.resume import ResumeCheck  # noqa: PLC0415  # slow to load

        return ResumeCheck(recipe, out)

    def clear(self, names: Iterable[str]) -> None:
        """Remove files and folders of an earlier run by their names, once they are gone here."""

    def push(self) -> None:
        """Bring journal, tables and labels up to date with those of the local folder."""

    def published(
        self, records: Iterable[ChunkRecord], contents: Contents
    ) -> Iterable[ChunkRecord]:
        """Yield each record once its files are where the dataset is."""
        del contents
        return records

    def settle(self) -> None:
        """Put tables, labels and shards to their places; only `run.json` is left then."""


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
    from imggen.run.remote import mirrored  # noqa: PLC0415  # most runs do without

    with mirrored(options, url, writing=writing) as local:
        yield local
