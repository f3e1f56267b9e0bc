"""Random crowded datasets with every kind of label, and what their images show by painting.

The twin here knows the plan (which sprite is where, and how it varies) and the alpha of made
sprites; all else it finds pixel by pixel, or by plain geometry from the files of the art.
"""

import math
from typing import NamedTuple

import numpy as np
from PIL import Image
from tests.art import blob, layer, load, random_pixels, save, write_toml

from imggen.assets import load_assets
from imggen.assets.decode import Art
from imggen.assets.soften import feathered
from imggen.config.plain import EDGES, FIELDS
from imggen.draw.sprite_cache import SpriteCache
from imggen.planning import make_plan
from imggen.planning.names import Namer
from imggen.planning.shadows import without_shadows

SIZE = (96, 72)
NAMES = ("top", "left", "right", "tail")
OTHER_NAMES = ("tail", "eye")
FORMATS = ("coco", "coco-panoptic", "amodal-masks", "occlusion", "depth")
FIELDS_ASKED = ("obb", "amodal", "occlusion")


# --- datasets -------------------------------------------------------------------------------------


def write_crowded(folder, seed, count, *, splits=None):
    """Write a random dataset of `count` images; `splits` says if it has two; return `folder`."""
    rng = np.random.default_rng(seed)
    layers = [background(folder, rng), birds(folder, rng), hats(folder, rng), blocks(folder, rng)]
    two = [{"name": "train", "share": 0.6}, {"name": "val", "share": 0.4}]
    labels = {
        "layers": ["bird", "hat"],
        "threshold": int(rng.choice([1, 60, 128, 200])),
        "least_visible": float(rng.choice([0, 0.2])),
        "fields": list(FIELDS_ASKED),
        "segmentation": "rle",
    }
    soften(layers[1:3], rng)
    values = {
        **({"camera": {"blur": [0, 1], "noise": [0, 9]}} if rng.random() < 0.3 else {}),
        "dataset": {"count": count, "seed": seed},
        "canvas": {"size": list(SIZE), "mode": str(rng.choice(["RGB", "RGBA", "L"]))},
        "layer": layers,
        "labels": labels,
        **({"split": two} if (rng.random() < 0.5 if splits is None else splits) else {}),
    }
    write_toml(folder, values)
    return folder


def background(folder, rng):
    """A first layer that fills the canvas or, by chance, is a sprite that does not."""
    width, height = SIZE if rng.random() < 0.7 else (70, 50)
    for name in ("day", "night"):
        save(folder / f"skys/{name}.png", random_pixels(rng, width, height, 3))
    return layer("sky", fit="none")


def birds(folder, rng):
    """Many instances, mirrored, scaled and turned, with keypoints."""
    for k in range(3):
        shape = int(rng.integers(9, 40)), int(rng.integers(9, 30))
        save(folder / f"birds/b{k}.png", blob(rng, *shape, margin=int(rng.integers(0, 4))))
    smooth = bool(rng.random() < 0.7)
    settings = {"size": float(rng.uniform(0.2, 0.5))} if rng.random() < 0.5 else {}
    points = {f"b{k}": random_points(rng, NAMES, folder / f"birds/b{k}.png") for k in range(2)}
    return layer(
        "bird",
        trim=bool(rng.random() < 0.5),
        resample="smooth" if smooth else "nearest",
        instances=[2, 6],
        place={"anchor": "center", "x": [5, SIZE[0] - 5], "y": [5, SIZE[1] - 5], "inside": False},
        vary={
            "flip": 0.5,
            "scale": [0.4, 1.7],
            "rotate": [-180, 180] if rng.random() < 0.7 else [0, 90],
            "opacity": [0.8, 1.0],
        },
        keypoints={
            "names": list(NAMES),
            "flip": [["left", "right"]],
            "skeleton": [["top", "left"], ["top", "right"]],
            "points": points,
        },
        **settings,
    )


