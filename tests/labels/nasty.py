"""Names of variants that break readers of tables, and a dataset that shows all of them.

Those that cannot be printed, with line ends, are refused for every dataset: see test_folder.py.
"""

import numpy as np
from tests.art import blob, random_pixels, write_dataset

DATE = "2020-01-01"
NASTY = (
    "NA", "007", "1e5", "true", DATE, "null", "nan", 'a,b "c"', "it's",
    "\U0001f600", "<&>", "=1+1", " ends ", "caf\u00e9", "cafe\u0301", "a|b", "\\",
)  # fmt: skip


def write_nasty(folder, names=NASTY, **labels):
    """Two skies, and a hat of each of `names` or none: each combination once."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {name: random_pixels(rng, 24, 16, 3) for name in ("day", "night")},
        "hat": {name: blob(rng, 7, 6) for name in names},
    }
    hat = {"weights": dict.fromkeys((*names, "none"), 1), "place": {"at": [3, 2]}}
    dataset = {"sampling": "all", "count": 2 * len(names) + 2}
    write_dataset(folder, layers, hat=hat, dataset=dataset, labels=labels)
    return folder
