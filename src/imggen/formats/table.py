"""The full table: all that is known of each image, typed, as `labels.csv` and `labels.parquet`.

Here are the names of its columns, which must all be different; table_columns.py fills them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imggen.config.image_name import SPLIT
from imggen.config.names import take_name
from imggen.config.plain import CAMERA, CAMERA_FIELDS, EDGES, FIELDS, PAIR_COLUMN
from imggen.formats.format import Format

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.results import Results

CSV, PARQUET = "labels.csv", "labels.parquet"

IMAGE, FILE_NAME = "image", "file_name"
SEED, BYTES, CHECKSUM, CAPTION = "seed", "bytes", "xxh3_128", "caption"
OF_IMAGES = (IMAGE, FILE_NAME, SPLIT, PAIR_COLUMN, SEED, BYTES, CHECKSUM, CAPTION)

# Of a layer, each behind its name and a space.
BOX = ("x", "y", "width", "height")
MATRIX = "matrix"
DRAWN = (*BOX, *FIELDS, MATRIX)
BOXES = {name: tuple(f"{name} {side}" for side in BOX) for name in ("amodal", "visible")}
PIXELS, VISIBLE_PIXELS, VISIBLE_FRACTION, Z = "pixels", "visible pixels", "visible fraction", "z"
SEEN = (*BOXES["amodal"], *BOXES["visible"], PIXELS, VISIBLE_PIXELS, VISIBLE_FRACTION, Z)


class Table(Format):
    """A row for each image, as CSV and as Parquet."""

    name = "table"
    owned_names = (CSV, PARQUET)
    needs_boxes = True
    keeps_instances = True

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse layers whose names make two columns alike.

        Raises
        ------
        ConfigError
            Naming both.
        """
        taken: dict[str, str] = {}
        for column in OF_IMAGES:
            take_name(taken, f"a column of {CSV}", column, f"a column of {CSV}")
        for field in CAMERA_FIELDS if config.camera else ():
            own = f"the {field} column of the camera"
            take_name(taken, own, f"{CAMERA} {field}", own)
        for position, layer in enumerate(config.layer, 1):
            called = f"name of layer {position}"
            take_name(taken, called, layer.name, f"layer {position}")
            for suffix in (*DRAWN, *SEEN, *drawn_edges(config)):
                own = f"the {suffix} column of layer {position}"
                take_name(taken, own, f"{layer.name} {suffix}", own)

    def merge(self, results: Results) -> list[Path]:
        """Write `labels.csv` and `labels.parquet`."""
        from imggen.formats.table_columns import write_tables  # noqa: PLC0415  # loads pyarrow

        paths = results.out / CSV, results.out / PARQUET
        write_tables(results, *paths)
        return list(paths)


def drawn_edges(config: Config) -> tuple[str, ...]:
    """Return the values of feathers and shadows that any layer draws: all have columns of them."""
    drawn = {field for layer in config.layer for field in config.variation_of(layer).drawn}
    return tuple(field for field in EDGES if field in drawn)


FORMATS = (Table,)
