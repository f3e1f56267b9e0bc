"""A layer's folder: which variants it holds, and how likely each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from imggen.assets.counts import read_counts
from imggen.assets.decode import read_image
from imggen.assets.parts import find_part_folders
from imggen.assets.weights import Found, find_variants
from imggen.config import CHANCES, NONE, Layer
from imggen.config.composed import composed, find_path
from imggen.config.sentences import nearest
from imggen.errors import AssetError


@dataclass(frozen=True)
class Folder:
    """The variants of one layer, in name order.

    Attributes
    ----------
    files : variant name to file, or to the folder of its parts; `none` has none here, though a
        blank one may give its weight
    probabilities : variant name to probability, summing to 1
    blank : the file of `none`, if there is one
    """

    files: dict[str, Path]
    probabilities: dict[str, float]
    blank: Path | None = None


def read_folder(root: Path, layer: Layer, count: int) -> Folder:
    """Find the variants of `layer`, of which a dataset of `count` images is made, below `root`.

    Raises
    ------
    AssetError
        If the folder is missing or empty, two files give one variant, or the configured names and
        the files do not match.
    """
    folder = find_path(root / layer.folder)
    check_folder(folder, layer.name)
    given = layer.counts or layer.probabilities or layer.weights
    files: dict[str, Path] = {}
    weights: dict[str, float] = {}
    find = find_part_folders if layer.parts else find_variants
    for found in find(folder, layer.name, weighed=given is None):
        check_new(found, files, folder, layer.name)
        files[found.name] = found.path
        weights[found.name] = found.weight
    check_any(files, folder, layer.name)
    counts = read_counts(layer, files, count) if layer.counts else None
    chances = counts or layer.probabilities or layer.weights or weights
    check_names(chances, files, layer)
    blank = files.pop(NONE, None)
    if blank is not None:
        check_blank(blank, layer.name)
    total = sum(chances.values())
    if total == 0:
        message = (
            f"layer.{layer.name}: all weights in the names of {folder} are 0; one must be more."
        )
        raise AssetError(message)
    return Folder(
        files=dict(sorted(files.items())),
        probabilities={name: chances[name] / total for name in sorted(chances)},
        blank=blank,
    )


def with_none(folder: Folder) -> Folder:
    """`folder` with the variant `none`, which only rules may let occur."""
    return replace(folder, probabilities=dict(sorted({NONE: 0.0, **folder.probabilities}.items())))


def check_folder(folder: Path, layer: str) -> None:
    """Refuse what is no folder."""
    if not folder.is_dir():
        parent = folder.parent
        beside = [one.name for one in parent.iterdir() if one.is_dir()] if parent.is_dir() else []
        meant = nearest(folder.name, beside)
        hint = f'did you mean "{parent / meant}"?' if meant else "expected one with images."
        raise AssetError(f'layer.{layer}.folder is "{folder}", which is no folder; {hint}')


def check_any(files: Mapping[str, Path], folder: Path, layer: str) -> None:
    """Refuse a folder without images."""
    if not files.keys() - {NONE}:
        message = f'layer.{layer}.folder "{folder}" is empty; expected one image file per variant.'
        raise AssetError(message)


def check_new(found: Found, files: Mapping[str, Path], folder: Path, layer: str) -> None:
    """Refuse a second file for a variant."""
    if found.name in files:
        first, second = (path.relative_to(folder) for path in (files[found.name], found.path))
        alike = composed(str(first)) == composed(str(second))
        how = " (their names differ only in their Unicode form, NFC and NFD)" if alike else ""
        message = (
            f'layer.{layer}: {first} and {second} are both variant "{found.name}"{how}; '
            "expected one file per variant. Rename or remove one."
        )
        raise AssetError(message)


def check_blank(path: Path, layer: str) -> None:
    """Refuse a file for `none` that would draw something."""
    if not is_blank(path):
        message = (
            f'layer.{layer}: {path} is named "none", which draws nothing, and is not fully '
            "transparent; rename the file."
        )
        raise AssetError(message)


def is_blank(path: Path) -> bool:
    """Return True if an image is fully transparent."""
    image = read_image(path)
    return image.mode == "RGBA" and image.getchannel("A").getbbox() is None


def check_names(given: Iterable[str], files: Mapping[str, Path], layer: Layer) -> None:
    """Refuse configured names without a file, and files without a configured name."""
    key = next((key for key in CHANCES if getattr(layer, key)), "weights")
    for name in given:
        if name != NONE and name not in files:
            meant = nearest(name, list(files))
            hint = f'did you mean "{meant}"?' if meant else "expected the name of one there."
            message = (
                f'layer.{layer.name}.{key} names "{name}", which has no file in {layer.folder}; '
                f"{hint}"
            )
            raise AssetError(message)
    missing = sorted(set(files) - set(given))
    if missing:
        message = (
            f"layer.{layer.name}.{key} gives nothing for {', '.join(missing)}; "
            f"expected every file in {layer.folder}. Give 0 to a variant that is never drawn."
        )
        raise AssetError(message)
