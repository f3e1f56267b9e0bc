"""A run's recipe: loaded, planned and checked before anything slow begins or is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.containers import Container, make_container
from imggen.containers.record import RecordType, record_of_image
from imggen.errors import ConfigError
from imggen.formats.checks import check_formats, check_variants
from imggen.formats.info import DatasetInfo
from imggen.formats.registry import recorded_depths
from imggen.planning import Segments
from imggen.planning.drawn import drawn_columns
from imggen.planning.names import Namer
from imggen.planning.order import ImageOrder, IndexOrder
from imggen.run.journal.contents import Contents
from imggen.run.journal.identity import identity_of_manifest
from imggen.run.journal.manifest import make_manifest
from imggen.store.layout import CONFIG
from imggen.store.origin import find_changes
from imggen.urls import shown


@dataclass(frozen=True)
class Recipe:
    """The complete description of a run: plan, names, classes and container.

    Attributes
    ----------
    segments : what images show, a segment at a time
    order : the order in which the container stores images
    namer : the names of images
    info : the facts of the dataset, for labels
    container : what holds the images
    """

    segments: Segments
    order: ImageOrder
    namer: Namer
    info: DatasetInfo
    container: Container

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.segments.config

    @property
    def library(self) -> Library:
        """The art."""
        return self.segments.library

    @property
    def count(self) -> int:
        """The number of images."""
        return self.segments.count

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The values that the run's bytes depend on, as JSON."""
        return make_manifest(self.config, self.library) | self.segmented

    @property
    def segmented(self) -> dict[str, int | str]:
        """The images of a segment, where there are several, and the kind of order, unless by scene.

        Records in the journal are of positions in that order.
        """
        several = len(self.segments) > 1
        segmented = {"segment_images": self.segments.size} if several else {}
        return segmented | ({"order": "index"} if isinstance(self.order, IndexOrder) else {})

    @property
    def contents(self) -> Contents:
        """The names of what chunks write."""
        return Contents(self.order, self.namer, self.info, self.container)

    def record_type(self, manifest: dict[str, Any]) -> RecordType:
        """Return what all records of a run with this `manifest` have in common."""
        layers = len(recorded_depths(self.info)) if self.info.labelled else None
        return RecordType(
            identity=identity_of_manifest(manifest),
            images=record_of_image(layers),
            labels=self.contents.labels_beside,
        )


def make_recipe(config: Config, memory_bytes: int | None = None) -> Recipe:
    """Load the art and plan images, as far as is known to be right only then; writes nothing.

    Images that must be drawn together may take `memory_bytes`.

    Raises
    ------
    InputError
        With one sentence on the first thing that is wrong.
    """
    check_folder_names(config)
    return recipe_of(config, load_assets(config), memory_bytes)


def recipe_of(
    config: Config,
    library: Library,
    memory_bytes: int | None = None,
    segments: Segments | None = None,
) -> Recipe:
    """Plan the images of `config`, whose art is `library`; or take `segments`, if they are planned.

    Raises
    ------
    PlanError
        If something cannot be drawn, or readers of a label format or container would misread it.
    """
    container = make_container(config.output)
    if segments is None:
        segments = Segments.of(config, library, memory_bytes)
    check_variants(config, library.declared)
    info = DatasetInfo.of(config, library, config.output.suffix)
    if info.sharded:
        info = replace(info, drawn=drawn_columns(segments))
    container.check_variants(config.dataset.image_name, library.declared)
    check_formats(info, config.dataset.image_name)
    namer = Namer.of(config, library.layers)
    return Recipe(segments, container.order(segments), namer, info, container)


def old_recipe(recipe: Recipe, manifest: dict[str, Any]) -> Recipe:
    """Return the recipe of the run with `manifest`, of the same art as `recipe`.

    If only their labels differ, they share plans.
    """
    config = old_config(recipe, manifest)
    if {**manifest, "labels": None} != {**recipe.manifest, "labels": None}:
        return recipe_of(config, recipe.library)
    return recipe_of(config, recipe.library, segments=recipe.segments.relabelled(config))


def old_config(recipe: Recipe, manifest: dict[str, Any]) -> Config:
    """Return the configuration of a manifest; its layers' folders are those of `recipe`."""
    now = recipe.config.resolved()["layer"]
    config = {key: manifest[key] for key in Config.model_fields if key in manifest}
    pairs = zip(config["layer"], now, strict=True)
    config["layer"] = [{**layer, "folder": own["folder"]} for layer, own in pairs]
    return make_config(Source(config), recipe.config.root)


def check_folder_names(config: Config) -> None:
    """Refuse folders of layers that OUT/imggen.toml, which is UTF-8, could not name."""
    for layer in config.resolved()["layer"]:
        try:
            layer["folder"].encode()
        except UnicodeEncodeError:
            message = (
                f"layer.{layer['name']}.folder is {layer['folder']!a}, whose name is not UTF-8, so "
                "no configuration file can name it; rename the folder."
            )
            raise ConfigError(message) from None


def say_changes(recipe: Recipe) -> str | None:
    """Return a warning where a dataset's own imggen.toml would make another dataset now."""
    root = recipe.config.root
    changes = find_changes(root, recipe.library)
    if changes is None:
        return None
    return (
        f"{shown(root / CONFIG)} does not make the dataset beside it again, and its digest will be "
        f"another: {changes}."
    )
