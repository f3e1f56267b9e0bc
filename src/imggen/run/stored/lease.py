"""A lease: a small file in a store that keeps a second run from writing to the same folder.

It is created, renewed while the run goes on, and taken over by writes that the store itself makes
only if the file is as it was read, so that of two runs one has it. It is removed at the end. A
lease of a run that was killed is taken over: at once on the machine of that run, else when it has
not been renewed for EXPIRY_SECONDS.
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

from imggen.errors import ExplainedError, ImggenError, OutputError
from imggen.run.stored.names import LEASE, own_folder
from imggen.store.url_store import UrlStore

RENEWAL_SECONDS = 30
EXPIRY_SECONDS = 180
SLOWER = 20  # times as long are both where each renewal is a commit
MOST_WRITES = 10  # that find the lease changed, one after the other


class Lease:
    """The lease of the run in the folder of `store`, or of its partition `share`.

    Attributes
    ----------
    lost : True once another run has taken it over
    """

    def __init__(self, store: UrlStore, share: str | None) -> None:
        self.name = f"{own_folder(share)}/{LEASE}"
        self.lost = False
        self._called = store.url if share is None else f"partition {int(share)} of {store.url}"
        self._store = store
        self._slower = SLOWER if store.gathers else 1
        self._token = token_hex(8)  # of this run alone: a write that is repeated finds itself
        self._end = Event()
        self._renewing: Thread | None = None

    def take(self, *, is_new: bool = False) -> None:
        """Take the lease; one that `is_new`, as nothing has been there, is not looked for first.

        Raises
        ------
        OutputError
            If another run has it, or the store cannot be written to.
        """
        taken = is_new and self._store.put_if(self.name, self._content(), None)
        # Where not, another run wrote it right now: what did it write?
        if not taken and not any(self._write() for _ in range(MOST_WRITES)):
            message = (
                f"{self._called} cannot be written: {self.name} there has changed at each of "
                f"{MOST_WRITES} tries to write it; if no other run is beginning there, the store "
                "does not hold to conditional writes."
            )
            raise OutputError(message)
        self._renewing = Thread(target=self._renew, daemon=True)
        self._renewing.start()

    def check(self) -> None:
        """Stop a run whose lease another has taken over, as after a pause of this machine.

        Raises
        ------
        RunError
            Saying so.
        """
        if self.lost:
            message = (
                f"{self._called} has been taken over by another run, as this one gave no sign of "
                f"life for {self._slower * EXPIRY_SECONDS} seconds; what it has finished is kept."
            )
            raise ExplainedError(message)

    def release(self) -> None:
        """Remove the lease, if this run has it."""
        if self._renewing is None:
            return
        self._end.set()
        self._renewing.join()
        self._renewing = None
        with suppress(ImggenError):  # it expires
            if not self.lost and self._is_own(self._store.get_json(self.name)):
                self._store.remove([self.name])
                self._store.flush()

    def _write(self) -> bool:
        """Write the lease unless another run has it; return False if one wrote it meanwhile.

        Raises
        ------
        OutputError
            If another run has it.
        """
        content, version = self._store.read_version(self.name) or (b"null", None)
        other = values_of(content)
        if is_alive(other) and not self._is_own(other):
            message = (
                f"{self._called} is being written by another run (process {other['process']} of "
                f"{other['host']}); wait for it, or {self._slower * EXPIRY_SECONDS} seconds if it "
                "was killed."
            )
            raise OutputError(message)
        return self._store.put_if(self.name, self._content(), version)

    def _is_own(self, values: Any) -> bool:  # noqa: ANN401  # JSON
        return isinstance(values, dict) and values.get("token") == self._token

    def _renew(self) -> None:
        while not self.lost and not self._end.wait(self._slower * RENEWAL_SECONDS):
            with suppress(ImggenError):  # the next renewal may succeed
                self._renew_once()

    def _renew_once(self) -> None:
        found = self._store.read_version(self.name)
        if found is not None and not self._is_own(values_of(found[0])):
            self.lost = True
        else:
            self._store.put_if(self.name, self._content(), found and found[1])

    def _content(self) -> bytes:
        values = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "token": self._token,
            "renewed": time.time(),
            "slower": self._slower,
        }
        return json.dumps(values).encode()


def values_of(content: bytes) -> Any:  # noqa: ANN401  # JSON
    """Return the values of a lease; None if it is damaged."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def is_alive(lease: Any) -> bool:  # noqa: ANN401  # JSON
    """Return True if the run that wrote the values of a lease may still go on."""
    if not isinstance(lease, dict) or not {"host", "process", "renewed"} <= lease.keys():
        return False
    if lease["host"] == socket.gethostname() and not is_process(int(lease["process"])):
        return False
    return time.time() - float(lease["renewed"]) < EXPIRY_SECONDS * int(lease.get("slower", 1))


def is_process(number: int) -> bool:
    """Return True if there is a process of that number on this machine."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
