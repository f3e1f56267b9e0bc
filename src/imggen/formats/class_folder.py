"""Class folders: the images again, as links, in a folder for each variant of one layer.

classes/SPLIT/CLASS/NAME.png
"""

from __future__ import annotations

from imggen.config.image_name import SEPARATOR
from imggen.formats.picture import About, Picture

FOLDER = "classes"


class ClassFolder:
    """A link beside each image."""

    extension = "class"

    def __init__(self, about: About) -> None:
        self._about = about
        self._depth = class_depth(about)

    def path(self, picture: Picture) -> str:
        """`classes/SPLIT/CLASS/NAME.png`, or without the split if there are none.

        Images that lie in a folder of their class already get no second one.
        """
        folder = picture.shown[self._depth]
        name = self._about.within_split(picture).removeprefix(folder + SEPARATOR)
        return SEPARATOR.join([folder_of(picture.split), folder, name + self._about.suffix])

    def content(self, picture: Picture) -> None:  # noqa: ARG002  # as other formats have it
        """It is the image itself."""
        return


def folder_of(split: str) -> str:
    """Where the class folders of `split` lie; "" is that of a dataset without splits."""
    return f"{FOLDER}{SEPARATOR}{split}" if split else FOLDER


def class_depth(about: About) -> int:
    """The place of the layer whose variants are the classes."""
    return [layer for layer, _ in about.layers].index(about.labels.class_layer or "")
