"""Files and folders at fsspec URLs: which URLs are taken, their file system, and retries."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from imggen.errors import InputError, InstallError, RunError

URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/+(?P<rest>.*)", re.DOTALL)
# By scheme: the module that its client is in, and what to install.
CLIENTS = {
    "s3": ("obstore", "imggen[s3]"),
    "gs": ("obstore", "imggen[s3]"),
    "az": ("obstore", "imggen[s3]"),
    "hf": ("huggingface_hub", "huggingface_hub"),
    "memory": ("fsspec", "fsspec"),
}
THROUGH_OBSTORE = ("s3", "gs", "az")
TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0  # seconds; each pause is twice the one before
TIMEOUT = "60s"  # of a request, after which it is tried again
# Errors that trying again does not change.
FINAL = (FileNotFoundError, FileExistsError, PermissionError, NotImplementedError, ValueError)
FINAL_NAMES = ("Unauthenticated", "PermissionDenied", "Unauthorized", "Generic credential")

Result = TypeVar("Result")


def url_of(path: str | os.PathLike[str]) -> str | None:
    """Return the URL that `path` is, "s3:/x" of a `Path` as "s3://x"; None if it is none."""
    found = URL.fullmatch(os.fspath(path))
    return f"{found['scheme']}://{found['rest']}".rstrip("/") if found else None


def shown(path: str | os.PathLike[str]) -> str:
    """Return how sentences name a path or URL."""
    return url_of(path) or os.fspath(path)


def localised(path: Path) -> Path:
    """Return the path that a URL of the scheme `file` stands for; any other path as it is."""
    url = url_of(path)
    return Path("/", url.removeprefix("file://")) if url and url.startswith("file://") else path


def check_url(called: str, url: str, kind: type[InputError]) -> None:
    """Refuse a URL of an unknown scheme, or one that has secrets in it.

    Raises
    ------
    InputError
        Of the class `kind`; the sentence has no secrets.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in CLIENTS:
        known = ", ".join(f"{one}://" for one in ("file", *CLIENTS))
        message = (
            f"{called} is a URL of the scheme {scheme}://; expected a path, or one of {known}."
        )
        raise kind(message)
    if "?" in rest or "#" in rest or "@" in rest.split("/")[0]:
        message = (
            f"{called} is a {scheme}:// URL with a user, password or query in it; give the plain "
            "URL, and credentials as the store's own tools take them (environment or role)."
        )
        raise kind(message)
    if not rest.strip("/"):
        message = f"{called} is {scheme}://; expected a bucket and a folder in it."
        raise kind(message)


def open_files(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of `url`, and the path of `url` in it.

    Raises
    ------
    InstallError
        If its client is not installed.
    """
    scheme, _, path = url.partition("://")
    module, package = CLIENTS[scheme]
    try:
        import_module("fsspec")
        import_module(module)
    except ImportError:
        message = f"{scheme}:// needs a package that is not installed: pip install {package}"
        raise InstallError(message) from None
    if scheme in THROUGH_OBSTORE:
        store = import_module("obstore.fsspec").FsspecStore
        return store(scheme, client_options=client_options()), path
    files = import_module("fsspec").filesystem(scheme)
    return files, f"/{path}" if scheme == "memory" else path


def client_options() -> dict[str, Any]:
    """Return the options of obstore's clients; these replace what it reads of the environment."""
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return {"timeout": TIMEOUT, **({"allow_http": True} if plain else {})}


def create_file(files: Any, url: str, content: bytes) -> None:  # noqa: ANN401  # of fsspec
    """Write a file by the store's own conditional write.

    Raises
    ------
    FileExistsError
        If there is one.
    NotImplementedError
        If the store has no such write.
    """
    scheme, _, path = url.partition("://")
    if scheme not in THROUGH_OBSTORE:
        files.pipe_file(f"/{path}" if scheme == "memory" else path, content, mode="create")
        return
    obstore = import_module("obstore")  # whose file system for fsspec leaves `mode` out
    bucket, _, key = path.partition("/")
    store = import_module("obstore.store").from_url(
        f"{scheme}://{bucket}", client_options=client_options()
    )
    try:
        obstore.put(store, key, content, mode="create")
    except import_module("obstore.exceptions").AlreadyExistsError as error:
        raise FileExistsError(url) from error


def retried(what: str, call: Callable[[], Result]) -> Result:
    """Return the result of `call`, which is repeated after errors that may pass.

    Raises
    ------
    RunError
        Saying that `what` failed ("s3://b/x cannot be written"), after TRIES tries.
    OSError, ValueError
        If trying again would not help.
    """
    for number in range(TRIES):
        try:
            return call()
        except FINAL:
            raise
        except Exception as error:  # noqa: BLE001  # clients have errors of their own
            if number == TRIES - 1 or type(error).__name__.startswith(FINAL_NAMES):
                message = f"{what}: {reason_of(error)}; what is finished is kept."
                raise RunError(message) from None
        pause = min(FIRST_PAUSE * 2**number, LONGEST_PAUSE)
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # so that clients do not coincide
    raise AssertionError


def reason_of(error: Exception) -> str:
    """Return the first line of an error without queries of URLs, which may hold signatures."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return re.sub(r"\?\S*", "", line)[:200].rstrip(".")
