"""Checks of paths that users give, and operating-system errors as sentences about them."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from imggen.errors import ImggenError, InputError

WAYS_OUT = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room, as the quota is used up",
    errno.EROFS: "choose another place",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.EMFILE: "raise the limit of open files, like ulimit -n 4096",
}

# "s3://bucket/x", and "s3:/bucket/x", which `Path` turns it into.
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/+(?P<rest>.*)", re.DOTALL)


def check_local(called: str, path: str | os.PathLike[str], kind: type[InputError]) -> None:
    """Raise `kind` if `path`, the value of `called`, is a URL."""
    url = URL.fullmatch(os.fspath(path))
    if url is not None:
        message = (
            f"{called} is {url['scheme']}://{url['rest']}; expected a path on this machine: "
            "URLs are not supported here."
        )
        raise kind(message)


@contextmanager
def os_errors_as(
    kind: type[ImggenError], path: os.PathLike[str] | None = None, done: str = "read"
) -> Iterator[None]:
    """Turn any OSError of the block into a `kind` with a sentence.

    Parameters
    ----------
    path : named in the sentence if the error itself names no file
    done : the failed operation as a participle, like "read" or "written"
    """
    try:
        yield
    except OSError as error:
        name = error.filename or path
        about = "a file" if name is None else os.fsdecode(name)
        way_out = way_out_of(error, "check its name and permissions")
        message = f"{about} cannot be {done}: {reason_of(error)}; {way_out}."
        raise kind(message) from error


def reason_of(error: OSError) -> str:
    """Return the reason of `error` as part of a sentence: `permission denied`."""
    reason = error.strerror or str(error) or type(error).__name__
    return reason[:1].lower() + reason[1:]


def way_out_of(error: OSError, otherwise: str) -> str:
    """Return what to do about `error`, as part of a sentence; `otherwise` if nothing is known."""
    return WAYS_OUT.get(error.errno or 0, otherwise)
