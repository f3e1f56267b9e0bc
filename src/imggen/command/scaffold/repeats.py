"""Folders with the same files, like bird1, bird2 and bird3: instances of one layer."""

from __future__ import annotations

import filecmp
import math
from collections.abc import Iterable
from dataclasses import replace

from imggen.command.scaffold.names import bare_name, safe_names
from imggen.command.scaffold.source import LayerFolder
from imggen.config.names import fold


def join_repeats(sources: Iterable[LayerFolder]) -> list[LayerFolder]:
    """Return `sources` with neighbours that are repeats of one another as one."""
    joined: list[LayerFolder] = []
    for source in sources:
        if joined and is_repeat(source, joined[-1]):
            before = joined[-1]
            repeats = (*(before.repeats or (before.folder,)), source.folder)
            [name] = safe_names([stem_of(before)])
            joined[-1] = replace(before, name=name, repeats=repeats)
        else:
            joined.append(source)
    return joined


def is_repeat(source: LayerFolder, other: LayerFolder) -> bool:
    """Return True if both folders have the same files, and names alike but for a number."""
    if fold(stem_of(source)) != fold(stem_of(other)):
        return False
    ours, theirs = ({one.name: one for one in folder.variants} for folder in (source, other))
    return ours.keys() == theirs.keys() and all(
        one.weight == theirs[name].weight
        and filecmp.cmp(one.path, theirs[name].path, shallow=False)
        for name, one in ours.items()
    )


def stem_of(source: LayerFolder) -> str:
    """Return the name of a folder without numbers at its beginning and end."""
    name = source.folder.name
    bare = bare_name(name, numbered=True) or name
    return bare.rstrip("0123456789").rstrip(" _-.") or bare


def instance_numbers(count: int, absence: float) -> int | dict[str, float]:
    """Return how many of `count` repeats show something, each with probability 1 - `absence`."""
    if not absence:
        return count
    return {
        str(shown): math.comb(count, shown) * (1 - absence) ** shown * absence ** (count - shown)
        for shown in range(count + 1)
    }
