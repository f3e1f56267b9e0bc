"""Draws the art of a recipe, and puts the recipe beside it.

    python docs/recipes/draw.py waterbirds my-birds
    imggen bulk my-birds

needs Pillow only. All art is drawn from a fixed seed.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent
FINE = 4  # art is drawn so many times larger, and scaled down, so that its edges are smooth
COLOURS = {"red": "#d03030", "green": "#30a040", "blue": "#3060d0", "yellow": "#e0c020"}
BIRDS = {  # body, wing, beak, height of the legs as a share
    "water_duck": ("#4a6b3a", "#8a7a60", "#e0a030", 0.1),
    "water_gull": ("#f0f0f0", "#a0a8b0", "#e0b040", 0.15),
    "land_robin": ("#c05030", "#705040", "#404040", 0.25),
    "land_jay": ("#5080c0", "#305090", "#303030", 0.25),
}
PLACES = {  # above the horizon, below it, what stands there
    "water_lake": ("#b0d0e8", "#4080a0", "waves"),
    "water_sea": ("#90b8e0", "#205080", "waves"),
    "land_forest": ("#a0c0a0", "#405a30", "trees"),
    "land_meadow": ("#c0dcf0", "#70a040", "trees"),
}
# Corners of polygons, as shares of their box; those of a cube's faces and of a checkerboard, too.
CORNERS = {
    "triangle": [(0.1, 0.9), (0.9, 0.8), (0.4, 0.1)],
    "quad": [(0.1, 0.2), (0.8, 0.1), (0.9, 0.8), (0.2, 0.9)],
    "kite": [(0.5, 0.05), (0.85, 0.4), (0.5, 0.95), (0.15, 0.4)],
    "cube": [(0.1, 0.3), (0.6, 0.3), (0.6, 0.9), (0.1, 0.9), (0.9, 0.1), (0.9, 0.7), (0.4, 0.1)],
    "board": [(x, y) for y in (0.1, 0.5, 0.9) for x in (0.1, 0.5, 0.9)],
}
FACES = {  # which corners each face has, and how light it is
    "triangle": [((0, 1, 2), 180)],
    "quad": [((0, 1, 2, 3), 150)],
    "kite": [((0, 1, 2, 3), 210)],
    "cube": [((0, 1, 2, 3), 150), ((1, 4, 5, 2), 90), ((0, 6, 4, 1), 220)],
    "board": [((0, 1, 4, 3), 230), ((1, 2, 5, 4), 60), ((3, 4, 7, 6), 60), ((4, 5, 8, 7), 230)],
}
KINDS = (
    "bird",
    "carnivore",
    "dog",
    "fish",
    "insect",
    "instrument",
    "primate",
    "reptile",
    "vehicle",
)


def main(recipe: str, folder: str) -> None:
    """Draw the art of `recipe` into `folder`, and copy its configuration there."""
    draw(recipe, Path(folder))


def draw(recipe: str, folder: Path) -> Path:
    """Draw the art of `recipe` into `folder`; return the path of the configuration."""
    random.seed(recipe)
    for path, made in ART[recipe]():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(made, str):
            (folder / path).write_text(made)
        else:
            made.save(folder / path)
    return Path(shutil.copy(HERE / f"{recipe}.toml", folder / "imggen.toml"))


# --- things ---------------------------------------------------------------------------------------


def sketch(width, height, paint, mode="RGBA"):
    """An image that `paint` draws on, in coordinates from 0 to 1."""
    image = Image.new(mode, (width * FINE, height * FINE))

    class Pen:
        """ImageDraw in shares of the image."""

        def __getattr__(self, name):
            def call(points, **how):
                scaled = [
                    value * (width if k % 2 == 0 else height) * FINE
                    for k, value in enumerate(points)
                ]
                if "width" in how:
                    how["width"] = round(how["width"] * width * FINE)
                getattr(ImageDraw.Draw(image), name)(scaled, **how)

            return call

    paint(Pen())
    return image.resize((width, height), Image.Resampling.LANCZOS)


def bird(name, width=120):
    """A bird that looks to the right."""
    body, wing, beak, legs = BIRDS[name]

    def paint(pen):
        for x in (0.45, 0.55):
            pen.line((x, 0.7, x, 0.75 + legs), fill="#604020", width=0.02)
        pen.polygon((0.05, 0.35, 0.3, 0.4, 0.25, 0.6), fill=wing)
        pen.ellipse((0.15, 0.3, 0.78, 0.78), fill=body)
        pen.ellipse((0.6, 0.1, 0.88, 0.42), fill=body)
        pen.polygon((0.86, 0.2, 0.99, 0.28, 0.86, 0.32), fill=beak)
        pen.ellipse((0.75, 0.18, 0.8, 0.24), fill="black")
        pen.ellipse((0.22, 0.38, 0.6, 0.62), fill=wing)

    return sketch(width, round(width * 0.85), paint)


def place(name, width, height):
    """A landscape with a horizon."""
    sky, ground, kind = PLACES[name]
    image = Image.new("RGB", (width, height), sky)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 0.4, width, height), fill=ground)
    for k in range(60):
        x, y = random.random() * width, height * (0.4 + 0.6 * k / 60)
        size = width * (0.02 + 0.1 * k / 60)
        if kind == "waves":
            pen.arc((x, y, x + 2 * size, y + size), 200, 340, fill="#d8e8f0", width=2)
        elif y < height * 0.6:
            pen.polygon((x - size, y, x + size, y, x, y - 5 * size), fill="#2a4a20")
        else:
            pen.line((x, y, x + 2, y - size / 2), fill="#98c060", width=2)
    return image.filter(ImageFilter.GaussianBlur(0.6))


def texture(width, height, colour):
    """Blurred spots around a colour."""
    image = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(image)
    for _ in range(150):
        x, y, size = random.random() * width, random.random() * height, random.randint(5, 40)
        shade = random.randint(-45, 45)
        spot = tuple(max(0, min(255, c + shade)) for c in image.getpixel((0, 0)))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=spot)
    return image.filter(ImageFilter.GaussianBlur(1.5))


def solid(shape, colour, size=64):
    """A cube, a sphere or a cylinder in one colour, lit from the left."""
    light, dark = shaded(colour, 1.35), shaded(colour, 0.6)

    def paint(pen):
        if shape == "sphere":
            pen.ellipse((0.02, 0.02, 0.98, 0.98), fill=dark)
            pen.ellipse((0.02, 0.02, 0.86, 0.86), fill=colour)
            pen.ellipse((0.2, 0.15, 0.45, 0.4), fill=light)
        elif shape == "cube":
            pen.polygon((0.02, 0.25, 0.65, 0.25, 0.65, 0.98, 0.02, 0.98), fill=colour)
            pen.polygon((0.02, 0.25, 0.35, 0.02, 0.98, 0.02, 0.65, 0.25), fill=light)
            pen.polygon((0.65, 0.25, 0.98, 0.02, 0.98, 0.75, 0.65, 0.98), fill=dark)
        else:
            pen.rectangle((0.1, 0.15, 0.9, 0.85), fill=colour)
            pen.rectangle((0.6, 0.15, 0.9, 0.85), fill=dark)
            pen.ellipse((0.1, 0.72, 0.9, 0.98), fill=colour)
            pen.ellipse((0.1, 0.02, 0.9, 0.28), fill=light)

    return sketch(size, size, paint)


def shaded(colour, factor):
    """A colour made lighter or darker."""
    levels = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{min(255, round(level * factor)):02x}" for level in levels)


def animal(kind, size=120):
    """A figure of a kind, the same each time: a body and limbs of its own."""
    own = random.Random(kind)
    colour = f"#{own.randint(0x303030, 0xD0D0D0):06x}"

    def paint(pen):
        for _ in range(own.randint(2, 6)):
            ends = [own.uniform(0.05, 0.95) for _ in range(4)]
            pen.line(ends, fill=shaded(colour, 0.7), width=0.07)
        for _ in range(3):
            x, y = own.uniform(0.2, 0.5), own.uniform(0.2, 0.5)
            pen.ellipse((x, y, x + own.uniform(0.2, 0.45), y + own.uniform(0.2, 0.45)), fill=colour)

    return sketch(size, size, paint)


def digit(number, hand, size=24):
    """A digit in red, as one of several hands writes it."""
    image = Image.new("RGBA", (size * FINE, size * FINE))
    own = random.Random(f"{number} {hand}")
    font = ImageFont.load_default(round(size * FINE * own.uniform(0.85, 1)))
    stroke = own.randint(0, 2) * FINE // 2
    ImageDraw.Draw(image).text(
        (size * FINE / 2, size * FINE / 2), str(number), font=font, anchor="mm",
        fill="#d82020", stroke_width=stroke, stroke_fill="#d82020",
    )  # fmt: skip
    slant = own.uniform(-0.25, 0.25)
    shear = (1, slant, -slant * size * FINE / 2, 0, 1, 0)
    image = image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def white_shape(shape, size=64):
    """A square, an ellipse or a heart, as in dSprites."""

    def paint(pen):
        if shape == "square":
            pen.rectangle((0.1, 0.1, 0.9, 0.9), fill="white")
        elif shape == "ellipse":
            pen.ellipse((0.25, 0.02, 0.75, 0.98), fill="white")
        else:
            pen.ellipse((0.05, 0.1, 0.53, 0.58), fill="white")
            pen.ellipse((0.47, 0.1, 0.95, 0.58), fill="white")
            pen.polygon((0.09, 0.47, 0.91, 0.47, 0.5, 0.95), fill="white")

    return sketch(size, size, paint)


def polygons(shape, size=60):
    """A shape of flat faces."""
    corners = CORNERS[shape]

    def paint(pen):
        for face, level in FACES[shape]:
            pen.polygon([share for k in face for share in corners[k]], fill=(level,) * 3)

    return sketch(size, size, paint)


# --- recipes --------------------------------------------------------------------------------------


def birds_and_places(width, height):
    """Yield the art of waterbirds and of the crowd."""
    yield from ((f"places/{name}.png", place(name, width, height)) for name in PLACES)
    yield from ((f"birds/{name}.png", bird(name)) for name in BIRDS)


def backgrounds_and_objects():
    """Yield an object and three backgrounds of each of three kinds."""
    for kind, colour in (("bird", "#6090c0"), ("dog", "#70a050"), ("fish", "#308090")):
        for k in range(3):
            yield f"backgrounds/{kind}{k}.png", texture(224, 224, shaded(colour, 0.8 + 0.25 * k))
        yield f"objects/{kind}.png", animal(kind)


def solids(size):
    """Yield a thing of each shape and colour."""
    for shape in ("cube", "cylinder", "sphere"):
        for name, colour in COLOURS.items():
            yield f"things/{name} {shape}.png", solid(shape, colour, size)


def digits():
    """Yield digits of several hands, on black."""
    for number in range(10):
        yield from ((f"digits/{number}_{hand}.png", digit(number, hand)) for hand in range(6))


def shapes_and_corners(size=60):
    """Yield shapes of flat faces, and where their corners are, px."""
    yield from ((f"grounds/{level}.png", Image.new("L", (160, 120), level)) for level in (20, 40))
    yield from ((f"shapes/{shape}.png", polygons(shape, size)) for shape in CORNERS)
    lines = [
        f"{shape},c{k},{x * size:g},{y * size:g}"
        for shape, corners in CORNERS.items()
        for k, (x, y) in enumerate(corners)
    ]
    yield "corners.csv", "\n".join(["variant,name,x,y", *lines, ""])


ART = {
    "waterbirds": lambda: birds_and_places(224, 224),
    "crowd": lambda: birds_and_places(640, 400),
    "coloured_mnist": digits,
    "backgrounds_challenge": backgrounds_and_objects,
    "counting": lambda: [("grounds/grey.png", texture(320, 240, "#a8a8a8")), *solids(48)],
    "cut_paste": lambda: [
        *((f"scenes/{k}.png", texture(320, 240, c)) for k, c in enumerate(COLOURS.values())),
        *((f"things/{kind}.png", animal(kind)) for kind in KINDS),
    ],
    "corners": shapes_and_corners,
    "dsprites": lambda: [
        ("colors/black.png", Image.new("L", (64, 64))),
        *((f"shapes/{s}.png", white_shape(s)) for s in ("ellipse", "heart", "square")),
    ],
}

if __name__ == "__main__":
    main(*sys.argv[1:])
