"""Folders of layered art for tests of `imggen init`, and what runs made of them."""

import csv

import numpy as np
from tests.art import random_pixels, save

SIZE = (24, 20)


def draw(tree, *names, size=SIZE, opaque=False, blank=False):
    """Write images of noise; returns `tree`."""
    rng = np.random.default_rng(len(names))
    for name in names:
        pixels = random_pixels(rng, *size, 4)
        pixels[: size[1] // 2, :, 3] = 255 if opaque else 0
        pixels[size[1] // 2 :, :, 3] = 255
        save(tree / name, pixels * (0 if blank else 1))
    return tree


def rows(out):
    with (out / "data.csv").open() as file:
        return list(csv.DictReader(file))


def shares(out, layer):
    """How often each variant of `layer` occurs, a part of all."""
    shown = [row[layer] for row in rows(out)]
    return {variant: shown.count(variant) / len(shown) for variant in {*shown}}


def keys_and_comments(text):
    """The lines with a key, and whether a comment is beside or above each."""
    lines = text.splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if " = " in line and not line.startswith("#"):
            yield line, "  # " in line or above.startswith("#")
