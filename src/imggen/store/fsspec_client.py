"""The part of obstore's interface that reads, for stores that fsspec knows and obstore does not.

Of Hugging Face, huggingface_hub finds the token as its own tools do: HF_TOKEN, or what `hf auth
login` has left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

Listed = dict[str, Any]  # "path" and "size", as obstore has them


class FsspecClient:
    """The client of the folder at `url`, which is only read."""

    def __init__(self, url: str) -> None:
        core = import_module("fsspec.core")
        self._files, self._root = core.url_to_fs(url, skip_instance_cache=True)

    def list(self, prefix: None = None, chunk_size: int = 0) -> Iterator[list[Listed]]:
        """Yield the files of each folder, with paths from that of the client."""
        del prefix, chunk_size
        self._files.invalidate_cache()
        folders = [self._root]
        while folders:
            folder = folders.pop()
            try:
                entries = self._files.ls(folder, detail=True)
            except FileNotFoundError:
                if folder != self._root:
                    raise
                return
            folders += [one["name"] for one in entries if one["type"] == "directory"]
            yield [
                {"path": self._below(one["name"]), "size": one["size"]}
                for one in entries
                if one["type"] != "directory" and one["name"] != self._root
            ]

    def get(self, name: str, options: Mapping[str, Any] | None = None) -> FsspecFile:
        """Return a file, or the `range` of its bytes that `options` names; it is read later."""
        start, stop = (options or {}).get("range", (None, None))
        return FsspecFile(self._files, f"{self._root}/{name}", start, stop)

    def _below(self, path: str) -> str:
        return path.removeprefix(self._root).lstrip("/")


class FsspecFile:
    """A file to read."""

    def __init__(self, files: Any, path: str, start: int | None, stop: int | None) -> None:  # noqa: ANN401  # fsspec may be missing
        self._files = files
        self._path = path
        self._range = start, stop

    @property
    def meta(self) -> Listed:
        """The size of all of it; no tag of its version."""
        return {"size": self._files.info(self._path)["size"], "e_tag": None}

    def bytes(self) -> bytes:
        """Return its content."""
        return bytes(self._files.cat_file(self._path, *self._range))
