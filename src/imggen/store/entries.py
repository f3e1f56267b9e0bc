"""Entries for files that do not belong to a single image: sizes and digests, as in `run.json`.

`run.json` lists tables, merged labels, the configuration, shards and arrays under `files`. The
digest of an array leaves out its rows of pixels, because each row has its own in the journal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from imggen.store.digests import FileDigest, digest_file

Rows = tuple[int, int]  # the first byte and the end of the rows of pixels in a file


class Entry(NamedTuple):
    """The size of a file, and the digest of its content except `rows`."""

    size_bytes: int
    digest: bytes
    rows: Rows | None = None

    def values(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        rows = {} if self.rows is None else {"rows": list(self.rows)}
        return {"bytes": self.size_bytes, "xxh3": self.digest.hex(), **rows}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Entry:
        """Return the entry for the JSON values `values`."""
        rows = (values["rows"][0], values["rows"][1]) if "rows" in values else None
        return cls(values["bytes"], bytes.fromhex(values["xxh3"]), rows)


def make_entry(path: Path, rows: Rows | None = None) -> Entry:
    """Return the entry of the file at `path`."""
    return Entry(*digest_besides(path, rows), rows)


def is_intact(path: Path, entry: Entry) -> bool:
    """Return True if the file at `path` has the size and digest of `entry`."""
    try:
        if path.stat().st_size != entry.size_bytes:
            return False
        return digest_besides(path, entry.rows).digest == entry.digest
    except OSError:
        return False


def digest_besides(path: Path, rows: Rows | None) -> FileDigest:
    """Return the size of a file, and the digest of its content except `rows`."""
    if rows is None:
        return digest_file(path)
    return digest_file(path, [(0, rows[0]), (rows[1], path.stat().st_size)])
