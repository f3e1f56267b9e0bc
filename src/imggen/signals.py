"""Ctrl-C and its kin as one exception, and pieces of code that they must not cut in two."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TERMINAL_SIGNALS = (signal.SIGINT, signal.SIGHUP)  # terminals send them to children as well
ONE_STOP_SECONDS = 2.0  # signals within this time are one wish to stop


class Stopped(BaseException):
    """Someone asked the process to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number  # as shells report it


class Stopper:
    """A signal handler that raises `Stopped`, and then leaves the clean-up alone for a while."""

    def __init__(self) -> None:
        self._last = -ONE_STOP_SECONDS

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        """Raise `Stopped` for the signal `number`."""
        now = time.monotonic()
        if now - self._last >= ONE_STOP_SECONDS:
            self._last = now
            raise Stopped(number)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block, Ctrl-C, SIGTERM and SIGHUP raise `Stopped`."""
    handler = Stopper()
    before = {number: signal.signal(number, handler) for number in handled()}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@contextmanager
def held() -> Iterator[None]:
    """Within the block signals wait for its end; processes started in it get none of a terminal.

    Blocking alone would not do: the system then hands the signal to another thread, and Python
    calls the handler all the same.
    """
    waiting: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: waiting.append(number))
        for number in handled()
    }
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, TERMINAL_SIGNALS)  # children inherit it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, old in before.items():
            signal.signal(number, old)
    if waiting:
        signal.raise_signal(waiting[0])


def handled() -> list[signal.Signals]:
    """The signals to handle: not those that nohup or a shell have ignored.

    Python allows none but in the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
