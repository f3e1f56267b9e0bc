"""The configuration: one TOML file as frozen, validated models.

Every check of a value that needs no other file happens here, once; nothing below checks again.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from imggen.errors import ConfigError

NONE = "none"  # the variant that draws nothing and is recorded as "none"
PROBABILITY_TOLERANCE = 1e-9
SAFE_NAME = re.compile(r"[^\W\d][\w -]*", re.UNICODE)

Anchor = Literal[
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
]  # fmt: skip
Mode = Literal["RGB", "RGBA", "L"]
Pixels = Annotated[int, Field(ge=1, le=65_535)]
Coordinate = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class Model(BaseModel):
    """Base of all configuration models: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Dataset(Model):
    """What to make: how many images, drawn how, named how."""

    name: str = "dataset"
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 0
    count: Annotated[int, Field(ge=1)] = 200
    sampling: Literal["random", "all", "quota"] = "random"
    unique: bool = False
    image_name: str = "{index}"
    image_column: str = "image"


class Canvas(Model):
    """The picture that is drawn on: size in px (width, height) and mode."""

    size: tuple[Pixels, Pixels] | None = None
    mode: Mode = "RGB"


class Place(Model):
    """Where a sprite goes: its `anchor` point lands on `at` (+ `offset`), px.

    `at` is a canvas position or, with `of`, a point of that earlier layer's drawn box.
    """

    anchor: Anchor = "top-left"
    at: tuple[Coordinate, Coordinate] | Anchor = (0, 0)
    of: str | None = None
    offset: tuple[Coordinate, Coordinate] = (0, 0)


class Layer(Model):
    """One layer of art: a folder with one image file per variant."""

    name: str
    folder: str
    fit: Literal["stretch", "cover", "contain", "none"] | None = None
    trim: bool = False
    probabilities: dict[str, float] | None = None
    weights: dict[str, float] | None = None
    place: Place = Place()


class Output(Model):
    """How images are written. `quality` is for the lossy formats, 1-100."""

    format: Literal["png", "jpeg", "webp"] = "png"
    quality: Annotated[int, Field(ge=1, le=100)] = 90
    duplicates: Literal["write", "link"] = "write"


class Config(Model):
    """The whole configuration. `root` is the folder that relative paths start from."""

    dataset: Dataset = Dataset()
    canvas: Canvas = Canvas()
    layer: tuple[Layer, ...]
    output: Output = Output()
    root: Path = Field(default=Path(), exclude=True)

    def resolved(self) -> dict[str, Any]:
        """This configuration as TOML values that mean the same from any folder."""
        values = self.model_dump(mode="json", exclude_none=True)
        for layer in values["layer"]:
            layer["folder"] = str((self.root / layer["folder"]).absolute())
        return values
