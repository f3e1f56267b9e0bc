"""The columns of the full table, all different whatever the layers are called."""

from __future__ import annotations

from imggen.config.image_name import SPLIT
from imggen.config.models import Config
from imggen.config.names import take_name
from imggen.config.pairs import PAIR_COLUMN
from imggen.config.vary import FIELDS

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


def check_table_columns(config: Config) -> None:
    """Refuse layers whose names make two columns alike.

    Raises
    ------
    ConfigError
        Naming both.
    """
    taken: dict[str, str] = {}
    for column in OF_IMAGES:
        take_name(taken, "a column of labels.csv", column, "a column of labels.csv")
    for position, layer in enumerate(config.layer, 1):
        called = f"name of layer {position}"
        take_name(taken, called, layer.name, f"layer {position}")
        for suffix in (*DRAWN, *SEEN):
            own = f"the {suffix} column of layer {position}"
            take_name(taken, own, f"{layer.name} {suffix}", own)
