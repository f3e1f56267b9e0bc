"""A folder in an object store: files are written whole, listed, copied and removed, with retries.

An object store shows a file only once all of it is there, so no file has a temporary name. The
client, obstore, finds credentials, region and endpoint as the tools of each store do: environment,
roles of machines and pods, and for S3 the profiles of `aws configure` where boto3 is installed.
Others were measured, see docs/stores.md: as imggen uses it, it takes a third of the processor time
of s3fs and two fifths of boto3's for large files, and a quarter or less for small ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import xxhash

from imggen.errors import OutputError, RunError
from imggen.store.url_clients import conflicts, open_client
from imggen.store.url_content import Content, Uploader, Version, read_ahead
from imggen.store.url_errors import Result, reason_of, repeated
from imggen.urls import is_gathered

READ_BYTES = 8 * 2**20
LISTED_AT_ONCE = 1000
MOST_COPIED_BYTES = 5 * 2**30  # with one request, as S3 has it
RETRY_SECONDS = 60  # of a request that the store refuses for now, with growing pauses
HASTY_SECONDS = 5  # likewise, of the first request of a run
TRIES, PAUSE_SECONDS = 3, 2.0  # of what the client does not repeat, as a write that timed out
# What stores say that cannot make a write depend on what is there.
NO_CONDITIONS = re.compile(r"NotImplemented|not implemented|status code: 501")


class MissingFileError(RunError):
    """A file that is to be read is not in the store."""


class UrlStore:
    """The folder at `url`.

    Its methods raise `RunError` after errors that last.

    Attributes
    ----------
    gathers : True if files are seen some time after they are written, in the order of writing

    Raises
    ------
    OutputError
        If settings are missing that the client cannot do without.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.gathers = is_gathered(url)
        try:
            self._client = open_client(url, RETRY_SECONDS)
        except Exception as error:  # noqa: BLE001  # clients have errors of their own
            raise self._unusable(error) from None
        self._uploader = Uploader(self._client)
        pauses = [PAUSE_SECONDS] * (TRIES - 1)
        self._pauses = getattr(self._client, "pauses", pauses)  # of a client that repeats nothing

    def check(self) -> dict[str, int | None]:
        """Return what is right in the folder, as `entries` does; give up soon.

        Raises
        ------
        OutputError
            If the bucket does not exist, or the store cannot be reached or read.
        """
        try:
            client = open_client(self.url, HASTY_SECONDS)
            return repeated(lambda: entries_of(client), getattr(client, "pauses", ()))
        except Exception as error:  # noqa: BLE001  # clients have errors of their own
            raise self._unusable(error) from None

    def entries(self, folder: str = "") -> dict[str, int | None]:
        """Return the size of every file right in `folder`, bytes, and None for every folder."""
        self.flush()
        return self._retried(folder, "listed", lambda: entries_of(self._client, folder))

    def sizes(self, folder: str = "") -> dict[str, int]:
        """Return the size of every file below `folder`, bytes, by its name."""

        def find() -> dict[str, int]:
            pages = self._client.list(folder or None, chunk_size=LISTED_AT_ONCE)
            return {one["path"]: int(one["size"]) for page in pages for one in page}

        self.flush()
        return self._retried(folder, "listed", find)

    def put(self, name: str, content: Content, size_bytes: int | None = None) -> None:
        """Write a file, replacing any existing one; `size_bytes` must tell that of pieces."""
        self._retried(name, "written", lambda: self._uploader.put(name, content, size_bytes))

    def put_if(self, name: str, content: bytes, version: Version | None) -> bool:
        """Write a file if it still has that `version`, or if None is still missing.

        Return False if another process has written it meanwhile, by the store's own check. A store
        that has none writes in any case.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        mode = "create" if version is None else version or "overwrite"
        try:
            self._client.put(name, content, mode=mode)
        except conflicts():
            return False
        except Exception as error:  # noqa: BLE001  # as above
            if not NO_CONDITIONS.search(str(error)):
                raise self._unusable(error) from None
            self.put(name, content)
        return True

    def read_version(self, name: str) -> tuple[bytes, Version] | None:
        """Return the content of a file and its version; None if it is missing."""

        def read() -> tuple[bytes, Version]:
            found = self._client.get(name)
            known = {key: found.meta.get(key) for key in ("e_tag", "version")}
            version = {key: value for key, value in known.items() if value is not None}
            return bytes(found.bytes()), version

        try:
            return self._retried(name, "read", read)
        except MissingFileError:
            return None

    def get(self, name: str) -> bytes | None:
        """Return the content of a file; None if it is missing."""
        try:
            return self._retried(name, "read", lambda: bytes(self._client.get(name).bytes()))
        except MissingFileError:
            return None

    def get_file(self, name: str, file: Path, size_bytes: int) -> None:
        """Copy a file of `size_bytes` to `file` on this machine, piece by piece."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as to:
            for piece in self.pieces(name, size_bytes):
                to.write(piece)

    def pieces(self, name: str, size_bytes: int) -> Iterator[bytes]:
        """Yield the content of a file of `size_bytes`."""
        for start in range(0, size_bytes, READ_BYTES):
            yield self.read_range(name, start, min(start + READ_BYTES, size_bytes))

    def read_range(self, name: str, start: int, stop: int) -> bytes:
        """Return the bytes `start` to `stop` of a file."""
        return self._retried(name, "read", lambda: self._read(name, start, stop))

    def size(self, name: str) -> int | None:
        """Return the size of a file, bytes; None if it is missing."""
        try:
            return self._retried(name, "read", lambda: int(self._client.head(name)["size"]))
        except MissingFileError:
            return None

    def digest(self, name: str, size_bytes: int) -> bytes:
        """Return the XXH3-128 digest of a file of `size_bytes`, which is read for it."""
        digest = xxhash.xxh3_128()
        for piece in self.pieces(name, size_bytes):
            digest.update(piece)
        return digest.digest()

    def copy(self, name: str, to: str, size_bytes: int) -> None:
        """Copy a file of `size_bytes` within the store, by way of this machine only if it is large.

        Stores copy no more with one request, and the client has no copies in parts.
        """
        if size_bytes > MOST_COPIED_BYTES:
            self.put(to, lambda: read_ahead(self.pieces(name, size_bytes)), size_bytes)
        else:
            self._retried(to, "written", lambda: self._client.copy(name, to))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, many with each request; those that are gone are no error."""
        every = list(names)
        for start in range(0, len(every), LISTED_AT_ONCE):
            some = every[start : start + LISTED_AT_ONCE]
            self._retried(some[0], "removed", lambda: self._remove(some))  # noqa: B023

    def flush(self) -> None:
        """Make all that was written lasting and seen, where that takes more than writing it."""
        if self.gathers:
            self._retried("", "written", self._client.flush)

    def get_json(self, name: str) -> Any:  # noqa: ANN401  # JSON
        """Return the values of a JSON file; None if it is missing or damaged."""
        try:
            return json.loads(self.get(name) or b"null")
        except ValueError:
            return None

    def _read(self, name: str, start: int, stop: int) -> bytes:
        return bytes(self._client.get_range(name, start=start, end=stop))

    def _remove(self, names: list[str]) -> None:
        try:
            self._client.delete(names)
        except FileNotFoundError:  # some stores say so, perhaps before they removed the others
            for name in names:
                with suppress(FileNotFoundError):
                    self._client.delete(name)

    def _retried(self, name: str, done: str, call: Callable[[], Result]) -> Result:
        """Return the result of `call`, which is repeated after errors that may pass."""
        try:
            return repeated(call, self._pauses)
        except Exception as error:  # noqa: BLE001  # as above
            raise self._failure(name, done, error) from None

    def _failure(self, name: str, done: str, error: Exception) -> RunError:
        kind = MissingFileError if isinstance(error, FileNotFoundError) else RunError
        where = f"{self.url}/{name}".rstrip("/")
        return kind(f"{where} cannot be {done}: {reason_of(error)}; what is finished is kept.")

    def _unusable(self, error: Exception) -> OutputError:
        message = (
            f"{self.url} cannot be used: {reason_of(error)}; check the name of the bucket, the "
            "credentials and the endpoint."
        )
        return OutputError(message)


def entries_of(client: Any, folder: str = "") -> dict[str, int | None]:  # noqa: ANN401  # as below
    """Return the size of every file right in `folder`, and None for every folder."""
    found = client.list_with_delimiter(folder or None)
    folders: dict[str, int | None] = dict.fromkeys(found["common_prefixes"])
    return folders | {one["path"]: int(one["size"]) for one in found["objects"]}
