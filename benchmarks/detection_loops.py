"""Loops that composite images for detectors, with COCO's boxes, without imggen.

Each is what a careful user would write: art is decoded once and kept premultiplied, so that no edge
darkens; of a sprite only its box is touched; boxes are those of pixels whose alpha is at least 128.
Each function takes a task, loads its art and returns what fills a folder with so many images.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

Loop = Callable[[Path, int], object]  # fills a folder with so many images

SCALES = (0.5, 1.5)
QUALITY = 90
PNG_LEVEL = 1  # a careful user's choice: a tenth larger than 6, and three times as fast
THRESHOLD = 128
BICUBIC = Image.Resampling.BICUBIC


class Task(NamedTuple):
    """What is to be made.

    Attributes
    ----------
    art : a folder with sprites/ and backgrounds-SIZE/
    form : "jpeg" or "png"
    size : width and height of the canvas, px
    sprites : how many an image has
    """

    art: Path
    form: str
    size: int
    sprites: int

    @property
    def backgrounds(self) -> list[Path]:
        """The files of backgrounds."""
        return sorted((self.art / f"backgrounds-{self.size}").iterdir())

    @property
    def files(self) -> list[Path]:
        """The files of sprites: one class each."""
        return sorted((self.art / "sprites").iterdir())


class Coco:
    """Gathers annotations, and writes them at the end."""

    def __init__(self, task: Task) -> None:
        self._size = task.size
        self._categories = [{"id": k + 1, "name": p.stem} for k, p in enumerate(task.files)]
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add_image(self, name: str) -> None:
        """Add an image; annotations that follow are of it."""
        number = len(self._images) + 1
        self._images.append(
            {"id": number, "file_name": name, "width": self._size, "height": self._size}
        )

    def add(self, sprite: int, box: tuple[int, int, int, int], area: int) -> None:
        """Add a sprite of the image: its box (left, top, right, bottom), cut at the canvas."""
        left, top, right, bottom = (min(max(edge, 0), self._size) for edge in box)
        if left >= right or top >= bottom:
            return
        self._annotations.append(
            {
                "id": len(self._annotations) + 1,
                "image_id": len(self._images),
                "category_id": sprite + 1,
                "bbox": [left, top, right - left, bottom - top],
                "area": area,
                "iscrowd": 0,
            }
        )

    def write(self, out: Path) -> None:
        """Write the file."""
        (out / "annotations").mkdir(parents=True)
        tables = {
            "images": self._images,
            "annotations": self._annotations,
            "categories": self._categories,
        }
        (out / "annotations/instances.json").write_text(json.dumps(tables))


def pillow_loop(task: Task) -> Loop:
    """Pillow: resized and rotated, bicubic, and pasted with its own alpha."""
    backgrounds = [Image.open(path).convert("RGB") for path in task.backgrounds]
    sprites = [Image.open(path).convert("RGBA").convert("RGBa") for path in task.files]
    options = {"quality": QUALITY} if task.form == "jpeg" else {"compress_level": PNG_LEVEL}
    seen = [255 * (alpha >= THRESHOLD) for alpha in range(256)]

    def fill(out: Path, count: int) -> None:
        rng, coco = random.Random(0), Coco(task)
        (out / "images").mkdir(parents=True)
        for number in range(count):
            image, name = rng.choice(backgrounds).copy(), f"{number}.{task.form}"
            coco.add_image(name)
            for _ in range(task.sprites):
                which, scale = rng.randrange(len(sprites)), rng.uniform(*SCALES)
                width, height = sprites[which].size
                size = max(1, round(width * scale)), max(1, round(height * scale))
                sprite = sprites[which].resize(size, BICUBIC)
                sprite = sprite.rotate(rng.uniform(-180, 180), BICUBIC, expand=True).convert("RGBA")
                x = rng.randrange(task.size) - sprite.width // 2
                y = rng.randrange(task.size) - sprite.height // 2
                image.paste(sprite, (x, y), sprite)
                mask = sprite.getchannel("A").point(seen)
                left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
                area = mask.histogram()[255]
                coco.add(which, (x + left, y + top, x + right, y + bottom), area)
            image.save(out / "images" / name, **options)
        coco.write(out)

    return fill


def opencv_loop(task: Task) -> Loop:
    """OpenCV: one cubic warp, and a blend of the box in whole numbers by NumPy."""
    cv2: Any = import_module("cv2")
    cv2.setNumThreads(1)
    backgrounds = [cv2.imread(str(path)) for path in task.backgrounds]
    sprites = [premultiplied(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)) for path in task.files]
    options = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    if task.form == "png":
        options = [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL]

    def fill(out: Path, count: int) -> None:
        rng, coco = random.Random(0), Coco(task)
        (out / "images").mkdir(parents=True)
        for number in range(count):
            image, name = rng.choice(backgrounds).copy(), f"{number}.{task.form}"
            coco.add_image(name)
            for _ in range(task.sprites):
                which, scale = rng.randrange(len(sprites)), rng.uniform(*SCALES)
                sprite = warped(cv2, sprites[which], scale, rng.uniform(-180, 180))
                height, width = sprite.shape[:2]
                x = rng.randrange(task.size) - width // 2
                y = rng.randrange(task.size) - height // 2
                blend(image, sprite, x, y)
                mask = cv2.compare(sprite[..., 3], THRESHOLD - 1, cv2.CMP_GT)
                left, top, wide, high = cv2.boundingRect(mask)
                box = x + left, y + top, x + left + wide, y + top + high
                coco.add(which, box, cv2.countNonZero(mask))
            cv2.imwrite(str(out / "images" / name), image, options)
        coco.write(out)

    return fill


def premultiplied(pixels: Any) -> Any:  # OpenCV's arrays
    """BGRA times its own alpha, rounded."""
    alpha = pixels[..., 3:].astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * alpha + 127) // 255
    return pixels


def warped(cv2: Any, sprite: Any, scale: float, angle: float) -> Any:  # likewise
    """The sprite scaled and turned in one warp, around its middle."""
    height, width = sprite.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, scale)
    cosine, sine = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    wide = math.ceil(scale * (width * cosine + height * sine))
    high = math.ceil(scale * (width * sine + height * cosine))
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    return cv2.warpAffine(sprite, matrix, (wide, high), flags=cv2.INTER_CUBIC)


def blend(image: Any, sprite: Any, x: int, y: int) -> None:  # likewise
    """Lay a premultiplied sprite over `image`."""
    height, width = sprite.shape[:2]
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(width, image.shape[1] - x), min(height, image.shape[0] - y)
    if left >= right or top >= bottom:
        return
    part = sprite[top:bottom, left:right]
    below = image[y + top : y + bottom, x + left : x + right]
    kept = below * (255 - part[..., 3:].astype(np.uint16)) + 128
    below[...] = np.minimum(part[..., :3] + ((kept + (kept >> 8)) >> 8), 255)


def vision_synthesis(task: Task) -> Loop | None:
    """The package of that name, without shadows and colour transfer; it writes JPEG of 95 only."""
    if task.form != "jpeg":
        return None
    package: Any = import_module("vision_synthesis")
    cv2: Any = import_module("cv2")
    backgrounds = [cv2.imread(str(path)) for path in task.backgrounds]
    sprites = [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in task.files]
    composer = package.SceneComposer(
        canvas_size=(task.size, task.size),
        blender=package.AlphaFeatherBlender(blur_radius=1),
        enable_shadows=False,
        enable_color_transfer=False,
    )
    anywhere = package.RandomPlacementStrategy(scale_range=SCALES, allow_border_cutoff=True)

    def fill(out: Path, count: int) -> None:
        random.seed(0)
        scenes = []
        for _ in range(count):
            wanted = [random.randrange(len(sprites)) for _ in range(task.sprites)]
            specs = [
                {
                    "image": sprites[k],
                    "label": task.files[k].stem,
                    "category_id": k + 1,
                    "rotation_range": (-180.0, 180.0),
                }
                for k in wanted
            ]
            scenes.append(composer.compose(random.choice(backgrounds), specs, anywhere))
        (out / "annotations").mkdir(parents=True)
        package.CocoExporter(out).export(scenes, "annotations/instances.json")

    return fill


LOOPS: dict[str, Callable[[Task], Loop | None]] = {
    "Pillow loop": pillow_loop,
    "OpenCV loop": opencv_loop,
    "vision-synthesis": vision_synthesis,
}


class WrongBoxesError(Exception):
    """Images or annotations that a contender should have written are not there."""


def verify_coco(out: Path, images: int, task: Task, *, exact: bool) -> None:
    """Look at what a contender wrote: all images, of that size, and a box for what they show.

    `exact` wants one annotation for each sprite that was placed, as no sprite lies wholly outside;
    hidden ones may be left out by others.

    Raises
    ------
    WrongBoxesError
        Saying what is missing.
    """
    file = json.loads((out / "annotations/instances.json").read_bytes())
    paths = sorted((out / "images").iterdir())
    if len(file["images"]) != images or len(paths) != images:
        raise WrongBoxesError(f"{len(file['images'])} and {len(paths)} images; expected {images}")
    for path in paths:
        with Image.open(path) as image:
            if image.size != (task.size, task.size):
                raise WrongBoxesError(f"{path.name} is of {image.size} px")
            image.load()
    found, most = len(file["annotations"]), images * task.sprites
    if found > most or found < most * (0.9 if exact and task.sprites <= 5 else 0.4):
        raise WrongBoxesError(f"{found} annotations of {most} sprites")
    for annotation in file["annotations"]:
        x, y, width, height = annotation["bbox"]
        inside = x >= 0 and y >= 0 and x + width <= task.size and y + height <= task.size
        if not inside or width <= 0 or height <= 0:
            raise WrongBoxesError(f"a box of {annotation['bbox']}")