def hats(folder, rng):
    """One sprite in two parts, of which one lies behind the birds; keypoints of other names."""
    for k in range(2):
        width, height = int(rng.integers(12, 40)), int(rng.integers(12, 40))
        for part in ("back", "front"):
            save(folder / f"hats/h{k}/{part}.png", blob(rng, width, height, margin=k))
    points = {"h0": random_points(rng, OTHER_NAMES, folder / "hats/h0/back.png")}
    return layer(
        "hat",
        parts={"back": -1, "front": 0},
        place={"anchor": "center", "x": [5, SIZE[0] - 5], "y": [5, SIZE[1] - 5], "inside": False},
        vary={"flip": 0.5, "rotate": [-40, 40]},
        keypoints={"names": list(OTHER_NAMES), "points": points},
    )


def blocks(folder, rng):
    """Sprites in front that are not labelled."""
    save(folder / "blocks/grey.png", blob(rng, 15, 11))
    place = {"anchor": "center", "x": [5, SIZE[0] - 5], "y": [5, SIZE[1] - 5], "inside": False}
    return layer("block", instances=[0, 3], place=place)


def soften(layers, rng):
    """Give some layers soft edges and shadows, by chance with values that each instance draws."""
    for own in layers:
        if rng.random() < 0.5:
            own["shadow"] = {"offset": [2, 3.5], "blur": 1.5, "opacity": 0.6}
            drawn = {"shadow_x": [-5, 5], "shadow_opacity": [0.2, 0.9]}
            drawn["shadow_blur"] = {"values": [0, 2, 4.5]}
            own["vary"] |= drawn if rng.random() < 0.6 else {}
        if rng.random() < 0.5:
            drawn = {"values": [0, 1.5]} if rng.random() < 0.6 else 1
            own["vary"]["feather"] = drawn


def random_points(rng, names, path):
    """A point for most of `names`, somewhere on the file `path`."""
    with Image.open(path) as image:
        size = image.size
    there = [name for name in names if rng.random() < 0.8] or [names[0]]
    return {name: [float(rng.uniform(0, end)) for end in size] for name in there}


# --- what images show -----------------------------------------------------------------------------


class Item(NamedTuple):
    """A sprite of a scene; `alpha` is (height, width) uint8, `look` is its variation by field."""

    depth: int
    variant: int
    alpha: np.ndarray
    x: int
    y: int
    look: dict


class Shown(NamedTuple):
    """A labelled thing; arrays are of the canvas.

    Attributes
    ----------
    items : its places among all sprites
    parts : (height, width), the item of its frontmost part that has this pixel, or -1
    seen : (height, width) bool
    corners : (4, 2) float64
    keypoints : by name: x, y, visibility; (0, 0, 0) if not labelled
    """

    layer: str
    variant: str
    items: list
    parts: np.ndarray
    seen: np.ndarray
    fraction: float
    corners: np.ndarray
    keypoints: dict


class Picture(NamedTuple):
    """An image: its split and background, things from back to front, and the top item.

    `fills` is True if the background is behind all items, and none itself.
    """

    split: str
    background: str
    fills: bool
    things: list
    top: np.ndarray


def pictures_of(folder, **overrides):
    """The images of the dataset in `folder`, by name."""
    config = load(folder / "imggen.toml", **overrides)
    library = load_assets(config)
    plan = make_plan(config, library)
    chunk = plan.chunk(0, plan.count)
    names = list(Namer.of(config, library.layers).names(chunk.images, chunk.traits, chunk.splits))
    cache = SpriteCache(library)
    splits = [split.name for split in config.split] or [""]
    found = {}
    for scene, start, stop in zip(chunk.scenes, chunk.first[:-1], chunk.first[1:], strict=True):
        items = items_of(library, cache, scene)
        top, things = paint(folder, config, library, items)
        for image in range(start, stop):
            split = splits[chunk.splits[image]]
            background = library.layers[0].names[chunk.traits[image, 0]]
            fills = not any(item.depth == 0 for item in items)
            found[names[image]] = Picture(split, background, fills, things, top)
    return found


