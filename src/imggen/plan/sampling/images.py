"""Draw the variants and the split of every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imggen.assets import Variants
from imggen.config import Config, Dataset, Split
from imggen.config.deciding import decides_partly, deciding_layers, scenes_first
from imggen.plan.families import interleave
from imggen.plan.groups import Traits
from imggen.plan.sampling.distribution import index_dtype
from imggen.plan.sampling.families import DrawnScenes, SceneFamily
from imggen.plan.sampling.family_kinds import family_of
from imggen.plan.sampling.held_out import HeldOut, find_held_out
from imggen.plan.sampling.instances import place_firsts
from imggen.plan.sampling.limits import check_count
from imggen.plan.sampling.per_split import Distributions, make_distributions
from imggen.plan.sampling.quota import largest_remainder
from imggen.plan.sampling.samplers import draw_traits, sampler_of
from imggen.plan.sampling.splits import Splits, TraitSplitter, assign_splits, shares_of
from imggen.plan.slots import Slots


@dataclass(frozen=True)
class ImageSource:
    """Draws the variants and the splits of all images.

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
            family=family_of(config, distributions, slots),
        )

    def draw_images(self) -> tuple[Traits, Splits]:
        """Draw the traits (images, slots) and the splits (images,) of all images.

        Raises
        ------
        PlanError
            If there are not enough different combinations, or too many images.
        """
        size = self.family.size
        drawn, splits = self.draw_scenes(self.dataset.count // size)
        traits = self.draw_slots(drawn, splits)
        scenes = DrawnScenes(
            self.dataset.seed, self.slots, self.distributions, drawn, traits, splits
        )
        return interleave(self.family.members(scenes)), interleave([splits] * size)

    def draw_slots(self, drawn: Traits, splits: Splits) -> Traits:
        """Draw the traits of all slots, (scenes, slots), of scenes whose layers are `drawn`."""
        if not self.slots.instanced:
            return drawn
        draw, seed = sampler_of(self.dataset).draw_instances, self.dataset.seed
        if len(set(map(id, self.distributions))) == 1:
            scenes = np.arange(len(drawn))
            return draw(seed, self.slots, self.distributions[0], drawn, scenes)
        traits = place_firsts(self.slots, drawn)
        for place, distribution in enumerate(self.distributions):
            scenes = np.flatnonzero(splits == place)
            traits[scenes] = draw(seed, self.slots, distribution, drawn[scenes], scenes)
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
        traits = draw_traits(dataset, self.distributions[0])
        if not self.splits:
            return traits, np.zeros(len(traits), np.uint8)
        return self.split(traits)

    def draw_in_two(self, count: int, deciding: Sequence[int]) -> tuple[Traits, Splits]:
        """Draw the layers that decide splits, then the others as each split has them."""
        check_count(count)
        layers = self.distributions[0].layers
        traits = np.zeros((count, len(layers)), index_dtype(layers))
        draw, seed = sampler_of(self.dataset).draw_steps, self.dataset.seed
        if draw is None:
            message = "a sampler that draws whole scenes cannot draw them in two steps"
            raise ValueError(message)
        first = len(deciding)
        draw(seed, layers, self.distributions[0].steps[:first], traits, np.arange(count))
        traits, splits = self.split(traits)
        for place, distribution in enumerate(self.distributions):
            images = np.flatnonzero(splits == place)
            own = traits[images]
            draw(seed, layers, distribution.steps[first:], own, images)
            traits[images] = own
        return traits, splits

    def split(self, traits: Traits) -> tuple[Traits, Splits]:
        """Assign scenes that show `traits`, (scenes, layers), to splits: (scenes,).

        Splits with counts follow one another, so that scenes may change places.
        """
        sampler, shares = sampler_of(self.dataset), shares_of(self.splits)
        counted = self.splits[0].count is not None
        exact = self.deciding if self.deciding and not sampler.prefix_stable else ()
        held_out = self.held_out if self.deciding is None else ()
        if counted and not (self.dataset.stratify or held_out or exact):
            return traits, assign_splits(self.dataset.seed, self.splits, len(traits))
        splitter = TraitSplitter(
            self.dataset,
            sampler.exhaustive,
            self.distributions[0].layers,
            shares,
            held_out,
            exact,
            self.family.redrawn,
            [split.name for split in self.splits],
        )
        if not counted and (self.deciding is None or sampler.prefix_stable):
            return traits, splitter.split(traits)
        splits = splitter.split_exactly(traits, largest_remainder(shares, len(traits)))
        if not counted:
            return traits, splits
        order = np.argsort(splits, kind="stable")
        return traits[order], splits[order]


def deciding_depths(config: Config) -> tuple[int, ...] | None:
    """Return the depths of the layers that are drawn before splits; None if none are."""
    if not decides_partly(config):
        return None
    names = deciding_layers(config)
    return tuple(depth for depth, layer in enumerate(config.layer) if layer.name in names)
