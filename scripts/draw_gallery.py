"""Draw the gallery: docs/gallery.md, and a picture of each feature, of the sample's art.

Run ``.venv/bin/python scripts/draw_gallery.py [--only NAME] [--docs FOLDER]``.
"""

import argparse
import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from draw_readme_picture import REPO, draw_sheet
from PIL import Image

from imggen.assets import load_assets
from imggen.config import load_config
from imggen.config.vary import BLENDS
from imggen.draw import Painter
from imggen.labels.table import make_rows
from imggen.plan import Plan, make_plan
from imggen.plan.names import Namer

ART = REPO / "assets"
DOCS = REPO / "docs"
PICTURES = Path("pictures") / "gallery"
COUNT = 6000  # images planned, of which some are drawn
MOST_BYTES = 60_000  # of a picture
QUALITIES = (80, 70, 60, 50, 40)

HEAD = """# Gallery

One picture for each feature, made by `scripts/draw_gallery.py` from the sample's art. Each shows
images of the layers below it, behind which lies

```toml
[canvas]
size = [1920, 1078]

[[layer]]
name = "background"
folder = "backgrounds"
```

What the keys mean is in [the configuration](configuration.md).
"""
BEHIND = HEAD.split("```")[1].removeprefix("toml\n")


@dataclass(frozen=True)
class Entry:
    """A feature: its layers, and what the images that are shown must have in their rows.

    `shown` has a dict of column and value for each image, row by row; `cell` is their size, px.
    """

    name: str
    title: str
    words: str
    toml: str
    shown: tuple[tuple[dict[str, str], ...], ...]
    cell: tuple[int, int] = (240, 135)


def each(character: str, **field: Iterable[object]) -> tuple[tuple[dict[str, str], ...], ...]:
    """A line of images of a character, each with one of the values of a field."""
    ((name, values),) = field.items()
    return (tuple({"character": character, f"character {name}": str(v)} for v in values),)


def varied(vary: str) -> str:
    """Characters in the middle of the canvas that vary."""
    return f"""[[layer]]
name = "character"
folder = "characters"
trim = true
place = {{ anchor = "center", at = [960, 600] }}
vary = {{ {vary} }}
"""