def items_of(library, cache, scene):
    """The sprites of `scene`, from back to front, without their shadows."""
    scene = without_shadows(scene, library)
    owners = {}
    for depth, own in enumerate(library.layers):
        for variant, row in enumerate(own.sprites.tolist()):
            for part in range(row, row + own.parts if row >= 0 else row):
                rows = [part] if library.feathers is None else library.feathers[part].tolist()
                owners.update(dict.fromkeys(rows, (depth, variant)))
    drawn = cache.fetch(scene)
    slots = scene.slots.tolist()
    looks = np.zeros((len(slots), len(FIELDS))) if scene.looks is None else scene.looks
    edges = [{}] * len(slots)
    if scene.edges is not None:
        edges = [dict(zip(EDGES, row, strict=True)) for row in scene.edges.tolist()]
    return [
        Item(
            slots[k],
            owners[scene.items[k, 0]][1],
            alpha_of(drawn.sprites, row, library.channels),
            x,
            y,
            {**dict(zip(FIELDS, looks[k].tolist(), strict=True)), **edges[k]},
        )
        for k, (row, x, y) in enumerate(drawn.items.tolist())
    ]


def alpha_of(sprites, row, channels):
    """The alpha of a sprite: (height, width); what is in no run is transparent."""
    start, first, width, height = sprites.table[row].tolist()
    flat = sprites.colour if channels == 4 else sprites.alpha
    pixels = flat[start : start + width * height * channels].reshape(height, width, channels)
    alpha = np.zeros((height, width), np.uint8)
    for y in range(height):
        for begin, end, _ in sprites.runs[slice(*sprites.rows[first + y : first + y + 2])].tolist():
            alpha[y, begin:end] = pixels[y, begin:end, -1]
    return alpha


def paint(folder, config, library, items):
    """The top item of each pixel, -1 where there is none, and the things that are labelled."""
    width, height = library.size
    settings = {own.name: own for own in config.layer}
    top = np.full((height, width), -1)
    parts = {}
    pixels = {}
    for k, item in enumerate(items):
        solid = item.alpha >= config.labels.threshold
        own = parts.setdefault(item.depth, np.full((height, width), -1))
        pixels[item.depth] = pixels.get(item.depth, False) | solid
        for y, x in np.argwhere(solid):
            if 0 <= item.y + y < height and 0 <= item.x + x < width:
                top[item.y + y, item.x + x] = own[item.y + y, item.x + x] = k
    things = []
    for depth, own in parts.items():
        mine = [k for k, item in enumerate(items) if item.depth == depth]
        name = library.layers[depth].layer
        seen = np.isin(top, mine)
        fraction = seen.sum() / max(pixels[depth].sum(), 1)
        labels = config.labels
        if name in labels.layers and seen.any() and fraction >= labels.least_visible:
            first = items[mine[0]]
            variant = library.layers[depth].names[first.variant]
            way = Way(folder, config, settings[name], variant, first, library.size)
            points = points_of(way, settings[name], variant, mine, own, top)
            found = Shown(name, variant, mine, own, seen, fraction, way.corners(), points)
            check_corners(found.corners, pixels[depth], first, exact=labels.threshold == 1)
            things.append(found)
    return top, sorted(things, key=lambda thing: thing.items[-1])


def check_corners(corners, solid, item, *, exact):
    """All pixels of a sprite lie within its oriented box, up to what a filter smears.

    They reach all its sides if filters take no pixel below the threshold.
    """
    rows, columns = np.nonzero(solid)
    centres = np.column_stack([columns + item.x + 0.5, rows + item.y + 0.5])
    for k in range(4):
        one, other, across = corners[k], corners[(k + 1) % 4], corners[k - 1] - corners[k]
        length = np.linalg.norm(across)
        inwards = (centres - one) @ across / length
        assert np.linalg.norm(other - one) > 0
        assert inwards.min() > -1.7, "a pixel is outside"
        assert not exact or inwards.min() < 0.5 * 2**0.5 + 1.7, "the box is too large"


