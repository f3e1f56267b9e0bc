"""A lease: a small file in a store that keeps a second run from writing to the same folder.

It is created by the store's own conditional write, renewed while the run goes on, and removed at
its end. A lease of a run that was killed is taken over: at once on the machine of that run, else
when it has not been renewed for EXPIRY_SECONDS.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from imggen.errors import ImggenError, OutputError
from imggen.store.layout import JOURNAL, PARTITIONS
from imggen.store.url_store import UrlStore

RENEWAL_SECONDS = 30
EXPIRY_SECONDS = 180


class Lease:
    """The lease of the run in the folder of `store`, or of its partition `share`."""

    def __init__(self, store: UrlStore, share: str | None) -> None:
        own = JOURNAL if share is None else f"{JOURNAL}/{PARTITIONS}/{share}"
        self._name = f"{own}/lease.json"
        self._called = store.url if share is None else f"partition {int(share)} of {store.url}"
        self._store = store
        self._end = Event()
        self._renewing: Thread | None = None

    def take(self) -> None:
        """Take the lease.

        Raises
        ------
        OutputError
            If another run has it.
        """
        try:
            if not self._store.create(self._name, self._content()):
                self._take_over()
        except OSError as error:
            message = (
                f"{self._store.url} cannot be written to: {error}; check name and permissions."
            )
            raise OutputError(message) from error
        self._renewing = Thread(target=self._renew, daemon=True)
        self._renewing.start()

    def release(self) -> None:
        """Remove the lease, if this run has it."""
        if self._renewing is None:
            return
        self._end.set()
        self._renewing.join()
        self._renewing = None
        with suppress(ImggenError, OSError):  # it expires
            self._store.remove(self._name)

    def _take_over(self) -> None:
        other = self._store.get_json(self._name)
        if is_alive(other):
            message = (
                f"{self._called} is being written by another run (process {other['process']} of "
                f"{other['host']}); wait for it, or {EXPIRY_SECONDS} seconds if it was killed."
            )
            raise OutputError(message)
        self._store.put(self._name, self._content())

    def _renew(self) -> None:
        while not self._end.wait(RENEWAL_SECONDS):
            with suppress(ImggenError, OSError):  # the next renewal may succeed
                self._store.put(self._name, self._content())

    def _content(self) -> bytes:
        values = {"host": socket.gethostname(), "process": os.getpid(), "renewed": time.time()}
        return json.dumps(values).encode()


def is_alive(lease: Any) -> bool:  # noqa: ANN401  # JSON
    """Return True if the run that wrote the values of a lease may still go on."""
    if not isinstance(lease, dict) or not {"host", "process", "renewed"} <= lease.keys():
        return False
    if lease["host"] == socket.gethostname():
        try:
            os.kill(int(lease["process"]), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
    return time.time() - float(lease["renewed"]) < EXPIRY_SECONDS
