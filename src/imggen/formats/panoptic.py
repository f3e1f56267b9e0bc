"""COCO panoptic: a PNG of segment ids for each image, and one file of all segments of a split.

Things are the labelled instances; the background is stuff: the variant of the first layer or, with
`labels.category = "layer"`, that layer, unless it is labelled itself. All else is void, 0: sprites
that are not labelled, and the empty canvas.
Source: the data format of cocodataset.org, "Panoptic Segmentation"; panopticapi, `rgb2id`.

An id is R + 256 G + 256^2 B of its pixels. All three are the number of the segment here, so that
the PNG is made like a grey one of three times the width.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from imggen.config.plain import NONE
from imggen.errors import PlanError
from imggen.formats.coco import categories
from imggen.formats.coco_files import FIRST_ID, FOLDER, write_by_split
from imggen.formats.format import Format
from imggen.geometry.mask import NO_MASK, Mask
from imggen.geometry.mask_png import MOST_VALUES, encode_rgb_mask
from imggen.geometry.regions import box_of, complement, count_pixels, unite_all

if TYPE_CHECKING:
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

CHANNELS_ID = 1 + 256 + 256**2  # the id of a pixel whose channels are all 1
STUFF = MOST_VALUES  # the value of the background: white


class SceneSegments(NamedTuple):
    """The segments of a scene: things, and what all else needs of the background.

    Attributes
    ----------
    things : the JSON of each thing's segment
    png : the PNG of ids
    area, box : pixels and box of the background that are seen; 0 pixels if none are
    """

    things: str
    png: bytes
    area: int
    box: list[int]


class Panoptic(Format):
    """A PNG of segment ids for each image, and one file of all segments of a split."""

    name = "coco-panoptic"
    owned_names = (FOLDER,)
    kind = "masks"
    needs_boxes = True
    needs_masks = True
    has_fragments = True
    extensions = ("panoptic.png",)
    sample_type = "image"
    details = frozenset({"sprites"})

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        first = len(info.classes.names) + FIRST_ID
        numbers = {name: number for number, name in enumerate(stuff_names(info), first)}
        self._stuff = {variant: numbers[name] for variant, name in stuff_of(info).items()}

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse more instances in an image than a byte can number, the background besides."""
        del image_name
        count, most = len(info.classes.depths), MOST_VALUES - 1
        if count > most:
            message = (
                f'labels.formats has "{cls.name}", which numbers up to {most} things of an image; '
                f"there may be {count}. Name fewer layers in labels.layers."
            )
            raise PlanError(message)

    def label_details(self, instances: Sequence[Instance], details: Details) -> SceneSegments:
        """Return the segments."""
        numbers = range(1, len(instances) + 1)
        things = ", ".join(map(self._thing, instances, numbers))
        background = self._background(details)
        masks = [*(one.mask for one in instances), background]
        png = encode_rgb_mask(masks, [*numbers, STUFF], self.info.size)
        return SceneSegments(things, png, count_pixels(background), box_of(background))

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `annotations/panoptic_SPLIT/NAME.png`."""
        folder = f"panoptic_{image.split}" if image.split else "panoptic"
        return [f"{FOLDER}/{folder}/{self.info.within_split(image)}.png"]

    def contents(self, image: ImageInfo, scene: SceneSegments) -> list[bytes]:
        """Return the PNG, which is the same for all images of a scene."""
        del image
        return [scene.png]

    def fragment(self, image: ImageInfo, scene: SceneSegments) -> bytes:
        """Return the annotation of an image, on a line that ends in a comma."""
        name = json.dumps(f"{self.info.within_split(image)}.png", ensure_ascii=False)
        segments = [scene.things] if scene.things else []
        if scene.area:
            category = self._stuff[image.variants[0]]
            segments.append(segment(STUFF, category, scene.area, scene.box))
        found = ", ".join(segments)
        line = f'{{"image_id": {image.index}, "file_name": {name}, "segments_info": [{found}]}},\n'
        return line.encode()

    def merge(self, results: Results) -> list[Path]:
        """Write `annotations/panoptic_SPLIT.json`, or `panoptic.json` without splits."""
        return list(write_by_split(results, self.name, "panoptic", panoptic_categories(self.info)))

    def _thing(self, instance: Instance, number: int) -> str:
        """Return the segment of a thing as JSON."""
        category = self.info.class_of(instance) + FIRST_ID
        return segment(number, category, instance.visible_pixels, list(instance.visible))

    def _background(self, details: Details) -> Mask:
        """Return the pixels that show the background: none if it is labelled, or there is none."""
        if not self._stuff:
            return NO_MASK
        first = [mask for depth, _, mask in details.sprites if depth == 0]
        if first:  # it is drawn as a sprite on an empty canvas
            return unite_all(first)
        if not details.has_background:
            return NO_MASK
        return complement([mask for _, _, mask in details.sprites], self.info.size)


FORMATS = (Panoptic,)


def segment(value: int, category: int, area: int, box: list[int]) -> str:
    """Return a segment as JSON; `value` is that of its pixels in each channel."""
    return (
        f'{{"id": {value * CHANNELS_ID}, "category_id": {category}, "area": {area}, '
        f'"bbox": {box}, "iscrowd": 0}}'
    )


def stuff_of(info: DatasetInfo) -> dict[str, str]:
    """Return the class of each variant of the first layer, if that is not labelled itself."""
    first = info.columns[0]
    if 0 in info.classes.depths or first.counted:
        return {}
    one_class = info.labels.category == "layer"
    return {name: first.layer if one_class else name for name in first.names if name != NONE}


def stuff_names(info: DatasetInfo) -> list[str]:
    """Return the classes of stuff, in order."""
    return list(dict.fromkeys(stuff_of(info).values()))


def panoptic_categories(info: DatasetInfo) -> Iterator[dict[str, Any]]:
    """Yield the category of each class, then of each variant of the background."""
    for one in categories(info):
        yield {**one, "isthing": 1}
    layer = info.columns[0].layer
    taken = set(info.classes.names)
    for number, name in enumerate(stuff_names(info), FIRST_ID + len(taken)):
        called = f"{layer}/{name}" if name in taken else name
        yield {"id": number, "name": called, "supercategory": layer, "isthing": 0}
