"""Stop signals: Ctrl-C, SIGTERM and SIGHUP.

The signal handlers do nothing, so no code is ever interrupted by an exception. The system writes
the number of each signal to a pipe, and a thread that reads it decides:

- While images are rendered, the first signal sets a flag. No more tasks are handed out, workers
  give up their chunks between two scenes, and then the pool and the command end as usual.
- A second signal, or GRACE_SECONDS after the first, or a signal at any other time, ends all
  processes at once. That is always safe, as every file is either complete or absent.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 0.8  # from the first signal to the end: people wait a second and no longer
BEFORE_RUN = "stopped before anything was written."
OVER = 0  # sent through the pipe when the command has ended and nothing is left to stop
STDOUT, STDERR = 1, 2
SHOW_CURSOR = b"\r\n\x1b[?25h"  # ECMA-48; a progress bar may have hidden it


class Stopped(BaseException):
    """Raised once a command that a signal has stopped has ended its work in an orderly way."""


class Stop:
    """The reaction of one command to stop signals.

    Attributes
    ----------
    started : time at which the command began, by `time.monotonic`
    number : number of the first stop signal; 0 until one arrives
    sentence : returns how far the command got
    """

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.number = 0
        self.sentence: Callable[[], str] = lambda: BEFORE_RUN
        self._set_flag: Callable[[], None] | None = None
        self._flag_lock = threading.Lock()
        self._clean_ups: list[Callable[[], object]] = []
        self._starting = threading.Lock()  # held while child processes start
        self._last_word = threading.Lock()  # taken once, by the thread that reports the end
        self._settled = False

    @contextmanager
    def draining(self, set_flag: Callable[[], None]) -> Iterator[None]:
        """Within the block, let the first signal call `set_flag` and do nothing else."""
        with self._flag_lock:
            self._set_flag = set_flag
        try:
            yield
        finally:
            with self._flag_lock:
                self._set_flag = None

    @contextmanager
    def cleaning_up(self, clean_up: Callable[[], object]) -> Iterator[None]:
        """Call `clean_up` if the process is ended at once within the block."""
        self._clean_ups.append(clean_up)
        try:
            yield
        finally:
            self._clean_ups.remove(clean_up)

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Delay an immediate end while the block starts child processes or makes temporary files.

        Children block stop signals: terminals and batch systems send these to all processes, but
        only the parent decides when its children end.
        """
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # children inherit it
        try:
            with self._starting:
                yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def settle(self) -> None:
        """Ignore all further signals; the caller reports how the command ended."""
        if not self._settled:
            self._last_word.acquire()
            self._settled = True

    def run(self, command: Callable[[], int]) -> int:
        """Run `command` and return its exit code, or that of the signal that stopped it."""
        try:
            return command()
        except Stopped:
            self.settle()
            with suppress(OSError, ValueError):  # the terminal may be gone
                sys.stderr.write(f"imggen: {self.sentence()}\n")
            return self.exit_code

    @property
    def exit_code(self) -> int:
        """The exit code after a stop signal, as shells report it: 128 and its number."""
        return 128 + self.number

    def watch(self, pipe: int) -> None:
        """Act on the signal numbers read from `pipe`, until OVER."""
        number = next_number(pipe)
        if not number:
            return
        if self._begin_drain(number) and next_number(pipe, GRACE_SECONDS) == OVER:
            return
        if self._last_word.acquire(blocking=False):
            self._end()

    def _begin_drain(self, number: int) -> bool:
        """Note the first signal; within a `draining` block, set the flag and return True."""
        with self._flag_lock:
            self.number = number
            if self._set_flag is None:
                return False
            self._set_flag()
            return True

    def _end(self) -> None:
        """Print how far the command got, and end this process and all its children."""
        self._starting.acquire(timeout=GRACE_SECONDS)
        try:
            write_last(self.sentence())
            for clean_up in reversed(self._clean_ups):
                with suppress(Exception):  # the remaining ones must still run
                    clean_up()
        finally:
            os._exit(self.exit_code)


_current = Stop()  # one per process, as signals are; no signal reaches this first one


def current() -> Stop:
    """Return the `Stop` of the command that this process runs."""
    return _current


def until_stopped(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code, or that of the signal that stopped it."""
    with watched() as stop:
        return stop.run(command)


def leave(command: Callable[[], int]) -> NoReturn:
    """Run `command` and exit with its code; signals that arrive while exiting are ignored."""
    with watched() as stop:
        exit_code = stop.run(command)
        stop.settle()
        for number in handled():
            signal.signal(number, signal.SIG_IGN)
    sys.exit(exit_code)


@contextmanager
def watched() -> Iterator[Stop]:
    """Yield a new `Stop` that receives the stop signals of the block."""
    global _current  # noqa: PLW0603  # signals have no other owner than the process
    before, _current = _current, Stop()
    try:
        with numbers_of_signals() as pipe, watching(_current, pipe):
            yield _current
    finally:
        _current = before


@contextmanager
def numbers_of_signals() -> Iterator[tuple[int, int]]:
    """Yield both ends of a pipe to which the system writes the numbers of stop signals."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    numbers = handled()
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False) if numbers else -1
    before = {number: signal.signal(number, do_nothing) for number in numbers}
    try:
        yield reader, writer
    finally:
        for number, old in before.items():
            if signal.getsignal(number) is do_nothing:
                signal.signal(number, old)
        if numbers:
            signal.set_wakeup_fd(wakeup)
        os.close(reader)
        os.close(writer)


@contextmanager
def watching(stop: Stop, pipe: tuple[int, int]) -> Iterator[None]:
    """Let `stop` watch `pipe` in its own thread until the block ends."""
    reader, writer = pipe
    thread = threading.Thread(target=stop.watch, args=(reader,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(writer, bytes([OVER]))
        thread.join()


def handled() -> list[signal.Signals]:
    """Return the stop signals to handle: all but those that nohup or a shell have disabled.

    Outside the main thread Python allows no handlers, so the list is empty.
    """
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]


@contextmanager
def keeping_handlers() -> Iterator[None]:
    """Put back the handlers of stop signals that a library replaces within the block."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)


def do_nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal: Python has written its number to the pipe."""


def next_number(pipe: int, seconds: float | None = None) -> int | None:
    """Wait for a stop signal in `pipe`; return its number, OVER, or None after `seconds`."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if end is None else max(0.0, end - time.monotonic())
        if not select.select([pipe], [], [], left)[0]:
            return None
        [number] = os.read(pipe, 1)
        if number == OVER or number in STOP_SIGNALS:  # others have handlers of their own
            return number


def write_last(sentence: str) -> None:
    """Write `sentence` straight to the descriptor of stderr; no other thread can hold it up."""
    start = SHOW_CURSOR if os.isatty(STDERR) else b""
    with suppress(OSError):  # the terminal may be gone
        if select.select([], [STDERR], [], 0)[1]:  # a full pipe may have no reader
            os.write(STDERR, start + f"imggen: {sentence}\n".encode(errors="backslashreplace"))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.dup2(nowhere, STDERR)
