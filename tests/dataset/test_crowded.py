"""Crowded scenes of several layers with instances, as painting one sprite after the other has them.

`python -m tests.dataset.test_crowded 50` checks 50 random datasets, 1,000 scenes.
"""

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from tests.art import blob, random_pixels, write_dataset
from tests.checks import check_pixels
from tests.reference import box_of, paste, visible_masks

import imggen

SIZE = (70, 50)
IMAGES = 20
LAYERS = ("tree", "bird", "cat")
FLIPPED = 1.0


class Sprite(NamedTuple):
    """A sprite of an image: its slot and layer, its pixels, and where they are."""

    slot: int
    layer: str
    variant: str
    pixels: np.ndarray
    x: int
    y: int


def random_dataset(folder, rng):
    """Write a dataset of three layers that cover each other."""
    art = {"sky": {"day": random_pixels(rng, *SIZE, 3)}}
    tables = {"dataset": {"count": IMAGES, "seed": int(rng.integers(1000))}}
    depth = str(rng.choice(["listed", "random", "bottom"]))
    grouped = int(rng.integers(4))  # so many layers share an order
    for position, name in enumerate(LAYERS):
        sizes = rng.integers(4, 26, (2, 2)).tolist()
        art[name] = {f"{name} {k}": blob(rng, *size) for k, size in enumerate(sizes)}
        place = {
            "x": ["-20%", "110%"],
            "y": ["-20%", "110%"],
            "inside": float(rng.choice([0.2, 1])),
        }
        if rng.random() < 0.4:
            place |= {"avoid": ["self"], "otherwise": "drop"}
        tables[name] = {
            "instances": sorted(rng.integers(0, 12, 2).tolist()),
            "place": place,
            "vary": {"flip": float(rng.choice([0, 0.5]))},
        }
        if depth != "listed":
            tables[name]["depth"] = depth
            if position < grouped:
                tables[name]["depth_group"] = "crowd"
    threshold = int(rng.choice([1, 128, 255]))
    return write_dataset(folder, art, labels={"threshold": threshold}, **tables)


def sprites_in(dataset, image):
    """The sprites of an image from back to front, from its plan alone."""
    plan = dataset._contents.source.segments[0]
    found = []
    sizes, corners = (side[image] for side in plan.boxes(plan.traits, plan.looks, plan.positions))
    for slot, layer in enumerate(plan.library.layers):
        variant = layer.names[plan.traits[image, slot]]
        if layer.layer == "sky" or variant == "none":
            continue
        path = plan.config.root / f"{layer.layer}s" / f"{variant}.png"
        pixels = np.asarray(Image.open(path))
        if plan.look_table.values(plan.looks, slot, "flip")[image] == FLIPPED:
            pixels = pixels[:, ::-1]
        assert pixels.shape[1::-1] == tuple(sizes[slot])
        found.append(Sprite(slot, layer.layer, variant, pixels, *corners[slot].tolist()))
    return in_order(plan, image, found)


def in_order(plan, image, sprites):
    """Sort by layer and instance, and within each depth group by what orders it."""
    order, columns = [], {}
    for slot, layer in enumerate(plan.library.layers):
        own = next(one for one in plan.config.layer if one.name == layer.layer)
        if own.depth == "random":
            columns[slot] = len(columns)
    by_group = {}
    for sprite in sprites:
        own = next(one for one in plan.config.layer if one.name == sprite.layer)
        key = own.depth_group or own.name
        by_group.setdefault(key, []).append((sprite, own.depth))
    for members in by_group.values():

        def back_to_front(member):
            sprite, depth = member
            if depth == "bottom":
                return sprite.y + len(sprite.pixels), sprite.slot
            if depth == "random":
                return plan.ranks[image, columns[sprite.slot]], sprite.slot
            return 0, sprite.slot

        order += [sprite for sprite, _ in sorted(members, key=back_to_front)]
    return order


def check_scene(dataset, image):
    """Pixels, classes, boxes, masks and order of an image are those of painting one by one."""
    item = dataset[image]
    sprites = sprites_in(dataset, image)
    canvas = np.asarray(Image.open(dataset.config.root / "skys" / "day.png"))
    for sprite in sprites:
        canvas = paste(canvas, np.ascontiguousarray(sprite.pixels), sprite.x, sprite.y)
    check_pixels(item["image"], canvas)
    alphas = [(one.pixels[..., 3], one.x, one.y) for one in sprites]
    expected = visible_masks(alphas, SIZE, dataset.config.labels.threshold)
    seen = [k for k, (_, mask) in enumerate(expected) if mask.any()]
    objects = item["objects"]
    names = [dataset.object_classes[label] for label in objects["labels"]]
    assert names == [sprites[k].variant for k in seen]
    assert objects["z"].tolist() == seen
    for row, k in enumerate(seen):
        whole, mask = expected[k]
        assert np.array_equal(objects["masks"][row], mask)
        assert objects["boxes"][row].tolist() == edges(box_of(mask))
        assert objects["amodal_boxes"][row].tolist() == edges(whole.box)
        assert objects["area"][row] == mask.sum()
        assert objects["visible_fraction"][row] == np.float32(mask.sum() / whole.pixels)
    for layer in LAYERS:
        shown = [
            one.variant for one in sorted(sprites, key=lambda one: one.slot) if one.layer == layer
        ]
        assert item["shown"][layer] == shown
    return len(sprites)


def edges(box):
    x, y, width, height = box
    return [x, y, x + width, y + height]


def check_dataset(folder, seed):
    """Check all scenes of one random dataset; returns the most sprites of one."""
    path = random_dataset(folder, np.random.default_rng(seed))
    dataset = imggen.Dataset(path, masks=True)
    return max(check_scene(dataset, image) for image in range(IMAGES))


@pytest.mark.parametrize("seed", range(2))
def test_crowded_scenes(tmp_path, seed):
    assert check_dataset(tmp_path, seed) > 3


def test_a_batch_has_a_list_for_each_image(tmp_path):
    dataset = imggen.Dataset(random_dataset(tmp_path, np.random.default_rng(1)), objects=True)
    batch, items = dataset.batch(range(IMAGES)), list(dataset)
    for layer in ("sky", *LAYERS):
        assert batch["shown"][layer] == [item["shown"][layer] for item in items]
        for numbers, item in zip(batch["labels"][layer], items, strict=True):
            assert np.array_equal(numbers, item["labels"][layer])
            names = [dataset.classes[layer][number] for number in np.atleast_1d(numbers)]
            assert names == np.atleast_1d(item["shown"][layer]).tolist()
    assert batch["labels"]["sky"].dtype == batch["labels"]["bird"][0].dtype == np.int64


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        with tempfile.TemporaryDirectory() as temporary:
            print(number, check_dataset(Path(temporary), number), flush=True)  # noqa: T201
