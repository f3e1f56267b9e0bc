"""The article's algorithm as a script: files opened for each image, Pillow's default compression.

    python -m benchmarks.article_script SCENES.json OUT PROCESSES

SCENES.json lists what images show: the file of the background, and file, x, y of each sprite.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import sys
from functools import partial
from pathlib import Path

from PIL import Image

Drawn = tuple[str, list[tuple[str, int, int]]]


def make_image(out: Path, number: int, scene: Drawn) -> None:
    """One image, as the article makes it."""
    background, sprites = scene
    image = Image.open(background).convert("RGB")
    for path, x, y in sprites:
        sprite = Image.open(path)
        image.paste(sprite, (x, y), sprite)
    image.save(out / "images" / f"generated{number}.png")


def main(scenes_file: str, out_name: str, processes: str) -> None:
    """All images and the table."""
    scenes: list[Drawn] = json.loads(Path(scenes_file).read_text())
    out = Path(out_name)
    (out / "images").mkdir(parents=True)
    make = partial(make_image, out)
    if int(processes) == 1:
        for number, scene in enumerate(scenes):
            make(number, scene)
    else:
        with multiprocessing.Pool(int(processes)) as pool:
            pool.starmap(make, enumerate(scenes), chunksize=1)
    with (out / "data.csv").open("w", newline="") as file:
        table = csv.writer(file)
        for number, (background, sprites) in enumerate(scenes):
            shown = [Path(path).stem for path in (background, *(s[0] for s in sprites))]
            table.writerow([*shown, f"generated{number}"])


if __name__ == "__main__":
    main(*sys.argv[1:])
