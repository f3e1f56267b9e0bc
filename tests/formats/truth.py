"""What a small dataset shows, painted one pixel after the other from the files of its art."""

from typing import NamedTuple

import numpy as np
from PIL import Image
from tests.art import load
from tests.reference import Whole, box_of, visible_masks

from imggen.assets import load_assets
from imggen.planning import make_plan
from imggen.planning.names import Namer


class Thing(NamedTuple):
    """One sprite in an image; `seen` is (height, width) bool."""

    layer: str
    variant: str
    whole: Whole
    seen: np.ndarray

    @property
    def box(self):
        return box_of(self.seen)

    @property
    def area(self):
        return int(np.count_nonzero(self.seen))

    @property
    def fraction(self):
        return self.area / self.whole.pixels


def truth_of(folder, **overrides):
    """The things of each image of the dataset in `folder` that are seen at all, by its name."""
    config = load(folder / "imggen.toml", **overrides)
    library = load_assets(config)
    plan = make_plan(config, library)
    chunk = plan.chunk(0, plan.count)
    names = list(Namer.of(config, library.layers).names(chunk.images, chunk.traits, chunk.splits))
    drawn = {
        int(row): (layer.layer, variant)
        for layer in library.layers
        for row, variant in zip(layer.sprites, layer.names, strict=True)
    }
    truth = {}
    for scene, start, stop in zip(chunk.scenes, chunk.first[:-1], chunk.first[1:], strict=True):
        shown = [drawn[row] for row in scene.items[:, 0].tolist()]
        placed = [
            (alpha_of(folder, *thing), x, y)
            for thing, (_, x, y) in zip(shown, scene.items.tolist(), strict=True)
        ]
        masks = visible_masks(placed, library.size, config.labels.threshold)
        things = [Thing(*thing, *mask) for thing, mask in zip(shown, masks, strict=True)]
        for image in range(start, stop):
            truth[names[image]] = [thing for thing in things if thing.area]
    return truth


def alpha_of(folder, layer, variant):
    """(height, width) uint8, trimmed."""
    with Image.open(folder / f"{layer}s" / f"{variant}.png") as image:
        alpha = image.getchannel("A")
    return np.asarray(alpha.crop(alpha.getbbox()))
