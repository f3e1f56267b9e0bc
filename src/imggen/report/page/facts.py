"""The facts of a finished dataset that its report is made of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from imggen.planning.plan import Plan, join
from imggen.planning.ranges import Range
from imggen.report.page.art import ArtFlaw, find_art_flaws
from imggen.report.page.columns import Scope, scopes_of
from imggen.report.page.copies import (
    Leak,
    Prints,
    count_copies,
    find_leaks,
    join_prints,
    prints_of,
    same_pixels,
)
from imggen.report.page.declared import Declared
from imggen.report.page.frequencies import WishCounter, Wishes
from imggen.report.page.jointly import JointRule, find_joint_rules
from imggen.report.page.looks import Contrast, Viewer
from imggen.report.page.radar import Radar, make_radar
from imggen.report.page.sample import ImageSample, ranges_to_read, rows_to_take
from imggen.run.journal.images import ImageRecords
from imggen.run.journal.journal import Journal
from imggen.run.recipe import Recipe
from imggen.store.layout import IMAGES

MOST_NAMES = 200_000  # images: of more, files are only counted


@dataclass(frozen=True)
class FoundImages:
    """The image files of a dataset: how many there are, and their names, if these are not many."""

    count: int
    names: set[str] | None


@dataclass(frozen=True)
class Lost:
    """Image files that are not there, and files that are no images of the dataset.

    Attributes
    ----------
    missing : how many are not there
    images : the indices of some of these
    strange : how many are no images of it
    """

    missing: int
    images: tuple[int, ...]
    strange: int


@dataclass(frozen=True)
class Facts:
    """The facts of a finished dataset; each is found when it is first asked for.

    Attributes
    ----------
    recipe : what it is made of
    files : the records of its images; None if it has no journal any more
    found : its image files, where each image is a file
    """

    recipe: Recipe
    files: ImageRecords | None = None
    found: FoundImages | None = None

    @cached_property
    def ranges(self) -> list[Range]:
        """The images that are counted."""
        return ranges_to_read(self.recipe.segments)

    @cached_property
    def _read(self) -> tuple[ImageSample, Wishes, Prints, list[int]]:
        """All that is found in one pass over the ranges, as planning them takes long."""
        counter = WishCounter(self.recipe)
        parts, numbers, prints = [], [], []
        missing: list[int] = []
        for start, stop in self.ranges:
            plan = self.recipe.segments.plan(start, stop)
            counter.add(plan)
            digests = None if self.files is None else self.files(start, stop)["digest"]
            prints.append(prints_of(plan, digests))
            if self.found is not None and self.found.names is not None:
                missing += missing_images(self.recipe, plan, self.found.names)
            rows = rows_to_take(self.recipe, plan, len(self.ranges))
            parts.append(plan.take(rows))
            numbers.append(rows + plan.start)
        sample = ImageSample(join(parts), np.concatenate(numbers), self.recipe)
        return sample, counter.wishes(), join_prints(prints), missing

    @property
    def sample(self) -> ImageSample:
        """The images that are looked at closely."""
        return self._read[0]

    @property
    def wishes(self) -> Wishes:
        """The frequencies that were asked for and planned."""
        return self._read[1]

    @property
    def prints(self) -> Prints:
        """The digests that tell images apart."""
        return self._read[2]

    @property
    def lost(self) -> Lost:
        """The image files that are not there, and those that do not belong there."""
        if self.found is None:
            return Lost(0, (), 0)
        missing, count = self._read[3], self.recipe.count
        if self.found.names is None or self.looked_at < count:
            return Lost(max(0, count - self.found.count), (), max(0, self.found.count - count))
        strange = self.found.count - (count - len(missing))
        return Lost(len(missing), tuple(missing[:3]), strange)

    @cached_property
    def scopes(self) -> list[Scope]:
        """The factors of images and objects."""
        return list(scopes_of(self.sample))

    @cached_property
    def radar(self) -> Radar:
        """The pairs of factors that hang together."""
        return make_radar(self.scopes, Declared(self.recipe.config))

    @cached_property
    def joint(self) -> list[JointRule]:
        """The labels of images that two factors give away only together."""
        return find_joint_rules(self.scopes[0], Declared(self.recipe.config))

    @cached_property
    def leaks(self) -> list[Leak]:
        """The images that are in several splits."""
        return find_leaks(self.prints, self.splits)

    @cached_property
    def copies(self) -> tuple[int, tuple[int, ...]]:
        """The number of images that are copies of others, and the most copied ones."""
        return count_copies(self.prints)

    @cached_property
    def twins(self) -> list[tuple[int, int]]:
        """Pairs of images that draw different scenes with the same pixels."""
        return same_pixels(self.prints)

    @cached_property
    def art(self) -> list[ArtFlaw]:
        """The flaws of the art."""
        return find_art_flaws(self.recipe.config, self.recipe.library)

    @cached_property
    def viewer(self) -> Viewer:
        """The renderer of small pictures."""
        return Viewer(self.recipe)

    @cached_property
    def contrasts(self) -> list[Contrast]:
        """The differences of objects of some images from what is behind them."""
        return self.viewer.contrasts(self.sample)

    @property
    def splits(self) -> list[str]:
        """The names of the splits."""
        return [split.name for split in self.recipe.config.split]

    @property
    def looked_at(self) -> int:
        """The number of images that were counted."""
        return self.wishes.images


def gather(recipe: Recipe, journal: Journal, out: Path, *, here: bool = True) -> Facts:
    """Return the facts of the finished dataset in `out`; images that are not `here` are there."""
    has_records = bool(journal.ranges())
    files = journal.images(recipe.order) if has_records else None
    if not (recipe.container.loose and here):
        return Facts(recipe, files)
    return Facts(recipe, files, find_images(recipe, out / IMAGES))


def find_images(recipe: Recipe, folder: Path) -> FoundImages:
    """Return the image files in `folder` and below it."""
    names = image_names(folder, recipe.info.suffix)
    if recipe.count > MOST_NAMES:
        return FoundImages(sum(1 for _ in names), None)
    found = set(names)
    return FoundImages(len(found), found)


def image_names(folder: Path | str, suffix: str, start: str = "") -> Iterator[str]:
    """Yield the names of the image files below `folder`, after `start`, as they are found."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from image_names(entry.path, suffix, f"{start}{entry.name}/")
            elif entry.name.endswith(suffix):
                yield f"{start}{entry.name}"


def missing_images(recipe: Recipe, plan: Plan, found: set[str]) -> list[int]:
    """Return the indices of the images of a plan whose files are not among those `found`."""
    images = np.arange(plan.start, plan.stop)
    names = recipe.namer.names(images, plan.traits, plan.splits)
    suffix = recipe.info.suffix
    pairs = zip(images.tolist(), names, strict=True)
    return [index for index, name in pairs if f"{name}{suffix}" not in found]
