"""The table of instances: a row for each sprite of each image, `instances.csv` and `.parquet`.

Here are the names of its columns; instance_columns.py fills them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imggen.formats.format import Format

if TYPE_CHECKING:
    from imggen.formats.results import Results

CSV, PARQUET = "instances.csv", "instances.parquet"

IMAGE, LAYER, INSTANCE, VARIANT, CLASS = "image", "layer", "instance", "variant", "class"


class Instances(Format):
    """A row for each sprite of each image, as CSV and as Parquet."""

    name = "instances"
    owned_names = (CSV, PARQUET)
    needs_boxes = True
    keeps_instances = True

    def merge(self, results: Results) -> list[Path]:
        """Write `instances.csv` and `instances.parquet`."""
        from imggen.formats.instance_columns import write_instances  # noqa: PLC0415  # loads pyarrow

        paths = results.out / CSV, results.out / PARQUET
        write_instances(results, *paths)
        return list(paths)


FORMATS = (Instances,)
