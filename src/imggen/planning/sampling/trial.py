"""Estimate chances from drawn scenes, where rules tie too many layers together to try all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.matching import Mask
from imggen.planning.sampling.step import Chances, Masks, Step, matches
from imggen.planning.sampling.walk import say_dead_end, say_tied

LEAST_ALIVE = 0.1  # of draws


@dataclass(frozen=True)
class Trial:
    """Scenes that were drawn to be counted.

    Attributes
    ----------
    traits : (scenes, layers), of draws that left every layer a variant
    drawn : how many draws there were
    tied : the begin of a sentence on the rules: how many tie which layers together
    dead_end : a sentence on a draw that left a layer no variant; empty if there was none
    """

    traits: Traits
    drawn: int
    tied: str
    dead_end: str

    @classmethod
    def of(
        cls, layers: Sequence[Variants], steps: Sequence[Step], traits: Traits, dead: Mask
    ) -> Trial:
        """Make the trial of these draws, (draws, layers), of which some are `dead`.

        Raises
        ------
        PlanError
            If nearly all are.
        """
        tied, dead_end = say_tied(layers, steps), ""
        if dead.any():
            dead_end = find_dead_end(layers, steps, traits[dead][:1])
        if np.mean(dead) > 1 - LEAST_ALIVE:
            message = (
                f"{tied}, and leave one of these no variant in {np.mean(dead):.1%} of "
                f"{len(dead):,} draws; expected at most {1 - LEAST_ALIVE:.0%}. One of them: "
                f"{dead_end}"
            )
            raise PlanError(message)
        return cls(traits[~dead], len(dead), tied, dead_end)

    @property
    def dead(self) -> int:
        """Count the draws that left a layer no variant."""
        return self.drawn - len(self.traits)

    def count(self, when: Masks) -> int:
        """Count the scenes where `when` holds."""
        return int(np.count_nonzero(matches(when, self.traits)))

    def chances(self, when: Masks, depth: int, variants: int) -> Chances:
        """Return how often a layer's variants occur where `when` holds: zeros if never."""
        shown = self.traits[matches(when, self.traits), depth]
        counts: Chances = np.bincount(shown, minlength=variants) / (len(shown) or 1)
        return counts


def find_dead_end(layers: Sequence[Variants], steps: Sequence[Step], row: Traits) -> str:
    """Return the sentence on a draw, (1, layers), that left one of `layers` no variant."""
    step = next(step for step in steps if not step.table(row).any())
    return say_dead_end(layers, step, row[0])
