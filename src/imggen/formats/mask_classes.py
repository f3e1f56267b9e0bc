"""Masks as images: what their values mean."""

from __future__ import annotations

import json
from pathlib import Path

from imggen.formats.masks import FIRST_VALUE, FOLDER
from imggen.formats.results import Results
from imggen.geometry.mask_png import voc_colours
from imggen.store.files import whole_file


def merge(results: Results) -> list[Path]:
    """Write `masks/classes.json`: name, layer and colour by the value in semantic masks."""
    path = results.out / FOLDER / "classes.json"
    classes = results.about.classes
    colours = voc_colours().tolist()
    lines = []
    for value, (name, layer) in enumerate(
        zip(classes.names, classes.layers, strict=True), FIRST_VALUE
    ):
        meaning = {"name": name, "layer": layer, "colour": colours[value]}
        lines.append(f'"{value}": {json.dumps(meaning, ensure_ascii=False)}')
    with whole_file(path) as file:
        file.write(("{\n" + ",\n".join(lines) + "\n}\n").encode())
    return [path]
