"""A pool of worker processes on pipes, which needs no semaphores."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from typing import IO, cast

from imggen.signals import current

PROGRAM = "from imggen.run.engines.pipes import main; main({})"

Child = subprocess.Popen[bytes]


class PipePool:
    """Worker processes, each with a thread here that writes its tasks and reads their results."""

    def __init__(self, workers: int, environment: Mapping[str, str]) -> None:
        with current().starting():
            self._children = [start_child(environment) for _ in range(workers)]
        self._threads = ThreadPoolExecutor(workers)
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    def submit(self, function: Callable[..., object], /, *args: object) -> Future[object]:
        """Run `function(*args)` in a worker."""
        return self._threads.submit(self._call, function, args)

    def _call(self, function: Callable[..., object], args: tuple[object, ...]) -> object:
        child = self._idle.get()
        try:
            return call(child, function, args)
        finally:
            self._idle.put(child)

    def shutdown(self, *, kill_workers: bool) -> None:
        """End all workers, at once or when they have done their tasks, and wait for their end."""
        if kill_workers:
            self.kill()
        self._threads.shutdown(cancel_futures=kill_workers)
        for child in self._children:
            child.communicate()  # there is nothing to say: it ends with its input

    def kill(self) -> None:
        """Kill all workers, and wait for nothing."""
        for child in self._children:
            child.kill()


def start_child(environment: Mapping[str, str]) -> Child:
    """Start a worker; it imports from where this process does."""
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)  # noqa: PTH100  # "" is here
    return subprocess.Popen(  # noqa: S603  # this very program
        [sys.executable, "-P", "-c", PROGRAM.format(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment, "PYTHONPATH": path},
    )


def call(child: Child, function: Callable[..., object], args: tuple[object, ...]) -> object:
    """Return what `function(*args)` returns in `child`, or raise its error.

    Raises
    ------
    BrokenProcessPool
        If the child has died.
    """
    try:
        send((function, args), cast("IO[bytes]", child.stdin))
        result, error = pickle.load(cast("IO[bytes]", child.stdout))  # noqa: S301  # our own child
    except (OSError, EOFError, pickle.UnpicklingError) as broken:
        raise BrokenProcessPool(f"worker {child.pid} has died") from broken
    if error is not None:
        raise error
    return result


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Run the functions in `requests` until there are no more."""
    while True:
        try:
            function, args = pickle.load(requests)  # noqa: S301  # from our own parent
        except EOFError:
            return
        try:
            reply: tuple[object, Exception | None] = (function(*args), None)
        except Exception as error:  # noqa: BLE001  # the parent raises it
            reply = (None, error)
        send(reply, replies)


def send(message: object, pipe: IO[bytes]) -> None:
    """Write `message` to `pipe` now."""
    pickle.dump(message, pipe)
    pipe.flush()


def main(parent: int) -> None:
    """Be a worker of the process `parent`, which writes to stdin and reads from stdout."""
    from imggen.run.engines.pools import get_ready  # noqa: PLC0415  # which imports this module

    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries may print is no reply
    get_ready(parent)
    serve(requests, replies)
