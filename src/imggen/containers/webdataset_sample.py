"""The members of a sample besides the image: what it shows, its caption, its class."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from imggen.formats.captions import Captioner
from imggen.formats.registry import find_format
from imggen.geometry.segmentation import segmenter

if TYPE_CHECKING:
    from imggen.formats.picture import About, Picture
    from imggen.geometry.instances import Instance
    from imggen.geometry.mask import Mask


class Describer:
    """Describes the images of the dataset that `about` is of."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._captioner = None if about.labels.caption is None else Captioner(about)
        self._class_depth = class_depth(about)
        self._segment = find_segmenter(about)
        self._traits = [
            {name: f"{dump(layer)}: {dump(name)}" for name in names}
            for layer, names in about.layers
        ]
        self._classes = [
            f'"layer": {dump(layer)}, "category": {dump(name)}, "class": {row}'
            for row, (name, layer) in enumerate(
                zip(about.classes.names, about.classes.layers, strict=True)
            )
        ]

    def members(self, picture: Picture) -> list[tuple[str, bytes]]:
        """Return extension and content of each member about `picture`."""
        members = [(".json", self.describe(picture).encode())]
        if self._captioner:
            members.append((".txt", self._captioner.caption(picture.shown).encode()))
        if self._class_depth is not None:
            members.append((".cls", b"%d" % self.class_number(picture)))
        return members

    def describe(self, picture: Picture) -> str:
        """Return as JSON the index, any split, the variant by layer, and objects from the back."""
        traits = ", ".join(map(dict.__getitem__, self._traits, picture.shown))
        split = f'"split": {dump(picture.split)}, ' if picture.split else ""
        objects = ", ".join(map(self._object, self._about.seen(picture.instances)))
        return (
            f'{{"index": {picture.image}, {split}"traits": {{{traits}}}, "objects": [{objects}]}}'
        )

    def class_number(self, picture: Picture) -> int:
        """Return the number of the variant that `labels.class_layer` shows."""
        depth = self._class_depth or 0
        return self._about.layers[depth][1].index(picture.shown[depth])

    def _object(self, instance: Instance) -> str:
        mask = f', "segmentation": {self._segment(instance.mask)}' if self._segment else ""
        return (
            f"{{{self._classes[self._about.class_of(instance)]}, "
            f'"bbox": {list(instance.visible)}, "amodal_bbox": {list(instance.amodal)}, '
            f'"area": {instance.visible_pixels}, '
            f'"visible_fraction": {instance.visible_fraction}, "z": {instance.z}{mask}}}'
        )


def class_depth(about: About) -> int | None:
    """Return the position of `labels.class_layer` among the layers; None if none is named."""
    names = [layer for layer, _ in about.layers]
    return None if about.labels.class_layer is None else names.index(about.labels.class_layer)


def find_segmenter(about: About) -> Callable[[Mask], str] | None:
    """Return what makes JSON of masks, if a format asks for segmentations."""
    if not any(find_format(name).segments for name in about.labels.formats):
        return None
    return segmenter(about.labels, about.size)


def dump(text: str) -> str:
    """Return `text` as JSON."""
    return json.dumps(text, ensure_ascii=False)
