"""Builders of tiny datasets: folders of small pictures plus an imggen.toml."""

from pathlib import Path

import numpy as np
import tomli_w
from PIL import Image

from imggen.config import load_config

# The article's names, in the order of its table.
BACKGROUNDS = ("countryside", "desert", "forest", "glacial")
CHARACTERS = ("mage", "monster", "pirate", "toadking", "warrior")
OBJECTS = (
    "anchor", "axe", "bananas", "barrel", "bomb", "chest", "cupcake", "donut", "heart", "key",
)  # fmt: skip
ALL_OBJECTS = (*OBJECTS, "none")  # still in alphabetical order

BACKGROUND_CHANCES = {"countryside": 0.3, "desert": 0.3, "forest": 0.3, "glacial": 0.1}
CHARACTER_CHANCES = {
    "mage": 0.4, "warrior": 0.3, "pirate": 0.2, "monster": 0.095, "toadking": 0.005,
}  # fmt: skip
OBJECT_CHANCES = {
    "none": 0.3, "barrel": 0.2, "anchor": 0.1, "axe": 0.1, "bomb": 0.1, "key": 0.05, "chest": 0.05,
    "bananas": 0.04, "cupcake": 0.03, "donut": 0.025, "heart": 0.005,
}  # fmt: skip

SMALL_SIZE = (192, 108)  # the article's canvas, a tenth of it
SMALL_GROUND = 100  # the line that characters and objects stand on
SMALL_GAP = 3  # between character and object


def random_pixels(rng, width, height, channels):
    """(height, width, channels) uint8 noise."""
    return rng.integers(0, 256, (height, width, channels), np.uint8)


def blob(rng, width, height, margin=0):
    """An ellipse of noise with a soft edge that fills its box but for `margin`: RGBA."""
    pixels = random_pixels(rng, width, height, 4)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    rx, ry = width / 2 - margin, height / 2 - margin
    distance = np.hypot((x - width / 2) / rx, (y - height / 2) / ry)
    pixels[..., 3] = np.clip((1.15 - distance) * 6, 0, 1) * 255
    inside = np.zeros((height, width), bool)
    inside[margin : height - margin, margin : width - margin] = True
    pixels[~inside, 3] = 0
    # So that trimming cuts exactly the margin.
    pixels[[margin, height - margin - 1], width // 2, 3] = 90
    pixels[height // 2, [margin, width - margin - 1], 3] = 90
    return pixels


def save(path, pixels):
    """Write `pixels`, (height, width, channels) uint8, as the file `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.squeeze()).save(path)
    return path


def write_toml(folder, values):
    """Write `values` as the folder's imggen.toml; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "imggen.toml"
    path.write_bytes(tomli_w.dumps(values).encode())
    return path


def write_small_article(folder):
    """Art of odd and even sizes under the article's names, with the article's settings."""
    rng = np.random.default_rng(0)
    width, height = SMALL_SIZE
    for name in BACKGROUNDS:
        save(folder / f"backgrounds/{name}.png", random_pixels(rng, width, height, 3))
    for k, name in enumerate(CHARACTERS):
        save(folder / f"characters/{name}.png", blob(rng, 40 + k, 61 + 3 * k))
    for k, name in enumerate(OBJECTS):
        margin = 4 if name == "heart" else 0
        save(folder / f"objects/{name}.png", blob(rng, 20 + k, 24 + k // 2, margin))
    write_toml(folder, small_article_values(trim=True))
    return folder


def place_at_random(folder, **place):
    """Let the small article in `folder` have characters and objects anywhere; returns `folder`.

    `place` is a place of characters that is narrower than the default.
    """
    values = small_article_values(trim=True)
    width, height = SMALL_SIZE
    values["layer"][1]["place"] = {
        "anchor": "bottom", "x": [0, width], "y": [height // 2, height], **place,
    }  # fmt: skip
    values["layer"][2]["place"] = {
        "anchor": "center", "x": [0, width - 1], "y": [0, height - 1], "inside": False,
    }  # fmt: skip
    write_toml(folder, values)
    return folder


def place_by_scene(folder):
    """Let the small article in `folder` have places of every kind; returns `folder`."""
    values = small_article_values(trim=True)
    character, thing = values["layer"][1:]
    character["place"] = {"anchor": "bottom", "x": ["-10%", "110%"], "y": [60, 120], "inside": 0.75}
    character["place_when"] = [
        {"when": {"background": "desert"}, "at": ["25%", "90%"]},
        {"when": {"background": "for*"}, "y": "90%", "inside": True},
    ]
    thing["place"] = {
        "anchor": "center", "x": [0, "100%"], "y": [0, "100%"],
        "avoid": "character", "overlap": 0.1,
    }  # fmt: skip
    thing["place_when"] = [
        {"when": {"character": ["mage", "w*"], "background": "glacial"}, "of": "character",
         "at": "center", "anchor": "center", "otherwise": "refuse"},
    ]  # fmt: skip
    write_toml(folder, values)
    return folder


def small_article_values(*, trim):
    """The article's configuration for the small art."""
    place = {"anchor": "bottom", "at": [SMALL_SIZE[0] // 2, SMALL_GROUND]}
    beside = {
        "anchor": "bottom-left", "of": "character", "at": "bottom-right", "offset": [SMALL_GAP, 0],
    }  # fmt: skip
    return {
        "dataset": {
            "name": "article",
            "image_name": "generated{index}",
            "image_column": "generated image",
        },
        "canvas": {"size": list(SMALL_SIZE)},
        "layer": [
            layer("background", BACKGROUND_CHANCES, fit="stretch"),
            layer("character", CHARACTER_CHANCES, trim=trim, place=place),
            layer("object", OBJECT_CHANCES, trim=trim, place=beside),
        ],
    }


def layer(name, probabilities=None, **settings):
    """One [[layer]], its folder called after it."""
    chances = {} if probabilities is None else {"probabilities": dict(probabilities)}
    return {"name": name, "folder": f"{name}s", **chances, **settings}


def write_dataset(folder, layers, **tables):
    """Write a dataset of `layers`: name to a map from variant to pixels; returns its imggen.toml.

    Settings of a layer are given as tables[layer name], others as tables["dataset"] and so on.
    """
    for name, variants in layers.items():
        for variant, pixels in variants.items():
            save(folder / f"{name}s" / f"{variant}.png", pixels)
    layer_tables = [layer(name, **tables.pop(name, {})) for name in layers]
    return write_toml(folder, {"layer": layer_tables, **tables})


def load(path: Path, **overrides):
    """The configuration in `path`, with overrides like dataset__count=5."""
    return load_config(path, {key.replace("__", "."): value for key, value in overrides.items()})
