"""The models. A field's description is what an error says was expected of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from imggen.config.base import Model, Share, Weight
from imggen.config.rules import Correlate, Joint, Names, Rule
from imggen.config.splits import Split

Anchor = Literal[
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
]  # fmt: skip
Mode = Literal["RGB", "RGBA", "L"]
Effort = Literal["fast", "balanced", "max"]
Pixels = Annotated[int, Field(ge=1, le=65_535)]
Coordinate = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
# TOML has lists, no tuples.
Size = Annotated[tuple[Pixels, Pixels], Field(strict=False)]
Point = Annotated[tuple[Coordinate, Coordinate], Field(strict=False)]
# Both ends; a single number is both of them.
Range = Annotated[
    tuple[Coordinate, Coordinate],
    Field(strict=False),
    BeforeValidator(lambda value: (value, value) if type(value) is int else value),
]
Count = Annotated[int, Field(ge=0, le=10**12)]

ANCHORS = (
    '"top-left", "top", "top-right", "left", "center", "right", '
    '"bottom-left", "bottom" or "bottom-right"'
)
POINT = "two whole numbers of px, like [960, 1000]"
RANGE = "a whole number of px, or the lowest and the highest, like [200, 1720]"
INSIDE = "true or false, as fractions of the area are not in this version of imggen"


class Dataset(Model):
    """What to make: how many images, drawn how, named how."""

    name: str = Field("dataset", description="a name in quotes")
    seed: int = Field(0, ge=0, lt=2**64, description="a whole number from 0 to 2^64 - 1")
    count: int = Field(200, ge=1, le=10**12, description="a whole number, 1 or more")
    sampling: Literal["random", "all", "quota"] = Field(
        "random", description='"random", "all" or "quota"'
    )
    unique: bool = Field(default=False, description="true or false")
    image_name: str = Field("{index}", description='a name like "image{index}"')
    image_column: str = Field("image", description="a column name in quotes")
    stratify: Names | None = Field(
        None, min_length=1, description='names of layers, like ["character"]'
    )
    disjoint: Literal["scenes", "combinations"] | None = Field(
        None, description='"scenes" or "combinations"'
    )
    pair: str | None = Field(None, description="the name of a layer")


class Canvas(Model):
    """The picture that is drawn on: size in px (width, height) and mode."""

    size: Size | None = Field(
        None, description="width and height, 1 to 65535 px each, like [1920, 1078]"
    )
    mode: Mode = Field("RGB", description='"RGB", "RGBA" or "L"')


class Place(Model):
    """Where a sprite goes: its `anchor` point lands on `at` (+ `offset`), px.

    `at` is a canvas position or, with `of`, a point of that earlier layer's drawn box. Instead of
    it, `x` and `y` are ranges that each image draws a position from, uniformly over whole px and
    both ends included; `inside` keeps the whole sprite on the canvas then.
    """

    anchor: Anchor = Field("top-left", description=ANCHORS)
    at: Point | Anchor = Field((0, 0), description=f'{POINT}, or with "of" {ANCHORS}')
    of: str | None = Field(None, description="the name of an earlier layer")
    offset: Point = Field((0, 0), description=POINT)
    x: Range | None = Field(None, description=RANGE)
    y: Range | None = Field(None, description=RANGE)
    inside: bool = Field(default=True, description=INSIDE)

    @property
    def ranges(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """The ranges of x and y, if each image draws its own position."""
        return None if self.x is None or self.y is None else (self.x, self.y)


class Layer(Model):
    """One layer of art: a folder with one image file per variant."""

    name: str = Field(description="a name in quotes")
    folder: str = Field(min_length=1, description="a folder with one image file per variant")
    fit: Literal["stretch", "cover", "contain", "none"] | None = Field(
        None, description='"stretch", "cover", "contain" or "none"'
    )
    trim: bool = Field(default=False, description="true or false")
    probabilities: dict[str, Share] | None = Field(
        None, description="numbers from 0 to 1 that sum to 1, like { a = 0.3, b = 0.7 }"
    )
    weights: dict[str, Weight] | None = Field(
        None, description="numbers from 0 to 1e15, like { a = 3, b = 7 }"
    )
    counts: dict[str, Count | Literal["rest"]] | None = Field(
        None, description='whole numbers, 0 or more, or "rest", like { a = 100, b = "rest" }'
    )
    place: Place = Place()


class Output(Model):
    """How images are written.

    `quality` is for lossy formats, `subsampling` for JPEG in colour, `effort` for PNG: how long to
    seek a smaller encoding of each backdrop.
    """

    format: Literal["png", "jpeg", "webp"] = Field("png", description='"png", "jpeg" or "webp"')
    quality: int = Field(90, ge=1, le=100, description="a whole number from 1 to 100")
    subsampling: Literal["4:2:0", "4:2:2", "4:4:4"] = Field(
        "4:2:0", description='"4:2:0", "4:2:2" or "4:4:4"'
    )
    effort: Effort = Field("balanced", description='"fast", "balanced" or "max"')
    duplicates: Literal["write", "link"] = Field("write", description='"write" or "link"')


class Config(Model):
    """The whole configuration. `root` is the folder that relative paths start from."""

    dataset: Dataset = Dataset()
    canvas: Canvas = Canvas()
    layer: Annotated[tuple[Layer, ...], Field(strict=False)] = Field(
        description="at least one [[layer]]"
    )
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    joint: Annotated[tuple[Joint, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    correlate: Annotated[tuple[Correlate, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    split: Annotated[tuple[Split, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    output: Output = Output()
    root: Path = Field(default=Path(), exclude=True)

    @property
    def scenes_first(self) -> str | None:
        """The setting by which what an image shows decides its split, and not the reverse."""
        dataset = self.dataset
        if dataset.stratify is not None:
            return "dataset.stratify"
        if dataset.sampling != "random":
            return f'dataset.sampling = "{dataset.sampling}"'
        if dataset.disjoint == "combinations" and not dataset.unique:
            return 'dataset.disjoint = "combinations"'
        return None

    def resolved(self) -> dict[str, Any]:
        """The configuration as TOML values that mean the same from any folder."""
        values = self.model_dump(mode="json", exclude_none=True)
        for table in (*values["split"], values):
            for name in [name for name, value in table.items() if value == []]:
                del table[name]
        for layer in values["layer"]:
            layer["folder"] = str((self.root / layer["folder"]).absolute())
            place = layer["place"]
            del place["at" if "x" in place else "inside"]  # a default that it would not take
        return values
