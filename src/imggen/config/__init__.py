"""The configuration: one TOML file as frozen, validated models.

Every check of a value that needs no other file happens here, once; nothing below checks again.
"""

from imggen.config.base import NONE, Model
from imggen.config.canvas import Canvas, Mode
from imggen.config.chances import CHANCES, REST
from imggen.config.correlations import Correlate
from imggen.config.dataset import Dataset
from imggen.config.instanced import most_instances
from imggen.config.joints import Joint
from imggen.config.layer import Layer
from imggen.config.load import load_config
from imggen.config.models import Config
from imggen.config.output import Effort, Output
from imggen.config.place import Anchor, Place, PlaceWhen
from imggen.config.rules import Rule
from imggen.config.splits import Split, may_draw_none

__all__ = [
    "CHANCES",
    "NONE",
    "REST",
    "Anchor",
    "Canvas",
    "Config",
    "Correlate",
    "Dataset",
    "Effort",
    "Joint",
    "Layer",
    "Mode",
    "Model",
    "Output",
    "Place",
    "PlaceWhen",
    "Rule",
    "Split",
    "load_config",
    "may_draw_none",
    "most_instances",
]
