"""The parts of joblib that runs use.

To be imported where they are needed: joblib takes a tenth of a second to load, and a run of one
worker does without. And here only, as joblib warns at its import of a serial mode where a system
lacks semaphores: its own pools would be serial then, those of imggen.run.engines.pools are not.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from contextlib import suppress

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
    from joblib import dump, load
    from joblib.externals.loky import ProcessPoolExecutor, cpu_count

__all__ = ["LokyPool", "cpu_count", "dump", "load"]


class LokyPool(ProcessPoolExecutor):  # type: ignore[misc]  # joblib has no types
    """Loky's pool, whose workers get ready while the parent does."""

    def kill(self) -> None:
        """Kill all workers, and wait for nothing: the process ends at once."""
        for child in multiprocessing.active_children():
            if child.pid:  # 0 would be the whole group
                with suppress(OSError):
                    os.kill(child.pid, signal.SIGKILL)
