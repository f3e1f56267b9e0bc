"""Draw the variants and the split of every image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imggen.assets import Variants
from imggen.config import Config, Dataset, Split
from imggen.plan.families import interleave
from imggen.plan.groups import Traits
from imggen.plan.sampling.families import DrawnScenes, SceneFamily
from imggen.plan.sampling.family_kinds import family_of
from imggen.plan.sampling.held_out import HeldOut, find_held_out
from imggen.plan.sampling.instances import place_firsts
from imggen.plan.sampling.limits import check_count
from imggen.plan.sampling.per_split import Distributions, make_distributions
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
    held_out : combinations that only some splits may show
    distributions : one per split; one in all where there are none
    slots : the columns of traits that show each layer
    family : the images that are made of each scene
    """

    dataset: Dataset
    splits: tuple[Split, ...]
    by_traits: bool
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
            by_traits=config.dataset.scenes_first is not None,
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
        in_splits = sampler_of(self.dataset).draw_in_splits
        if self.splits and in_splits is not None and not self.by_traits:
            check_count(count)
            assigned = assign_splits(self.dataset.seed, self.splits, count)
            return in_splits(self.dataset.seed, self.splits, self.distributions, assigned), assigned
        dataset = self.dataset.model_copy(update={"count": count})
        traits = draw_traits(dataset, self.distributions[0])
        return traits, self.split(traits)

    def split(self, traits: Traits) -> Splits:
        """Assign scenes that show `traits`, (scenes, layers), to splits: (scenes,)."""
        if not self.splits:
            return np.zeros(len(traits), np.uint8)
        if self.splits[0].count is not None:
            return assign_splits(self.dataset.seed, self.splits, len(traits))
        splitter = TraitSplitter(
            self.dataset,
            sampler_of(self.dataset).exhaustive,
            self.distributions[0].layers,
            shares_of(self.splits),
            self.held_out,
            self.family.redrawn,
        )
        return splitter.split(traits)
