"""Draw the gallery: docs/gallery.md, and a picture of each feature, of the sample's art.

Run ``.venv/bin/python scripts/draw_gallery.py [--only NAME] [--docs FOLDER]``.
"""

import argparse
import csv
import tempfile
from pathlib import Path

from pictures.entry import Entry
from pictures.looks import LOOKS
from pictures.scenes import SCENES
from pictures.sheet import draw_sheet
from PIL import Image

from imggen.assets import load_assets
from imggen.config import load_config
from imggen.draw import Painter
from imggen.formats.data_csv import make_rows
from imggen.planning import Plan, make_plan
from imggen.planning.names import Namer

REPO = Path(__file__).resolve().parent.parent
ART = REPO / "assets"
DOCS = REPO / "docs"
PICTURES = Path("pictures") / "gallery"
COUNT = 6000  # images planned, of which some are drawn
MOST_BYTES = 60_000  # of a picture
QUALITIES = (80, 70, 60, 50, 40)
PRIZES = {
    "barrel": "barrel#6.png",
    "heart": "heart.png",
    "cupcake": "sweets#3/cupcake.png",
    "donut": "sweets#3/donut.png",
}
ENTRIES = LOOKS + SCENES

HEAD = """# Gallery

A picture for most things that a configuration can declare, drawn by `scripts/draw_gallery.py` from
the sample's art. The configuration is below each picture. If it has no background, put these lines
before it:

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
BACKGROUND = 'name = "background"'


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
    """The sample's art in `folder`, with a costume in two parts and prizes of several weights."""
    for name in ("backgrounds", "characters", "objects"):
        (folder / name).symlink_to(ART / name)
    make_costume(folder / "costumes" / "angel")
    name_prizes(folder / "prizes")


def name_prizes(folder: Path) -> None:
    """Some of the sample's objects, with weights in their names."""
    for name, prize in PRIZES.items():
        (folder / prize).parent.mkdir(parents=True, exist_ok=True)
        (folder / prize).symlink_to(ART / "objects" / f"{name}.png")


def make_costume(folder: Path) -> None:
    """A pair of wings, and a heart in front."""
    back, front = (Image.new("RGBA", (900, 700)) for _ in range(2))
    with Image.open(ART / "objects" / "bananas.png") as bananas:
        wing = bananas.convert("RGBA").rotate(-60, expand=True)
    back.alpha_composite(wing, (420, 60))
    back.alpha_composite(wing.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (480 - wing.width, 60))
    with Image.open(ART / "objects" / "heart.png") as heart:
        front.alpha_composite(heart.convert("RGBA").resize((170, 170)), (365, 420))
    folder.mkdir(parents=True)
    back.save(folder / "back.png")
    front.save(folder / "front.png")


def draw_entry(entry: Entry, folder: Path) -> Image.Image:
    """The picture of one feature."""
    path = folder / "imggen.toml"
    path.write_text(entry.toml if BACKGROUND in entry.toml else BEHIND + entry.toml)
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
    return int(Path(found["image"]).name)  # without the folder of its split


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
