"""The frequencies of variants, numbers and values: asked for and planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from imggen.plan.sampling.distribution import Distribution
from imggen.plan.sampling.frequencies import Frequencies, find_frequencies, find_warnings
from imggen.plan.value_frequencies import value_frequencies
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


def find_wishes(recipe: Recipe, segments: Iterable[int]) -> Wishes:
    """Count what the images of these segments show."""
    counted: dict[str, tuple[Distribution, list[Frequencies]]] = {}
    values: dict[tuple[str, str, str, str], Frequencies] = {}
    crowded: dict[str, int] = {}
    dropped: dict[str, int] = {}
    images = 0
    for number in segments:
        plan = recipe.segments[number]
        images += plan.count
        for total, own in ((crowded, plan.crowded), (dropped, plan.dropped)):
            total.update({name: total.get(name, 0) + count for name, count in own.items()})
        for split, distribution, traits in plan.parts():
            found = find_frequencies(distribution, traits, split, recipe.segments.slots)
            if split in counted:
                found = [add(*pair) for pair in zip(counted[split][1], found, strict=True)]
            counted[split] = distribution, found
        for one in value_frequencies(recipe.segments.maker.columns, plan):
            name = one.called, one.layer, one.where, one.split
            values[name] = add(values[name], one) if name in values else one
    warnings = [
        sentence
        for distribution, found in counted.values()
        for sentence in find_warnings(recipe.config.dataset, distribution, found)
    ]
    listed = [one for _, found in counted.values() for one in found]
    return Wishes([*listed, *values.values()], warnings, images, crowded, dropped)


def add(one: Frequencies, other: Frequencies) -> Frequencies:
    """Return `one` with the images of both."""
    return replace(one, planned=one.planned + other.planned)
