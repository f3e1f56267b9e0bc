"""The configuration: one TOML file as frozen, validated models.

Every check of a value that needs no other file happens here, once; nothing below checks again.
"""

from imggen.config.load import load_config
from imggen.config.models import (
    NONE,
    Anchor,
    Canvas,
    Config,
    Dataset,
    Effort,
    Layer,
    Mode,
    Model,
    Output,
    Place,
)

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
    "load_config",
]
