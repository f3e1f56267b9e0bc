"""Paths that keep their meaning when the folders they lie in are moved together."""

from __future__ import annotations

import os
from pathlib import Path


def path_from(start: Path, path: Path) -> str:
    """Return `path` relative to the folder `start`; absolute if only the root holds both.

    Links are followed: a system looks up `..` from where a link leads.
    """
    real, begin = os.path.realpath(path), os.path.realpath(start)
    shared = os.path.commonpath([real, begin])
    return real if shared == os.path.sep else os.path.relpath(real, begin)
