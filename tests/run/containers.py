"""What the tests of containers share."""

import numpy as np
from tests.art import blob, random_pixels, write_dataset

# Names that break readers; those that cannot be printed are refused, whatever reads them.
NASTY = [
    "NA", "007", "1e5", "true", "2020-01-01", "a,b", 'say "x"', "it's", "🐸", "<&>",
    "=1+1", " spaced ", "Å", "A\u030a", "null", "a.b",
]  # fmt: skip


def write_nasty(folder):
    """A dataset of variants with names that break readers; returns its folder."""
    rng = np.random.default_rng(0)
    things = {name: blob(rng, 9, 9) for name in NASTY}
    layers = {"ground": {"a": random_pixels(rng, 30, 20, 3)}, "thing": things}
    write_dataset(folder, layers, dataset={"sampling": "all"})
    return folder


def split_in_two(values):
    """Let images go to two splits, one in a folder of its own by `image_name`."""
    values["split"] = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
    return values
