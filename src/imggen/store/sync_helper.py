"""A process that waits for the disk, so that no run has to; see syncing.py.

It is run by its path, without importing the package, so that it starts in a hundredth of a second.
For each line on stdin it syncs the file systems of a dataset, writes the line to a file in its
journal, with line breaks in place of tabs, and then prints an empty line on stdout.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys


def main() -> None:
    """Serve the process that started this one until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the run; this ends when the run does
    folder = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
    for line in sys.stdin.buffer:
        for path in file_systems(sys.argv[3]):
            sync(path)
        if is_alone():  # the run is over, and a resumed one may have revoked these entries
            return
        write(folder, sys.argv[2], line.removesuffix(b"\n").replace(b"\t", b"\n"))
        os.write(sys.stdout.fileno(), b"\n")


def file_systems(out: str) -> list[str]:
    """Return one path for each file system that holds the folder `out` or an entry of it."""
    paths = {}
    for path in [out, *(entry.path for entry in os.scandir(out))]:
        try:
            paths[os.stat(path).st_dev] = path  # noqa: PTH116  # as above
        except FileNotFoundError:  # a dangling link, or a file that has just been renamed
            continue
    return list(paths.values())


def sync(path: str) -> None:
    """Wait until all writes to the file system of `path` are on the disk."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    file = os.open(path, os.O_RDONLY)
    try:
        if syncfs(file):
            raise OSError(ctypes.get_errno(), "syncfs failed", path)
    finally:
        os.close(file)


def is_alone() -> bool:
    """Return True if the other end of stdin is closed."""
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def write(folder: int, name: str, content: bytes) -> None:
    """Write a file in `folder` atomically, and wait until it is on the disk."""
    partial = f"{name}.part"
    file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644, dir_fd=folder)
    os.write(file, content)
    os.fsync(file)
    os.close(file)
    os.replace(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


if __name__ == "__main__":
    if not os.fork():  # so that the run need not wait for this process
        main()
