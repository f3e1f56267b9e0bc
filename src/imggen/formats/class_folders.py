"""What class folders have in common: all of them in each split, and the number of each class.

torchvision's ImageFolder numbers the folders of a split in the order of their names. All splits
have all of them, if need be empty, so that a number means the same everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path

from imggen.formats.class_folder import FOLDER, class_depth, folder_of
from imggen.formats.results import Results
from imggen.store.files import whole_file

MAP = "classes.json"


def merge(results: Results) -> list[Path]:
    """Write `classes/classes.json`, and make the folders that are missing."""
    layer, classes = results.about.layers[class_depth(results.about)]
    for split in results.splits:
        for name in classes:
            (results.out / folder_of(split) / name).mkdir(parents=True, exist_ok=True)
    path = results.out / FOLDER / MAP
    values = {
        "layer": layer,
        "classes": classes,
        "class_to_idx": {name: number for number, name in enumerate(classes)},
    }
    with whole_file(path) as file:
        file.write(json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n")
    return [path]
