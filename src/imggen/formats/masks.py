"""Masks as images: of each pixel, the class or the instance that is seen there."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.formats.once import OncePerScene
from imggen.formats.picture import About, Picture
from imggen.geometry.instances import Instance
from imggen.geometry.mask_png import encode_mask, voc_colours

FOLDER = "masks"
FIRST_VALUE = 1  # 0 is where nothing that is labelled is seen


class SemanticMask:
    """The class of each pixel: its row + 1."""

    extension = "semantic.png"
    kind = "semantic"

    def __init__(self, about: About) -> None:
        self._size = about.size
        self._class_of = about.class_of
        self._palette = voc_colours() if about.labels.masks == "palette" else None
        self._scene = OncePerScene(about, self._encode)

    def path(self, picture: Picture) -> str:
        """Where it lies in the dataset's folder."""
        return f"{FOLDER}/{self.kind}/{picture.name}.png"

    def content(self, picture: Picture) -> bytes:
        """Return an 8-bit PNG, grey or with a palette as `labels.masks` says."""
        return self._scene.of(picture)

    def _encode(self, instances: Sequence[Instance]) -> bytes:
        masks = [instance.mask for instance in instances]
        return encode_mask(masks, self._values(instances), self._size, self._palette)

    def _values(self, instances: Sequence[Instance]) -> list[int]:
        return [self._class_of(instance) + FIRST_VALUE for instance in instances]


class InstanceMask(SemanticMask):
    """The instance of each pixel: its place among the labelled ones + 1, from back to front."""

    extension = "instance.png"
    kind = "instance"

    def _values(self, instances: Sequence[Instance]) -> list[int]:
        return list(range(FIRST_VALUE, FIRST_VALUE + len(instances)))
