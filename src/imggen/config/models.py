"""The complete configuration: all tables of the TOML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from imggen.config.base import Model
from imggen.config.camera import Camera
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
from imggen.config.vary_when import Variation
from imggen.config.views import View, colours_of
from imggen.urls import joined, url_of


class Config(Model):
    """The complete configuration."""

    dataset: Dataset = Dataset()
    canvas: Canvas = Canvas()
    layer: Annotated[tuple[Layer, ...], Field(strict=False)] = Field(
        description="at least one [[layer]]", json_schema_extra={"minItems": 1}
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
    camera: Camera | None = Field(None, description="a table")
    view: Annotated[tuple[View, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    output: Output = Output()
    labels: Labels = Labels()
    _root: Path = Path()

    def model_post_init(self, context: dict[str, Path] | None, /) -> None:
        """Store the folder that relative paths start from, which is not a setting."""
        self._root = (context or {}).get("root", Path())

    def __repr__(self) -> str:
        layers = ", ".join(layer.name for layer in self.layer)
        return f"<imggen Config {self.dataset.name!r}: {self.dataset.count:,} images of {layers}>"

    def __str__(self) -> str:
        """Return the configuration as TOML, with every default."""
        import tomli_w  # noqa: PLC0415  # only where one is printed

        return tomli_w.dumps(self.resolved())

    @property
    def root(self) -> Path:
        """The folder that relative paths start from."""
        return self._root

    def variation_of(self, layer: Layer) -> Variation:
        """Return all variations of `layer`, with what views set in place of them."""
        fixed = [one for view in self.view for one in view.fixed(layer.name)]
        boxed = any(layer.name in (view.box or {}) for view in self.view)
        boxes = len(colours_of(self.view)) if boxed else 0
        return replace(layer.variation, fixed=tuple(dict.fromkeys(fixed)), boxes=boxes)

    def with_defaults(self) -> Config:
        """Return the configuration with all defaults that depend on other settings filled in."""
        layers = tuple(
            layer.model_copy(update=self._defaults_of(layer, depth))
            for depth, layer in enumerate(self.layer)
        )
        if len(layers) == 1:  # if it fills the canvas, labels.layers must not name it
            return self.model_copy(update={"layer": layers})
        labelled = labelled_layers(self.labels, [layer.name for layer in layers])
        labels = self.labels.model_copy(update={"layers": labelled})
        return self.model_copy(update={"layer": layers, "labels": labels})

    def _defaults_of(self, layer: Layer, depth: int) -> dict[str, str]:
        """Return the defaults of a layer that follow from its depth and from the canvas."""
        return {"fit": layer.fit_on(depth), "resample": layer.resample_on(self.canvas)}

    def resolved(self, start: Path | None = None) -> dict[str, Any]:
        """Return the configuration as TOML values, with every default written out.

        Folders are relative to `start`, see `path_from`; without `start`, they are absolute.
        """
        values = self.with_defaults().model_dump(mode="json", exclude_none=True, by_alias=True)
        for table in (values, *values["layer"], *values.get("split", ()), *values.get("view", ())):
            for name in [name for name, value in table.items() if value == []]:
                del table[name]
        for layer in values["layer"]:
            layer["folder"] = self.folder_from(start, layer["folder"])
            place = layer["place"]
            del place["at" if "x" in place else "inside"]  # a default that would be refused
        if self.output.lossless:
            del values["output"]["quality"]  # likewise
        if self.dataset.sampling == "grid" and self.dataset.asked is None:
            del values["dataset"]["count"]  # it is that of all combinations
        for key in self.output.traits.unused:
            values["output"].pop(key, None)
        return values

    def with_absolute_folders(self) -> Config:
        """Return the configuration with the folders of layers as absolute paths."""
        layers = tuple(
            layer.model_copy(update={"folder": self.folder_from(None, layer.folder)})
            for layer in self.layer
        )
        return self.model_copy(update={"layer": layers})

    def folder_from(self, start: Path | None, folder: str) -> str:
        """Return `folder` for `resolved`; URLs and absolute paths stay as they are."""
        path = joined(self.root, folder)
        url = url_of(path)
        if url is not None:
            return url
        if start is None or Path(folder).is_absolute():
            return str(path.absolute())
        return path_from(start, path)
