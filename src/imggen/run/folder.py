"""The output folder: what may be in it before a run, and what a run puts there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

from imggen.errors import OutputError
from imggen.run.journal import FOLDER as JOURNAL

Existing = Literal["refuse", "resume", "overwrite"]

IMAGES = "images"
TABLE = "data.csv"
SUMMARY = "run.json"
CONFIG = "imggen.toml"
CONTENT = (IMAGES, TABLE, SUMMARY, CONFIG, JOURNAL)


def check_folder(out: Path, existing: Existing) -> None:
    """Refuse an output folder that cannot be used; touches nothing.

    Raises
    ------
    OutputError
        If `out` is a file, cannot be written, or holds what `existing` does not allow.
    """
    parent = nearest_folder(out)
    if not parent.is_dir():
        message = f"{parent} is a file; expected a folder to write to. Choose another --out."
        raise OutputError(message)
    if not os.access(parent, os.W_OK | os.X_OK):
        message = f"{parent} cannot be written to; choose another --out or change its permissions."
        raise OutputError(message)
    if parent != out or not any(out.iterdir()):
        return
    if existing == "refuse":
        message = f"{out} is not empty; give --resume to complete it, --overwrite to replace it."
        raise OutputError(message)
    if not (out / JOURNAL).is_dir() and not (existing == "overwrite" and (out / SUMMARY).is_file()):
        message = (
            f"{out} holds files that are no imggen run, so it cannot be "
            f"{'resumed' if existing == 'resume' else 'overwritten'}; choose another --out."
        )
        raise OutputError(message)


def nearest_folder(out: Path) -> Path:
    """`out`, or the nearest of the folders above it that exists."""
    return next(path for path in (out, *out.absolute().parents) if path.exists())


def clear_folder(out: Path) -> None:
    """Remove what an earlier run put there, the journal first, and nothing else."""
    for name in reversed(CONTENT):
        path = out / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
