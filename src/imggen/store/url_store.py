"""A folder at a URL: files are written whole, and listed, copied and removed, with retries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xxhash

from imggen.errors import OutputError
from imggen.store.digests import READ_BYTES
from imggen.urls import create_file, open_files, reason_of, retried

PIECE_BYTES = 8 * READ_BYTES


class UrlStore:
    """The folder at `url`.

    An object store shows a file only once all of it is there, so no file has a temporary name.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._files, self._root = open_files(url)

    def sizes(self) -> dict[str, int]:
        """Return the size of every file, bytes, by its name in the folder.

        Raises
        ------
        OutputError
            If the bucket does not exist or cannot be read.
        """

        def find() -> dict[str, Any]:
            self._files.invalidate_cache()
            return dict(self._files.find(self._root, detail=True))

        try:
            found = retried(f"{self.url} cannot be listed", find)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            message = (
                f"{self.url} cannot be listed: {reason_of(error)}; check name and permissions."
            )
            raise OutputError(message) from error
        start = self._root.strip("/") + "/"
        names = {path.lstrip("/"): details["size"] for path, details in found.items()}
        return {
            path.removeprefix(start): int(size or 0)
            for path, size in names.items()
            if path.startswith(start)
        }

    def put(self, name: str, content: bytes) -> None:
        """Write a file, replacing any existing one."""
        path = self._path(name)
        retried(self._cannot(name, "written"), lambda: self._files.pipe_file(path, content))

    def create(self, name: str, content: bytes) -> bool:
        """Write a file unless it exists; return False if it does, by the store's own check."""

        def write() -> None:
            create_file(self._files, f"{self.url}/{name}", content)

        try:
            retried(self._cannot(name, "written"), write)
        except FileExistsError:
            return False
        except NotImplementedError:  # the store has no such check
            if self.get(name) is not None:
                return False
            self.put(name, content)
        return True

    def put_file(self, name: str, file: Path) -> None:
        """Write the content of the local `file`, replacing any existing file."""
        path = self._path(name)
        retried(self._cannot(name, "written"), lambda: self._files.put_file(str(file), path))

    def get(self, name: str, start: int | None = None, stop: int | None = None) -> bytes | None:
        """Return the content of a file, or its bytes `start` to `stop`; None if it is missing."""
        path = self._path(name)
        try:
            return bytes(
                retried(
                    self._cannot(name, "read"),
                    lambda: self._files.cat_file(path, start=start, end=stop),
                )
            )
        except FileNotFoundError:
            return None

    def get_file(self, name: str, file: Path, size_bytes: int) -> None:
        """Copy a file of `size_bytes` to the local `file`, piece by piece."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as to:
            for piece in self.pieces(name, size_bytes):
                to.write(piece)

    def pieces(self, name: str, size_bytes: int) -> Iterable[bytes]:
        """Yield the content of a file of `size_bytes`; less if it is shorter or missing."""
        for start in range(0, size_bytes, PIECE_BYTES):
            yield self.get(name, start, min(start + PIECE_BYTES, size_bytes)) or b""

    def digest(self, name: str, size_bytes: int) -> bytes:
        """Return the XXH3-128 digest of a file of `size_bytes`, which is read for it."""
        digest = xxhash.xxh3_128()
        for piece in self.pieces(name, size_bytes):
            digest.update(piece)
        return digest.digest()

    def copy(self, name: str, to: str) -> None:
        """Copy a file within the store, which moves none of its bytes to this machine."""
        paths = self._path(name), self._path(to)
        retried(self._cannot(to, "written"), lambda: self._files.cp_file(*paths))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        path = self._path(name)
        try:
            retried(self._cannot(name, "removed"), lambda: self._files.rm_file(path))
        except FileNotFoundError:
            return

    def get_json(self, name: str) -> Any:  # noqa: ANN401  # JSON
        """Return the values of a JSON file; None if it is missing or damaged."""
        try:
            return json.loads(self.get(name) or b"null")
        except ValueError:
            return None

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _cannot(self, name: str, done: str) -> str:
        return f"{self.url}/{name} cannot be {done}"
