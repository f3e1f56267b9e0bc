"""The models. A field's description is what an error says was expected of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from imggen.config.base import Model, Names, Share, Weight
from imggen.config.labels import Labels, labelled_layers
from imggen.config.output import Output
from imggen.config.paths import path_from
from imggen.config.place import Place, PlaceWhen
from imggen.config.rules import Correlate, Joint, Rule
from imggen.config.splits import Split
from imggen.config.vary import Vary

Mode = Literal["RGB", "RGBA", "L"]
Fit = Literal["stretch", "cover", "contain", "none"]
Color = Literal["srgb"] | None
Pixels = Annotated[int, Field(ge=1, le=65_535)]
# TOML has lists, no tuples.
Size = Annotated[tuple[Pixels, Pixels], Field(strict=False)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Depth = Annotated[int, Field(ge=-1000, le=1000)]

PARTS = "a whole number from -1000 to 1000 per part, like { back = -1, front = 0 }"


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
    """The picture that is drawn on: size in px (width, height), mode, and what its colours are.

    With the `color` "srgb", art that has another colour profile is converted as it is loaded.
    """

    size: Size | None = Field(
        None, description="width and height, 1 to 65535 px each, like [1920, 1078]"
    )
    mode: Mode = Field("RGB", description='"RGB", "RGBA" or "L"')
    color: Color = Field(None, description='"srgb"')


class Layer(Model):
    """One layer of art: a folder with one image file per variant.

    Of `place_when`, the first that matches what an image shows takes the place of `place`.
    With `parts`, a variant is a folder with one image file per part, and a part's number says how
    many layers further to the front it is drawn.
    """

    name: str = Field(description="a name in quotes")
    folder: str = Field(min_length=1, description="a folder with one image file per variant")
    fit: Fit | None = Field(None, description='"stretch", "cover", "contain" or "none"')
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
    parts: dict[str, Depth] | None = Field(None, description=PARTS)
    place: Place = Place()
    place_when: Annotated[tuple[PlaceWhen, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    vary: Vary = Vary()

    def fit_on(self, depth: int) -> Fit:
        """Return how its art is fitted where it is the layer at `depth`."""
        return self.fit or ("stretch" if depth == 0 else "none")

    @property
    def places(self) -> tuple[Place, ...]:
        """`place`, then those of `place_when`, complete."""
        return (self.place, *(special.over(self.place) for special in self.place_when))

    @property
    def placed_at_random(self) -> bool:
        """Whether an image may draw its own position."""
        return any(place.ranges for place in self.places)


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
    labels: Labels = Labels()
    root: Path = Field(default=Path(), exclude=True)

    @property
    def scenes_first(self) -> str | None:
        """The setting by which what an image shows decides its split, and not the reverse."""
        dataset = self.dataset
        if dataset.stratify is not None:
            return "dataset.stratify"
        if dataset.disjoint == "combinations" and not dataset.unique:
            return 'dataset.disjoint = "combinations"'
        if dataset.sampling != "random":
            return f'dataset.sampling = "{dataset.sampling}"'
        return None

    def with_defaults(self) -> Config:
        """Return the configuration with the defaults that follow from its other settings."""
        layers = tuple(
            layer.model_copy(update={"fit": layer.fit_on(depth)})
            for depth, layer in enumerate(self.layer)
        )
        if len(layers) == 1:  # it may fill the canvas, and then cannot be named
            return self.model_copy(update={"layer": layers})
        labelled = labelled_layers(self.labels, [layer.name for layer in layers])
        labels = self.labels.model_copy(update={"layers": labelled})
        return self.model_copy(update={"layer": layers, "labels": labels})

    def resolved(self, start: Path | None = None) -> dict[str, Any]:
        """Return the configuration as TOML values, with every default.

        Folders are relative to `start` where `path_from` has them so; without it, absolute.
        """
        values = self.with_defaults().model_dump(mode="json", exclude_none=True)
        for table in (values, *values["layer"], *values.get("split", ())):
            for name in [name for name, value in table.items() if value == []]:
                del table[name]
        for layer in values["layer"]:
            layer["folder"] = self.folder_from(start, layer["folder"])
            place = layer["place"]
            del place["at" if "x" in place else "inside"]  # a default that it would not take
        for key in self.output.without_meaning:
            values["output"].pop(key, None)
        return values

    def folder_from(self, start: Path | None, folder: str) -> str:
        """Return `folder` as `resolved` has it: as it is where it was given as an absolute path."""
        path = self.root / folder
        if start is None or Path(folder).is_absolute():
            return str(path.absolute())
        return path_from(start, path)
