"""The whole configuration: all tables of the TOML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from imggen.config.base import Model
from imggen.config.canvas import Canvas
from imggen.config.correlations import Correlate
from imggen.config.dataset import Dataset
from imggen.config.joints import Joint
from imggen.config.labels import Labels
from imggen.config.layer import Layer
from imggen.config.output import Output
from imggen.config.paths import path_from
from imggen.config.plain import labelled_layers
from imggen.config.rules import Rule
from imggen.config.splits import Split


class Config(Model):
    """The whole configuration."""

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
    _root: Path = Path()

    def model_post_init(self, context: dict[str, Path] | None, /) -> None:
        """Keep the folder that relative paths start from, which is no setting."""
        self._root = (context or {}).get("root", Path())

    @property
    def root(self) -> Path:
        """The folder that relative paths start from."""
        return self._root

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
        if self.output.lossless:
            del values["output"]["quality"]  # a default that it would not take
        for key in self.output.traits.unused:
            values["output"].pop(key, None)
        return values

    def folder_from(self, start: Path | None, folder: str) -> str:
        """Return `folder` as `resolved` has it: as it is where it was given as an absolute path."""
        path = self.root / folder
        if start is None or Path(folder).is_absolute():
            return str(path.absolute())
        return path_from(start, path)
