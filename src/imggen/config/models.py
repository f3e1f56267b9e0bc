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
from imggen.config.rules import Rule
from imggen.config.splits import Split
from imggen.config.vary import Vary


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

    def resolved(self) -> dict[str, Any]:
        """Return the configuration as TOML values that mean the same from any folder."""
        values = self.model_dump(mode="json", exclude_none=True)
        for table in (values, *values["layer"], *values.get("split", ())):
            for name in [name for name, value in table.items() if value == []]:
                del table[name]
        for layer in values["layer"]:
            layer["folder"] = str((self.root / layer["folder"]).absolute())
            place = layer["place"]
            del place["at" if "x" in place else "inside"]  # a default that it would not take
            if layer["vary"] == Vary().model_dump(mode="json", exclude_none=True):
                del layer["vary"]
        if self.labels == Labels():
            del values["labels"]
        for key in self.output.without_meaning:
            values["output"].pop(key, None)
        return values
