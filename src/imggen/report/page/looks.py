"""Images of a dataset, drawn again for its report: small pictures, and what can be seen in them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.dataset.object_arrays import fill
from imggen.dataset.renderer import Renderer
from imggen.draw import Painter
from imggen.formats.details import Details
from imggen.geometry.instances import Instance
from imggen.geometry.outline import find_outlines
from imggen.planning import Plan, Scene
from imggen.report.page.sample import SEED, ImageSample
from imggen.report.pictures import picture_of
from imggen.run.recipe import Recipe

THUMB = 240  # px, the longer side of a small picture
QUALITY = 72
MOST_COMPARED = 200  # objects that are compared with what is behind them
DRAWN_PIXELS = 60_000_000  # of canvases for that
FAINT = 4.0  # of 255: a sprite that differs less from what is behind it is not seen
OUTLINE = 400  # px: outlines of masks are as exact as on a canvas of that size


@dataclass(frozen=True)
class Mark:
    """An object in a picture.

    Attributes
    ----------
    name : its class
    number : of the class, for its colour
    box : left, top, width, height of what is seen of it, px
    outlines : polygons around what is seen, x and y in turns, px
    keypoints : x, y and visibility of each
    fraction : the share of it that is seen
    """

    name: str
    number: int
    box: tuple[int, int, int, int]
    outlines: tuple[tuple[int, ...], ...]
    keypoints: tuple[tuple[float, float, int], ...]
    fraction: float


@dataclass(frozen=True)
class Snapshot:
    """An image as a report shows it.

    Attributes
    ----------
    index : the index of the image
    name : the path of its file below the dataset's folder
    split : the name of its split; "" if there are none
    traits : what it shows of each layer
    picture : a small picture, a data URL
    marks : its labelled objects
    rarity : the probability of all that it shows together, as -log2
    """

    index: int
    name: str
    split: str
    traits: dict[str, str]
    picture: str
    marks: tuple[Mark, ...]
    rarity: float

    @property
    def least_visible(self) -> float:
        """The share that is seen of the object that is seen least; 1 without objects."""
        return min((mark.fraction for mark in self.marks), default=1.0)


@dataclass(frozen=True)
class Contrast:
    """The difference of an object from what is behind it, of 255, with its slot and variant."""

    image: int
    slot: int
    variant: int
    difference: float


class Viewer:
    """Draws images of a recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._renderer = Renderer(recipe.library, recipe.config.output, recipe.info)
        self._painter = Painter(recipe.library)

    def views(self, indices: Sequence[int]) -> list[Snapshot]:
        """Return views of the images with these indices."""
        return [self._view(index, *self._scene(index)) for index in indices]

    def _scene(self, index: int) -> tuple[Plan, Scene]:
        """Return the plan and the scene of an image."""
        plan = self._recipe.segments.of_image(index)
        return plan, plan.scenes(np.arange(1))[0]

    def _view(self, index: int, plan: Plan, scene: Scene) -> Snapshot:
        """Return the view of an image."""
        info, recipe = self._recipe.info, self._recipe
        seen = info.seen(self._renderer.trace(scene))
        details = self._renderer.details(scene, seen) if info.keypoints.names else None
        stem = next(recipe.namer.names(np.array([index]), plan.traits, plan.splits))
        row = plan.traits[0]
        splits = info.splits
        return Snapshot(
            index=index,
            name=f"images/{stem}{info.suffix}" if recipe.container.loose else stem,
            split=splits[plan.splits[0]] if splits else "",
            traits={
                one.layer: one.shown(row) if one.counted else one.names[row[one.slots.start]]
                for one in recipe.segments.columns
            },
            picture=small_picture(self.draw(scene)),
            marks=tuple(self._marks(seen, details)),
            rarity=rarity_of(plan),
        )

    def draw(self, scene: Scene) -> npt.NDArray[np.uint8]:
        """Return the pixels of a scene, before they are encoded: (height, width, channels)."""
        library = self._recipe.library
        width, height = library.size
        pixels = np.empty((height, width, library.channels), np.uint8)
        self._painter.paint_on(pixels.reshape(height, -1), scene)
        return pixels

    def _marks(self, seen: Sequence[Instance], details: Details | None) -> list[Mark]:
        """Return what is drawn over the picture for each labelled instance."""
        info = self._recipe.info
        tolerance = max(self._recipe.library.size) / OUTLINE
        marks = []
        for k, one in enumerate(seen):
            number = info.class_of(one)
            outlines = find_outlines(one.mask, tolerance)
            ends = outlines.starts.tolist()
            points: tuple[tuple[float, float, int], ...] = ()
            if details is not None:
                found = details.keypoints[k].tolist()
                points = tuple((round(x, 1), round(y, 1), int(v)) for x, y, v in found if v)
            marks.append(
                Mark(
                    name=info.classes.names[number],
                    number=number,
                    box=one.visible,
                    outlines=tuple(
                        tuple(outlines.points[a:b].ravel().tolist()) for a, b in pairwise(ends)
                    ),
                    keypoints=points,
                    fraction=one.visible_fraction,
                )
            )
        return marks

    def contrasts(self, sample: ImageSample) -> list[Contrast]:
        """Compare the labelled objects of some images with what is behind them."""
        width, height = self._recipe.library.size
        left = min(MOST_COMPARED, 2 * len(sample.numbers), DRAWN_PIXELS // (width * height))
        found: list[Contrast] = []
        for row in np.random.default_rng(SEED).permutation(len(sample.numbers)).tolist():
            scene = sample.plan.scenes(np.array([row]))[0]
            seen = [one for one in self._renderer.trace(scene) if one.visible_pixels]
            if len(found) + len(seen) > left:
                seen = seen[: left - len(found)]
            found += self._contrasts_in(int(sample.numbers[row]), scene, seen)
            if len(found) >= left:
                break
        return found

    def _contrasts_in(
        self, image: int, scene: Scene, seen: Sequence[Instance]
    ) -> Iterator[Contrast]:
        """Yield how much some of the instances of an image differ from what is behind them."""
        whole = self.draw(scene) if seen else np.zeros((0, 0, 0), np.uint8)
        for one in seen:
            difference = self._difference(scene, whole, one)
            yield Contrast(image, one.depth, one.variant, difference)

    def _difference(self, scene: Scene, whole: npt.NDArray[np.uint8], instance: Instance) -> float:
        """Return the mean difference of the pixels of an instance from the scene without it."""
        behind = self.draw(without(scene, instance))
        left, top, width, height = instance.visible
        box = np.s_[top : top + height, left : left + width]
        rows = np.zeros((len(instance.mask.rows) - 1, whole.shape[1]), bool)
        fill(instance.mask._replace(y=0), rows)
        first = top - instance.mask.y
        mask = rows[first : first + height, left : left + width]
        one, other = (pixels[box][mask].astype(np.int16) for pixels in (whole, behind))
        return float(np.abs(one - other).max(axis=-1).mean())


def without(scene: Scene, instance: Instance) -> Scene:
    """Return `scene` without the sprites of one instance."""
    if scene.slots is None:
        return scene
    kept = scene.slots != instance.depth
    looks = None if scene.looks is None else scene.looks[kept]
    return replace(scene, items=scene.items[kept], looks=looks, slots=scene.slots[kept])


def rarity_of(plan: Plan) -> float:
    """Return -log2 of the probability of the variants of an image, each layer by itself."""
    bits = 0.0
    for slot, layer in enumerate(plan.library.layers):
        chance = layer.probabilities[plan.traits[0, slot]]
        bits -= float(np.log2(chance)) if chance > 0 else 0.0
    return bits


def small_picture(pixels: npt.NDArray[np.uint8]) -> str:
    """Return a small picture of `pixels`, (height, width, channels), as a data URL."""
    return data_url(picture_of(pixels), THUMB)


def data_url(picture: Image.Image, longest: int) -> str:
    """Return `picture`, no larger than `longest` px, as a data URL: a PNG if it is small."""
    if max(picture.size) > longest:
        factor = max(picture.size) // longest
        small = picture.reduce(factor) if factor > 1 else picture.copy()
        small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        picture = small
    kind = "png" if max(picture.size) <= longest // 2 else "jpeg"
    file = BytesIO()
    picture.save(file, kind.upper(), quality=QUALITY)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


class Snapshots:
    """The views of a report: each image is drawn once, when it is first asked for."""

    def __init__(self, viewer: Viewer, most: int) -> None:
        self._viewer = viewer
        self._most = most
        self.known: dict[int, Snapshot] = {}

    def get(self, indices: Sequence[int]) -> list[Snapshot]:
        """Return the views of images; those beyond the most that a report has are left out."""
        for index in indices:
            if index not in self.known and len(self.known) < self._most:
                self.known[index] = self._viewer.views([index])[0]
        return [self.known[index] for index in indices if index in self.known]
