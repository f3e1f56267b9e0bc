"""Waits for the disk in a process of its own, so that no run has to; see syncing.py.

It is run by its path, without the package: it starts in a hundredth of a second. For each line on
stdin it syncs the file systems that a dataset is on, then writes the line to a file in its journal,
with line breaks for tabs, and says so on stdout with an empty line.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys


def main() -> None:
    """Serve the process that started this one until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the run, which ends this by ending
    folder = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
    for line in sys.stdin.buffer:
        for path in file_systems(os.path.dirname(sys.argv[1])):  # noqa: PTH120  # no pathlib: slow
            sync(path)
        if is_alone():  # a run that was resumed meanwhile may have taken back what the line says
            return
        write(folder, sys.argv[2], line.removesuffix(b"\n").replace(b"\t", b"\n"))
        os.write(sys.stdout.fileno(), b"\n")


def file_systems(out: str) -> list[str]:
    """Return a path on each file system that the folder `out` and what lies right in it are on."""
    paths = {}
    for path in [out, *(entry.path for entry in os.scandir(out))]:
        try:
            paths[os.stat(path).st_dev] = path  # noqa: PTH116  # as above
        except FileNotFoundError:  # a link to nothing, or a file that has just been renamed
            continue
    return list(paths.values())


def sync(path: str) -> None:
    """Wait until all that was written to the file system of `path` is on the disk."""
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
    """Return whether the other end of stdin is closed."""
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def write(folder: int, name: str, content: bytes) -> None:
    """Write a file in `folder`: whole or absent, and on the disk."""
    partial = f"{name}.part"
    file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644, dir_fd=folder)
    os.write(file, content)
    os.fsync(file)
    os.close(file)
    os.replace(partial, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


if __name__ == "__main__":
    if not os.fork():  # the run need not wait for this one
        main()
