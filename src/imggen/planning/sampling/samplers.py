"""Samplers: the ways to draw the variants of images, by `dataset.sampling` and `dataset.unique`.

To add one, add a row to SAMPLERS and a word to `Dataset.sampling`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from imggen.assets import Variants
from imggen.config import Dataset, Split
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits
from imggen.planning.sampling.combinations import all_traits
from imggen.planning.sampling.distribution import Distribution, index_dtype
from imggen.planning.sampling.instances import draw_instances, draw_quota_instances
from imggen.planning.sampling.limits import check_count
from imggen.planning.sampling.quota import draw_quota_steps, quota_traits
from imggen.planning.sampling.splits import Splits
from imggen.planning.sampling.step import Step
from imggen.planning.sampling.unique import checked_unique_traits
from imggen.planning.sampling.unique_quota import unique_quota_traits
from imggen.planning.sampling.unique_splits import draw_unique_splits
from imggen.planning.sampling.walk import say_dead_end
from imggen.planning.slots import Slots
from imggen.planning.streams import ends_of, random_units

DrawTraits = Callable[[int, int, Distribution], Traits]
DrawInstances = Callable[[int, Slots, Distribution, Traits, Index], Traits]
DrawSome = Callable[[int, Index, Distribution], Traits]
DrawSteps = Callable[[int, Sequence[Variants], Sequence[Step], Traits, Index], None]
DrawInSplits = Callable[[int, Sequence[Split], Sequence[Distribution], Splits], Traits]


@dataclass(frozen=True)
class Sampler:
    """A way to draw the variants of images.

    Attributes
    ----------
    draw : makes the traits, (scenes, layers), for a seed, a number of scenes and a distribution;
        raises PlanError if they cannot be had
    draw_in_splits : the same for scenes that are assigned to splits, each with a distribution;
        None if scenes are drawn first, and what they show decides their splits
    draw_some : makes the traits of some scenes alone, by their numbers (n,), rising; None if all
        scenes must be drawn together
    draw_instances : makes the traits of all slots, (scenes, slots), given those of the layers
    draw_steps : draws the layers of some steps for some scenes, rising, into their traits; None if
        it draws whole scenes only
    prefix_stable : a larger number of scenes begins with the same ones
    exhaustive : makes each combination once, in order, whatever the number and the probabilities
    """

    draw: DrawTraits
    draw_in_splits: DrawInSplits | None
    prefix_stable: bool
    draw_some: DrawSome | None = None
    draw_instances: DrawInstances = draw_instances
    draw_steps: DrawSteps | None = None
    exhaustive: bool = False


def sampler_of(dataset: Dataset) -> Sampler:
    """Return the sampler that `dataset` asks for."""
    if dataset.unique and dataset.sampling == "random":
        return SAMPLERS["unique"]
    if dataset.unique and dataset.sampling == "quota":
        return SAMPLERS["unique quota"]
    return SAMPLERS[dataset.sampling]


def draw_traits(dataset: Dataset, distribution: Distribution) -> Traits:
    """Draw the traits of all images of `dataset`: (images, layers) uint8 or uint16.

    Raises
    ------
    PlanError
        If there are too many, or fewer combinations than the sampler needs.
    """
    sampler = sampler_of(dataset)
    if not sampler.exhaustive:
        check_count(dataset.count)
    return sampler.draw(dataset.seed, dataset.count, distribution)


def random_traits(seed: int, count: int, distribution: Distribution) -> Traits:
    """Draw the traits of each of `count` scenes by itself: (count, layers)."""
    return distribution.draw(seed, 0, count)


def some_random_traits(seed: int, scenes: Index, distribution: Distribution) -> Traits:
    """Draw the traits of `scenes` (n,), rising, each by itself: (n, layers)."""
    return distribution.draw_some(seed, scenes)


def draw_random_splits(
    seed: int, _: Sequence[Split], distributions: Sequence[Distribution], assigned: Splits
) -> Traits:
    """Draw the traits of each scene by itself, from its split's distribution: (scenes, layers)."""
    layers = distributions[0].layers
    traits = np.zeros((len(assigned), len(layers)), index_dtype(layers))
    for place, distribution in enumerate(distributions):
        scenes = np.flatnonzero(assigned == place)
        traits[scenes] = distribution.draw_some(seed, scenes)
    return traits


def draw_random_steps(
    seed: int, layers: Sequence[Variants], steps: Sequence[Step], traits: Traits, images: Index
) -> None:
    """Draw the layers of `steps` for `images` (n,), rising, into `traits` (n, layers).

    Raises
    ------
    PlanError
        If an image leaves a layer no variant, which some may where not all can be known.
    """
    for step in steps:
        units = random_units(seed, layers[step.depth].stream, *ends_of(images))
        column, lost = step.invert(units[images - images[:1]], traits)
        if lost.any():
            row = traits[np.argmax(lost)]
            raise PlanError(
                "dataset.stratify divides images that are drawn in two steps, none of them again, "
                f"and {say_dead_end(layers, step, row)}"
            )
        traits[:, step.depth] = column


def each_combination(_seed: int, _count: int, distribution: Distribution) -> Traits:
    """Return every combination once, whatever the seed and the count: (combinations, layers)."""
    return all_traits(distribution)


RANDOM = Sampler(
    random_traits,
    draw_random_splits,
    prefix_stable=True,
    draw_some=some_random_traits,
    draw_steps=draw_random_steps,
)
SAMPLERS = {
    "random": RANDOM,
    "sobol": RANDOM,  # it is about values
    "latin": RANDOM,  # likewise
    "unique": Sampler(checked_unique_traits, draw_unique_splits, prefix_stable=True),
    "quota": Sampler(
        quota_traits,
        None,
        prefix_stable=False,
        draw_instances=draw_quota_instances,
        draw_steps=draw_quota_steps,
    ),
    "unique quota": Sampler(unique_quota_traits, None, prefix_stable=False),
    "all": Sampler(each_combination, None, prefix_stable=True, exhaustive=True),
    "grid": Sampler(each_combination, None, prefix_stable=True, exhaustive=True),  # with all values
}
