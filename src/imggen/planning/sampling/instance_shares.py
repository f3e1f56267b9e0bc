"""Estimate the shares of a layer's variants over all instances, where they are not known exactly.

Instances that are all different make rare variants more frequent, and an image with many instances
counts more than one with few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from imggen.planning.groups import Traits
from imggen.planning.sampling.distribution import TRIAL_SEED, Distribution
from imggen.planning.sampling.instances import draw_instances, instances_shown
from imggen.planning.sampling.step import Chances, Masks, matches
from imggen.planning.slots import Slots

SCENES = 2**16


@dataclass(frozen=True)
class InstanceTrial:
    """Scenes that were drawn to count the variants of all instances of some layers.

    Attributes
    ----------
    drawn : (scenes, layers), the other layers and the numbers of instances
    traits : (scenes, slots)
    """

    distribution: Distribution
    slots: Slots
    drawn: Traits
    traits: Traits

    @classmethod
    def of(cls, distribution: Distribution, slots: Slots) -> InstanceTrial | None:
        """Draw the scenes; None if the shares of the first instances hold for all."""
        if not any(counted(distribution)):
            return None
        scenes = np.arange(SCENES)
        drawn = distribution.draw_some(TRIAL_SEED, scenes)
        traits = draw_instances(TRIAL_SEED, slots, distribution, drawn, scenes)
        return cls(distribution, slots, drawn, traits)

    def shares(self, depth: int, when: Masks) -> tuple[Chances, int] | None:
        """Return shares where `when` holds, zeros if never, and the number of instances counted.

        None if the layer at `depth` needs no trial.
        """
        if depth not in counted(self.distribution):
            return None
        holds = matches(when, self.drawn)
        shown = np.concatenate(
            [
                self.traits[rows[holds[rows]], slot]
                for slot, _, rows in instances_shown(self.slots, depth, self.drawn)
            ]
        )
        counts = np.bincount(shown, minlength=len(self.distribution.layers[depth].names))
        return counts / max(1, len(shown)), len(shown)


def counted(distribution: Distribution) -> Iterator[int]:
    """Yield the layers whose instances are not all alike, or more where others show something."""
    for depth in distribution.last:
        number, own = (
            distribution.step_of(distribution.number_of(depth)),
            distribution.step_of(depth),
        )
        if depth in distribution.apart or (number.classes and own.classes):
            yield depth
