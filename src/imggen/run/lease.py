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
from secrets import token_hex
from threading import Event, Thread
from typing import Any

from imggen.errors import ImggenError, OutputError
from imggen.store.layout import JOURNAL, PARTITIONS
from imggen.store.url_store import UrlStore

LEASE = "lease.json"
RENEWAL_SECONDS = 30
EXPIRY_SECONDS = 180


class Lease:
    """The lease of the run in the folder of `store`, or of its partition `share`."""

    def __init__(self, store: UrlStore, share: str | None) -> None:
        self.name = f"{own_folder(share)}/{LEASE}"
        self._called = store.url if share is None else f"partition {int(share)} of {store.url}"
        self._store = store
        self._token = token_hex(8)  # of this run alone: a write that is repeated finds itself
        self._end = Event()
        self._renewing: Thread | None = None

    def take(self) -> None:
        """Take the lease.

        Raises
        ------
        OutputError
            If another run has it, or the store cannot be written to.
        """
        if not self._store.create(self.name, self._content()):
            self._take_over()
        self._renewing = Thread(target=self._renew, daemon=True)
        self._renewing.start()

    def release(self) -> None:
        """Remove the lease, if this run has it."""
        if self._renewing is None:
            return
        self._end.set()
        self._renewing.join()
        self._renewing = None
        with suppress(ImggenError):  # it expires
            self._store.remove([self.name])

    def _take_over(self) -> None:
        other = self._store.get_json(self.name)
        if is_alive(other) and other.get("token") != self._token:
            message = (
                f"{self._called} is being written by another run (process {other['process']} of "
                f"{other['host']}); wait for it, or {EXPIRY_SECONDS} seconds if it was killed."
            )
            raise OutputError(message)
        self._store.put(self.name, self._content())

    def _renew(self) -> None:
        while not self._end.wait(RENEWAL_SECONDS):
            with suppress(ImggenError):  # the next renewal may succeed
                self._store.put(self.name, self._content())

    def _content(self) -> bytes:
        values = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "token": self._token,
            "renewed": time.time(),
        }
        return json.dumps(values).encode()


def own_folder(share: str | None) -> str:
    """Return the name of the folder with the records of a run, or of its partition `share`."""
    return JOURNAL if share is None else f"{JOURNAL}/{PARTITIONS}/{share}"


def is_alive(lease: Any) -> bool:  # noqa: ANN401  # JSON
    """Return True if the run that wrote the values of a lease may still go on."""
    if not isinstance(lease, dict) or not {"host", "process", "renewed"} <= lease.keys():
        return False
    if lease["host"] == socket.gethostname() and not is_process(int(lease["process"])):
        return False
    return time.time() - float(lease["renewed"]) < EXPIRY_SECONDS


def is_process(number: int) -> bool:
    """Return True if there is a process of that number on this machine."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