ENTRIES = (
    Entry(
        "scale",
        "Size",
        "Each image draws its own size between two.",
        varied("scale = [0.4, 1.6]"),
        each("mage", scale=(0.4, 0.8, 1.2, 1.6)),
    ),
    Entry(
        "rotate",
        "Angle",
        "Degrees counter-clockwise, around the middle.",
        varied("rotate = [-60, 60]"),
        each("pirate", rotate=(-60, -20, 20, 60)),
    ),
    Entry(
        "rotate-in-steps",
        "Steps",
        "With a step there are few values, and a sprite that was made once is used again.",
        varied("rotate = { range = [0, 270], step = 90 }"),
        each("warrior", rotate=(0, 90, 180, 270)),
    ),
    Entry(
        "flip",
        "Mirror",
        "With a probability, left and right are exchanged.",
        varied("flip = 0.5"),
        each("pirate", flip=(0, 1, 0, 1)),
    ),
    Entry(
        "hue",
        "Hue",
        "All hues are turned by so many degrees; here by one of a list.",
        varied("hue = { values = [0, 90, 180, 270] }"),
        each("monster", hue=(0, 90, 180, 270)),
    ),
    Entry(
        "saturation",
        "Saturation",
        "From grey to twice as colourful.",
        varied("saturation = { values = [0, 0.5, 1, 2] }"),
        each("mage", saturation=(0.0, 0.5, 1.0, 2.0)),
    ),
    Entry(
        "brightness",
        "Brightness",
        "Colours times a number.",
        varied("brightness = { values = [0.4, 0.7, 1, 1.5] }"),
        each("mage", brightness=(0.4, 0.7, 1.0, 1.5)),
    ),
    Entry(
        "opacity",
        "Opacity",
        "What is behind shows through.",
        varied("opacity = { values = [0.25, 0.5, 0.75, 1] }"),
        each("warrior", opacity=(0.25, 0.5, 0.75, 1.0)),
    ),
    Entry(
        "blend",
        "Blend modes",
        "All that the W3C names, in the order of the list.",
        """[[layer]]
name = "object"
folder = "objects"
trim = true
place = { anchor = "center", at = [960, 600] }

[layer.vary]
scale = 3
blend.values = [
  "normal", "multiply", "screen", "overlay",
  "darken", "lighten", "color-dodge", "color-burn",
  "hard-light", "soft-light", "difference", "exclusion",
  "hue", "saturation", "color", "luminosity",
]
""",
        tuple(
            tuple(
                {"background": "countryside", "object": "heart", "object blend": name}
                for name in BLENDS[row : row + 4]
            )
            for row in range(0, len(BLENDS), 4)
        ),
        cell=(180, 101),
    ),
    Entry(
        "everything",
        "All of it at once",
        "At random places, kept on the canvas whatever their size and angle.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "center", x = [0, 1920], y = [0, 1078] }

[layer.vary]
flip = 0.5
scale = [0.5, 1.0]
rotate = [-30, 30]
hue = [-90, 90]
saturation = [0.6, 1.4]
brightness = [0.7, 1.3]
opacity = [0.6, 1]
blend = { values = ["normal", "hard-light"] }
""",
        (({},) * 4, ({},) * 4),
    ),
    Entry(
        "parts",
        "Sprites in parts",
        "`costumes/angel` holds `back.png` and `front.png`: one goes behind the character.",
        """[[layer]]
name = "character"
folder = "characters"
trim = true
place = { anchor = "bottom", at = [960, 1000] }

[[layer]]
name = "costume"
folder = "costumes"
parts = { back = -1, front = 0 }
place = { anchor = "center", of = "character", at = "center" }
""",
        (tuple({"character": name} for name in ("mage", "warrior", "monster", "pirate")),),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the gallery.")
    parser.add_argument("--only", help="the name of one picture")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where to write (docs)")
    arguments = parser.parse_args()
    (arguments.docs / PICTURES).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        lay_out_art(Path(folder))
        for entry in ENTRIES:
            if arguments.only in (None, entry.name):
                picture = arguments.docs / PICTURES / f"{entry.name}.jpg"
                save(draw_entry(entry, Path(folder)), picture)
                print(f"{picture}: {picture.stat().st_size:,} bytes")
    (arguments.docs / "gallery.md").write_text(page())


def page() -> str:
    """The text of the gallery."""
    parts = [HEAD]
    for entry in ENTRIES:
        picture = PICTURES / f"{entry.name}.jpg"
        parts.append(
            f"## {entry.title}\n\n{entry.words}\n\n![{entry.title}]({picture})\n\n"
            f"```toml\n{entry.toml}```\n"
        )
    return "\n".join(parts)


def lay_out_art(folder: Path) -> None:
    """The sample's art in `folder`, and a costume in two parts."""
    for name in ("backgrounds", "characters", "objects"):
        (folder / name).symlink_to(ART / name)
    back, front = (Image.new("RGBA", (900, 700)) for _ in range(2))
    with Image.open(ART / "objects" / "bananas.png") as bananas:
        wing = bananas.convert("RGBA").rotate(-60, expand=True)
    back.alpha_composite(wing, (420, 60))
    back.alpha_composite(wing.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (480 - wing.width, 60))
    with Image.open(ART / "objects" / "heart.png") as heart:
        front.alpha_composite(heart.convert("RGBA").resize((170, 170)), (365, 420))
    costume = folder / "costumes" / "angel"
    costume.mkdir(parents=True)
    back.save(costume / "back.png")
    front.save(costume / "front.png")


def draw_entry(entry: Entry, folder: Path) -> Image.Image:
    """The picture of one feature."""
    path = folder / "imggen.toml"
    path.write_text(BEHIND + entry.toml)
    config = load_config(path, {"dataset.count": COUNT})
    plan = make_plan(config, load_assets(config))
    painter = Painter(plan.library)
    rows = table_of(plan)
    return draw_sheet(
        [[paint(plan, painter, take(rows, wanted)) for wanted in line] for line in entry.shown],
        entry.cell,
    )


def table_of(plan: Plan) -> list[dict[str, str]]:
    """The rows of the plan's table, as text."""
    namer = Namer.of(plan.config, plan.library.layers)
    return list(csv.DictReader(make_rows(plan, namer, 0, plan.count).to_csv().splitlines()))


def take(rows: list[dict[str, str]], wanted: dict[str, str]) -> int:
    """The first image with `wanted` in its row, which is taken from `rows`."""
    found = next(row for row in rows if wanted.items() <= row.items())
    rows.remove(found)
    return int(found["image"])


def paint(plan: Plan, painter: Painter, image: int) -> Image.Image:
    """One image of the plan."""
    place = plan.order.tolist().index(image)
    pixels = painter.paint(plan.chunk(place, place + 1).scenes[0])
    return Image.frombytes("RGB", plan.library.size, pixels.tobytes())


def save(picture: Image.Image, path: Path) -> None:
    """Write `picture` as JPEG, as good as it may be large."""
    for quality in QUALITIES:
        picture.save(path, quality=quality, optimize=True, progressive=True)
        if path.stat().st_size <= MOST_BYTES:
            return


if __name__ == "__main__":
    main()
