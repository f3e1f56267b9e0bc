"""The configuration: one TOML file as frozen, validated models.

All checks of settings that need no other file happen here, once; later code relies on them.
"""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.config.base import Model
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
    from imggen.config.plain import NONE
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

__getattr__ = lazy_names(
    __name__,
    {
        "Anchor": "place",
        "CHANCES": "chances",
        "Canvas": "canvas",
        "Config": "models",
        "Correlate": "correlations",
        "Dataset": "dataset",
        "Effort": "output",
        "Joint": "joints",
        "Layer": "layer",
        "Mode": "canvas",
        "Model": "base",
        "NONE": "plain",
        "Output": "output",
        "Place": "place",
        "PlaceWhen": "place",
        "REST": "chances",
        "Rule": "rules",
        "Split": "splits",
        "load_config": "load",
        "may_draw_none": "splits",
        "most_instances": "instanced",
    },
)
