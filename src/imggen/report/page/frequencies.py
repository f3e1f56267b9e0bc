"""The frequencies of variants, numbers and values: asked for and planned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from imggen.planning import Plan
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.frequencies import Frequencies, find_frequencies, find_warnings
from imggen.planning.value_frequencies import value_frequencies
from imggen.run.recipe import Recipe


@dataclass(frozen=True)
class Wishes:
    """The frequencies that are asked for and planned, and sentences on where these differ.

    Attributes
    ----------
    found : of variants, of numbers of instances and of values, by split
    warnings : sentences
    images : how many images were counted
    crowded, dropped : as in `Plan`
    """

    found: list[Frequencies]
    warnings: list[str]
    images: int
    crowded: dict[str, int]
    dropped: dict[str, int]


class WishCounter:
    """Counts what images show, a segment at a time."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._variants: dict[str, tuple[Distribution, list[Frequencies]]] = {}
        self._values: dict[tuple[str, str, str, str], Frequencies] = {}
        self._images = 0
        self._crowded: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

    def add(self, plan: Plan) -> None:
        """Count the images of a segment."""
        segments = self._recipe.segments
        self._images += plan.count
        self._crowded.update(plan.crowded)
        self._dropped.update(plan.dropped)
        for split, distribution, traits in plan.parts():
            found = find_frequencies(distribution, traits, split, segments.slots)
            if split in self._variants:
                pairs = zip(self._variants[split][1], found, strict=True)
                found = [add(one, other) for one, other in pairs]
            self._variants[split] = distribution, found
        for one in value_frequencies(segments.maker.columns, plan):
            key = one.called, one.layer, one.where, one.split
            self._values[key] = add(self._values[key], one) if key in self._values else one

    def wishes(self) -> Wishes:
        """Return the frequencies of all segments so far."""
        counted = self._variants.values()
        return Wishes(
            found=[*(one for _, found in counted for one in found), *self._values.values()],
            warnings=[
                sentence
                for distribution, found in counted
                for sentence in find_warnings(self._recipe.config.dataset, distribution, found)
            ],
            images=self._images,
            crowded=dict(self._crowded),
            dropped=dict(self._dropped),
        )


def add(one: Frequencies, other: Frequencies) -> Frequencies:
    """Return `one` with the images of both."""
    return replace(one, planned=one.planned + other.planned)
