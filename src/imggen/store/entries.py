"""The files that are written once for all images, and the names of shards and arrays.

`run.json` lists them under `files`: tables, merged labels, the configuration, shards and arrays,
each with its size and XXH3-128. Rows of pixels are left out of an array's digest, as each row has
one of its own in the journal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from imggen.store.digests import FileDigest, digest_file

Rows = tuple[int, int]  # where the pixels of all images are in a file, bytes


class Entry(NamedTuple):
    """What is known of a file: size and digest of all but `rows`."""

    size_bytes: int
    digest: bytes
    rows: Rows | None = None

    def values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        rows = {} if self.rows is None else {"rows": list(self.rows)}
        return {"bytes": self.size_bytes, "xxh3": self.digest.hex(), **rows}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Entry:
        """Return the entry whose `values` these are."""
        rows = (values["rows"][0], values["rows"][1]) if "rows" in values else None
        return cls(values["bytes"], bytes.fromhex(values["xxh3"]), rows)


def make_entry(path: Path, rows: Rows | None = None) -> Entry:
    """Return what is to be known of the file at `path`."""
    return Entry(*digest_besides(path, rows), rows)


def is_intact(path: Path, entry: Entry) -> bool:
    """Return whether the file at `path` has the size and digest that `entry` says."""
    try:
        if path.stat().st_size != entry.size_bytes:
            return False
        return digest_besides(path, entry.rows).digest == entry.digest
    except OSError:
        return False


def digest_besides(path: Path, rows: Rows | None) -> FileDigest:
    """Return size and digest of a file, the latter of all but `rows`."""
    if rows is None:
        return digest_file(path)
    return digest_file(path, [(0, rows[0]), (rows[1], path.stat().st_size)])
