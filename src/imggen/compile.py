"""`python -m imggen.compile`: compiles all kernels for this machine, each once, on several CPUs.

Else every process that needs one would compile it, all of them at the same time.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from imggen import kernel_cache
from imggen.signals import current

if TYPE_CHECKING:
    from imggen.kernels import Declared

MOST_PROCESSES = 3  # one kernel takes as long as half of the others together
DECLARES = "\ncompile_kernel("
LOCK = "kernels.lock"
QUEUE = bytes(range(256))  # numbers of kernels, at least as many as there are
SHARE = "--share"


def compile_kernels(say: Callable[[str], None], workers: int | None = None) -> None:
    """Compile all kernels, unless they are there already.

    Parameters
    ----------
    say : is told, in a sentence, what takes long
    workers : processes at the most; None: as many as there are CPUs
    """
    place = kernel_cache.folder()
    if kernel_cache.is_whole(place):
        return
    from joblib import cpu_count  # noqa: PLC0415  # not for the children

    started = time.monotonic()
    say(what_is_done(place))
    with locked(place):
        if not kernel_cache.is_whole(place):  # another process may have done it meanwhile
            kernels = kernel_cache.fingerprint()  # as of now: files may be edited meanwhile
            spread(min(workers or cpu_count(), MOST_PROCESSES))
            kernel_cache.mark_whole(place, kernels)
    say(f"compiled in {time.monotonic() - started:.0f} s")


def what_is_done(place: Path) -> str:
    """Tell people what takes long, and whether it will again."""
    if kernel_cache.is_kept(place):
        return "compiling for this machine, once: a minute or two"
    refused = " and ".join(str(path.parent) for path in list(kernel_cache.places())[1:])
    return (
        "compiling for this machine, a minute or two, and again in the next run: "
        f"{refused} cannot be written; set {kernel_cache.GIVEN} to a folder that can"
    )


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Wait until no other process compiles for the folder `place`."""
    with (place / LOCK).open("w") as lock:
        with suppress(OSError):  # some network disks have no locks: then both compile
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def spread(processes: int) -> None:
    """Compile all kernels in so many processes, each of which takes the next from a queue."""
    queue, feed = os.pipe()
    os.write(feed, QUEUE)
    os.close(feed)
    children: list[subprocess.Popen[bytes]] = []

    def kill_all() -> None:
        for child in children:
            child.kill()

    try:
        with current().cleaning_up(kill_all):
            with current().starting():
                for _ in range(processes):
                    children.append(start_child(queue))  # noqa: PERF401  # those before one that fails
            failed = [child for child in children if child.wait()]
    finally:
        os.close(queue)
        kill_all()
        for child in children:
            child.wait()
    if failed:  # one was killed, or there is an error, which is seen here
        for module in kernel_modules():
            import_module(module)


def start_child(queue: int) -> subprocess.Popen[bytes]:
    """Start a process that does its share; it imports from where this one does."""
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)  # noqa: PTH100  # "" is here
    return subprocess.Popen(  # noqa: S603  # this very program
        [sys.executable, "-P", "-m", "imggen.compile", SHARE],
        stdin=queue,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def share(queue: int) -> None:
    """Compile kernels whose numbers come from `queue`, until it is empty or nobody waits for it."""
    parent = os.getppid()
    kernels = declared_kernels()
    while os.getppid() == parent and (number := os.read(queue, 1)):
        if number[0] < len(kernels):
            kernels[number[0]].compile()


def declared_kernels() -> list[Declared]:
    """All kernels, the longest to compile first, or nearly so: those made from the most files."""
    from imggen.kernels import postponed  # noqa: PLC0415  # the parent needs no Numba

    with postponed() as kernels:
        for module in kernel_modules():
            import_module(module)
    return sorted(kernels, key=lambda kernel: -len(kernel_cache.made_from(kernel.source)))


def kernel_modules() -> list[str]:
    """The modules that declare kernels."""
    files = [path for path in sorted(kernel_cache.sources()) if DECLARES in path.read_text()]
    home = kernel_cache.PACKAGE.parent
    return [".".join(path.relative_to(home).with_suffix("").parts) for path in files]


if __name__ == "__main__":
    if SHARE in sys.argv:
        share(sys.stdin.fileno())
    else:
        compile_kernels(lambda sentence: print(f"imggen: {sentence}", file=sys.stderr))  # noqa: T201  # a command
