"""Locks on files and folders, by flock: they end with the process that holds them.

On NFS, Linux makes them locks of the server, so that machines see those of each other.
"""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imggen.errors import OutputError

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def lock(file: int, kind: int, message: str, out: Path) -> None:
    """Lock a descriptor until it is closed; refuse with `message` if another holds it.

    Raises
    ------
    OutputError
        Then, or if the file system of `out` has no locks.
    """
    try:
        with locks_explained(out):
            fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(message) from None


@contextmanager
def locks_explained(out: Path) -> Iterator[None]:
    """Say what to do where the file system of `out` has no locks.

    Raises
    ------
    OutputError
        Saying so.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        message = (
            f"{out} cannot be locked against other runs: its file system has no locks. Mount it "
            "with locks (NFS: without nolock, and with a lock service), or choose another --out."
        )
        raise OutputError(message) from error
