"""Files that are read, on this machine or at URLs: configurations, tables of points, and art.

What fails is an `OSError` as of a disk, so that the sentences on both are the same: its `strerror`
is the reason, without URLs and what they may carry, and its `filename` the URL.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from imggen.urls import OBSTORE, url_of

CHECK_ACCESS = "check the name of the bucket, the credentials and the endpoint"
AT_ONCE = 32  # files on their way
LISTED_AT_ONCE = 1000
PIECE_BYTES = 2**22  # of a file in one request, and in memory
TRIES, PAUSE_SECONDS = 4, 1.0  # of a file; before the second, then twice as long each time

Result = TypeVar("Result")


def read_bytes(path: Path) -> bytes:
    """Return the content of the file at a path or URL.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    url = url_of(path)
    if url is None:
        return path.read_bytes()
    folder, _, name = url.rpartition("/")
    client = open_client(folder, hasty=True)
    return attempt(url, lambda: bytes(client.get(name).bytes()), first_tries(url))


def list_files(url: str) -> dict[str, int]:
    """Return the size, bytes, of every file below the folder at `url`, by its path there.

    Objects without content that stand for folders are left out.

    Raises
    ------
    OSError
        If any part of it cannot be listed, or has a name that no file could have.
    """
    client = open_client(url, hasty=True)
    find = partial(client.list, None, chunk_size=LISTED_AT_ONCE)
    pages = attempt(url, lambda: list(find()), first_tries(url))
    sizes = {one["path"]: int(one["size"]) for page in pages for one in page}
    folders = {str(folder) for name in sizes for folder in PurePosixPath(name).parents}
    for name in folders & sizes.keys() | ({""} & sizes.keys()):
        if sizes.pop(name):
            where = f"{url}/{name}"
            raise OSError(errno.EISDIR, "it is a file, and a folder of other files", where)
    for name in sizes:
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise OSError(errno.EINVAL, "no file can have such a path", f"{url}/{name}")
    return sizes


def copy_files(url: str, sizes: Mapping[str, int], folder: Path) -> None:
    """Copy files of `sizes` below `url` into the new folder `folder`, many at a time.

    Raises
    ------
    OSError
        If one cannot be read or written, or is not as it was listed.
    """
    client = open_client(url)
    for parent in {(folder / name).parent for name in sizes}:
        parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        copy = partial(copy_file, client, url, folder)
        for _ in pool.map(copy, sizes, sizes.values()):  # the first failure cancels the rest
            pass


def copy_file(client: Any, url: str, folder: Path, name: str, size_bytes: int) -> None:  # noqa: ANN401  # obstore may be missing
    """Copy one file, whole, and again from its begin after an error that may pass."""
    path, where = folder / name, f"{url}/{name}"
    path.open("xb").close()  # refuses names that are different there and the same here

    def copy() -> int:
        with path.open("wb") as to:
            return sum(map(to.write, pieces_of(client, name, size_bytes)))

    if attempt(where, copy, TRIES) != size_bytes:
        message = f"it has no longer the {size_bytes:,} bytes that it had when it was listed"
        raise OSError(errno.EIO, message, where)


def pieces_of(client: Any, name: str, size_bytes: int) -> Iterator[bytes]:  # noqa: ANN401  # as above
    """Yield the content of a file that was listed with `size_bytes`; stop if its size has changed.

    Large files take several requests, each of which ends in time; all get the same version.
    """
    options: dict[str, Any] = {}
    for start in range(0, size_bytes, PIECE_BYTES):
        options["range"] = start, min(start + PIECE_BYTES, size_bytes)
        piece = client.get(name, options=options)
        if piece.meta["size"] != size_bytes:
            return
        yield bytes(piece.bytes())
        if piece.meta["e_tag"]:
            options["if_match"] = piece.meta["e_tag"]


def open_client(url: str, *, hasty: bool = False) -> Any:  # noqa: ANN401  # as above
    """Return the client of the folder at `url`, which repeats requests, if `hasty` not for long."""
    store = import_module("imggen.store.url_store")  # most runs do without
    seconds = store.HASTY_SECONDS if hasty else store.RETRY_SECONDS
    return attempt(url, partial(store.open_client, url, seconds), 1)


def first_tries(url: str) -> int:
    """Return how often the first request to a store is made; the client of most repeats it."""
    return 1 if url.startswith(tuple(f"{scheme}://" for scheme in OBSTORE)) else TRIES


def attempt(url: str, call: Callable[[], Result], tries: int) -> Result:
    """Return the result of `call`, which is made `tries` times at most, with growing pauses.

    Raises
    ------
    OSError
        After an error that lasts.
    """
    errors = import_module("imggen.store.url_errors")
    try:
        pauses = (PAUSE_SECONDS * 2**tried for tried in range(tries - 1))
        result: Result = errors.repeated(call, pauses)
    except Exception as error:  # clients have errors of their own
        if isinstance(error, OSError) and error.errno in errors.FULL:
            raise
        reason = errors.reason_of(error).replace(" for url the store", "").strip(" .:")
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in reason:
            raise FileNotFoundError(errno.ENOENT, "no such file", url) from None
        raise OSError(errno.EIO, reason, url) from None
    return result
