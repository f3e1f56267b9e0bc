"""Stop signals: Ctrl-C, SIGTERM and SIGHUP.

Signal handlers do nothing here, so no code is ever cut in two by an exception. The system writes
the number of each signal to a pipe, and a thread that reads it decides:

- While images are rendered, the first signal sets a flag. No task is handed out any more, workers
  give up their chunks between two scenes, the pool ends as it always does, and so does the command.
- A second signal, GRACE_SECONDS without an end, or a signal at any other time ends all processes at
  once. That is safe anywhere, as files are whole or absent, and so nothing else needs to check.
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
GRACE_SECONDS = 0.8  # from the first signal to the end: people wait a second, not longer
BEFORE_RUN = "stopped before anything was written."
OVER = 0  # stands in the pipe for: the command has ended, nothing is left to stop
STDOUT, STDERR = 1, 2
SHOW_CURSOR = b"\r\n\x1b[?25h"  # ECMA-48; a progress bar may have hidden it


class Stopped(BaseException):
    """The command was asked to stop, and what it was doing has ended in order."""


class Stop:
    """What a stop signal does to this process.

    Attributes
    ----------
    started : when the command began, by `time.monotonic`
    number : of the first stop signal; 0 until it comes
    sentence : returns how far the command came
    """

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.number = 0
        self.sentence: Callable[[], str] = lambda: BEFORE_RUN
        self._set_flag: Callable[[], None] | None = None
        self._flag_lock = threading.Lock()
        self._clean_ups: list[Callable[[], object]] = []
        self._starting = threading.Lock()  # held while child processes start
        self._last_word = threading.Lock()  # held, for good, by the thread that says how it ended
        self._settled = False

    @contextmanager
    def draining(self, set_flag: Callable[[], None]) -> Iterator[None]:
        """Let the first signal call `set_flag` within the block, and do nothing else."""
        with self._flag_lock:
            self._set_flag = set_flag
        try:
            yield
        finally:
            with self._flag_lock:
                self._set_flag = None

    @contextmanager
    def cleaning_up(self, clean_up: Callable[[], object]) -> Iterator[None]:
        """Call `clean_up` if all ends at once within the block."""
        self._clean_ups.append(clean_up)
        try:
            yield
        finally:
            self._clean_ups.remove(clean_up)

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Start child processes, or make what is to be cleaned up: no end at once comes between.

        Children never get stop signals. Terminals and batch systems send them to all processes, and
        what becomes of children is for their parent to decide.
        """
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # children inherit it
        try:
            with self._starting:
                yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def settle(self) -> None:
        """Leave the last word to the caller: signals change nothing any more."""
        if not self._settled:
            self._last_word.acquire()
            self._settled = True

    def run(self, command: Callable[[], int]) -> int:
        """Run `command`; returns its exit code, or that of the signal that stopped it."""
        try:
            return command()
        except Stopped:
            self.settle()
            with suppress(OSError, ValueError):  # the terminal may be gone
                sys.stderr.write(f"imggen: {self.sentence()}\n")
            return self.exit_code

    @property
    def exit_code(self) -> int:
        """The exit code of a command that a signal has stopped, as shells report it."""
        return 128 + self.number

    def watch(self, pipe: int) -> None:
        """Act on the signals whose numbers come through `pipe`, until OVER."""
        number = next_number(pipe)
        if not number:
            return
        if self._begin_drain(number) and next_number(pipe, GRACE_SECONDS) == OVER:
            return
        if self._last_word.acquire(blocking=False):
            self._end()

    def _begin_drain(self, number: int) -> bool:
        """Note the first signal; set the flag and return True within a block that drains."""
        with self._flag_lock:
            self.number = number
            if self._set_flag is None:
                return False
            self._set_flag()
            return True

    def _end(self) -> None:
        """Say how far the command came, and end this process and all its children."""
        self._starting.acquire(timeout=GRACE_SECONDS)
        try:
            write_last(self.sentence())
            for clean_up in reversed(self._clean_ups):
                with suppress(Exception):  # the others are needed all the same
                    clean_up()
        finally:
            os._exit(self.exit_code)


_current = Stop()  # one for the process, as signals are; no signal reaches this one


def current() -> Stop:
    """The `Stop` of the command that this process runs."""
    return _current


def until_stopped(command: Callable[[], int]) -> int:
    """Run `command`; returns its exit code, or that of the signal that stopped it."""
    with watched() as stop:
        return stop.run(command)


def leave(command: Callable[[], int]) -> NoReturn:
    """Run `command` and end the process; a signal that comes while it ends changes nothing."""
    with watched() as stop:
        exit_code = stop.run(command)
        stop.settle()
        for number in handled():
            signal.signal(number, signal.SIG_IGN)
    sys.exit(exit_code)


@contextmanager
def watched() -> Iterator[Stop]:
    """Hand the stop signals that come within the block to a new `Stop`."""
    global _current  # noqa: PLW0603  # signals have no other owner than the process
    before, _current = _current, Stop()
    try:
        with numbers_of_signals() as pipe, watching(_current, pipe):
            yield _current
    finally:
        _current = before


@contextmanager
def numbers_of_signals() -> Iterator[tuple[int, int]]:
    """Open a pipe to which the system writes the numbers of stop signals: its two ends."""
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
    """Let `stop` watch `pipe`, in a thread of its own, until the block is left."""
    reader, writer = pipe
    thread = threading.Thread(target=stop.watch, args=(reader,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.write(writer, bytes([OVER]))
        thread.join()


def handled() -> list[signal.Signals]:
    """The signals to handle: none that nohup or a shell have ignored.

    Python allows none but in the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]


def do_nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal: Python has written its number to the pipe."""


def next_number(pipe: int, seconds: float | None = None) -> int | None:
    """Wait for a stop signal in `pipe`: its number, OVER, or None after `seconds`."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if end is None else max(0.0, end - time.monotonic())
        if not select.select([pipe], [], [], left)[0]:
            return None
        [number] = os.read(pipe, 1)
        if number == OVER or number in STOP_SIGNALS:  # others have handlers of their own
            return number


def write_last(sentence: str) -> None:
    """Write `sentence` to stderr, and let nothing follow that other threads may still say."""
    start = SHOW_CURSOR if os.isatty(STDERR) else b""
    with suppress(OSError):  # the terminal may be gone
        if select.select([], [STDERR], [], 0)[1]:  # nobody may be reading a pipe that is full
            os.write(STDERR, start + f"imggen: {sentence}\n".encode(errors="backslashreplace"))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.dup2(nowhere, STDERR)
