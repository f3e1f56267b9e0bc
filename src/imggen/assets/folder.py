"""A layer's folder: which variants it holds, and how likely each is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from imggen.assets.counts import read_counts
from imggen.config import CHANCES, NONE, Layer
from imggen.errors import AssetError

IGNORED_FILES = {"Thumbs.db", "desktop.ini"}  # what desktops leave in folders of pictures
WEIGHTED_STEM = re.compile(r"(?P<name>.+)#(?P<weight>\d+(\.\d+)?)")  # "red#70.png"


@dataclass(frozen=True)
class Folder:
    """The variants of one layer, in name order.

    Attributes
    ----------
    files : variant name to file; `none` has no file
    probabilities : variant name to probability, summing to 1
    """

    files: dict[str, Path]
    probabilities: dict[str, float]


def read_folder(root: Path, layer: Layer, count: int) -> Folder:
    """Find the variants of `layer`, of which a dataset of `count` images is made, below `root`.

    Raises
    ------
    AssetError
        If the folder is missing or empty, two files give one variant, or the configured names and
        the files do not match.
    """
    folder = root / layer.folder
    stems = list_stems(folder, layer.name)
    weighted = {stem: WEIGHTED_STEM.fullmatch(stem) for stem in stems}
    files: dict[str, Path] = {}
    weights: dict[str, float] = {}
    for stem, path in stems.items():
        match = weighted[stem]
        name = match["name"] if match else stem
        check_new(name, path, files, layer.name)
        files[name] = path
        weights[name] = float(match["weight"]) if match else 1.0
    counts = read_counts(layer, files, count) if layer.counts else None
    given = counts or layer.probabilities or layer.weights or weights
    check_names(given, files, layer)
    total = sum(given.values())
    if total == 0:
        message = (
            f"layer.{layer.name}: all weights in the names of {folder} are 0; one must be more."
        )
        raise AssetError(message)
    return Folder(
        files=dict(sorted(files.items())),
        probabilities={name: given[name] / total for name in sorted(given)},
    )


def with_none(folder: Folder) -> Folder:
    """`folder` with the variant `none`, which only rules may let occur."""
    return replace(folder, probabilities=dict(sorted({NONE: 0.0, **folder.probabilities}.items())))


def list_stems(folder: Path, layer: str) -> dict[str, Path]:
    """Files of `folder` by name without extension."""
    if not folder.is_dir():
        message = (
            f'layer.{layer}.folder is "{folder}", which is no folder; expected one with images.'
        )
        raise AssetError(message)
    paths = sorted(path for path in folder.iterdir() if is_asset(path))
    if not paths:
        message = f'layer.{layer}.folder "{folder}" is empty; expected one image file per variant.'
        raise AssetError(message)
    stems: dict[str, Path] = {}
    for path in paths:
        check_file(path, layer)
        check_new(path.stem, path, stems, layer)
        stems[path.stem] = path
    return stems


def is_asset(path: Path) -> bool:
    """Whether `path` is meant as art: no folder, not hidden, not left by a desktop."""
    return not path.is_dir() and not path.name.startswith(".") and path.name not in IGNORED_FILES


def check_file(path: Path, layer: str) -> None:
    """Refuse a name that a table could not hold, and a link that leads nowhere."""
    if not path.name.isprintable():  # nor is what stands for bytes that are no UTF-8
        message = (
            f"layer.{layer}: the file name {path.name!a} has characters that cannot be "
            "printed; rename the file."
        )
        raise AssetError(message)
    if not path.is_file():
        message = (
            f"{path} is no file but a {'broken link' if path.is_symlink() else 'special file'}; "
            "expected an image. Replace or remove it."
        )
        raise AssetError(message)


def check_new(name: str, path: Path, files: Mapping[str, Path], layer: str) -> None:
    """Refuse a second file for a variant, and a file for `none`."""
    if name == NONE:
        message = f'layer.{layer}: {path} is named "none", which draws nothing; rename the file.'
        raise AssetError(message)
    if name in files:
        message = (
            f'layer.{layer}: {files[name].name} and {path.name} are both variant "{name}"; '
            "expected one file per variant. Rename or remove one."
        )
        raise AssetError(message)


def check_names(given: Iterable[str], files: Mapping[str, Path], layer: Layer) -> None:
    """Refuse configured names without a file, and files without a configured name."""
    key = next((key for key in CHANCES if getattr(layer, key)), "weights")
    for name in given:
        if name != NONE and name not in files:
            nearest = difflib.get_close_matches(name, files, n=1)
            hint = f' (nearest: "{nearest[0]}")' if nearest else ""
            message = (
                f'layer.{layer.name}.{key} names "{name}", '
                f"which has no file in {layer.folder}{hint}."
            )
            raise AssetError(message)
    missing = sorted(set(files) - set(given))
    if missing:
        message = (
            f"layer.{layer.name}.{key} gives nothing for {', '.join(missing)}; "
            f"expected every file in {layer.folder}. Give 0 to a variant that is never drawn."
        )
        raise AssetError(message)
