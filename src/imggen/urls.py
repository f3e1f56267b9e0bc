"""URLs of folders in object stores: which are taken, and how sentences name them."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from imggen.errors import InputError, InstallError
from imggen.paths import URL

OBSTORE = ("s3", "gs", "az")  # schemes of stores that it is the client of
BUCKET = re.compile(r"[A-Za-z0-9._-]+")  # what names of their buckets and containers are made of
# Of all stores that files are read from: the package that does it, and how to install it.
READERS = {
    **dict.fromkeys(OBSTORE, ("obstore", "pip install imggen[s3]")),
    "hf": ("huggingface_hub", "pip install imggen[hf]"),
    "memory": ("fsspec", "pip install fsspec"),
}
MEMORY = "memory"  # of one Python process: nothing is left of it when a command ends
# Of stores that one process of a run writes to: the reason.
ONE_WRITER = {
    "hf": "each chunk would be a commit, of which the Hub takes about two a minute",
    MEMORY: "each process has a memory of its own",
}
WRITERS = tuple(scheme for scheme in READERS if scheme != MEMORY)  # what commands write to


def url_of(path: str | os.PathLike[str]) -> str | None:
    """Return the URL that `path` is, "s3:/x" of a `Path` as "s3://x"; None if it is none.

    The name of a scheme alone is a URL, too, of no bucket.
    """
    if os.fspath(path) in (f"{scheme}:" for scheme in READERS):
        return f"{path}//"
    found = URL.fullmatch(os.fspath(path))
    return f"{found['scheme']}://{found['rest']}".rstrip("/") if found else None


def is_in_memory(path: str | os.PathLike[str]) -> bool:
    """Return True for a URL of files that only this process sees."""
    return (url_of(path) or "").startswith(f"{MEMORY}://")


def is_gathered(path: str | os.PathLike[str]) -> bool:
    """Return True for a URL where many writes become one commit, some time after them."""
    return (url_of(path) or "").startswith("hf://")


def shown(path: str | os.PathLike[str]) -> str:
    """Return how sentences name a path or URL."""
    return url_of(path) or os.fspath(path)


def joined(root: Path, name: str) -> Path:
    """Return the path or URL `name`; a relative one starts from the path or URL `root`.

    A URL has no dots in it, unless they lead out of its bucket, which `check_url` refuses.
    """
    url, start = url_of(name), url_of(root)
    if url is not None:
        return local_path(url) or Path(url)
    if start is None or name.startswith("/"):
        return root / name
    bucket, _, folder = start.partition("://")[2].partition("/")
    inner = posixpath.normpath(posixpath.join(folder, name))
    if inner.split("/")[0] == "..":
        return root / name
    return Path(f"{start.partition('://')[0]}://{bucket}", inner)


def readable(called: str, root: Path, name: str, kind: type[InputError]) -> Path:
    """Return the path or URL `name`, the value of `called`, as `joined` does; refuse bad URLs.

    Raises
    ------
    InputError
        As of `place_of`.
    """
    check_bucket(called, name, kind)
    return place_of(called, joined(root, name), kind, READERS)


def check_bucket(called: str, text: str, kind: type[InputError]) -> None:
    """Refuse a URL like "s3:///x", as scripts give where a variable is not set.

    A `Path` of it would have the bucket "x".

    Raises
    ------
    InputError
        Of the class `kind`.
    """
    scheme, _, rest = text.partition("://")
    if rest.startswith("/") and scheme in WRITERS:
        message = (
            f"{called} is {text}, without the name of a bucket; expected {scheme}://BUCKET/FOLDER."
        )
        raise kind(message)


def local_path(url: str) -> Path | None:
    """Return the path that a `file://` URL names; None for other URLs."""
    return Path("/", url.removeprefix("file://")) if url.startswith("file://") else None


def place_of(
    called: str, path: Path, kind: type[InputError], schemes: Collection[str] = WRITERS
) -> Path:
    """Return the path `path`, the value of `called`, which may be a URL; `file://` as a path.

    Raises
    ------
    InputError
        Of the class `kind`, if the URL cannot be one of a store or has secrets in it, which the
        sentence leaves out.
    InstallError
        If the client of stores is not installed.
    """
    url = url_of(path)
    if url is None:
        return path
    local = local_path(url)
    if local is None:
        check_url(called, url, kind, schemes)
    return local or path


def check_url(
    called: str, url: str, kind: type[InputError], schemes: Collection[str] = WRITERS
) -> None:
    """Refuse a URL that is of none of `schemes`, without a bucket, or with secrets in it."""
    scheme, _, rest = url.partition("://")
    if scheme == MEMORY and scheme not in schemes:
        message = (
            f"{called} is {url}, in the memory of this command, which ends with it; expected a "
            "path or the URL of a store that lasts. From Python, imggen.generate takes it."
        )
        raise kind(message)
    if scheme not in schemes:
        known = ", ".join(f"{one}://" for one in schemes)
        message = (
            f"{called} is a URL of the scheme {scheme}://; expected a path, or one of {known}."
        )
        raise kind(message)
    if "?" in rest or "#" in rest or "@" in rest.split("/")[0]:
        message = (
            f"{called} is a {scheme}:// URL with a user, password, query or fragment in it; give "
            "the plain URL, and credentials as the store's own tools take them (environment or "
            "role)."
        )
        raise kind(message)
    parts = rest.split("/")
    if not parts[0] or any(part in ("", ".", "..") for part in parts[1:]):
        message = (
            f"{called} is {url}; expected {scheme}://BUCKET/FOLDER, without empty parts or dots."
        )
        raise kind(message)
    if scheme in OBSTORE and not BUCKET.fullmatch(parts[0]):
        message = (
            f"{called} is {url}; expected {scheme}://BUCKET/FOLDER, where the name of a bucket has "
            'letters, digits, ".", "-" and "_".'
        )
        raise kind(message)
    client, install = READERS[scheme]
    if find_spec(client) is None:
        message = f"{called} is {url}, which needs {client}; it is not installed; try: {install}"
        raise InstallError(message)
