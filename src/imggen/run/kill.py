"""Ends joblib's workers at once, and leaves nothing half done behind."""
# ruff: noqa: SLF001  # joblib and loky have no other way to what is mended here

from __future__ import annotations

import queue
from contextlib import suppress

from joblib.executor import MemmappingExecutor
from joblib.externals.loky import reusable_executor

FEEDER_SECONDS = 1.0  # it takes none, but where a killed worker has left its pipe full


def kill_workers(workers: int) -> None:
    """End the `workers` processes, whatever they do."""
    if workers == 1:  # joblib works in this process then
        return
    # Not get_reusable_executor, which makes another pool, of another kind, where there is none.
    executor = reusable_executor._executor
    if isinstance(executor, MemmappingExecutor):
        drop_waiting(executor)
        feeder = getattr(executor._call_queue, "_thread", None)
        executor.terminate(kill_workers=True)  # lets go of what they shared too
        if feeder is not None:  # it frees a lock, and must tell a tracker before this process ends
            feeder.join(FEEDER_SECONDS)


def drop_waiting(executor: MemmappingExecutor) -> None:
    """Take back what no worker has been given: a killed pool would look for it in vain."""
    with suppress(queue.Empty):
        while True:
            executor._work_ids.get_nowait()
