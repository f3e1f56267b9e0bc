"""Images that are in the folder already, though no record of the run lists them: they are kept.

A run that is extended or labelled anew has other chunks or other records than the run before it,
and a chunk that lost some of its files has the others still. Their records are moved, each by one
rename, to `OUT/.imggen/earlier/IDENTITY/done/`, beside the manifest of the run that made them. They
are looked up there, image by image, until the run is done.
"""

from __future__ import annotations

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.containers.numbering import first_name, read_numbers
from imggen.containers.record import FILE
from imggen.containers.shards import Sharded
from imggen.planning.order import SplitOrder
from imggen.planning.ranges import Range, covers, merged
from imggen.run.chunks.known import Known
from imggen.run.journal.done import DONE
from imggen.run.journal.identity import identity_of_manifest, read_manifest, write_manifest
from imggen.run.journal.journal import Journal
from imggen.run.journal.synced import SYNCED
from imggen.run.partitions.partitions import NOTE
from imggen.run.recipe import Recipe, old_recipe
from imggen.store.digests import read_sealed, write_sealed
from imggen.store.layout import EARLIER, JOURNAL, PARTITIONS

if TYPE_CHECKING:
    from imggen.planning import Chunk
    from imggen.run.options import Options
    from imggen.run.stored.uploads import Uploads

Manifest = dict[str, Any]


class SegmentRows(NamedTuple):
    """The known images of a segment: which are there (n,), their records (n,), and label files."""

    there: npt.NDArray[np.bool_]
    images: npt.NDArray[np.void]
    labels: npt.NDArray[np.void]

    def take(self, rows: npt.NDArray[np.int64]) -> SegmentRows:
        """Return a copy of these images only."""
        return SegmentRows(self.there[rows], self.images[rows], self.labels[rows])


class Earlier:
    """The images that an earlier run with the recipe `old` made in the folder of a run.

    Parameters
    ----------
    recipe : of the run that is to keep them
    manifest : of the earlier run
    folder : where its manifest and records are
    options : of the run that is to keep them
    """

    def __init__(
        self, old: Recipe, recipe: Recipe, manifest: Manifest, folder: Path, options: Options
    ) -> None:
        self.manifest = manifest
        self._old, self._recipe = old, recipe
        self._kind = old.record_type(manifest)
        self._journal = Journal(folder, self._kind, at=folder)
        self._folder, self._out, self._read_all = folder, options.out, options.check
        self._uploads = options.uploads
        self._renumbered = old.count != recipe.count
        shards = folder if self._renumbered else self._out
        self._check = self._uploads.check(old, self._out, recipe.order, shards)
        self._same_labels = old.info.labels == recipe.info.labels
        self._kept: tuple[int, SegmentRows] | None = None  # the number of a segment, and its images

    def known(self, chunk: Chunk) -> Known | None:
        """Return what is there of the images of `chunk`; None if nothing is."""
        sharded = isinstance(self._recipe.container, Sharded)
        return self._known_shard(chunk) if sharded else self._known_images(chunk)

    def find_images(self) -> Iterator[Range]:
        """Yield the positions, in the order of the earlier run, of images that are still there."""
        for bounds in self._ranges:
            if (record := self._journal.find(bounds)) is not None:
                yield from marked(self._check.images(record, self._unsure(bounds)), bounds[0])

    def _known_images(self, chunk: Chunk) -> Known | None:
        """Return what is there of images of their own, or of rows of an array."""
        size = self._old.segments.size
        rows = np.flatnonzero(chunk.images < self._old.count)
        there = np.zeros(len(chunk.images), bool)
        images = np.zeros(len(there), self._kind.images)
        labels = np.zeros((len(there), self._kind.labels), FILE)
        numbers = chunk.images[rows] // size
        for number in np.unique(numbers).tolist():
            own = rows[numbers == number]
            within = chunk.images[own] - number * size
            there[own], images[own], labels[own] = self._segment(number).take(within)
        if not there.any():
            return None
        return Known(there, images, labels, np.zeros(0, FILE), self._same_labels)

    def _known_shard(self, chunk: Chunk) -> Known | None:
        """Return what is there of a block of shards: all or nothing.

        Shards that are called otherwise now get their new names beside the old ones.
        """
        bounds = self._old_bounds(chunk)
        record = self._journal.find(bounds) if bounds and bounds in self._range_set else None
        if (
            record is None
            or bounds is None
            or not self._check(record, self._unsure(bounds), fragments=False)
        ):
            return None
        names = self._old.container.first_names(record)
        if self._renumbered:
            bounds = chunk.start, chunk.stop
            found = {
                first_name(*bounds, number, Path(name).suffix): self._check.shard_name(name)
                for number, name in enumerate(names)
            }
            self._uploads.take_shards(self._out, found)
        there = np.ones(len(chunk.images), bool)
        shards = record.files[-len(names) :]
        return Known(there, record.images, record.labels, shards, self._same_labels)

    def _old_bounds(self, chunk: Chunk) -> Range | None:
        """Return the positions that the images of a chunk of one split had; None if not all had."""
        old, now = self._old.order, self._recipe.order
        assert isinstance(old, SplitOrder)  # noqa: S101  # that of all shards
        assert isinstance(now, SplitOrder)  # noqa: S101  # likewise
        split = now.split_at(chunk.start)
        start = chunk.start - sum(now.sizes[:split]) + sum(old.sizes[:split])
        stop = start + len(chunk.images)
        return (start, stop) if stop <= sum(old.sizes[: split + 1]) else None

    def _segment(self, number: int) -> SegmentRows:
        """Return the known images of a segment of the earlier run; the latest segment is kept."""
        kept = self._kept
        if kept is None or kept[0] != number:
            kept = self._kept = None  # before the next are read: those of many labels are large
            kept = self._kept = number, self._read_segment(number)
        return kept[1]

    def _read_segment(self, number: int) -> SegmentRows:
        first, stop = self._old.segments.bounds(number)
        there = np.zeros(stop - first, bool)
        images = np.zeros(stop - first, self._kind.images)
        labels = np.zeros((stop - first, self._kind.labels), FILE)
        for bounds in self._within(first, stop):
            record = self._journal.find(bounds)
            if record is None:
                continue
            found = self._check.images(record, self._unsure(bounds))
            at = self._old.order.images(*bounds)
            own = (first <= at) & (at < stop) & found
            rows = at[own] - first
            there[rows], images[rows], labels[rows] = True, record.images[own], record.labels[own]
        return SegmentRows(there, images, labels)

    def _within(self, start: int, stop: int) -> Iterator[Range]:
        """Yield the ranges with positions from `start` to `stop`, those of a segment."""
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, stop)
        yield from (own for own in self._ranges[first:last] if own[0] < stop and own[1] > start)

    def _unsure(self, bounds: Range) -> bool:
        """Return True if the files of a record may not have reached the disk."""
        return self._read_all or not covers(self._synced, bounds)

    @cached_property
    def _ranges(self) -> Sequence[Range]:
        return self._journal.ranges()

    @cached_property
    def _range_set(self) -> set[Range]:
        return set(self._ranges)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._ranges]

    @cached_property
    def _ends(self) -> list[int]:
        return sorted(stop for _, stop in self._ranges)

    @cached_property
    def _synced(self) -> list[Range]:
        values = read_sealed(self._folder / SYNCED)
        if isinstance(values, dict):  # of a journal that nothing has been moved from
            values = values["ranges"]
        return [(start, stop) for start, stop in values or ()]


