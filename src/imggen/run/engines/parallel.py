"""The parts of joblib that runs use.

To be imported where they are needed: joblib takes a tenth of a second to load, and a run of one
worker does without. And here only, as joblib warns at its import of a serial mode where a system
lacks semaphores: its own pools would be serial then, those of imggen.run.engines.pools are not.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
    from joblib import dump, load
    from joblib.externals.loky import ProcessPoolExecutor, cpu_count

__all__ = ["LokyPool", "cpu_count", "dump", "load"]

HANDED_ON_SECONDS = 10.0  # far longer than loky's thread takes to hand tasks on to its workers


class LokyPool(ProcessPoolExecutor):  # type: ignore[misc]  # joblib has no types
    """Loky's pool, whose workers get ready while the parent does."""

    _last: Future[object] | None = None

    def submit(self, function: Callable[..., object], /, *args: object) -> Future[object]:
        """Run `function(*args)` in a worker."""
        future: Future[object] = super().submit(function, *args)
        self._last = future
        return future

    def shutdown(self, *, kill_workers: bool) -> None:
        """End all workers, at once or when they have done their tasks, and wait for their end.

        Loky's thread, when it is to kill them, forgets all tasks, and fails at the next one that it
        was to hand on to a worker: so it is given the time to hand on the last.
        """
        if kill_workers and (last := self._last):
            end = time.monotonic() + HANDED_ON_SECONDS
            while not (last.running() or last.done()) and time.monotonic() < end:
                time.sleep(0.001)
        super().shutdown(kill_workers=kill_workers)

    def kill(self) -> None:
        """Kill all workers, and wait for nothing: the process ends at once."""
        for child in multiprocessing.active_children():
            if child.pid:  # 0 would be the whole group
                with suppress(OSError):
                    os.kill(child.pid, signal.SIGKILL)
