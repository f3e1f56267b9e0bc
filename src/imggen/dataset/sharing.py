"""Art that spawned processes map from memory, in place of a copy for each.

A process that is spawned or comes from a fork server gets its arguments as a pickle. A library in
it is then a reference to a folder that lives as long as the library does in this process.
"""

from __future__ import annotations

import os
import weakref
from contextlib import ExitStack
from dataclasses import fields
from multiprocessing.context import get_spawning_popen
from pathlib import Path
from typing import Any

from imggen.assets import Library

ART = "library.pickle"
_folders: dict[int, Path] = {}  # by the identity of a library


def reduce_library(library: Library) -> Any:  # noqa: ANN401  # as pickle wants it
    """Return what a pickle holds of a library: a reference if it is for a process that starts."""
    if get_spawning_popen() is None:
        return object.__reduce_ex__(library, 4)
    return map_library, (share(library),)


def share(library: Library) -> Path:
    """Write a library where other processes can map it, once; return the file."""
    import joblib  # noqa: PLC0415  # only where processes are spawned

    from imggen.run.engines.shared import shared_folder  # noqa: PLC0415  # likewise

    folder = _folders.get(id(library))
    if folder is None:
        stack = ExitStack()
        folder = _folders[id(library)] = stack.enter_context(shared_folder())
        joblib.dump({one.name: getattr(library, one.name) for one in fields(library)}, folder / ART)
        weakref.finalize(library, forget, id(library), stack, os.getpid())
    return folder / ART


def map_library(path: Path) -> Library:
    """Return the library at `path`, whose arrays are mapped, read-only."""
    import joblib  # noqa: PLC0415  # only in processes that are spawned

    return Library(**joblib.load(path, mmap_mode="r"))


def forget(identity: int, stack: ExitStack, process: int) -> None:
    """Remove the folder of a library that is gone; in a forked process, leave it alone."""
    if os.getpid() == process:
        del _folders[identity]
        stack.close()
