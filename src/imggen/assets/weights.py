"""Variants of a layer's folder and its subfolders, and the weights in their names.

`red#70.png` and `red #70.png` are the variant "red" of weight 70; a name without `#` weighs 1. A
folder within sorts variants: without a weight of its own they count as if they lay beside it, with
one (`rare#5`) they share that, each by its own weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from imggen.config.composed import composed
from imggen.config.ignored import is_ignored
from imggen.errors import AssetError

WEIGHTED = re.compile(r"(?P<name>.*\S)\s*#(?P<weight>\d*\.?\d+)", re.DOTALL)
MARK = "#"
MOST_WEIGHT = 1e15  # as in the configuration


@dataclass(frozen=True)
class Found:
    """A file that is a variant: its name in NFC, without weight and extension, and its weight."""

    path: Path
    name: str
    weight: float


def find_variants(folder: Path, layer: str, *, weighed: bool) -> list[Found]:
    """The files in `folder` and the folders within, in the order of their paths.

    `weighed` if their weights are those in their names: then these must be right. If not, a `#`
    without a weight after it belongs to the name.

    Raises
    ------
    AssetError
        If a name cannot be printed, is a broken link, or has no weight after its `#`.
    """
    found: list[Found] = []
    for path in sorted(folder.iterdir()):
        if is_ignored(path):
            continue
        check_file(path, layer)
        if path.is_dir():
            inner = find_variants(path, layer, weighed=weighed)
            found += share_out(path, inner, layer, weighed=weighed)
        else:
            name, weight = split_weight(path.stem)
            if weighed:
                check_weight(path, path.stem, weight, layer)
            found.append(Found(path, composed(name), 1.0 if weight is None else weight))
    return found


def share_out(folder: Path, found: list[Found], layer: str, *, weighed: bool) -> Iterator[Found]:
    """Return what was `found` in a group; its weights sum to that of `folder` if it has one."""
    _, weight = split_weight(folder.name)
    if not weighed or not found:
        yield from found
        return
    check_weight(folder, folder.name, weight, layer)
    total = sum(one.weight for one in found)
    if weight and not total:
        message = (
            f"layer.{layer}: {folder} weighs {weight:g}, but all weights in it are 0; "
            "one must be more."
        )
        raise AssetError(message)
    scale = 1.0 if weight is None else weight / (total or 1)
    yield from (replace(one, weight=one.weight * scale) for one in found)


def split_weight(text: str) -> tuple[str, float | None]:
    """The name in front of `#` and the weight behind it, if there are both, else all of `text`.

    Spaces between the name and `#` belong to neither.
    """
    match = WEIGHTED.fullmatch(text)
    if match is None or float(match["weight"]) > MOST_WEIGHT:
        return text, None
    return match["name"], float(match["weight"])


def check_weight(path: Path, text: str, weight: float | None, layer: str) -> None:
    """Refuse a name with a `#` that no weight follows: it is not what was meant."""
    if MARK in text and weight is None:
        message = (
            f"layer.{layer}: {path} has a #, but is called by no name and weight; expected one "
            'like "red#70". Rename it, or give probabilities or weights.'
        )
        raise AssetError(message)


def check_file(path: Path, layer: str) -> None:
    """Refuse a name that a table could not hold, and a link that leads nowhere."""
    if not path.name.isprintable():  # nor is what stands for bytes that are no UTF-8
        message = (
            f"layer.{layer}: the file name {path.name!a} has characters that cannot be "
            "printed; rename the file."
        )
        raise AssetError(message)
    if not path.is_file() and not path.is_dir():
        message = (
            f"{path} is no file but a {'broken link' if path.is_symlink() else 'special file'}; "
            "expected an image. Replace or remove it."
        )
        raise AssetError(message)
