"""Draw the variants and the split of every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Config, Dataset, Split
from imggen.config.deciding import deciding_depths, scenes_first
from imggen.planning.families import interleave
from imggen.planning.groups import Traits
from imggen.planning.sampling.distribution import index_dtype
from imggen.planning.sampling.families import DrawnScenes, SceneFamily
from imggen.planning.sampling.family_kinds import family_of
from imggen.planning.sampling.held_out import HeldOut, find_held_out
from imggen.planning.sampling.instances import place_firsts
from imggen.planning.sampling.limits import check_count, check_together
from imggen.planning.sampling.per_split import Distributions, make_distributions
from imggen.planning.sampling.samplers import draw_traits, sampler_of
from imggen.planning.sampling.splits import Splits, TraitSplitter, assign_splits, shares_of
from imggen.planning.slots import Slots

SORTED_BYTES = 64  # of a scene while all are drawn: random words, their order, and what is chosen


class Drawn(NamedTuple):
    """Some scenes: (scenes, layers) as drawn, (scenes, slots) as shown, and (scenes,) splits."""

    layers: Traits
    slots: Traits
    splits: Splits


@dataclass(frozen=True)
class ImageSource:
    """Draws the variants and the splits of all images, or of some of them alone.

    Attributes
    ----------
    dataset : how many images to make, and how
    splits : as configured; empty if there are none
    by_traits : what an image shows decides its split
    deciding : depths of the layers that do, if the others depend on the split; else None
    held_out : combinations that only some splits may show
    distributions : one per split; one in all where there are none
    slots : the columns of traits that show each layer
    family : the images that are made of each scene
    """

    dataset: Dataset
    splits: tuple[Split, ...]
    by_traits: bool
    deciding: tuple[int, ...] | None
    held_out: tuple[HeldOut, ...]
    distributions: Distributions
    slots: Slots
    family: SceneFamily

    @classmethod
    def of(cls, config: Config, layers: Sequence[Variants]) -> ImageSource:
        """Make the source of the images of `config`; `layers` are those of a library.

        Raises
        ------
        PlanError
            As `find_held_out`, `make_distributions` and `family_of`.
        """
        slots = Slots.of(layers)
        held_out = find_held_out(config.split, slots.declared)
        distributions = make_distributions(config, slots.declared, held_out)
        return cls(
            dataset=config.dataset,
            splits=config.split,
            by_traits=scenes_first(config) is not None,
            deciding=deciding_depths(config),
            held_out=held_out,
            distributions=distributions,
            slots=slots,
            family=family_of(config, distributions, slots, held_out),
        )

    @property
    def count(self) -> int:
        """The number of images."""
        size = self.family.size
        scenes = len(self.together.splits) if self.exhaustive else self.dataset.count // size
        return scenes * size

    @property
    def exhaustive(self) -> bool:
        """True if the scenes are all combinations, whatever the count."""
        return sampler_of(self.dataset).exhaustive

    @property
    def in_order(self) -> bool:
        """True if scenes show different combinations of variants, in order."""
        return self.exhaustive

    @property
    def alone(self) -> bool:
        """True if any scene can be drawn without the others."""
        decided = self.by_traits or self.deciding is not None
        pointwise = not decided or self.dataset.disjoint == "combinations"
        return sampler_of(self.dataset).draw_some is not None and pointwise

    @cached_property
    def together(self) -> Drawn:
        """All scenes, where they must be drawn together."""
        drawn, splits = self.draw_scenes(self.dataset.count // self.family.size)
        return Drawn(drawn, self.draw_slots(drawn, splits), splits)

    def check(self, memory_bytes: int | None = None) -> None:
        """Refuse too many images; draw all of them if they must be drawn together.

        Raises
        ------
        PlanError
            If there are not enough different combinations, too many images, or if they take more
            than `memory_bytes` to draw together.
        """
        if self.alone:
            return
        if not self.exhaustive:
            scenes = self.dataset.count // self.family.size
            check_together(self.dataset, scenes * self.scene_bytes, memory_bytes)
        _ = self.together

    @property
    def scene_bytes(self) -> int:
        """The memory that a scene takes where all are drawn together."""
        layers = self.distributions[0].layers
        shown = 2 * len(self.slots.layers) if self.slots.instanced else 0
        return len(layers) * index_dtype(layers).itemsize + shown + SORTED_BYTES

    def draw_images(self, start: int = 0, stop: int | None = None) -> tuple[Traits, Splits]:
        """Draw the traits (images, slots) and the splits (images,) of all images, or of a range.

        `start` and `stop` do not cut families.

        Raises
        ------
        PlanError
            If there are not enough different combinations, or too many images.
        """
        size = self.family.size
        first, end = start // size, (self.count if stop is None else stop) // size
        drawn, traits, splits = self.draw_range(first, end)
        scenes = DrawnScenes(
            self.dataset.seed, self.slots, self.distributions, drawn, traits, splits, first
        )
        return interleave(self.family.members(scenes)), interleave([splits] * size)

    def draw_range(self, start: int, stop: int) -> Drawn:
        """Draw scenes `start` to `stop`."""
        if not self.alone:
            return Drawn(*(column[start:stop] for column in self.together))
        drawn, splits = self.draw_alone(start, stop)
        return Drawn(drawn, self.draw_slots(drawn, splits, start), splits)

    def draw_alone(self, start: int, stop: int) -> tuple[Traits, Splits]:
        """Draw traits, (scenes, layers), and splits of scenes `start` to `stop` without others."""
        draw, seed = sampler_of(self.dataset).draw_some, self.dataset.seed
        if draw is None:
            raise TypeError(self.dataset.sampling)
        scenes = np.arange(start, stop)
        if not self.splits or self.by_traits:
            traits = draw(seed, scenes, self.distributions[0])
            return traits, self.split(traits, slice(start, stop))
        splits = self.assigned(slice(start, stop))
        layers = self.distributions[0].layers
        traits = np.zeros((len(scenes), len(layers)), index_dtype(layers))
        for place, distribution in enumerate(self.distributions):
            rows = np.flatnonzero(splits == place)
            traits[rows] = draw(seed, scenes[rows], distribution)
        return traits, splits

    def assigned(self, part: slice = slice(None)) -> Splits:
        """Return the splits of a part of all scenes, where they decide what scenes show."""
        scenes = self.dataset.count // self.family.size
        return assign_splits(self.dataset.seed, self.splits, scenes, part)

    @property
    def split_sizes(self) -> npt.NDArray[np.int64] | None:
        """The number of images of each split, (splits,), where they follow one another."""
        if len(self.splits) <= 1:
            return np.array([self.count], np.int64)
        if self.splits[0].count is None:
            return None
        scenes = self.count // self.family.size
        sizes: npt.NDArray[np.int64] = np.round(shares_of(self.splits) * scenes).astype(np.int64)
        return sizes * self.family.size

    def splits_of(self, start: int, stop: int) -> Splits:
        """Return the splits of images `start` to `stop`: (images,); cheaper than `draw_images`."""
        size = self.family.size
        part = slice(start // size, stop // size)
        if not self.alone:
            splits = self.together.splits[part]
        elif self.splits and self.by_traits:
            splits = self.draw_alone(part.start, part.stop)[1]
        elif self.splits:
            splits = self.assigned(part)
        else:
            splits = np.zeros(part.stop - part.start, np.uint8)
        return np.repeat(splits, size)

    def draw_slots(self, drawn: Traits, splits: Splits, start: int = 0) -> Traits:
        """Draw the traits of all slots, (scenes, slots), of scenes whose layers are `drawn`.

        The first is scene `start`.
        """
        if not self.slots.instanced:
            return drawn
        draw, seed = sampler_of(self.dataset).draw_instances, self.dataset.seed
        if len(set(map(id, self.distributions))) == 1:
            scenes = start + np.arange(len(drawn))
            return draw(seed, self.slots, self.distributions[0], drawn, scenes)
        traits = place_firsts(self.slots, drawn)
        for place, distribution in enumerate(self.distributions):
            rows = np.flatnonzero(splits == place)
            traits[rows] = draw(seed, self.slots, distribution, drawn[rows], start + rows)
        return traits

    def draw_scenes(self, count: int) -> tuple[Traits, Splits]:
        """Draw traits and splits of `count` scenes; if exhaustive, of as many as there are."""
        if self.deciding is not None:
            return self.draw_in_two(count, self.deciding)
        in_splits = sampler_of(self.dataset).draw_in_splits
        if self.splits and in_splits is not None and not self.by_traits:
            check_count(count)
            assigned = assign_splits(self.dataset.seed, self.splits, count)
            return in_splits(self.dataset.seed, self.splits, self.distributions, assigned), assigned
        dataset = self.dataset.model_copy(update={"count": count})
        return self.divide(draw_traits(dataset, self.distributions[0]))

    def draw_in_two(self, count: int, deciding: Sequence[int]) -> tuple[Traits, Splits]:
        """Draw the layers that decide splits, then the others as each split has them."""
        check_count(count)
        layers = self.distributions[0].layers
        traits = np.zeros((count, len(layers)), index_dtype(layers))
        draw, seed = sampler_of(self.dataset).draw_steps, self.dataset.seed
        if draw is None:
            raise TypeError(self.dataset.sampling)
        first = len(deciding)
        draw(seed, layers, self.distributions[0].steps[:first], traits, np.arange(count))
        traits, splits = self.divide(traits)
        for place, distribution in enumerate(self.distributions):
            images = np.flatnonzero(splits == place)
            own = traits[images]
            draw(seed, layers, distribution.steps[first:], own, images)
            traits[images] = own
        return traits, splits

    def divide(self, traits: Traits) -> tuple[Traits, Splits]:
        """Divide all scenes, with `traits` (scenes, layers), among the splits.

        Splits with counts follow one another, so that scenes may change places.
        """
        if not self.splits:
            return traits, self.split(traits)
        counted, splitter = self.splits[0].count is not None, self.splitter
        if counted and (self.dataset.stratify or splitter.held_out or splitter.deciding):
            splits = splitter.split_exactly(traits)
            order = np.argsort(splits, kind="stable")
            return traits[order], splits[order]
        if self.deciding is not None and not counted and not sampler_of(self.dataset).prefix_stable:
            return traits, splitter.split_exactly(traits)
        return traits, self.split(traits)

    def split(self, traits: Traits, part: slice = slice(None)) -> Splits:
        """Assign scenes with `traits`, (scenes, layers), a part of all, to splits: (scenes,)."""
        if not self.splits:
            return np.zeros(len(traits), np.uint8)
        if self.splits[0].count is not None:
            if part == slice(None):
                return assign_splits(self.dataset.seed, self.splits, len(traits))
            return self.assigned(part)
        return self.splitter.split(traits)

    @property
    def splitter(self) -> TraitSplitter:
        """The splitter of scenes, by what they show."""
        sampler = sampler_of(self.dataset)
        return TraitSplitter(
            self.dataset,
            self.in_order,
            self.distributions[0].layers,
            shares_of(self.splits),
            self.held_out if self.deciding is None else (),
            (self.deciding or ()) if not sampler.prefix_stable else (),
            self.family.redrawn,
            [split.name for split in self.splits],
        )