class Way:
    """The way of a point of an art file to the canvas, step by step."""

    def __init__(self, folder, config, settings, variant, item, canvas):
        base = folder / settings.folder / variant
        paths = sorted(base.glob("*.png")) if settings.parts else [base.with_suffix(".png")]
        images = [Image.open(path).convert("RGBA") for path in paths]
        self.cut = (0, 0)
        if settings.trim:
            box = images[0].getchannel("A").getbbox()
            self.cut = box[:2]
            images = [image.crop(box) for image in images]
        self.first = images[0].size
        if settings.size is not None:
            longest = max(1, round(settings.size * min(canvas)))
            factor = min(longest / side for side in self.first)
            size = tuple(max(1, round(side * factor)) for side in self.first)
            how = Image.LANCZOS if settings.resample == "smooth" else Image.NEAREST
            images = [image if image.size == size else image.resize(size, how) for image in images]
        self.art = images[0].size
        self.look = item.look
        scale, opacity = item.look["scale"] or 1, item.look["opacity"] or 1
        self.drawn = [max(1, math.floor(side * scale + 0.5)) for side in self.art]
        self.middle = complex(item.x, item.y) + complex(*item.alpha.shape[::-1]) / 2
        feather = settings.vary.feather
        width = item.look.get("feather", feather.values[0] if feather else 0)
        alphas = [np.asarray(image.getchannel("A")) for image in images]
        if width:  # test_soften.py compares it with a slow twin
            alphas = [art.alpha for art in feathered([Art(a[..., None], a) for a in alphas], width)]
        faded = [alpha * opacity + 0.5 for alpha in alphas]
        self.solid = np.floor(np.maximum.reduce(faded)) >= config.labels.threshold

    def from_file(self, x, y):
        """Of a point of the file."""
        return self.from_art(
            (x - self.cut[0]) * self.art[0] / self.first[0],
            (y - self.cut[1]) * self.art[1] / self.first[1],
        )

    def from_art(self, x, y):
        """Of a point of the art as it is loaded."""
        x, y = (x * self.drawn[0] / self.art[0], y * self.drawn[1] / self.art[1])
        x = self.drawn[0] - x if self.look["flip"] else x
        arm = complex(x, y) - complex(*self.drawn) / 2
        turned = self.middle + arm * complex(*unit(-self.look["rotate"]))
        return turned.real, turned.imag

    def corners(self):
        """The corners of the oriented box, clockwise from the top left before it is turned."""
        rows, columns = np.nonzero(self.solid)
        left, right = columns.min(), columns.max() + 1
        top, bottom = rows.min(), rows.max() + 1
        left, right = (right, left) if self.look["flip"] else (left, right)
        corners = (left, top), (right, top), (right, bottom), (left, bottom)
        return np.array([self.from_art(*corner) for corner in corners])


def unit(degrees):
    """The cosine and the sine of an angle."""
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def points_of(way, settings, variant, items, parts, top):
    """The keypoints of a thing, by name."""
    mirror = {"left": "right", "right": "left"} if way.look["flip"] else {}
    height, width = top.shape
    found = {}
    for name, point in settings.keypoints.points.get(variant, {}).items():
        x, y = way.from_file(*point)
        if not (0 <= x < width and 0 <= y < height):
            continue
        there, own = top[int(y), int(x)], parts[int(y), int(x)] >= 0
        hidden = there >= 0 and there not in items and (own or there > items[-1])
        found[mirror.get(name, name)] = (x, y, 1 if hidden else 2)
    return found
