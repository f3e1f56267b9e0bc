"""A folder that becomes a layer: its variants, their sizes, and which of them draw nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from imggen.assets.decode import image_size, read_image
from imggen.assets.folder import is_blank, read_folder
from imggen.assets.weights import Found, check_file, find_variants
from imggen.command.scaffold.sketch import Size
from imggen.command.scaffold.toml import Key, TomlTable, quote
from imggen.config import NONE, Dataset, Layer
from imggen.config.ignored import is_ignored
from imggen.config.plain import OPAQUE
from imggen.errors import AssetError

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz")


@dataclass(frozen=True)
class LayerFolder:
    """A folder that becomes the layer `name`.

    Attributes
    ----------
    sizes : size of the image of each variant that shows something, px, by name
    blank : names of fully transparent variants, which stand for none
    repeats : folders that hold the same files, this one among them
    """

    folder: Path
    name: str
    variants: tuple[Found, ...]
    sizes: Mapping[str, Size]
    blank: frozenset[str]
    repeats: tuple[Path, ...] = ()

    @property
    def absence(self) -> float:
        """The probability that it shows nothing."""
        total = sum(one.weight for one in self.variants)
        return sum(one.weight for one in self.variants if one.name in self.blank) / (total or 1)


def layer_folders(tree: Path) -> list[Path]:
    """Return the folders in `tree`, in alphabetical order.

    Raises
    ------
    AssetError
        If it is no folder, or has no folders in it.
    """
    if not tree.is_dir():
        hint = " Unpack it first." if tree.suffix.lower() in ARCHIVES else ""
        message = f"{tree} is not a folder; expected one with a folder of images per layer.{hint}"
        raise AssetError(message)
    folders = [path for path in tree.iterdir() if path.is_dir() and not is_ignored(path)]
    if not folders:
        raise AssetError(say_no_folders(tree))
    return sorted(folders, key=lambda path: (path.name.casefold(), path.name))


def say_no_folders(tree: Path) -> str:
    """Return a sentence on a folder without folders: with files, it says where to put them."""
    files = sorted(path.name for path in tree.iterdir() if not is_ignored(path))
    if not files:
        return f"{tree} holds no folders; expected one per layer, with one image per variant."
    named = " and ".join(files[:2]) if len(files) < 3 else f"{files[0]}, {files[1]}, ..."
    return (
        f"{tree} holds files ({named}) and no folders; expected a folder per layer: move what lies "
        "behind to one, like backgrounds, and what is drawn on it to another, like objects."
    )


def read_layer_folder(folder: Path, name: str) -> LayerFolder:
    """Return the variants in a folder.

    Raises
    ------
    AssetError
        If it has files that a layer could not use.
    """
    check_file(folder, name)
    read = read_folder(folder.parent, Layer(name=name, folder=folder.name), Dataset().count)
    variants = tuple(find_variants(folder, name, weighed=True))
    blank = frozenset(one.name for one in variants if is_blank(one.path))
    if len(blank) == len(variants):
        blank = frozenset()
    shown = {variant: path for variant, path in read.files.items() if variant not in blank}
    sizes = {variant: image_size(path) for variant, path in shown.items()}
    return LayerFolder(folder, name, variants, sizes, blank)


def hides_all(path: Path, size: Size) -> bool:
    """Return True if an image is opaque and covers a canvas of `size` (width, height), px."""
    return image_size(path) == size and is_opaque(read_image(path))


def is_opaque(image: Image) -> bool:
    """Return True if no pixel of an image is transparent."""
    return image.mode != "RGBA" or image.getchannel("A").getextrema() == (OPAQUE, OPAQUE)


def none_notes(blank: Iterable[str]) -> Iterator[str]:
    """Yield a sentence on each of the `blank` variants that become `none`."""
    for name in sorted(set(blank) - {NONE}):
        yield f"{quote(name)} is fully transparent, so it is the variant none, which draws nothing."


def none_weights(weights: Mapping[str, float], blank: Iterable[str]) -> dict[str, float]:
    """Return `weights` with those of `blank` variants as that of `none`."""
    blank = set(blank)
    none = sum(weight for name, weight in weights.items() if name in blank)
    others = {name: 0 if name in blank else weight for name, weight in weights.items()}
    return {NONE: none} | {name: weight for name, weight in others.items() if name != NONE}


def weights_table(weights: Mapping[str, float]) -> TomlTable:
    """Return the table of a layer's weights."""
    whys = {NONE: "draws nothing"}
    entries = [Key(name, weight, whys.get(name, "")) for name, weight in weights.items()]
    return TomlTable(
        "[layer.weights]", entries, ["How often each is drawn, relative to the others."]
    )
