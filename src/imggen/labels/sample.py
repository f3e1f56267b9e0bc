"""What comes with an image within a shard: all that is known of it, its caption, its class."""

from __future__ import annotations

import json
from collections.abc import Callable

from imggen.formats.caption import Captioner
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
        """Extension and content of each file about `picture`."""
        members = [(".json", self.describe(picture).encode())]
        if self._captioner:
            members.append((".txt", self._captioner.caption(picture.shown).encode()))
        if self._class_depth is not None:
            members.append((".cls", b"%d" % self.class_number(picture)))
        return members

    def describe(self, picture: Picture) -> str:
        """A JSON object: index, split if there are any, variant by layer, things from the back."""
        traits = ", ".join(map(dict.__getitem__, self._traits, picture.shown))
        split = f'"split": {dump(picture.split)}, ' if picture.split else ""
        objects = ", ".join(map(self._object, self._about.seen(picture)))
        return (
            f'{{"index": {picture.image}, {split}"traits": {{{traits}}}, "objects": [{objects}]}}'
        )

    def class_number(self, picture: Picture) -> int:
        """The place of what `labels.class_layer` shows among the layer's variants."""
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
    """The place of `labels.class_layer` among the layers."""
    names = [layer for layer, _ in about.layers]
    return None if about.labels.class_layer is None else names.index(about.labels.class_layer)


def find_segmenter(about: About) -> Callable[[Mask], str] | None:
    """What makes JSON of masks, where COCO's labels are asked for."""
    if "coco" not in about.labels.formats:
        return None
    from imggen.formats.segment import segmenter  # noqa: PLC0415  # its kernels load slowly

    return segmenter(about)


def dump(text: str) -> str:
    """`text` as JSON."""
    return json.dumps(text, ensure_ascii=False)
