"""Writes to a repository of the Hugging Face Hub, gathered to commits.

The Hub takes about two commits a minute, so writes are staged, and one commit takes all that have
come since the last one. It is made as a whole or not at all, and commits follow one another in the
order of the writes: a file that is written after another is never there without it. Large files are
sent meanwhile, which does not make them a part of the repository yet.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

from imggen.store.url_content import Written
from imggen.swept import swept_folder

COMMIT_SECONDS = 60  # from one to the next: the Hub takes 128 an hour
MOST_FILES = 2000  # in a commit
WAITING_BYTES = 2**28  # of staged files that are not sent yet
MOST_BYTES = 2**16  # of a staged file that stays in memory; others are copied to the disk
UPLOADS = 8  # at the same time
ASKED_AT_ONCE = 500  # paths in a request
MESSAGE = "Write with imggen"


class Commits:
    """The commits of a repository.

    Parameters
    ----------
    repo : its name and type, as the functions of huggingface_hub take them

    Attributes
    ----------
    api : huggingface_hub's
    lock : held while what is staged changes
    """

    def __init__(self, repo: dict[str, str], revision: str) -> None:
        self._hub = import_module("huggingface_hub")
        self.api = self._hub.HfApi()
        self.lock = RLock()
        self._repo, self._revision = repo, revision
        self._staged: dict[str, Any] = {}  # operations by path, in order
        self._waiting_bytes = 0
        self._numbers = count()
        self._folder: Path | None = None
        self._stack = ExitStack()
        self._committed = time.monotonic()

    def add(self, path: str, content: Written) -> None:
        """Stage a file, whose content may change afterwards; commit if it is time to."""
        with self.lock:
            self.flush_if_staged(path)
            if isinstance(content, bytes) and len(content) <= MOST_BYTES:
                kept: bytes | Path = content
            else:
                kept = self._copy_of(content)
            self._staged[path] = self._hub.CommitOperationAdd(path, kept)
            self._waiting_bytes += kept.stat().st_size if isinstance(kept, Path) else len(kept)
            if self._waiting_bytes > WAITING_BYTES:
                self._send()
            due = time.monotonic() - self._committed > COMMIT_SECONDS
            if due or len(self._staged) >= MOST_FILES:
                self.flush()

    def copy(self, path: str, to: str) -> None:
        """Stage a copy of a file."""
        with self.lock:
            self.flush_if_staged(path)
            self.flush_if_staged(to)
            self._staged[to] = self._hub.CommitOperationCopy(path, to)

    def remove(self, path: str) -> None:
        """Stage the removal of a file; it may be gone."""
        with self.lock:
            self.flush_if_staged(path)
            self._staged[path] = self._hub.CommitOperationDelete(path, is_folder=False)

    def flush_if_staged(self, path: str) -> None:
        """Commit what is staged if a file of that path is, as a commit has one write of each."""
        with self.lock:
            if path in self._staged:
                self.flush()

    def flush(self) -> None:
        """Commit what is staged; what fails stays staged."""
        with self.lock:
            if self._staged:
                self._send()
                self._commit(self._wanted())
                self._staged.clear()
                self._stack.close()  # with all copies
                self._folder = None
            self._committed = time.monotonic()

    def add_upon(self, head: str, path: str, content: bytes) -> None:
        """Commit a file, if the last commit is still `head`."""
        self._commit([self._hub.CommitOperationAdd(path, content)], parent_commit=head)

    def _copy_of(self, content: Written) -> Path:
        if self._folder is None:
            self._folder = self._stack.enter_context(swept_folder(Path(tempfile.gettempdir())))
        path = self._folder / str(next(self._numbers))
        if isinstance(content, Path):
            shutil.copyfile(content, path)
            return path
        with path.open("xb") as file:
            file.writelines([content] if isinstance(content, bytes | memoryview) else content)
        return path

    def _added(self) -> list[Any]:
        kind = self._hub.CommitOperationAdd
        return [one for one in self._staged.values() if isinstance(one, kind)]

    def _send(self) -> None:
        """Send what large files hold, and remove the copies of those."""
        copies = [(one, one.path_or_fileobj) for one in self._added()]
        self.api.preupload_lfs_files(
            additions=self._added(), revision=self._revision, num_threads=UPLOADS, **self._repo
        )
        self._waiting_bytes = 0
        for one, copy in copies:
            if isinstance(copy, str) and one.path_or_fileobj != copy:
                Path(copy).unlink()

    def _wanted(self) -> list[Any]:
        """Return what is staged, without removals of files that are not there."""
        kind = self._hub.CommitOperationDelete
        removed = [path for path, one in self._staged.items() if isinstance(one, kind)]
        gone = set(removed)
        for start in range(0, len(removed), ASKED_AT_ONCE):
            paths = removed[start : start + ASKED_AT_ONCE]
            found = self.api.get_paths_info(paths=paths, revision=self._revision, **self._repo)
            gone.difference_update(one.path for one in found)
        return [one for path, one in self._staged.items() if path not in gone]

    def _commit(self, operations: list[Any], **upon: str) -> None:
        if operations:
            self.api.create_commit(
                operations=operations,
                commit_message=MESSAGE,
                revision=self._revision,
                num_threads=UPLOADS,
                **self._repo,
                **upon,
            )
