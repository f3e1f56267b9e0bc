"""Draw the sample art: backgrounds, characters and objects, the same pixels on every run.

Run ``python scripts/draw_sample.py [--out DIR]``. It needs numpy and Pillow only.
"""

import argparse
from pathlib import Path

from PIL import Image
from sample_art.canvas import save_sprite
from sample_art.characters import CHARACTERS
from sample_art.countryside import countryside
from sample_art.desert import desert
from sample_art.forest import forest
from sample_art.glacial import glacial
from sample_art.objects import OBJECTS
from sample_art.photo import to_bytes

ASSETS = Path(__file__).resolve().parent.parent / "assets"
BACKGROUNDS = {
    "countryside": countryside,
    "desert": desert,
    "forest": forest,
    "glacial": glacial,
}
JPEG_QUALITY = 90


def draw_backgrounds(folder: Path) -> None:
    """Draw every landscape into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in BACKGROUNDS.items():
        picture = Image.fromarray(to_bytes(draw()))
        picture.save(folder / f"{name}.jpg", quality=JPEG_QUALITY, optimize=True)


def draw_sprites(assets: Path) -> None:
    """Draw every character and object into its folder."""
    for kind, sprites in (("characters", CHARACTERS), ("objects", OBJECTS)):
        for name, draw in sprites.items():
            save_sprite(draw(), assets / kind / f"{name}.png")


def main() -> None:
    """Draw all the sample art."""
    parser = argparse.ArgumentParser(description="Draw the sample art.")
    parser.add_argument("--out", type=Path, default=ASSETS, help="folder to write (assets)")
    out = parser.parse_args().out
    draw_sprites(out)
    draw_backgrounds(out / "backgrounds")


if __name__ == "__main__":
    main()
