"""The configuration: one TOML file as frozen, validated models.

Every check of a value that needs no other file happens here, once; nothing below checks again.
"""

from imggen.config.base import Model
from imggen.config.load import load_config
from imggen.config.models import (
    NONE,
    Canvas,
    Config,
    Dataset,
    Effort,
    Layer,
    Mode,
    Output,
)
from imggen.config.place import Anchor, Place, PlaceWhen

__all__ = [
    "NONE",
    "Anchor",
    "Canvas",
    "Config",
    "Dataset",
    "Effort",
    "Layer",
    "Mode",
    "Model",
    "Output",
    "Place",
    "PlaceWhen",
    "load_config",
]