def marked(marks: npt.NDArray[np.bool_], start: int) -> Iterator[Range]:
    """Yield the ranges of positions that are True in `marks` (n,), which begins at `start`."""
    edges = np.flatnonzero(np.diff(marks, prepend=False, append=False)) + start
    yield from ((first, stop) for first, stop in edges.reshape(-1, 2).tolist())


def find_earlier(recipe: Recipe, options: Options) -> list[Earlier]:
    """Return the earlier runs whose images are in the folder of a run, to be kept by `recipe`."""
    folder = options.out / JOURNAL / EARLIER
    folders = sorted(folder.iterdir()) if folder.is_dir() else ()
    found = (open_earlier(recipe, options, own) for own in folders)
    return [one for one in found if one is not None]


def open_earlier(recipe: Recipe, options: Options, folder: Path) -> Earlier | None:
    """Return the run whose manifest and records are in `folder`; None if they cannot be read."""
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    old = recipe if manifest == recipe.manifest else old_recipe(recipe, manifest)
    return Earlier(old, recipe, manifest, folder, options)


def keep_images(
    out: Path, manifest: Manifest, keep_shards: Callable[[Path], None] | None = None
) -> None:
    """Move the records of the run with `manifest` to where `find_earlier` finds them.

    If `keep_shards` is given, it is called with that folder before. It may be done again after it
    was interrupted.
    """
    journal = Journal(out)
    ranges = journal.ranges()
    done = make_earlier(out, manifest, journal.synced_ranges(identity_of_manifest(manifest)))
    if keep_shards is not None:
        keep_shards(done.parent)
    for bounds in ranges:
        journal.move(bounds, done)
    (out / NOTE).unlink(missing_ok=True)
    shutil.rmtree(out / JOURNAL / PARTITIONS, ignore_errors=True)


def make_earlier(out: Path, manifest: Manifest, synced: Sequence[Range]) -> Path:
    """Make the folder where records of the run with `manifest` are kept, and return it.

    Those of the ranges `synced` have reached the disk together with their files.
    """
    folder = out / JOURNAL / EARLIER / identity_of_manifest(manifest).hex()
    (folder / DONE).mkdir(parents=True, exist_ok=True)
    write_manifest(folder, manifest)
    known = [(start, stop) for start, stop in read_sealed(folder / SYNCED) or []]
    write_sealed(folder / SYNCED, merged([*known, *synced]))
    return folder / DONE


def distrust_earlier(out: Path) -> None:
    """Have all images of earlier runs read: a stopped run may have made some of them again.

    A power cut can damage these.
    """
    for path in (out / JOURNAL / EARLIER).glob(f"*/{SYNCED}"):
        path.unlink()


def forget_earlier(recipe: Recipe, out: Path, uploads: Uploads) -> None:
    """Remove what is kept of earlier runs, and shards under names that they have no more."""
    folder = out / JOURNAL / EARLIER
    if not folder.is_dir():
        return
    now = {numbered.name for numbered in read_numbers(out).values()}
    earlier = folder.iterdir() if recipe.container.sharded else ()
    uploads.discard(out, {name for own in earlier for name in names_of_shards(recipe, own)} - now)
    shutil.rmtree(folder, ignore_errors=True)


def names_of_shards(recipe: Recipe, folder: Path) -> set[str]:
    """Return the last names that shards of the earlier run in `folder` may have."""
    numbers = read_numbers(folder)
    manifest = read_manifest(folder)
    if numbers or manifest is None:
        return {numbered.name for numbered in numbers.values()}
    old = old_recipe(recipe, manifest)
    return set(old.container.planned_names(old.order, old.info))
