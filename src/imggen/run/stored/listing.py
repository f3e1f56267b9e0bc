"""The files of a dataset in a store, as they were before this run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.containers.numbering import read_numbers

if TYPE_CHECKING:
    from imggen.containers.numbering import Numbered
    from imggen.store.url_store import UrlStore


class Listing:
    """The files of the folder of `store`, and what its note says of the last names of shards.

    Attributes
    ----------
    numbers : last names and entries of shards, by their first names
    taken : shards of an earlier run, and what they are called, by their first names in this one
    """

    def __init__(self, store: UrlStore) -> None:
        self._store = store
        self.numbers: dict[str, Numbered] = {}
        self.taken: dict[str, str] = {}

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The size of every file, bytes, by its name; it is listed when first asked for."""
        return self._store.sizes()

    def read_numbers(self, out: Path) -> None:
        """Read the note of last names, which has been copied to the folder `out`."""
        self.numbers.update(read_numbers(out))

    def has(self, name: str, names: Mapping[str, str]) -> bool:
        """Return True for a file that is there by its first name, or by its last one.

        The note tells that; else `names` do, by first names.
        """
        numbered = self.numbers.get(name)
        last = names.get(name, name) if numbered is None else numbered.name
        return name in self.taken or name in self.sizes or last in self.sizes

    def place_of(self, first: str, planned: str | None) -> str | None:
        """Return what the shard with a first name is called that is not there by that; or None.

        The note may say what it was to be called by a run that was killed. If neither tells, it is
        `planned`.
        """
        noted = self.numbers.get(first)
        return self.taken.get(first) or (planned if noted is None else noted.name)

    def drop(self, name: str) -> None:
        """Note that a file is gone."""
        self.sizes.pop(name, None)

    def clear(self) -> None:
        """Note that all files are gone."""
        self.sizes.clear()
        self.numbers.clear()
