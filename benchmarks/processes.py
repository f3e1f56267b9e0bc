"""Runs a command and watches it: time, CPU, memory, and when its first image is there."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h
LOOK_SECONDS = 0.005
MEMORY_EVERY = 8  # looks
REPO = Path(__file__).parents[1]
PYTHON = REPO / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Ran:
    """What a command took.

    Attributes
    ----------
    seconds, cpu_seconds : of the command with all its processes
    first_seconds : until the first image was there
    parent_mb : the most memory of the command's first process
    worker_mb : the most of any other of its processes, shared memory included
    worker_own_mb : the same without what it shares
    """

    seconds: float
    cpu_seconds: float
    first_seconds: float | None
    parent_mb: float | None
    worker_mb: float | None
    worker_own_mb: float | None


class Watcher(threading.Thread):
    """Looks at a process and its descendants, until it is told to stop."""

    def __init__(self, pid: int, images: Path, started: float) -> None:
        super().__init__(daemon=True)
        self.first_seconds: float | None = None
        self.peak_kb: dict[int, int] = {}
        self.own_kb: dict[int, int] = {}
        self._pid = pid
        self._images = images
        self._begun = started
        self._over = threading.Event()

    def run(self) -> None:
        """Look, and look again."""
        looks = 0
        while not self._over.wait(LOOK_SECONDS):
            if self.first_seconds is None and has_image(self._images):
                self.first_seconds = time.perf_counter() - self._begun
            if looks % MEMORY_EVERY == 0:
                for pid in family(self._pid):
                    self._note_memory(pid)
            looks += 1

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()

    def _note_memory(self, pid: int) -> None:
        known = status(pid)
        self.peak_kb[pid] = max(self.peak_kb.get(pid, 0), known.get("VmHWM", 0))
        self.own_kb[pid] = max(self.own_kb.get(pid, 0), known.get("RssAnon", 0))


def watch(command: Sequence[str], images: Path) -> Ran:
    """Run `command`, which puts its images into the folder `images`.

    Raises
    ------
    CalledProcessError
        If it fails.
    """
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    become_reaper()
    own = children()
    started = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    watcher = Watcher(process.pid, images, started)
    watcher.start()
    _, wait_status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    cpu_seconds = used.ru_utime + used.ru_stime + reap_helpers(own)
    watcher.stop()
    process.returncode = os.waitstatus_to_exitcode(wait_status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    others = [pid for pid in watcher.peak_kb if pid != process.pid]
    return Ran(
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        first_seconds=watcher.first_seconds,
        parent_mb=megabytes(watcher.peak_kb.get(process.pid)),
        worker_mb=megabytes(max((watcher.peak_kb[pid] for pid in others), default=None)),
        worker_own_mb=megabytes(max((watcher.own_kb[pid] for pid in others), default=None)),
    )


def become_reaper() -> None:
    """Have what a command leaves behind become a child of this process, as its fork server."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def reap_helpers(own: set[int]) -> float:
    """Wait for what a command has left behind; returns its CPU seconds, with its workers.

    This process goes on with the children that are its `own`.
    """
    seconds = 0.0
    while left := children() - own:
        for pid in left:
            used = os.wait4(pid, 0)[2]
            seconds += used.ru_utime + used.ru_stime
    return seconds


def children() -> set[int]:
    """The processes that this one may wait for."""
    parents = filter(None, map(parentage, PROC.glob("[0-9]*")))
    return {pid for pid, parent in parents if parent == os.getpid()}


def bulk(config: Path, out: Path, *options: str) -> list[str]:
    """The command line of `imggen bulk`, as users have it installed."""
    python = str(PYTHON if PYTHON.exists() else sys.executable)
    return [python, "-m", "imggen.bulk", str(config), "--out", str(out), "--quiet", *options]


def has_image(folder: Path) -> bool:
    """Whether there is a whole file in `folder`."""
    try:
        with os.scandir(folder) as entries:
            return any(not entry.name.endswith(".part") for entry in entries)
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    parents = dict(filter(None, map(parentage, PROC.glob("[0-9]*"))))
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def parentage(process: Path) -> tuple[int, int] | None:
    """A process and its parent, unless it is over."""
    try:
        after_name = (process / "stat").read_text().rpartition(")")[2]
    except OSError:
        return None
    return int(process.name), int(after_name.split()[1])


def status(pid: int) -> dict[str, int]:
    """The sizes that Linux tells of a process, kB."""
    try:
        lines = (PROC / f"{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in lines if line.endswith(" kB"))
    return {name: int(value.split()[0]) for name, value in pairs}


def megabytes(kilobytes: int | None) -> float | None:
    """MB of kB."""
    return None if kilobytes is None else kilobytes * 1024 / 1e6
