"""Class folders: the images again, as links, in a folder for each variant of one layer.

    classes/SPLIT/CLASS/NAME.png

torchvision's ImageFolder numbers the folders of a split in the order of their names. All splits
have all of them, if need be empty, so that a number means the same everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path

from imggen.config.image_name import SEPARATOR
from imggen.labels.picture import About, Picture
from imggen.labels.results import Results
from imggen.store.files import whole_file

FOLDER = "classes"
MAP = "classes.json"


class ClassFolder:
    """A link beside each image."""

    extension = "class"

    def __init__(self, about: About) -> None:
        self._about = about
        self._depth = class_depth(about)

    def path(self, picture: Picture) -> str:
        """`classes/SPLIT/CLASS/NAME.png`, or without the split if there are none."""
        name = self._about.within_split(picture) + self._about.suffix
        return SEPARATOR.join([folder_of(picture.split), picture.shown[self._depth], name])

    def content(self, picture: Picture) -> None:  # noqa: ARG002  # as other formats have it
        """It is the image itself."""
        return


def merge(results: Results) -> list[Path]:
    """Write `classes/classes.json`, the number of each class, and make folders that are missing."""
    about = results.about
    layer, classes = about.layers[class_depth(about)]
    for split in results.splits:
        for name in classes:
            (results.out / folder_of(split) / name).mkdir(parents=True, exist_ok=True)
    path = results.out / FOLDER / MAP
    values = {
        "layer": layer,
        "classes": classes,
        "class_to_idx": {name: number for number, name in enumerate(classes)},
    }
    with whole_file(path) as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n")
    return [path]


def folder_of(split: str) -> str:
    """Where the class folders of `split` lie; "" is that of a dataset without splits."""
    return f"{FOLDER}{SEPARATOR}{split}" if split else FOLDER


def class_depth(about: About) -> int:
    """The place of the layer whose variants are the classes."""
    return [layer for layer, _ in about.layers].index(about.labels.class_layer or "")
