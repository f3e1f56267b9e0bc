"""A small dataset whose things hide each other and reach over the edge, in two splits."""

import numpy as np
from tests.art import place_at_random, write_small_article, write_toml
from tests.labels.truth import truth_of

from imggen.config.load import read_toml

COUNT = 40
SPLITS = ("train", "val")


def write_crowd(folder, **labels):
    """Its imggen.toml, and what its images show."""
    place_at_random(write_small_article(folder))
    path = folder / "imggen.toml"
    values = read_toml(path)
    values["dataset"]["count"] = COUNT
    values["split"] = [{"name": name, "share": 0.5} for name in SPLITS]
    write_toml(folder, {**values, "labels": labels})
    return path, truth_of(folder)


def grown(mask):
    """A (height, width) bool array and all pixels beside it or at its corners."""
    wide = np.pad(mask, 1)
    tall = wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]
    return tall[:-2] | tall[1:-1] | tall[2:]
