"""Names of variants that break readers of some format, and datasets that show all of them."""

import numpy as np
from tests.art import blob, random_pixels, write_dataset

DATE = "2020-01-01"
HARD_NAMES = (
    "NA", "null", "nan", "no", "true", "007", "1e5", DATE, "a,b;c", "a|b", 'say "no"', "it's",
    "<&>", "]]>", "&amp;", "\\", "back\\slash", "=1+1", "- x", "a: b", "a.b", "{index}", "%d",
    " spaces ", "$HOME", "!tag,", "\N{FOX FACE}", "caf\N{LATIN SMALL LETTER E WITH ACUTE}",
)  # fmt: skip
UNPRINTABLE = ("two\nlines", "bell\a", "line\u2028separator", "half\udca0")  # refused with the art


def write_hats(folder, names=HARD_NAMES, skies=("day",), **tables):
    """A hat of each of `names` under each of `skies`, each combination once; returns `folder`."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {name: random_pixels(rng, 30, 20, 3) for name in skies},
        "hat": {name: blob(rng, 9, 7) for name in names},
    }
    hat = {"place": {"at": [3, 2]}, **tables.pop("hat", {})}
    write_dataset(folder, layers, hat=hat, dataset={"sampling": "all"}, **tables)
    return folder


def write_hats_or_none(folder, names=HARD_NAMES, **labels):
    """The same under two skies, and each of them without a hat."""
    hat = {"weights": dict.fromkeys((*names, "none"), 1)}
    return write_hats(folder, names, ("day", "night"), hat=hat, labels=labels)
