"""URLs of folders in object stores: which are taken, and how sentences name them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from imggen.errors import InputError, InstallError
from imggen.paths import URL

SCHEMES = ("s3", "gs", "az")
CLIENT, INSTALL = "obstore", "pip install imggen[s3]"


def url_of(path: str | os.PathLike[str]) -> str | None:
    """Return the URL that `path` is, "s3:/x" of a `Path` as "s3://x"; None if it is none.

    The name of a scheme alone is a URL, too, of no bucket.
    """
    if os.fspath(path) in (f"{scheme}:" for scheme in SCHEMES):
        return f"{path}//"
    found = URL.fullmatch(os.fspath(path))
    return f"{found['scheme']}://{found['rest']}".rstrip("/") if found else None


def shown(path: str | os.PathLike[str]) -> str:
    """Return how sentences name a path or URL."""
    return url_of(path) or os.fspath(path)


def place_of(called: str, path: Path, kind: type[InputError]) -> Path:
    """Return the folder `path`, the value of `called`, which may be a URL; `file://` as a path.

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
    if url.startswith("file://"):
        return Path("/", url.removeprefix("file://"))
    check_url(called, url, kind)
    return path


def check_url(called: str, url: str, kind: type[InputError]) -> None:
    """Refuse a URL of an unknown scheme, without a bucket, or with secrets in it."""
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES:
        known = ", ".join(f"{one}://" for one in SCHEMES)
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
    if find_spec(CLIENT) is None:
        message = f"{called} is {url}, which needs {CLIENT}; it is not installed; try: {INSTALL}"
        raise InstallError(message)
