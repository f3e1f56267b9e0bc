"""Ctrl-C and its kin as one exception, and pieces of code that they must not cut in two."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Code that is not cut in two: an import would leave half a module, or be refused with an error of
# its own by what is loaded, and a finaliser leaves a tracker names of what is gone.
WHOLE = {"importlib._bootstrap", "_frozen_importlib", "multiprocessing.util"}
AGAIN_SECONDS = 0.05  # until a signal whose exception was lost comes again
ONE_STOP_SECONDS = 2.0  # signals within this time are one wish to stop


class Stopped(BaseException):
    """Someone asked the process to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_code = 128 + number  # as shells report it


class Stopper:
    """A signal handler that raises `Stopped`, and then leaves the clean-up alone for a while."""

    def __init__(self) -> None:
        self._last = -ONE_STOP_SECONDS
        self._timer: threading.Timer | None = None

    def again(self, number: int) -> None:
        """Raise `Stopped` a little later: now it would be lost, or do harm."""
        self.forget()
        self._last = -ONE_STOP_SECONDS
        self._timer = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), number))
        self._timer.start()

    def forget(self) -> None:
        """Raise nothing later."""
        if self._timer is not None:
            self._timer.cancel()

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Raise `Stopped` for the signal `number`."""
        if is_within(WHOLE, frame):
            self.again(number)
            return
        now = time.monotonic()
        if now - self._last >= ONE_STOP_SECONDS:
            self._last = now
            raise Stopped(number)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and SIGHUP raise `Stopped`.

    Where Python calls back from C or out of the garbage collector, exceptions are lost: then it is
    raised again.
    """
    handler = Stopper()
    before = {number: signal.signal(number, handler) for number in handled()}
    usual = sys.unraisablehook

    def notice(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, Stopped):
            handler.again(lost.exc_value.number)
        else:
            usual(lost)

    sys.unraisablehook = notice
    try:
        yield
    finally:
        handler.forget()
        sys.unraisablehook = usual
        for number, old in before.items():
            signal.signal(number, old)


def until_stopped(command: Callable[[], int]) -> int:
    """Run `command`: its exit code, or that of the signal that stopped it while it still loaded."""
    try:
        with stoppable():
            return command()
    except Stopped as stop:
        sys.stderr.write("imggen: stopped before anything was written.\n")
        return stop.exit_code


def leave(exit_code: int) -> NoReturn:
    """End the process; a signal that comes while it does so changes nothing."""
    for number in handled():
        signal.signal(number, signal.SIG_IGN)
    sys.exit(exit_code)


@contextmanager
def held() -> Iterator[None]:
    """Within the block signals wait for its end; processes started in it never get them.

    Terminals and batch systems send them to all processes, and what becomes of the workers is for
    their parent to decide.

    Blocking alone would not do: the system then hands the signal to another thread, and Python
    calls the handler all the same.
    """
    waiting: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: waiting.append(number))
        for number in handled()
    }
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # children inherit it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, old in before.items():
            signal.signal(number, old)
        if waiting:
            signal.raise_signal(waiting[0])


def is_within(modules: Collection[str], frame: FrameType | None) -> bool:
    """Whether `frame`, or what called it, is of the code of one of `modules`."""
    while frame is not None:
        if frame.f_globals.get("__name__") in modules:
            return True
        frame = frame.f_back
    return False


def handled() -> list[signal.Signals]:
    """The signals to handle: not those that nohup or a shell have ignored.

    Python allows none but in the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
