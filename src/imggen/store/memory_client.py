"""The client of folders in the memory of this Python process, with obstore's interface.

Files are those of fsspec's `memory://`: other code of the process reads them with fsspec, pandas or
pyarrow. A file is there as a whole or not at all, as it is put into a table of all files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import xxhash

from imggen.store.fsspec_client import ConflictError, FsspecClient, FsspecFile, Listed

CONDITIONS = Lock()  # held from the look at a file until it is written


class MemoryClient(FsspecClient):
    """The client of the folder at a `memory://` URL."""

    def get(self, name: str, options: Mapping[str, Any] | None = None) -> MemoryFile:
        """Return a file, or the `range` of its bytes that `options` names; it is read later."""
        start, stop = (options or {}).get("range", (None, None))
        return MemoryFile(self.files, self.path(name), start, stop)

    def put(
        self,
        name: str,
        content: bytes | memoryview | Path | Iterable[bytes | memoryview],
        *,
        mode: str | dict[str, Any] = "overwrite",
        **parts: int,
    ) -> None:
        """Write a file; with `mode` "create" or a version, if it is missing or still has that.

        Raises
        ------
        ConflictError
            If not.
        FileExistsError
            If the folder is a file.
        """
        del parts
        whole = content_of(content)
        with CONDITIONS:
            if mode != "overwrite" and self._version(name) != (mode if mode != "create" else None):
                raise ConflictError(name)
            try:
                self.files.pipe_file(self.path(name), whole)
            except FileExistsError as error:  # it names a part of the path
                raise FileExistsError(f"{error} is a file") from None

    def copy(self, name: str, to: str) -> None:
        """Copy a file."""
        self.put(to, self.get(name).bytes())

    def delete(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone are no error."""
        for name in names:
            with suppress(FileNotFoundError):
                self.files.rm_file(self.path(name))

    def _version(self, name: str) -> dict[str, Any] | None:
        try:
            return {"e_tag": self.get(name).meta["e_tag"]}
        except FileNotFoundError:
            return None


class MemoryFile(FsspecFile):
    """A file to read, whose version is told by its digest."""

    @property
    def meta(self) -> Listed:
        """The size of all of it, and what its version is told by."""
        content = self._files.cat_file(self._path)
        return {"size": len(content), "e_tag": xxhash.xxh3_128_hexdigest(content)}


def content_of(content: bytes | memoryview | Path | Iterable[bytes | memoryview]) -> bytes:
    """Return the bytes that are to be written."""
    if isinstance(content, Path):
        return content.read_bytes()
    return bytes(content) if isinstance(content, bytes | memoryview) else b"".join(content)
