"""Variants in parts: a folder with one image file per part, all of one size."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from imggen.assets.decode import Decoded, decode, image_size
from imggen.assets.profiles import Color
from imggen.assets.weights import Found, check_file, check_weight, split_weight
from imggen.config import NONE, Layer
from imggen.config.composed import composed
from imggen.config.ignored import is_ignored
from imggen.config.sentences import did_you_mean
from imggen.errors import AssetError


def find_part_folders(folder: Path, layer: str, *, weighed: bool) -> list[Found]:
    """The folders in `folder`, each a variant, in the order of their names.

    `weighed` if their weights are those in their names.

    Raises
    ------
    AssetError
        If there is none, or anything else, or a name is not right.
    """
    paths = sorted(path for path in folder.iterdir() if not is_ignored(path))
    loose = next((path for path in paths if not path.is_dir()), None)
    if loose or not paths:
        message = (
            f'layer.{layer} has parts, so in its folder "{folder}" each variant is a folder with '
            f"one image per part, but {f'{loose.name} is a file' if loose else 'there is none'}."
        )
        raise AssetError(message)
    found = []
    for path in paths:
        check_file(path, layer)
        name, weight = split_weight(path.name)
        if weighed:
            check_weight(path, path.name, weight, layer)
        if name == NONE:
            message = f'layer.{layer}: {path} is named "none", which draws nothing; rename it.'
            raise AssetError(message)
        found.append(Found(path, composed(name), 1.0 if weight is None else weight))
    return found


def read_parts(folder: Path, layer: Layer, color: Color) -> dict[Path, Decoded]:
    """The parts of one variant by file, in the order of `layer.parts`, each as `decode` gives it.

    A part that has no file shows nothing.

    Raises
    ------
    AssetError
        If a file is of no part, there are two of one, they differ in size, or there is none.
    """
    files = part_files(folder)
    for path in files:
        check_part(path, files, layer)
    if not files:
        message = (
            f"{folder} holds no image; expected one per part of layer.{layer.name}: "
            f"{', '.join(layer.parts or ())}."
        )
        raise AssetError(message)
    decoded = {part_name(path): decode(path, color) for path in files}
    size = decoded[part_name(files[0])].image.size
    for path in files:
        if decoded[part_name(path)].image.size != size:
            width, height = decoded[part_name(path)].image.size
            message = (
                f"{path} is {width}x{height} px and {files[0].name} {size[0]}x{size[1]} px; "
                "expected parts of one variant to be of one size."
            )
            raise AssetError(message)
    blank = Decoded(Image.new("RGBA", size))
    paths = {part_name(path): path for path in files}
    return {paths.get(name, folder / name): decoded.get(name, blank) for name in layer.parts or ()}


def part_name(path: Path) -> str:
    """The name of the part that a file shows, in NFC."""
    return composed(path.stem)


def check_part(path: Path, files: list[Path], layer: Layer) -> None:
    """Refuse a file that is of no part, and a second one of a part."""
    parts = list(layer.parts or ())
    if part_name(path) not in parts:
        hint = did_you_mean(part_name(path), parts, expected="")
        message = f"{path} is of no part that layer.{layer.name}.parts names; {hint}"
        raise AssetError(message)
    twin = next(other for other in files if part_name(other) == part_name(path))
    if twin != path:
        message = f"{twin} and {path.name} are the same part; expected one file. Remove one."
        raise AssetError(message)


def variant_size(path: Path) -> tuple[int, int]:
    """Width and height of a variant, px: a file, or a folder of parts."""
    files = part_files(path) if path.is_dir() else [path]
    return image_size(files[0]) if files else (0, 0)


def part_files(folder: Path) -> list[Path]:
    """The files of `folder` that are meant as art."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not is_ignored(path))
