"""The work of `imggen show`: one image of a configuration or dataset, and what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from imggen.dataset import Dataset, Item
from imggen.report.pictures import Box, draw_boxes, picture_of


def picture_with_boxes(dataset: Dataset, item: Item) -> Image.Image:
    """Return the picture of an item with `objects`, and boxes around what is visible of them."""
    return draw_boxes(picture_of(item["image"]), list(boxes_of(dataset, item)))


def boxes_of(dataset: Dataset, item: Item) -> Iterator[Box]:
    """Yield the box and class of each of an item's `objects`."""
    objects = item["objects"]
    for box, number in zip(objects["boxes"].tolist(), objects["labels"].tolist(), strict=True):
        yield Box(tuple(box), number, dataset.object_classes[number])


def say_item(dataset: Dataset, item: Item) -> Iterator[str]:
    """Yield lines on what an item with `objects` shows, and where."""
    yield f"image    {dataset.name(item['index'])}"
    if item["split"]:
        yield f"split    {item['split']}"
    for layer, shown in item["shown"].items():
        names = shown if isinstance(shown, str) else ", ".join(shown) or "none"
        yield f"shows    {layer}: {names}"
    for one, fraction in zip(
        boxes_of(dataset, item), item["objects"]["visible_fraction"].tolist(), strict=True
    ):
        left, top, right, bottom = map(int, one.edges)
        yield (
            f"object   {one.name}: {right - left}x{bottom - top} px at ({left}, {top}), "
            f"{fraction:.0%} visible"
        )
