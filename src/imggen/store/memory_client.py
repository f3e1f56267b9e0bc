"""The client of folders in the memory of this Python process, with obstore's interface.

Files are those of fsspec's `memory://`: other code of the process reads them with fsspec, pandas or
pyarrow. A file is there as a whole or not at all, as it is put into a table of all files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from threading import Lock
from typing import Any

import xxhash

from imggen.store.url_content import Listed, Version, Written, content_of
from imggen.store.url_errors import ConflictError

CONDITIONS = Lock()  # held from the look at a file until it is written


class MemoryClient:
    """The client of the folder at a `memory://` URL."""

    def __init__(self, url: str) -> None:
        core = import_module("fsspec.core")
        self._files, self._root = core.url_to_fs(url, skip_instance_cache=True)

    def list(self, prefix: str | None = None, chunk_size: int = 0) -> Iterator[list[Listed]]:
        """Yield the files of each folder in `prefix`, with paths from that of the client."""
        del chunk_size
        folders = [prefix]
        while folders:
            folder = folders.pop()
            found = self.list_with_delimiter(folder, must_exist=folder != prefix)
            folders += found["common_prefixes"]
            yield found["objects"]

    def list_with_delimiter(
        self, prefix: str | None = None, *, must_exist: bool = False
    ) -> dict[str, Any]:
        """Return the files and folders right in `prefix`; none if it is missing.

        Raises
        ------
        FileNotFoundError
            If it is, though it `must_exist`.
        """
        path = self._path(prefix or "")
        self._files.invalidate_cache()
        try:
            entries = self._files.ls(path, detail=True)
        except FileNotFoundError:
            if must_exist:
                raise
            entries = []
        folders = [one["name"] for one in entries if one["type"] == "directory"]
        files = [one for one in entries if one["type"] != "directory" and one["name"] != path]
        return {
            "common_prefixes": [self._below(name) for name in folders],
            "objects": [{"path": self._below(one["name"]), "size": one["size"]} for one in files],
        }

    def get(self, name: str, options: Mapping[str, Any] | None = None) -> MemoryFile:
        """Return a file, or the `range` of its bytes that `options` names; it is read later."""
        start, stop = (options or {}).get("range", (None, None))
        return MemoryFile(self._files, self._path(name), start, stop)

    def get_range(self, name: str, *, start: int, end: int) -> bytes:
        """Return the bytes `start` to `end` of a file."""
        return bytes(self._files.cat_file(self._path(name), start, end))

    def head(self, name: str) -> Listed:
        """Return the size of a file."""
        return self.get(name).meta

    def put(
        self,
        name: str,
        content: Written,
        *,
        mode: str | Version = "overwrite",
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
                self._files.pipe_file(self._path(name), whole)
            except FileExistsError as error:  # it names a part of the path
                raise FileExistsError(f"{error} is a file") from None

    def copy(self, name: str, to: str) -> None:
        """Copy a file."""
        self.put(to, self.get(name).bytes())

    def delete(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone are no error."""
        for name in names:
            with suppress(FileNotFoundError):
                self._files.rm_file(self._path(name))

    def _version(self, name: str) -> Version | None:
        try:
            return {"e_tag": self.get(name).meta["e_tag"]}
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}".rstrip("/")

    def _below(self, path: str) -> str:
        return path.removeprefix(self._root).lstrip("/")


class MemoryFile:
    """A file to read, whose version is told by its digest."""

    def __init__(self, files: Any, path: str, start: int | None, stop: int | None) -> None:  # noqa: ANN401  # fsspec may be missing
        self._files, self._path = files, path
        self._range = start, stop

    @property
    def meta(self) -> Listed:
        """The size of all of it, and what its version is told by."""
        content = self._files.cat_file(self._path)
        return {"size": len(content), "e_tag": xxhash.xxh3_128_hexdigest(content)}

    def bytes(self) -> bytes:
        """Return its content."""
        return bytes(self._files.cat_file(self._path, *self._range))
