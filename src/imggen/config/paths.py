"""Relative paths, which remain valid when the folders at both ends are moved together."""

from __future__ import annotations

import os
from pathlib import Path


def path_from(start: Path, path: Path) -> str:
    """Return `path` relative to the folder `start`; absolute if only the root contains both.

    Symbolic links are resolved, because `..` is looked up from the target of a link.
    """
    real, begin = os.path.realpath(path), os.path.realpath(start)
    shared = os.path.commonpath([real, begin])
    return real if shared == os.path.sep else os.path.relpath(real, begin)
