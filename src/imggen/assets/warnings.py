"""Sentences on what art files hold and the library leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

MOST_NAMED = 3  # files in a sentence


def say_warnings(found: Iterable[tuple[Path, str]]) -> tuple[str, ...]:
    """Return one sentence for each thing that is warned of, naming the files it was `found` in."""
    files: dict[str, list[Path]] = {}
    for path, warning in found:
        files.setdefault(warning, []).append(path)
    return tuple(f"In {name_files(paths)}, {warning}." for warning, paths in files.items())


def name_files(paths: Sequence[Path]) -> str:
    """Return the names of some files, the first few if there are many."""
    *others, last = map(str, paths[:MOST_NAMED])
    hidden = len(paths) - MOST_NAMED
    if hidden > 0:
        return f"{', '.join([*others, last])} and {hidden:,} more"
    return f"{', '.join(others)} and {last}" if others else last
