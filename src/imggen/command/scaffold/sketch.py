"""A configuration that is not written yet, and the parts that all of them have."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imggen.command.scaffold.names import safe_names
from imggen.command.scaffold.toml import Key, TomlTable, document

Size = tuple[int, int]

OPAQUE = "the first layer is opaque; RGBA keeps transparency"
CLEAR = "keeps transparency; RGB, which has none, is for JPEG"
LABELS = 'labels to write: "coco", "yolo", "voc", "masks", "captions", ...'
OUTPUT = '"jpeg" is smaller for photos; "webp" is smaller too, and exact with lossless = true'
RUN = "All keys are explained in docs/configuration.md."


@dataclass(frozen=True)
class Sketch:
    """A configuration: comments at its top, its tables, and what to say of it on the terminal.

    `size` is that of the canvas, px.
    """

    intro: Sequence[str]
    tables: Sequence[TomlTable]
    notes: Sequence[str]
    layers: int
    variants: int
    size: Size

    @property
    def text(self) -> str:
        """The configuration as TOML."""
        return document(self.intro, self.tables)


def canvas_table(size: Size, why: str, *, opaque: bool) -> TomlTable:
    """Return the table of a canvas; `opaque` if the first layer hides all behind it."""
    return TomlTable(
        "[canvas]",
        [
            Key("size", list(size), f"width and height of each image, px: {why}"),
            Key("mode", "RGB" if opaque else "RGBA", OPAQUE if opaque else CLEAR),
        ],
    )


def dataset_name(tree: Path) -> str:
    """Return the name of a dataset of the layers in `tree`."""
    named = tree.absolute().name
    [name] = safe_names([tree.absolute().parent.name if named == "layers" else named])
    return name


def folder_entry(folder: Path, here: Path) -> Key:
    """Return the key `folder` of a layer, for a file in the folder `here`."""
    folder = folder.parent.resolve() / folder.name
    return Key("folder", os.path.relpath(folder, here.resolve()), "one image file per variant")
