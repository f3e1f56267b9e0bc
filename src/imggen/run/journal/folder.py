"""The output folder: what may be in it before a run, and what a run puts there."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from imggen.errors import OutputError
from imggen.paths import check_local, os_errors_as, reason_of
from imggen.run.journal.identity import MANIFEST
from imggen.run.journal.journal import Journal
from imggen.run.journal.locks import lock
from imggen.store.digests import read_sealed, write_sealed
from imggen.store.layout import CONFIG, CONTENT, JOURNAL, SUMMARY

WRITES = f"{JOURNAL}/places.json"

Existing = Literal["refuse", "resume", "overwrite"]


@os_errors_as(OutputError)
def check_folder(out: Path, existing: Existing) -> None:
    """Refuse an output folder that cannot be used; leaves it as it is.

    Raises
    ------
    OutputError
        If `out` is a file, cannot be written, or holds what `existing` does not allow.
    """
    check_reach(out)
    obstacle = find_obstacle(out, existing)
    if obstacle is not None:
        raise OutputError(obstacle)


@os_errors_as(OutputError)
def check_reach(out: Path) -> None:
    """Refuse an output folder that cannot be written to, whatever it holds.

    Raises
    ------
    OutputError
        If `out` is a URL or a file, or cannot be written.
    """
    check_local("--out", out, OutputError)
    parent = nearest_folder(out)
    if not parent.is_dir():
        what = "a file" if parent.exists() else "a broken link"
        message = f"{parent} is {what}; expected a folder to write to. Choose another --out."
        raise OutputError(message)
    if not os.access(parent, os.R_OK | os.W_OK | os.X_OK):
        message = f"{parent} cannot be written to; choose another --out or change its permissions."
        raise OutputError(message)
    try_writing(out, parent)


def try_writing(out: Path, parent: Path) -> None:
    """Refuse `out` if what it lacks below `parent`, and a file in it, cannot be made.

    Permissions do not tell all: names may be too long, and folders of the system take no files. It
    is tried in a temporary folder, as another run may be making the same folders now.
    """
    lacking = Path(os.path.abspath(out)).relative_to(os.path.abspath(parent))  # noqa: PTH100  # no ".."
    try:
        with tempfile.TemporaryDirectory(prefix=".imggen-", dir=parent) as folder:
            trial = Path(folder) / lacking
            trial.mkdir(parents=True, exist_ok=True)
            (trial / CONFIG).touch()
    except OSError as error:
        message = f"{out} cannot be written to: {reason_of(error)}; choose another --out."
        raise OutputError(message) from error


def find_obstacle(out: Path, existing: Existing) -> str | None:
    """Return a sentence on what `out` holds that `existing` does not allow; None if nothing."""
    if not out.is_dir() or not any(out.iterdir()):
        return None
    journal, summary = (out / JOURNAL).is_dir(), (out / SUMMARY).is_file()
    return say_obstacle(out, existing, journal=journal, summary=summary)


def say_obstacle(
    out: Path | str, existing: Existing, *, journal: bool, summary: bool
) -> str | None:
    """Return the sentence on a folder `out` that is not empty; None if `existing` allows it."""
    if not journal and not summary:
        done = {"resume": "resumed", "overwrite": "overwritten", "refuse": "used"}[existing]
        what = "holds files that are no imggen run"
        return f"{out} {what}, so it cannot be {done}; choose another --out."
    if existing == "refuse":
        return f"{out} is not empty; give --resume to complete it, --overwrite to replace it."
    if existing == "resume" and not journal:
        return f"{out} has no journal ({JOURNAL}) to resume from; give --overwrite to start anew."
    return None


def nearest_folder(out: Path) -> Path:
    """Return `out` or the nearest folder above it that exists; a broken link counts as a file."""
    return next(path for path in (out, *out.absolute().parents) if os.path.lexists(path))


@contextmanager
def locked_folder(out: Path) -> Iterator[None]:
    """Make `out`, and keep other runs from writing to it.

    Raises
    ------
    OutputError
        If another run writes to it.
    """
    out.mkdir(parents=True, exist_ok=True)
    folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        message = f"{out} is being written by another run; wait for it, or choose another --out."
        lock(folder, fcntl.LOCK_EX, message, out)
        yield
    finally:
        os.close(folder)


def write_names(out: Path, names: Iterable[str]) -> None:
    """Note the names that a run writes right in `out`, for `clear_folder` to find later."""
    write_sealed(out / WRITES, sorted(names))


def read_names(out: Path) -> set[str] | None:
    """Return the names that the run in `out` writes right there; None if they are not known."""
    names = read_sealed(out / WRITES)
    return None if names is None else set(names)


def earlier_settings(out: Path) -> tuple[str, list[str]]:
    """Return the container and the label formats of the run that `out` holds."""
    for path in (out / JOURNAL / MANIFEST, out / SUMMARY):
        # It may be missing, damaged, or of an old version.
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            settings = json.loads(path.read_bytes())
            output = settings.get("output", settings)
            return output.get("container", "files"), list(settings["labels"]["formats"])
    return "files", []


def clear_folder(out: Path, names: Iterable[str]) -> None:
    """Remove what an earlier run put there, `names` among it, and nothing else.

    What is done is forgotten first and the journal goes last, so that a folder half cleared can
    still be overwritten.
    """
    Journal(out).forget()
    for name in (*names, *CONTENT):
        path = out / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
