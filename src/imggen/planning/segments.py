"""The plan of a whole dataset, made, used and dropped a segment at a time.

So the memory in use does not grow with the count, unless all images must be drawn together
(`ImageSource.alone`); then a few bytes of each are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library
from imggen.config import Config
from imggen.planning.columns import LayerColumns, layer_columns
from imggen.planning.make import PlanMaker, check_splits
from imggen.planning.placement.looks import LookTable
from imggen.planning.placement.spots import LayerSpots
from imggen.planning.plan import Plan, join
from imggen.planning.sampling.leaks import check_disjoint, shared_by_splits, sorted_images
from imggen.planning.sampling.per_split import Distributions
from imggen.planning.scene_keys import hash_scenes
from imggen.planning.slots import Slots

SEGMENT_IMAGES = 2**17
LEAST_KEPT = 2  # segments
KEPT_BYTES = 2**24  # of plans; tables and arrays are made of all plans once more
PLANNED_AT_ONCE = 2**14  # images: making a plan takes far more memory than the plan itself
ACCESS_BYTES = 2**28  # likewise, where images are asked for in any order
ACCESS_IMAGES = 2**8  # of a segment then, if not all can be kept: a few take as long to plan as one
CHECKED_AT_ONCE = 2**23  # images whose scenes are compared between splits at once: 128 MB


@dataclass(frozen=True)
class Segments:
    """The segments of a dataset's images.

    Attributes
    ----------
    maker : plans any range of images
    size : images of a segment; the last may have fewer
    kept_bytes : the memory that plans may take which are kept, as they may be needed again
    """

    maker: PlanMaker
    size: int
    kept_bytes: int = KEPT_BYTES
    _kept: dict[int, Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, config: Config, library: Library, memory_bytes: int | None = None) -> Segments:
        """Return the segments of the images of `config`, whose art is `library`.

        Raises
        ------
        PlanError
            As `make_plan`, and if images that must be drawn together take more than `memory_bytes`.
        """
        maker = PlanMaker.of(config, library, memory_bytes)
        family = maker.source.family.size
        segments = cls(maker, max(1, SEGMENT_IMAGES // family) * family)
        segments.check()
        return segments

    def for_access(self) -> Segments:
        """Return the segments for images that are asked for in any order.

        All are kept, or else they are small: each image may need another one.
        """
        sample = self.maker.plan(0, min(self.family, self.count))
        kept = replace(self, kept_bytes=ACCESS_BYTES)
        if sample.size_bytes // max(1, sample.count) * self.count <= ACCESS_BYTES:
            return kept
        size = max(1, ACCESS_IMAGES // self.family) * self.family
        return replace(kept, size=size, _kept={})

    def relabelled(self, config: Config) -> Segments:
        """Return the segments of `config`, which differs in its labels alone; plans are shared."""
        return replace(self, maker=replace(self.maker, config=config))

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.maker.config

    @property
    def library(self) -> Library:
        """The art."""
        return self.maker.library

    @property
    def count(self) -> int:
        """The number of images."""
        return self.maker.count

    @property
    def family(self) -> int:
        """The number of images that are made of each scene that is drawn."""
        return self.maker.source.family.size

    @property
    def distributions(self) -> Distributions:
        """The distributions that traits are drawn from, per split; one where there are none."""
        return self.maker.source.distributions

    @property
    def spots(self) -> tuple[LayerSpots, ...]:
        """The places that sprites may have, one entry per slot."""
        return self.maker.placer.layers

    @property
    def look_table(self) -> LookTable:
        """The values that looks stand for."""
        return self.maker.placer.looks

    @property
    def slots(self) -> Slots:
        """The columns of traits that show each layer."""
        return self.maker.source.slots

    @property
    def columns(self) -> tuple[LayerColumns, ...]:
        """The columns of traits that show each layer, and the texts that stand for it."""
        return layer_columns(self.library.layers)

    def __len__(self) -> int:
        return len(range(0, self.count, self.size))

    def __iter__(self) -> Iterator[Plan]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Plan:
        """Return the plan of a segment; the latest are kept."""
        plan = self._kept.pop(number, None) or self._make(*self.bounds(number))
        self._kept[number] = plan
        most = max(LEAST_KEPT, self.kept_bytes // plan.size_bytes)
        if len(self._kept) > most:
            for oldest in list(self._kept)[:-most]:
                self._kept.pop(oldest, None)  # another thread may have done so
        return plan

    def _make(self, start: int, stop: int) -> Plan:
        """Make the plan of images `start` to `stop`, some at a time."""
        step = max(1, PLANNED_AT_ONCE // self.family) * self.family
        firsts = range(start, stop, step)
        return join([self.maker.plan(first, min(first + step, stop)) for first in firsts])

    def __getstate__(self) -> dict[str, Any]:
        """Return what a pickle holds: plans are made again."""
        return {**self.__dict__, "_kept": {}}

    def bounds(self, number: int) -> tuple[int, int]:
        """Return the first image of a segment, and the end."""
        return number * self.size, min((number + 1) * self.size, self.count)

    def plan(self, start: int, stop: int) -> Plan:
        """Return the plan of images `start` to `stop`, of whole families; a segment's is kept."""
        number = start // self.size
        if (start, stop) == self.bounds(number):
            return self[number]
        return self.maker.plan(start, stop)

    def of_image(self, image: int) -> Plan:
        """Return the plan of one image; no other is planned if its segment is not kept."""
        segment = self._kept.get(image // self.size)
        plan = self.alike(image) if segment is None else segment
        return plan.take(np.array([image - plan.start]))

    def part(self, start: int, stop: int) -> Plan:
        """Return the plan of images `start` to `stop`; its counts mean nothing."""
        taken = [
            plan.take(np.arange(max(start, plan.start), min(stop, plan.stop)) - plan.start)
            for plan in map(self.__getitem__, range(start // self.size, -(-stop // self.size)))
        ]
        return replace(join(taken), start=start)

    def take(self, images: npt.NDArray[np.int64]) -> Plan:
        """Return a plan of these images only, (n,), in this order; `start` means nothing then."""
        rows = images // self.size
        first = int(rows[0]) if len(rows) else 0
        if (rows == first).all():
            return self[first].take(images - first * self.size)
        numbers, place = np.unique(rows, return_inverse=True)
        order = np.argsort(place, kind="stable")
        bounds = np.searchsorted(place[order], np.arange(len(numbers) + 1))
        parts = [
            (plan := self[number]).take(images[order[bounds[k] : bounds[k + 1]]] - plan.start)
            for k, number in enumerate(numbers.tolist())
        ]
        return join(parts).take(np.argsort(order))

    def images_of(self, split: int) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Return the images of a split: (n,), of as few bytes as do."""
        dtype = np.min_scalar_type(self.count)
        parts = []
        for start, stop in map(self.bounds, range(len(self))):
            own = self.maker.source.splits_of(start, stop) == split
            parts.append((np.flatnonzero(own) + start).astype(dtype))
        return np.concatenate(parts)

    def alike(self, image: int) -> Plan:
        """Return the plan of all images of the family of `image`; mostly it is that one alone."""
        start = image // self.family * self.family
        return self.maker.plan(start, start + self.family)

    @cached_property
    def split_counts(self) -> npt.NDArray[np.int64]:
        """The number of images of each split in each segment: (segments, splits).

        Without splits, all are of one. Splits that are drawn take a pass over all images.
        """
        splits = max(1, len(self.config.split))
        sizes = self.maker.source.split_sizes
        if sizes is not None:
            ends = np.minimum((np.arange(len(self)) + 1) * self.size, self.count)
            reached = np.clip(ends[:, None] - (np.cumsum(sizes) - sizes), 0, sizes)
            counted: npt.NDArray[np.int64] = np.diff(reached, axis=0, prepend=0)
            return counted
        counts = np.zeros((len(self), splits), np.int64)
        for number, row in enumerate(counts):
            start, stop = self.bounds(number)
            row[:] = np.bincount(self.maker.source.splits_of(start, stop), minlength=splits)
        return counts

    @cached_property
    def split_sizes(self) -> list[int]:
        """The number of images of each split; without splits, all are of one."""
        sizes: list[int] = self.split_counts.sum(axis=0).tolist()
        return sizes

    def check(self) -> None:
        """Refuse images that cannot be drawn, before anything slow begins.

        Raises
        ------
        PlanError
            Naming one of them.
        """
        disjoint = self.config.dataset.disjoint
        if len(self) <= 1:
            plan = self[0]
            if disjoint is not None:
                check_splits(plan, disjoint)
            return
        if self.maker.can_fail:
            for number in range(len(self)):
                self.maker.check_images(*self.bounds(number))
        if disjoint is not None:
            self.check_apart(disjoint)

    def check_apart(self, disjoint: str) -> None:
        """Refuse splits that have a scene or, by `dataset.disjoint`, a combination in common.

        Scenes are compared by digests of 64 bits, some at a time; then those that are in several
        splits by all that they show.
        """
        passes = -(-self.count // CHECKED_AT_ONCE)
        shared = [self.shared_digests(disjoint, k, passes) for k in range(passes)]
        digests = np.sort(np.concatenate(shared))
        if not len(digests):
            return
        numbers, plans = [], []
        for plan in self:
            rows = np.flatnonzero(np.isin(digests_of(plan, disjoint), digests))
            numbers.append(rows + plan.start)
            plans.append(plan.take(rows))
        found = join(plans)
        images = sorted_images(
            keys_of(found, disjoint), np.concatenate(numbers), found.traits, found.splits
        )
        names = [split.name for split in self.config.split]
        check_disjoint(disjoint, names, self.library.layers, images)

    def shared_digests(self, disjoint: str, part: int, parts: int) -> npt.NDArray[np.uint64]:
        """Return the digests that images of several splits have, of one part of all digests."""
        digests, splits = [], []
        for plan in self:
            own = digests_of(plan, disjoint)
            rows = np.flatnonzero(own % np.uint64(parts) == part)
            digests.append(own[rows])
            splits.append(plan.splits[rows])
        return shared_by_splits(np.concatenate(digests), np.concatenate(splits))


def keys_of(plan: Plan, disjoint: str) -> list[npt.NDArray[Any]]:
    """Return the columns that tell scenes or, by `disjoint`, combinations apart."""
    return plan.drawn_keys if disjoint == "scenes" else plan.keys[: plan.traits.shape[1]]


def digests_of(plan: Plan, disjoint: str) -> npt.NDArray[np.uint64]:
    """Return a digest of what tells each image of `plan` apart: (images,)."""
    return hash_scenes(keys_of(plan, disjoint))
