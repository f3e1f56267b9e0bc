"""Class folders: the images again, as links, in a folder for each variant of one layer.

The link of an image is `classes/SPLIT/CLASS/NAME.png`. torchvision's ImageFolder numbers the
folders of a split in the order of their names. All splits have all of them, if need be empty, so
that a number means the same everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.config.image_name import SEPARATOR
from imggen.errors import ConfigError
from imggen.formats.format import Format
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results

FOLDER = "classes"
MAP = "classes.json"


class ClassFolders(Format):
    """A link to each image in the folder of its class."""

    name = "classes"
    owned_names = (FOLDER,)
    kind = "class folders"
    extensions = ("class",)

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        names = [layer for layer, _ in info.layers]
        self._depth = names.index(info.labels.class_layer or "")

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse class folders of no layer."""
        if config.labels.class_layer is None:
            message = (
                f'labels.formats has "{cls.name}", a folder for each variant of one layer; '
                'name it, like --class-layer character or labels.class_layer = "character".'
            )
            raise ConfigError(message)

    @classmethod
    def refuse_variant(cls, config: Config, layer: str, variant: str) -> str:
        """Return why there can be no folder of `variant`; "" if there can."""
        if layer == config.labels.class_layer and variant == MAP and not config.split:
            return f"whose class folder would be where {FOLDER}/{MAP} is"
        return ""

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `classes/SPLIT/CLASS/NAME.png`, or without the split if there are none.

        Images that are in a folder of their class already get no second one.
        """
        folder = image.variants[self._depth]
        name = self.info.within_split(image).removeprefix(folder + SEPARATOR)
        return [SEPARATOR.join([folder_of(image.split), folder, name + self.info.suffix])]

    def contents(self, image: ImageInfo, scene: None) -> list[None]:
        """Return None: the file is the image itself."""
        del image, scene
        return [None]

    def merge(self, results: Results) -> list[Path]:
        """Write `classes/classes.json`, and make the folders that are missing."""
        layer, classes = self.info.layers[self._depth]
        for split in results.splits:
            for name in classes:
                (results.out / folder_of(split) / name).mkdir(parents=True, exist_ok=True)
        path = results.out / FOLDER / MAP
        values = {
            "layer": layer,
            "classes": classes,
            "class_to_idx": {name: number for number, name in enumerate(classes)},
        }
        with open_atomic(path) as file:
            file.write(json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n")
        return [path]


FORMATS = (ClassFolders,)


def folder_of(split: str) -> str:
    """Return the folder of the class folders of `split`; "" is a dataset without splits."""
    return f"{FOLDER}{SEPARATOR}{split}" if split else FOLDER
