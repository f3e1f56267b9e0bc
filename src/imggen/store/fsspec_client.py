"""The part of obstore's interface that reads, for stores that fsspec knows and obstore does not.

Those that are written to, too, have a class of their own that adds the rest: `memory_client` and
`hf_client`. Stores that show half-written files, like a disk behind SFTP, have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

Listed = dict[str, Any]  # "path" and "size", as obstore has them


class ConflictError(Exception):
    """A file that was to be written is there, or has changed, since it was looked at."""


class FsspecClient:
    """The client of the folder at `url`.

    Attributes
    ----------
    files : the file system of fsspec
    root : the folder's path there
    """

    def __init__(self, url: str) -> None:
        core = import_module("fsspec.core")
        self.files, self.root = core.url_to_fs(url, skip_instance_cache=True)

    def list(self, prefix: str | None = None, chunk_size: int = 0) -> Iterator[list[Listed]]:
        """Yield the files of each folder in `prefix`, with paths from that of the client."""
        del chunk_size
        folders = [prefix]
        while folders:
            folder = folders.pop()
            found = self.list_with_delimiter(folder, missing=folder != prefix)
            folders += found["common_prefixes"]
            yield found["objects"]

    def list_with_delimiter(
        self, prefix: str | None = None, *, missing: bool = False
    ) -> dict[str, Any]:
        """Return the files and folders right in `prefix`; if it is `missing`, raise an error."""
        path = self.path(prefix or "")
        self.files.invalidate_cache()
        try:
            entries = self.files.ls(path, detail=True)
        except FileNotFoundError:
            if missing:
                raise
            entries = []
        folders = [one["name"] for one in entries if one["type"] == "directory"]
        files = [one for one in entries if one["type"] != "directory" and one["name"] != path]
        return {
            "common_prefixes": [self._below(name) for name in folders],
            "objects": [{"path": self._below(one["name"]), "size": one["size"]} for one in files],
        }

    def get(self, name: str, options: Mapping[str, Any] | None = None) -> FsspecFile:
        """Return a file, or the `range` of its bytes that `options` names; it is read later."""
        start, stop = (options or {}).get("range", (None, None))
        return FsspecFile(self.files, self.path(name), start, stop)

    def get_range(self, name: str, *, start: int, end: int) -> bytes:
        """Return the bytes `start` to `end` of a file."""
        return bytes(self.files.cat_file(self.path(name), start, end))

    def head(self, name: str) -> Listed:
        """Return the size of a file."""
        return self.get(name).meta

    def path(self, name: str) -> str:
        """Return the path of a file or folder in the file system."""
        return f"{self.root}/{name}".rstrip("/")

    def _below(self, path: str) -> str:
        return path.removeprefix(self.root).lstrip("/")


class FsspecFile:
    """A file to read."""

    def __init__(self, files: Any, path: str, start: int | None, stop: int | None) -> None:  # noqa: ANN401  # fsspec may be missing
        self._files = files
        self._path = path
        self._range = start, stop

    @property
    def meta(self) -> Listed:
        """The size of all of it, and what its version is told by; of these, there is none."""
        return {"size": self._files.info(self._path)["size"], "e_tag": None}

    def bytes(self) -> bytes:
        """Return its content."""
        return bytes(self._files.cat_file(self._path, *self._range))
