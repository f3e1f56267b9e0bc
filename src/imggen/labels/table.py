"""The article's table: one row per image, one column per layer, then the image's name.

Between them, a layer with ranges has two more columns: where its sprite is.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.plan.placement import has_pixels
from imggen.plan.positions import AXES, placed_at_random

ROWS_AT_ONCE = 10_000  # so that memory does not grow with the count


def write_table(path: Path, plan: Plan, namer: Namer) -> None:
    """Write the table of `plan` as CSV, whole or not at all.

    Row i is image i: the variant of each layer, x and y of the top left corner (px, empty where
    there is no sprite) of each that has ranges, then its name without extension.
    """
    partial = path.with_name(path.name + ".part")
    # No pandas: it takes longer to import than most tables to write, and is no faster on long ones.
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        layers = [variants.layer for variants in plan.library.layers]
        placed = placed_at_random(plan.config.layer)
        corners = [f"{layers[depth]} {axis}" for depth in placed for axis in AXES]
        writer.writerow([*layers, *corners, plan.config.dataset.image_column])
        writer.writerows(make_rows(plan, namer))
    os.replace(partial, path)


def make_rows(plan: Plan, namer: Namer) -> Iterator[tuple[str | int, ...]]:
    """The rows of the table, in image order."""
    for start in range(0, plan.count, ROWS_AT_ONCE):
        traits = plan.traits[start : start + ROWS_AT_ONCE]
        columns = [
            [variants.names[code] for code in traits[:, depth].tolist()]
            for depth, variants in enumerate(plan.library.layers)
        ]
        names = namer.names(np.arange(start, start + len(traits)), traits)
        yield from zip(*columns, *corner_columns(plan, start), names, strict=True)


def corner_columns(plan: Plan, start: int) -> Iterator[list[str | int]]:
    """The columns of corners from row `start` on, as many rows as are written at once."""
    rows = slice(start, start + ROWS_AT_ONCE)
    for k, depth in enumerate(placed_at_random(plan.config.layer)):
        drawn = has_pixels(plan.library.layers[depth])[plan.traits[rows, depth]]
        for column in plan.positions[rows, k].T:
            cells = column.astype(object)
            cells[~drawn] = ""
            yield cells.tolist()
