"""The facts of a finished dataset that its report is made of."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from imggen.planning.plan import join
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
from imggen.report.page.looks import Contrast, Viewer
from imggen.report.page.radar import Radar, make_radar
from imggen.report.page.sample import ImageSample, rows_to_take, segments_to_read
from imggen.run.images import ImageRecords
from imggen.run.journal import Journal
from imggen.run.recipe import Recipe
from imggen.store.layout import IMAGES


@dataclass(frozen=True)
class Facts:
    """The facts of a finished dataset; each is found when it is first asked for.

    Attributes
    ----------
    recipe : what it is made of
    files : the records of its images; None if it has no journal any more
    missing : how many of its image files are not there
    """

    recipe: Recipe
    files: ImageRecords | None = None
    missing: int = 0

    @cached_property
    def segments(self) -> list[int]:
        """The segments that are looked at."""
        return segments_to_read(self.recipe.segments)

    @cached_property
    def _read(self) -> tuple[ImageSample, Wishes, Prints]:
        """All that is found in one pass over the segments, as planning them takes long."""
        counter = WishCounter(self.recipe)
        parts, numbers, prints = [], [], []
        for number in self.segments:
            plan = self.recipe.segments[number]
            counter.add(plan)
            digests = None if self.files is None else self.files.segment(number)["digest"]
            prints.append(prints_of(plan, digests))
            rows = rows_to_take(self.recipe, plan, len(self.segments))
            parts.append(plan.take(rows))
            numbers.append(rows + plan.start)
        sample = ImageSample(join(parts), np.concatenate(numbers), self.recipe)
        return sample, counter.wishes(), join_prints(prints)

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

    @cached_property
    def scopes(self) -> list[Scope]:
        """The factors of images and objects."""
        return list(scopes_of(self.sample))

    @cached_property
    def radar(self) -> Radar:
        """The pairs of factors that hang together."""
        return make_radar(self.scopes, Declared(self.recipe.config))

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
    missing = count_missing(recipe, out, has_records=has_records) if here else 0
    return Facts(recipe, files, missing)


def count_missing(recipe: Recipe, out: Path, *, has_records: bool) -> int:
    """Return how many image files are not there, where each image is a file."""
    if not recipe.container.loose:
        return 0
    suffix = recipe.info.suffix
    walked = os.walk(out / IMAGES, onerror=refuse)
    found = sum(name.endswith(suffix) for _, _, names in walked for name in names)
    return max(0, recipe.count - found) if has_records or found else recipe.count


def refuse(error: OSError) -> None:
    """Raise `error`, which `os.walk` would pass over, unless a folder is not there."""
    if not isinstance(error, FileNotFoundError):
        raise error
