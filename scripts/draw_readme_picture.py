"""Draw the README's picture: twelve images of the sample, as a run of it makes them.

Run ``.venv/bin/python scripts/draw_readme_picture.py [--out FILE]``.
"""

import argparse
import csv
import tempfile
from collections import Counter
from pathlib import Path

from pictures.sheet import draw_sheet
from PIL import Image

from imggen.config import load_config
from imggen.run import Options, generate
from imggen.run.progress import Count

REPO = Path(__file__).resolve().parent.parent
SAMPLE = REPO / "assets" / "imggen.toml"
PICTURE = REPO / "docs" / "pictures" / "sample.jpg"

# The background of each cell.
GRID = (
    ("countryside", "desert", "forest", "glacial"),
    ("forest", "glacial", "countryside", "desert"),
    ("desert", "countryside", "glacial", "forest"),
)
CELL = (384, 216)  # px, about the canvas' proportions
JPEG_QUALITY = 78
# Large, close to lossless, and a tenth of the bytes of PNG: the picture shows them scaled down.
FORMAT = {"output.format": "jpeg", "output.quality": 95, "output.subsampling": "4:4:4"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the README's picture.")
    parser.add_argument("--out", type=Path, default=PICTURE, help="docs/pictures/sample.jpg")
    picture = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        made = make_sample(Path(folder) / "sample")
        sheet = draw_sheet(
            [[Image.open(path) for path in line] for line in pick_images(made)], CELL
        )
    picture.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(picture, quality=JPEG_QUALITY, optimize=True, progressive=True)
    print(f"{picture}: {sheet.width}x{sheet.height} px, {picture.stat().st_size:,} bytes")


def make_sample(out: Path) -> list[dict[str, str]]:
    """The rows of the sample's table, each with its image's path under "path"."""
    config = load_config(SAMPLE, FORMAT)
    generate(config, Options(out=out, workers=2), Count())
    with (out / "data.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    return [row | {"path": str(out / "images" / f"{row['generated image']}.jpg")} for row in rows]


def pick_images(rows: list[dict[str, str]]) -> list[list[Path]]:
    """One image for each cell, what they show as varied as it can be."""
    seen: Counter[object] = Counter()
    return [[pick_image(rows, background, seen) for background in line] for line in GRID]


def pick_image(rows: list[dict[str, str]], background: str, seen: Counter[object]) -> Path:
    """The first image with `background` that shows what has been `seen` least."""

    def familiar(row: dict[str, str]) -> int:
        return (
            seen[row["character"]]
            + 2 * seen[row["object"]]
            + 3 * seen[background, row["character"]]
        )

    there = [row for row in rows if row["background"] == background]
    best = min(there, key=familiar)
    seen.update([best["character"], best["object"], (background, best["character"])])
    return Path(best["path"])


if __name__ == "__main__":
    main()
