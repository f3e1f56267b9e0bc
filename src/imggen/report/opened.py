"""A finished dataset, opened from its folder: its configuration, plan and records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from imggen.assets import load_assets
from imggen.config import Config, load_config
from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.containers import Container
from imggen.containers.record import RecordType
from imggen.containers.samples import Frame
from imggen.errors import ConfigError, OutputError
from imggen.planning.order import ImageOrder
from imggen.run.journal.contents import Contents
from imggen.run.journal.identity import read_manifest
from imggen.run.journal.journal import Journal
from imggen.run.journal.manifest import manifest_of
from imggen.run.recipe import Recipe, recipe_of
from imggen.run.versions import versions
from imggen.store.entries import Entry
from imggen.store.layout import CONFIG, JOURNAL, SUMMARY, TABLE
from imggen.store.origin import Values, comparable, difference_between, make_origin
from imggen.store.summary import read_summary


@dataclass(frozen=True)
class Opened:
    """A finished dataset.

    Attributes
    ----------
    summary : the values of `run.json` or its copy in the journal; None if both are damaged
    manifest : everything that its bytes depend on, versions included
    """

    out: Path
    recipe: Recipe
    summary: Values | None
    manifest: Values

    @property
    def config(self) -> Config:
        """The settings."""
        return self.recipe.config

    @property
    def order(self) -> ImageOrder:
        """The order in which images are made."""
        return self.recipe.order

    @property
    def count(self) -> int:
        """The number of images."""
        return self.recipe.count

    @property
    def container(self) -> Container:
        """The container that holds the images."""
        return self.recipe.container

    @property
    def contents(self) -> Contents:
        """The names of the files and rows that each chunk wrote."""
        return self.recipe.contents

    @property
    def kind(self) -> RecordType:
        """The type of its records."""
        return self.recipe.record_type(self.manifest)

    @property
    def frame(self) -> Frame:
        """The size, file extension and variants that its images share."""
        info = self.recipe.info
        return Frame(info.size, info.suffix, info.layers)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The files listed in `run.json`, which do not belong to a single chunk."""
        files = {} if self.summary is None else self.summary["files"]
        return {name: Entry.of(values) for name, values in files.items()}

    @property
    def links(self) -> dict[str, str]:
        """The symbolic links listed in `run.json`: the target of each by its name."""
        links: dict[str, str] = (self.summary or {}).get("links", {})
        return links

    def journal(self) -> Journal:
        """Return its journal, which may have been deleted."""
        return Journal(self.out, self.kind)

    def other_versions(self) -> Iterator[str]:
        """Yield each package whose installed version differs from the one that made the dataset."""
        known, now = self.manifest["versions"], versions()
        for name in {**known, **now}:
            if known.get(name) != now.get(name):
                yield f"{name} {known.get(name)}, now {now.get(name)}"


def open_dataset(out: Path) -> Opened:
    """Open the finished dataset in `out`.

    Raises
    ------
    InputError
        If there is none, or its configuration or art has changed since.
    """
    summary = read_summary(out) or read_summary(out / JOURNAL)
    config = find_settings(out, summary)
    library = load_assets(config)
    known = known_manifest(out, summary)
    now = comparable(make_origin(config, library))
    compared = now if known is None else {key: known.get(key) for key in now}
    difference = difference_between(compared, now)
    if difference is not None:
        message = (
            f"{out} cannot be verified: {difference}. Undo that change: the expected content can "
            "only be computed from the original configuration and art."
        )
        raise OutputError(message)
    recipe = recipe_of(config, library)
    return Opened(out, recipe, summary, recipe.manifest if known is None else known)


def find_settings(out: Path, summary: Values | None) -> Config:
    """Return the configuration of the dataset in `out`, from `run.json` or else imggen.toml."""
    if summary is not None:
        return make_config(Source(summary["config"]), out)
    made = any((out / name).exists() for name in (JOURNAL, SUMMARY, TABLE))
    if not made or not (out / CONFIG).is_file():
        what = "holds no finished dataset" if out.is_dir() else "is not a folder"
        message = (
            f"{out} {what}; expected a folder with {SUMMARY} and {CONFIG}. To complete a stopped "
            "run, repeat its command with --resume."
        )
        raise OutputError(message)
    try:
        return load_config(out / CONFIG, {})
    except ConfigError as error:
        message = f"{SUMMARY} in {out} is damaged, and so is {CONFIG}: {error}"
        raise OutputError(message) from error


def known_manifest(out: Path, summary: Values | None) -> Values | None:
    """Return the manifest of the run that made `out`; None if it is missing or damaged."""
    if summary is None:
        return read_manifest(out / JOURNAL)
    return manifest_of(summary)
